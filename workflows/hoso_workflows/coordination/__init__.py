"""The coordinating function's work: outages, maintenance, urgings, its register, evaluation."""
