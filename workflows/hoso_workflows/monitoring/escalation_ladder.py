"""The ways of telling, and sweeps that somebody asks for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_models.tables.base import described
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.monitoring import escalation, reassignments
from hoso_workflows.monitoring.escalation import Swept
from hoso_workflows.notifications import email
from hoso_workflows.organisation import access_log

#: What the access log calls a sweep by hand.
BY_HAND = "sweeping escalations"


@described("A way by which somebody is told.")
class Channel(StrEnum):
    """A way by which somebody is told."""

    #: The list of one's own notices, always.
    PORTAL = "portal"
    #: Mail, to whoever has a verified address.
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Asked:
    """Outcome of a sweep that somebody asked for."""

    at: datetime
    #: False when another sweep was at work, which did it instead.
    ran: bool
    messages: int
    unaddressed: int


def channels(settings: email.MailSettings) -> tuple[Channel, ...]:
    """The ways by which somebody is told. Mail is one where a server or a folder is set."""
    return (Channel.PORTAL, Channel.EMAIL) if email.transports(settings) else (Channel.PORTAL,)


async def sweep_by_hand(service: DossierService, *, actor: UUID, at: datetime) -> Swept:
    """Let the sweep run now, as Prefect does. Who asked for it and what came of it is recorded."""
    db = service.db
    swept = await escalation.sweep(db, await service.reference_data.unit_calendars(), at=at)
    await reassignments.run(service, at=at)
    said = {"ran": str(swept.ran), "messages": str(swept.messages), "unaddressed": str(swept.unaddressed)}
    async with db.transaction() as tx:
        await access_log.record(tx, actor, BY_HAND, escalation.JOB, at, **said)
    return swept


async def last_by_hand(db: Database, actor: UUID, since: datetime) -> Asked | None:
    """The outcome of the last sweep that somebody asked for since an instant; None without one."""
    row = await db.row(_LAST, [actor, since, BY_HAND])
    if row is None:
        return None
    ran, messages, unaddressed = row.detail["ran"], row.detail["messages"], row.detail["unaddressed"]
    return Asked(row.at, ran == str(True), int(messages), int(unaddressed))


_LAST = """
select at, detail from access_log where principal_id = $1 and at >= $2 and act = $3 and granted order by at desc, id desc limit 1
"""
