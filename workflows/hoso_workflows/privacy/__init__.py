"""Personal data: disclosures to third parties, retention, and destruction by two persons."""
