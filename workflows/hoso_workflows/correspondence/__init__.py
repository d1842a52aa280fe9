"""Letters of dossiers: their values from stored rows, lists, printing, and the public check."""
