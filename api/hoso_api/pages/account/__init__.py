"""Pages of one's own account: sessions, factors, sign-ins."""
