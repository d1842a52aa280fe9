"""Tries to sign in: how often, and from which devices."""
