"""Log format of our processes: lines on standard error, which the supervisor stores."""

import logging
from datetime import datetime

from hoso_workflows import localtime

#: The loggers of a process of the API.
OURS = ("hoso_api", "hoso_workflows", "hoso_models")


class LineFormatter(logging.Formatter):
    """One line per entry, begun by its instant in Vietnam's local time."""

    def __init__(self) -> None:
        super().__init__("at=%(asctime)s level=%(levelname)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - as logging calls it
        """The instant of an entry, to the millisecond."""
        return datetime.fromtimestamp(record.created, localtime.ZONE).isoformat(timespec="milliseconds")


def configure(*names: str) -> None:
    """Configure loggers, ours by default. Safe twice."""
    for name in names or OURS:
        logger = logging.getLogger(name)
        if not logger.handlers:
            handler = logging.StreamHandler()
            handler.setFormatter(LineFormatter())
            logger.addHandler(handler)
            logger.setLevel(logging.INFO)
            logger.propagate = False
