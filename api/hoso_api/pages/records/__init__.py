"""Registers that are read: access log, administration, disclosures, unknown identities, permissions."""
