"""Processes of `hoso serve`: supervision, ports, workers."""
