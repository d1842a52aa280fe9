"""One log line for each run that ends. Prefect's own log stays in its database."""

import logging
import time
from typing import Any

from hoso_workflows.operation import log_lines

#: No logger of ours that Prefect sends to its server: what ran it knows already.
log = logging.getLogger("hoso_flows")
_begun: dict[Any, float] = {}


def begun(_flow: Any, run: Any, _state: Any) -> None:
    """Note when a run has begun; a further try is no new run."""
    _begun.setdefault(run.id, time.monotonic())


def ended(flow: Any, run: Any, state: Any) -> None:
    """Log the end of a run, with its outcome and duration."""
    log_lines.configure(log.name)
    now = time.monotonic()
    log.info("flow=%s state=%s ms=%.0f", flow.name, state.name, (now - _begun.pop(run.id, now)) * 1000)
