"""Pages of the catalogue for anybody: home, list, procedure, calculator."""
