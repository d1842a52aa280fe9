"""Way of tokens through a process: reach, caught events, and the token game."""
