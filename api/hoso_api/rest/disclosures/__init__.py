"""The register of what was given to third parties."""
