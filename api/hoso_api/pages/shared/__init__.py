"""Session, templates and assets that all pages share."""
