"""Procedures of authorities: publication, dependencies, owners, reference data."""
