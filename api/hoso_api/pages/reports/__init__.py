"""Reports on a period, as tables with their check."""
