"""Everything that is kept about a person, given to that person."""
