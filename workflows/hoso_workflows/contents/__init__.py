"""Contents of strangers' files, judged in a limited child."""
