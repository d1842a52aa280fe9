"""Pages of administrators beside the register: calendars, messages, the escalation ladder, templates of letters."""
