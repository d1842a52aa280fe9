"""Pages about changes of a procedure: edited, compared, dossiers moved."""
