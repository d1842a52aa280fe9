"""The catalogue for anybody: rows, neighbours in spelling, figures."""
