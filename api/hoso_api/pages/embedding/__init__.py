"""The catalogue on other sites: frames, feeds, an element, code to copy, sites seen."""
