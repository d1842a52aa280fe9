"""Pages of the rules that the check of a declaration names."""
