"""One date and a whole calendar of them: working sessions, prefix sums, arithmetic."""
