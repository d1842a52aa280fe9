"""Voice of applicants and of anybody: ratings of dossiers, feedback and its answers (S-19)."""
