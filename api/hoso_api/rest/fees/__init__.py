"""Fees and payments of dossiers."""
