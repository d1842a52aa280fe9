"""What Django has to know of a process without a table."""
