"""Payments online: orders, notifications of the gateway, disputes."""
