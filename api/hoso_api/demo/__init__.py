"""A demonstration month: Hà Tĩnh's units, officers named by role, and dossiers that walk through the real commands."""
