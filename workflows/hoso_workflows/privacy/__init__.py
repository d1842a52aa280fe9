"""Personal data: the register of what was given to third parties."""
