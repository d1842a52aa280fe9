"""An installation on this machine: home, identity, file modes, service user."""
