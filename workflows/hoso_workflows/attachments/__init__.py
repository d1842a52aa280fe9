"""Files of dossiers: received, looked at, sealed, stored, read, swept."""
