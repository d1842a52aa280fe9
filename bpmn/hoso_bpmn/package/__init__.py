"""A procedure package: files, manifest, forms, calls to other procedures."""
