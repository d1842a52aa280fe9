"""Portals of other authorities: list, entry, log, telling anew."""
