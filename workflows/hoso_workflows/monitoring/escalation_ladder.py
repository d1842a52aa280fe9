"""The escalation ladder as sentences: when somebody is told, and who."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hoso_calendar.messages import Message, say
from hoso_models.storage.database import Database
from hoso_models.tables.base import described
from hoso_workflows.monitoring import escalation, overdue
from hoso_workflows.monitoring.escalation import Level, Swept
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


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the ladder: at its level, who is told."""

    level: Level
    when: Message
    to: Message


#: Every level once, in the order in which a dossier meets them.
RUNGS: Sequence[Rung] = (
    Rung(
        Level.RECEPTION_WAITS,
        say("A dossier has waited at reception for {hours} working hours", hours=escalation.PATIENCE // 60),
        say(
            "the officer who has it; else for one filed online the officer on duty; else the head of the receiving unit"
        ),
    ),
    Rung(
        Level.RECEPTION_OVERDUE,
        say("Reception has not answered within its term"),
        say("the head of the receiving unit"),
    ),
    Rung(Level.STEP_DUE, say("A step is past its own limit"), say("the officer who has it")),
    Rung(
        Level.STEP_UNCLAIMED,
        say("A step is past its own limit, and nobody has it"),
        say("the head of the unit that has the step"),
    ),
    Rung(
        Level.DUE_SOON,
        say("A dossier is due before the end of the next working day"),
        say("the head of the handling unit"),
    ),
    Rung(Level.OVERDUE, say("A dossier is past the date promised"), say("the head of the handling unit")),
)


def channels(settings: email.MailSettings) -> tuple[Channel, ...]:
    """The ways by which somebody is told. Mail is one where a server or a folder is set."""
    return (Channel.PORTAL, Channel.EMAIL) if email.transports(settings) else (Channel.PORTAL,)


async def sweep_by_hand(db: Database, calendars: overdue.Calendars, *, actor: UUID, at: datetime) -> Swept:
    """Let the sweep run now, as Prefect does. Who asked for it and what came of it is recorded."""
    swept = await escalation.sweep(db, calendars, at=at)
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
