"""Calendars as they are declared: TOML and iCalendar documents, inheritance, validation."""
