"""Backups of database and files: taken while work goes on, restored elsewhere."""
