"""Pages on which citizens and companies file."""
