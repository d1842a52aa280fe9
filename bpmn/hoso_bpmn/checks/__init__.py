"""Checks of a declaration before publication: inspection and its rules."""
