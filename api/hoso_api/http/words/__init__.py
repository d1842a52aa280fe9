"""Meanings of fields and parameters of the REST API, a module for each subject."""
