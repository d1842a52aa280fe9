"""Knowledge that Django needs of a process without a table."""
