"""Pages of a person who files dossiers."""
