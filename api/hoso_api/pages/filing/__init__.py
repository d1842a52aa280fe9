"""Pages on which a citizen or a company files for themselves, or for somebody else."""
