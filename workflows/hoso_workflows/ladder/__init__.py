"""The escalation ladder as data: rungs, acts on them, their words."""
