"""Notices and addresses of the caller, over REST."""
