"""The flow that audits the files of dossiers, a share of them each night."""

import logging
from datetime import datetime

from prefect import flow

from hoso_models.storage import database
from hoso_workflows import localtime
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.attachments.store import Store
from hoso_workflows.audit import stored_files
from hoso_workflows.flows import run_log
from hoso_workflows.flows.sweeps import POLICY
from hoso_workflows.webhooks.settings import seal

log = logging.getLogger(__name__)
#: A share of a province's files is read for longer than other flows run.
HOURS = 4


@flow(name="audit-files", **{**POLICY, "timeout_seconds": HOURS * 3600})
@run_log.worded
async def audit_files() -> int:
    """Compare keys and files of all dossiers; return the number of differences.

    Bytes are read of the night's share.
    """
    async with database.connect() as db:
        found = await stored_files.audit_night(db, Store.of(StoreSettings.read()), seal(), at=_now())
    for difference in found:
        log.error("%s", difference)
    return len(found)


def _now() -> datetime:
    return datetime.now(localtime.ZONE)
