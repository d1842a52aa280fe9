"""Outages, their recipients, planned maintenance."""
