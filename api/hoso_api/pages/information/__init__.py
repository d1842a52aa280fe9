"""Pages of the portal that inform: statistics, announcements, guides, contact."""
