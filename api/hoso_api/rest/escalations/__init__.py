"""The escalation ladder: what it is, who would be told, who was told."""
