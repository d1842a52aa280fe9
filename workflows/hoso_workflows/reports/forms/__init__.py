"""Forms of reports, each a table of figures with its identities."""
