"""The flow that deletes what has served its time."""

from datetime import datetime

from prefect import flow

from hoso_models.storage import database
from hoso_workflows import drafts, localtime
from hoso_workflows.attachments import sweep
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.attachments.store import Store
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.drafts import parked_forms
from hoso_workflows.embedding import seen
from hoso_workflows.feedback import feedback
from hoso_workflows.flows import run_log
from hoso_workflows.flows.sweeps import POLICY
from hoso_workflows.identity import expiry
from hoso_workflows.jobs import register as jobs
from hoso_workflows.operation import retention
from hoso_workflows.privacy import destruction
from hoso_workflows.tasks import kept


@flow(name="expire", **POLICY)
@run_log.worded
async def expire() -> retention.Expired:
    """Delete old responses, sent messages and access log lines; return their numbers.

    Sessions, attempts and invitations that are over go as well, drafts and parked forms that have expired, jobs that ended
    long ago, what is left of closed tasks, whose feedback it was, and old counts of sites that show the catalogue. Dossiers
    on confirmed lists of destruction are erased last: what keeps them from it keeps nothing else.
    """
    async with database.connect() as db:
        await expiry.expire(db, at=_now())
        await drafts.expire(db, at=_now())
        await parked_forms.expire(db, at=_now())
        await jobs.expire(db, at=_now())
        await feedback.forget(db, at=_now())
        await seen.forget(db, at=_now())
        await kept.expire(db)
        await kept.make_findable(db)
        expired = await retention.expire(db, retention.ExpirySettings.read(), at=_now())
        await destruction.execute(DossierService(db), at=_now())
        return expired


@flow(name="sweep-files", **POLICY)
@run_log.worded
async def sweep_files() -> sweep.Swept:
    """Delete stored objects that are no file of a dossier; return their number."""
    async with database.connect() as db:
        return await sweep.sweep(db, Store.of(StoreSettings.read()), at=_now())


def _now() -> datetime:
    return datetime.now(localtime.ZONE)
