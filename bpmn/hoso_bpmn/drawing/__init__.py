"""Diagrams drawn as SVG: coordinates, layout, routing."""
