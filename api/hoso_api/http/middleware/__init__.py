"""ASGI middleware and the HTTP/1.1 protocol of the workers."""
