"""Escalations told lately: of what, to whom, and what became of the message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from hoso_models import Aside
from hoso_models.storage.database import Database
from hoso_models.tables import outbox
from hoso_models.tables.base import described
from hoso_workflows import pagination
from hoso_workflows.organisation.permissions import tracking
from hoso_workflows.organisation.permissions.tracking import Scope
from hoso_workflows.pagination import Conditions, Keyset, Page

#: How far back is lately.
LATELY = timedelta(days=30)
TOLD = Keyset(at=pagination.INSTANT, id=pagination.LARGE_NUMBER)


@described("Outcome of the message of an escalation.")
class Delivery(StrEnum):
    """Outcome of the message of an escalation. In its reader's list it stands always."""

    #: A mail went out.
    SENT = "sent"
    #: It is sent at its hour.
    WAITING = "waiting"
    #: It stands in its reader's list only: no mail is set up, or no address is known.
    LISTED = "listed"
    #: It was true no longer when its turn came.
    OVERTAKEN = "overtaken"
    #: It could not be sent, and was set aside.
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Told:
    """An escalation that was told."""

    #: The number of its message.
    id: int
    at: datetime
    #: The name of the rung.
    level: str
    #: None where it is about a report.
    reference: str | None
    #: None before acceptance.
    code: str | None
    procedure: str | None
    unit: str
    unit_name: str
    step: str | None
    due: datetime
    recipient: UUID
    recipient_name: str
    delivery: Delivery
    #: Id, name and period of a report; None where it is about a dossier.
    obligation: UUID | None = None
    report: str | None = None
    period: str | None = None


async def search(
    db: Database,
    units: Sequence[str] | None,
    scope: Scope | None = None,
    *,
    at: datetime,
    limit: int = 50,
    after: str | None = None,
) -> Page[Told]:
    """One page of the escalations told to `at` of these units, the newest first; None for all.

    Those that a scope is told one by one. Raises BadCursor.
    """
    asked = _asked(units, at)
    tracking.told(asked, scope, "d")
    asked.behind("o.created_at, o.id", TOLD.values(after), falling=True)
    return await pagination.page(db, _TOLD, asked, TOLD, limit=limit, item=_told)


async def counted(db: Database, units: Sequence[str] | None, scope: Scope | None, at: datetime) -> int:
    """Number of those escalations that a scope is told as a number only."""
    of_dossiers = "outbox o join dossier d on d.id = o.dossier_id"
    return await tracking.counted(db, of_dossiers, _asked(units, at), scope, "d")


def _asked(units: Sequence[str] | None, at: datetime) -> Conditions:
    asked = Conditions("o.topic like 'escalation.%'")
    asked.add("o.created_at > {}", at - LATELY)
    if units is not None:
        asked.add("o.payload ->> 'unit' = any({}::text[])", list(units))
    return asked


def _told(row: Any) -> Told:
    level = row.topic.removeprefix("escalation.")
    named = {name: value for name, value in row.items() if name not in ("topic", "due", "delivery")}
    due, delivery = datetime.fromisoformat(row.due), Delivery(row.delivery)
    return Told(**named, level=level, due=due, delivery=delivery)


_TOLD = f"""
select o.id, o.created_at as at, o.topic, d.reference, d.code, d.procedure_code as procedure, u.code as unit, u.name as unit_name,
  o.payload ->> 'step' as step, (o.payload ->> 'obligation')::uuid as obligation, o.payload ->> 'report' as report,
  o.payload ->> 'period' as period, o.payload ->> 'due' as due, p.id as recipient, p.name as recipient_name,
  case when o.sent_at is not null then '{Delivery.SENT}' when {outbox.SET_ASIDE} then '{Delivery.SET_ASIDE}'
    when o.aside = '{Aside.PORTAL}' then '{Delivery.LISTED}' when o.aside = '{Aside.OVERTAKEN}' then '{Delivery.OVERTAKEN}'
    else '{Delivery.WAITING}' end as delivery
from outbox o left join dossier d on d.id = o.dossier_id join unit u on u.code = o.payload ->> 'unit'
join principal p on p.id = o.recipient_id
where {{conditions}}
order by o.created_at desc, o.id desc limit {{limit}}
"""  # noqa: S608 - fixed text of this module
