"""Portals of other authorities: their register and log, and what a portal itself reads and answers."""
