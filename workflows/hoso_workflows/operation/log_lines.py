"""Log of our processes: a JSON object a line, on standard error.

No line repeats what an error says, which may be a row, nor what a caller has sent.
"""

import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from hoso_workflows import localtime

#: The loggers of a process of the API.
OURS = ("hoso_api", "hoso_workflows", "hoso_models")
#: Of others, whose warnings and faults are lines too.
OTHERS = ("uvicorn.error", "asyncio")
#: Places of an error that are told, the innermost last.
PLACES = 8

#: What is known of the request that is being answered.
_NOTED: ContextVar[dict[str, Any] | None] = ContextVar("noted for the log", default=None)


class Entry:
    """An entry of named values. As text it is `name=value`, as a line of the log a JSON object."""

    def __init__(self, **values: Any) -> None:
        self.values: Mapping[str, Any] = values

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in self.values.items())


@contextmanager
def within(**values: Any) -> Iterator[None]:
    """Put values on every line that is logged in the block."""
    token = _NOTED.set(dict(values))
    try:
        yield
    finally:
        _NOTED.reset(token)


def note(**values: Any) -> None:
    """Put further values on the lines of the present request; None is no value."""
    if (noted := _NOTED.get()) is not None:
        noted.update({name: value for name, value in values.items() if value is not None})


class LineFormatter(logging.Formatter):
    """One JSON object per entry, begun by its instant in Vietnam's local time."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of an entry, without its end."""
        said = record.msg.values if isinstance(record.msg, Entry) else {"message": record.getMessage()}
        line = {"at": self._instant(record), "level": record.levelname, **(_NOTED.get() or {}), **said}
        if record.exc_info and record.exc_info[1] is not None:
            line |= _fault(record.exc_info[1])
        return orjson.dumps(line, default=str).decode()

    def _instant(self, record: logging.LogRecord) -> str:
        return datetime.fromtimestamp(record.created, localtime.ZONE).isoformat(timespec="milliseconds")


def configure(*names: str) -> None:
    """Configure loggers, ours and those of the server by default. Safe twice."""
    for name in names or (*OURS, *OTHERS):
        logger = logging.getLogger(name)
        if not logger.handlers:
            handler = logging.StreamHandler()
            handler.setFormatter(LineFormatter())
            logger.addHandler(handler)
            logger.setLevel(logging.WARNING if name in OTHERS else logging.INFO)
            logger.propagate = False


def _fault(error: BaseException) -> dict[str, Any]:
    """An error and its causes by class and place."""
    places = traceback.extract_tb(error.__traceback__)[-PLACES:]
    trace = [f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in places]
    cause = error.__cause__ or error.__context__
    return {"fault": _name(error), "trace": trace} | ({"cause": _name(cause)} if cause else {})


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"
