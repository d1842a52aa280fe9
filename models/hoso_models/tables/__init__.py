"""The tables, one module for each subject."""
