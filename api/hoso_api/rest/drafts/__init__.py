"""Drafts of dossiers, over REST."""
