"""Sessions, statements, privileges and partitions of the database."""
