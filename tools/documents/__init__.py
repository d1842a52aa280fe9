"""Checks of what documents say of the repository, read without running the product."""
