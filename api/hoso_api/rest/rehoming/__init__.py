"""Open dossiers of closed, merged or moved units."""
