"""Numbers of dossiers and letters."""
