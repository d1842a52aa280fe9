"""Reminders of what is late, sent by whoever answers for the unit.

Whoever has the step is reminded, or acts for them; where nobody has taken it, those of its role in its unit; between two steps the
heads of the unit. Of a dossier each of its open steps counts, and who has several is told of the one to work on first. They read it
in their own list, and by mail as any message. A dossier or a step is reminded of once a day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import EscalationSubject
from hoso_models.storage.database import Database
from hoso_models.tables import task
from hoso_models.tables.base import described
from hoso_workflows import errors, localtime
from hoso_workflows.clock import work_by
from hoso_workflows.monitoring import overdue
from hoso_workflows.monitoring.escalation import HEADS
from hoso_workflows.monitoring.overdue import OverdueDossier, OverdueReception, OverdueStep
from hoso_workflows.organisation.permissions import ASSIGNERS, Rights, table, tracking
from hoso_workflows.organisation.permissions.tracking import Scope
from hoso_workflows.organisation.telling import ACTING
from hoso_workflows.pagination import Page
from hoso_workflows.procedures.reference_data import ReferenceData
from hoso_workflows.vocabulary import either

Item = OverdueDossier | OverdueStep | OverdueReception

REMIND = "remind_overdue"
#: The topics of the messages begin with it.
TOPIC = "reminder"


@described("What somebody is reminded of.")
class Late(StrEnum):
    """A kind of late item that somebody can be reminded of."""

    #: A dossier past its legal due date.
    DOSSIER = "dossier"
    #: An open step past its own limit.
    STEP = "step"
    #: A dossier that reception has not answered within its term.
    RECEPTION = "reception"


_LISTS: Mapping[Late, Any] = {
    Late.DOSSIER: overdue.dossiers,
    Late.STEP: overdue.steps,
    Late.RECEPTION: overdue.receptions,
}


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder that was sent."""

    subject: UUID
    at: datetime
    #: Who has reminded.
    by: UUID
    by_name: str
    #: How many people were told.
    told: int


class AlreadyReminded(errors.Refusal):
    """Somebody was reminded of this today."""

    slug = "already-reminded"
    remedy = "Wait until tomorrow, or speak to whoever has the step."

    def __init__(self, reminded: Reminded) -> None:
        at = f"{reminded.at.astimezone(localtime.ZONE):%H:%M}"
        super().__init__(say("{name} has sent a reminder of this at {at}.", name=reminded.by_name, at=at))
        self.reminded = reminded


class NobodyToRemind(errors.Refusal):
    """Nobody else can be reminded of this."""

    slug = "nobody-to-remind"
    remedy = "Give the step to an officer, or have somebody given its role."

    def __init__(self, unit: str) -> None:
        super().__init__(say("Nobody but you has or could take this step in {unit}.", unit=unit))
        self.unit = unit


async def remind(
    known: ReferenceData, late: Late, subject: UUID, rights: Rights, *, at: datetime
) -> Reminded:
    """Send a reminder of a late item, and record it.

    Raises Forbidden, NotFound for what is not late or not of a unit of theirs, AlreadyReminded, NobodyToRemind.
    """
    if not table.units(REMIND, rights):
        raise errors.Forbidden(rights.principal, table.ACTS[REMIND].says, either(ASSIGNERS), None)
    db = known.db
    item = await overdue_item(db, await known.unit_calendars(), late, subject, at=at)
    if subject not in await within(db, [subject], await known.scope(rights, REMIND)):
        if subject in await within(db, [subject], await known.scope(rights)):
            raise errors.Forbidden(rights.principal, table.ACTS[REMIND].says, either(ASSIGNERS), item.unit)
        raise errors.NotFound("overdue item", subject)
    return await send(db, late, item, actor=rights.principal, at=at)


async def overdue_item(
    db: Database, calendars: overdue.Calendars, late: Late, subject: UUID, *, at: datetime
) -> Item:
    """A dossier or step as the list of what is late has it. Raises NotFound for what is not late."""
    found: Page[Item] = await _LISTS[late](db, calendars, at=at, subject=subject, limit=1)
    for item in found.items:
        return item
    raise errors.NotFound("overdue item", subject)


async def of_dossier(
    db: Database, calendars: overdue.Calendars, key: str, *, step: bool, at: datetime
) -> tuple[Late, Item]:
    """A late dossier by code or reference, its reception, or its most late step.

    Raises NotFound.
    """
    row = await db.row(_SUBJECT, [key, at])
    if row is None:
        raise errors.NotFound("dossier", key)
    late = Late.STEP if step else Late.DOSSIER if row.accepted else Late.RECEPTION
    if step and row.step is None:
        raise errors.NotFound("overdue item", key)
    return late, await overdue_item(db, calendars, late, row.step if step else row.id, at=at)


