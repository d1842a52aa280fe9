"""Calendars and deadlines as text and pictures."""
