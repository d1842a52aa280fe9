"""Pages of officers: the inbox, a step, a dossier."""
