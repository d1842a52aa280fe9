"""Who is on duty in a unit on which working day."""
