"""Differences between two versions of a procedure."""
