"""Pages of the coordinating function: outages, maintenance, calls upon units, register, evaluation."""
