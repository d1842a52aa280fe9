"""Tokens and keys of others, for the administrators of their units and for operators."""
