"""Feedback and proposals, and their answers."""
