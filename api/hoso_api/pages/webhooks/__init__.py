"""Receivers of webhooks: list, entry, secret, last messages."""
