"""How a process of ours writes its log: lines on standard error, which its supervisor keeps in a file."""

import logging
from datetime import datetime

from hoso_workflows import localtime

#: The loggers that write there in a process of the API.
OURS = ("hoso_api", "hoso_workflows", "hoso_models")


class Line(logging.Formatter):
    """An entry as one line that begins with its instant, as clocks in Vietnam show it."""

    def __init__(self) -> None:
        super().__init__("at=%(asctime)s level=%(levelname)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - as logging calls it
        """The instant of an entry, to the millisecond."""
        return datetime.fromtimestamp(record.created, localtime.ZONE).isoformat(timespec="milliseconds")


def begin(*names: str) -> None:
    """Write what loggers have to say; safe twice."""
    for name in names or OURS:
        logger = logging.getLogger(name)
        if not logger.handlers:
            handler = logging.StreamHandler()
            handler.setFormatter(Line())
            logger.addHandler(handler)
            logger.setLevel(logging.INFO)
            logger.propagate = False
