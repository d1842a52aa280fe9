"""One line in the log of the flows for each run that ends; Prefect's own words stay in its database."""

import logging
from typing import Any

from hoso_workflows import logs

#: No logger of ours that Prefect sends to its server: what ran it knows already.
log = logging.getLogger("hoso_flows")


def ended(flow: Any, run: Any, state: Any) -> None:
    """Note that a run has ended, how, and after which time."""
    logs.begin(log.name)
    log.info("flow=%s state=%s ms=%.0f", flow.name, state.name, run.estimated_run_time.total_seconds() * 1000)
