"""Webhooks: the register of receivers, and signed events delivered to them."""
