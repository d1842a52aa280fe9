"""Long acts of other pages, which become jobs."""
