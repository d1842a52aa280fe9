"""Pages of the house as a whole: areas, new calendars, closing, the setup file."""
