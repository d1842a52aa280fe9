"""Tokens of officers and keys of systems, for their administrators."""
