"""Portals of other authorities: register and log; statuses read and answered."""
