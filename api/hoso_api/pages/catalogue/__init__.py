"""The catalogue of procedures; service levels; systems of agencies."""
