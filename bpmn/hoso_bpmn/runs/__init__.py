"""Runs of a process in memory: commands, state as bytes, migration."""
