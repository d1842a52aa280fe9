"""The catalogue on other sites: list and look-up in frames, feeds, an element, the code to copy, sites seen."""
