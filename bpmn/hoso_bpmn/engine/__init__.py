"""The only door to SpiffWorkflow: task specs, timers, events, decision tables."""
