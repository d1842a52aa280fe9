"""The log of a process as its lines would be written."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hoso_workflows.operation import log_lines


class Lines(logging.Handler):
    """The lines as the log would hold them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(log_lines.LineFormatter())
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(json.loads(self.format(record)))


@asynccontextmanager
async def log_lines_of(name: str) -> AsyncIterator[list[dict[str, Any]]]:
    """Keep the lines of a logger in the block."""
    kept, logger = Lines(), logging.getLogger(name)
    before = logger.level
    logger.addHandler(kept)
    logger.setLevel(logging.INFO)
    try:
        yield kept.lines
    finally:
        logger.removeHandler(kept)
        logger.setLevel(before)
