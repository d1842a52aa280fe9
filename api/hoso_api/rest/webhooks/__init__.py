"""Receivers of webhooks, for the administrators of their units."""
