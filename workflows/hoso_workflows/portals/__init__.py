"""Portals of other authorities: register, statuses told, answers (ADR 0079)."""
