"""Pages for people with a browser: whole, rendered here, in Vietnamese, without a script."""
