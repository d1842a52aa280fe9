"""Dossiers found again: searches and lists over all that a reader may see."""
