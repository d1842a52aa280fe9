"""People of the authorities: principals, directory, permissions, access log."""
