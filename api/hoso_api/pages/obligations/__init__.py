"""Reports that units owe: the agency's side, and that of the coordinating function."""