async def send(db: Database, late: Late, item: Item, *, actor: UUID, at: datetime) -> Reminded:
    """Send a reminder of an item of the overdue lists, and record it. Raises AlreadyReminded, NobodyToRemind."""
    kind = EscalationSubject.TASK if late is Late.STEP else EscalationSubject.DOSSIER
    about = item.dossier if isinstance(item, OverdueStep) else item.id
    asked = [at, localtime.local_date(at), kind, item.id, about, item.unit, actor, list(HEADS)]
    (row,) = await db.one_statement(_SEND, [*asked, f"{TOPIC}.{late}", item.due])
    if not row.told:
        raise NobodyToRemind(item.unit_name)
    (reminded,) = (await of(db, [item.id], at=at)).values()
    if not row.kept:
        raise AlreadyReminded(reminded)
    return reminded


async def within(db: Database, subjects: Iterable[UUID], scope: Scope) -> frozenset[UUID]:
    """Those of these dossiers and steps that a scope is told one by one."""
    rows = await db.rows(_WITHIN, [list(subjects), *scope.followed, *scope.kept_back])
    return frozenset(UUID(str(row.id)) for row in rows)


async def of(db: Database, subjects: Iterable[UUID], *, at: datetime) -> dict[UUID, Reminded]:
    """Today's reminders of these dossiers and steps."""
    rows = await db.rows(_OF, [list(subjects), localtime.local_date(at)])
    return {row.subject: Reminded(**row) for row in rows}


_WITHIN = f"""
select d.id from dossier d where d.id = any($1::uuid[]) and {tracking.follows_sql("d", "$2", "$3")}
  and not {tracking.counts_sql("d", "$4", "$5", "$6")}
union all
select t.id from user_task t join dossier d on d.id = t.dossier_id
where t.id = any($1::uuid[]) and t.unit_code = any($2::text[]) and not {tracking.counts_sql("d", "$4", "$5", "$6")}
"""  # noqa: S608 - fixed text of this module
_SUBJECT = f"""
select d.id, d.accepted_at is not null as accepted, (
  select t.id from user_task t where t.dossier_id = d.id and {overdue.LIMITED_STEPS} and t.due_own < $2
  order by t.due_own, t.id limit 1
) as step
from dossier d where d.code = $1 or d.reference = $1
"""  # noqa: S608 - fixed text of this module
_OF = """
select r.subject_id as subject, r.at, r.principal_id as by, p.name as by_name, r.told::int
from reminder r join principal p on p.id = r.principal_id
where r.subject_kind in ('dossier', 'task') and r.subject_id = any($1::uuid[]) and r.day = $2
"""
#: $1 instant, $2 local date, $3 and $4 the subject, $5 its dossier, $6 the unit that is late, $7 who reminds, $8 roles of a head,
#: $9 topic, $10 the due date.
_SEND = f"""
with step as (
  select id, name, unit_code, role, assignee_id, row_number() over (order by {work_by.FIRST}) as turn from user_task
  where dossier_id = $5 and {task.OPEN} and ($3 = 'dossier' or id = $4)
), place as (
  select id, name, turn, unit_code, array[role] as roles, assignee_id from step
  union all
  select null, null, 1, $6, $8::text[], null where not exists (select from step)
), holder as (
  select id, name, turn, assignee_id as principal_id, unit_code, roles[1] as role from place where assignee_id is not null
  union all
  select s.id, s.name, s.turn, r.principal_id, r.unit_code, r.role from place s
  join role_assignment r on r.unit_code = s.unit_code and r.role = any(s.roles)
    and $2 between r.valid_from and coalesce(r.valid_to, 'infinity')
  where s.assignee_id is null
), reached as (
  select h.id, h.name, h.turn, {ACTING.format(principal="h.principal_id", unit="h.unit_code", role="h.role")} as principal_id
  from holder h
), told as (
  select distinct on (t.principal_id) t.* from reached t join principal p on p.id = t.principal_id
  where t.principal_id <> $7 and (p.closed_at is null or p.closed_at > $1)
  order by t.principal_id, t.turn
), kept as (
  insert into reminder (subject_kind, subject_id, day, dossier_id, unit_code, principal_id, at, told)
  select $3, $4, $2, $5, $6, $7, $1, (select count(*) from told) where exists (select from told)
  on conflict do nothing returning subject_id
), sent as (
  insert into outbox (dedup_key, topic, recipient_id, dossier_id, payload, created_at, available_at)
  select concat_ws('/', '{TOPIC}', $3::text, $4::text, $2::text, t.principal_id), $9, t.principal_id, $5,
    jsonb_build_object('code', d.code, 'reference', case when d.code is null then d.reference end, 'unit', $6::text,
      'due', $10::timestamptz, 'step', t.name, 'task', t.id),
    $1, $1
  from told t cross join kept join dossier d on d.id = $5
  order by t.principal_id
  on conflict (dedup_key) do nothing returning id
)
select (select count(*) from told)::int as told, (select count(*) from kept)::int as kept, (select count(*) from sent) as messages
"""  # noqa: S608 - fixed text of this module
