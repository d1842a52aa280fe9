"""Mails to applicants: their words, and how the facts stand in them."""
