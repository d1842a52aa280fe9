"""Sites of agencies that show the catalogue, and through which dossiers come in."""
