"""Ratings of dossiers by their applicants."""
