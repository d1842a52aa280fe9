"""Invitations, recoveries and sessions of people, over REST."""
