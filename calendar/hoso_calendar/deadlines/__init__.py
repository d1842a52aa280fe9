"""Terms counted on a calendar: rules, deadline, trace, explanation."""
