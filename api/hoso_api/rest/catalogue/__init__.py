"""The catalogue of procedures, service levels, and the systems of agencies."""
