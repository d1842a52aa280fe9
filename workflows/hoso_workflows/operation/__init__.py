"""A process in operation: admission, rate limits, logs, progress of sweeps."""
