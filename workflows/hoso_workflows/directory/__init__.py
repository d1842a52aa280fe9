"""The catalogue for anybody: rows of a list, neighbours in spelling, figures of the first page."""
