"""Lists of destruction."""
