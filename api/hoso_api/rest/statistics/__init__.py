"""Public statistics of services."""
