"""Pages of signing in and out, of invitations and of the set-up."""
