"""JSON encoding: instants in Vietnamese local time, ids and other values as text."""

from datetime import datetime
from typing import Any

import orjson

from hoso_workflows import localtime


def encode(value: Any, option: int = 0) -> bytes:
    """UTF-8; instants in ISO 8601 with their offset. `option` is orjson's."""
    return orjson.dumps(value, default=_plain, option=option | orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: Any) -> Any:
    # The driver's own ids are no UUIDs to the encoder, and dates are passed through with the instants.
    return localtime.isoformat(value) if isinstance(value, datetime) else str(value)
