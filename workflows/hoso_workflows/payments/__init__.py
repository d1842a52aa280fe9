"""Payments: what dossiers owe and paid, for their readers."""
