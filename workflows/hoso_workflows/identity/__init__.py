"""Signing in: sessions, factors of own accounts, invitations, identities of providers, set-up."""
