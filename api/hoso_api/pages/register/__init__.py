"""Pages of administrators: state of the installation, units, people, competences, keys."""
