"""The clock of a real installation; commands read it without importing the API."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant; demonstrations and tests bring their own."""
    return datetime.now(UTC)
