"""Pages of heads: the unit today, tasks to hand out, signatures, dates."""
