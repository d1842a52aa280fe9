"""The duty roster of a unit."""
