"""Messages to people: rules, outbox, e-mail."""
