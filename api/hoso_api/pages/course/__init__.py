"""Acts on the course of a dossier: one page each, and opinions of units."""
