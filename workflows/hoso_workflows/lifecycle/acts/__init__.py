"""Decisions of the commands: each drives the engine and returns the events, or refuses."""
