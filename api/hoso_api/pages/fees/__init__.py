"""Pages about money: fees of a dossier, takings of a day."""
