"""Portals of other authorities: who they are, each status told to them, what they answer (ADR 0079)."""
