"""Figures of the running installation for those who watch over it."""
