"""Pages of those who declare and approve procedures."""
