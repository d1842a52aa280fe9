"""Reports that units owe: generated, written, approved, submitted with frozen figures, returned, consolidated."""
