"""Calendars of the house: entered, checked, previewed over the open dossiers, approved and applied."""
