"""Calls upon units: urgings and inspections with a term, and the units' answers (S-14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_calendar.messages import say
from hoso_models import UrgingKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.coordination import asking, checks, refusals
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.organisation import administration, telling
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST, URGE, ANSWER = "list_urgings", "urge_unit", "answer_urging"
URGINGS = Keyset("urging", asked_at=pagination.INSTANT, id=pagination.IDENTITY)
#: Dossiers that one call may name.
MOST = 50


@dataclass(frozen=True, slots=True)
class Call:
    """A call upon a unit as it is made."""

    kind: UrgingKind
    unit: str
    text: str
    #: As `5 ngày làm việc`.
    term: str
    #: Codes or references of the dossiers that it is about.
    dossiers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Urging:
    """A call upon a unit, with its answer."""

    id: UUID
    kind: UrgingKind
    unit: str
    unit_name: str
    text: str
    #: Codes, or references of those without one.
    dossiers: tuple[str, ...]
    term: str
    due_at: datetime
    asked_at: datetime
    asked_by: str
    #: People of the unit who were told.
    told: int
    answer: str | None
    answered_at: datetime | None
    answered_by: str | None
    #: It was answered late, or is not answered and late by now.
    overdue: bool


async def urge(db: Database, calendar: wt.WorkCalendar, call: Call, asked: Asked) -> Urging:
    """Call upon a unit. Its heads are told, and the term is counted by its calendar.

    The same call once more by the same person, until it is answered, is the one before. Raises FormRefused for a term that
    is none and for dossiers of other units, CalendarEnds, NotFound, Forbidden.
    """
    async with asking.acting(db, URGE, call.unit, asked) as tx:
        checks.said(text=call.text, term=call.term)
        due = _due(calendar, call.term, asked.at)
        for before in await tx.rows(_URGED, [call.unit, call.kind.value, call.text, due, asked.by]):
            return await _one(tx, before.id, asked.at)
        dossiers = await _dossiers(tx, call)
        (people,) = await telling.people_of(tx, [(call.unit, None)], asked.at)
        given = [call.kind.value, call.unit, call.text, dossiers, call.term, due, asked.at, asked.by]
        (made,) = await tx.rows(_URGE, [*given, len(people)])
        await _tell(tx, "urging.asked", made.id, people, asked.at)
        await _record(tx, "unit_urged", made.id, call.unit, asked)
        return await _one(tx, made.id, asked.at)


async def answer(db: Database, urging: UUID, text: str, asked: Asked) -> Urging:
    """Answer for the unit; who called is told. Raises FormRefused, UrgingAnswered, NotFound, Forbidden."""
    before = await _one(db, urging, asked.at)
    async with asking.acting(db, ANSWER, before.unit, asked) as tx:
        checks.said(answer=text)
        if await tx.rows(_ANSWERED, [urging, text, asked.by]):
            return before
        rows = await tx.rows(_ANSWER, [urging, text, asked.at, asked.by])
        if not rows:
            raise refusals.UrgingAnswered
        await _tell(tx, "urging.answered", urging, [rows[0].asked_by], asked.at)
        await _record(tx, "urging_answered", urging, before.unit, asked)
        return await _one(tx, urging, asked.at)


async def one(db: Database, urging: UUID, asked: Asked) -> Urging:
    """A call upon a unit of the reader's. Raises NotFound for one of others as well."""
    found = await _one(db, urging, asked.at)
    try:
        await asking.reached(db, LIST, found.unit, asked)
    except errors.Forbidden as forbidden:
        raise errors.NotFound("call upon a unit", urging) from forbidden
    await asking.read(db, LIST, found.unit, asked, [urging])
    return found


async def read(
    db: Database,
    asked: Asked,
    *,
    unit: str | None = None,
    waiting: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[Urging]:
    """One page of the calls upon the reader's units, the newest first. Raises Forbidden, NotFound, BadCursor."""
    units = await asking.reached(db, LIST, unit, asked)
    page = await listed(db, units, asked.at, waiting=waiting, limit=limit, after=after)
    await asking.read(db, LIST, unit, asked, [each.id for each in page.items])
    return page


async def listed(
    db: Database,
    units: Sequence[str] | None,
    at: datetime,
    *,
    waiting: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[Urging]:
    """One page of the calls upon these units, the newest first.

    Those of all without any; or only those without an answer.
    """
    wanted = Conditions()
    now = wanted.given(at)
    wanted.equal("c.unit_code", None if units is None else list(units))
    if waiting:
        wanted.add("c.answered_at is null")
    wanted.behind("c.asked_at, c.id", URGINGS.values(after), falling=True)
    sql = _LISTED.replace("{at}", f"{now}::timestamptz")
    return await pagination.page(db, sql, wanted, URGINGS, limit=limit, item=_shown)


def _due(calendar: wt.WorkCalendar, term: str, at: datetime) -> datetime:
    try:
        due = wt.deadline(calendar, at, wt.Term.parse(term)).due
    except wt.BadTerm:
        due = None
    except wt.MissingCalendarData as missing:
        raise errors.CalendarEnds(missing.calendar, missing.year) from missing
    if due is None:
        wrong = say("is no term; write it as `5 working days`")
        raise errors.FormRefused([errors.Fault("term", wrong)])
    return due


async def _dossiers(tx: Transaction, call: Call) -> list[str]:
    """The references of the dossiers that a call names."""
    named = list(dict.fromkeys(each.strip() for each in call.dossiers if each.strip()))
    few = checks.that(len(named) <= MOST, "dossiers", say("at most {most} dossiers", most=MOST))
    checks.require(few)
    found = {row.named: row.reference for row in await tx.rows(_DOSSIERS, [named, call.unit])}
    checks.require(
        *(
            errors.Fault("dossiers", say("{key} is no dossier of the unit", key=each))
            for each in named
            if each not in found
        )
    )
    return [found[each] for each in named]


async def _tell(tx: Transaction, topic: str, urging: UUID, people: Sequence[UUID], at: datetime) -> None:
    (row,) = await tx.rows(_PAYLOAD, [urging])
    said = {"urging": str(urging), "unit_name": row.name, "due": localtime.isoformat(row.due_at)}
    await telling.tell(tx, topic, str(urging), people, said, at)


async def _record(tx: Transaction, kind: str, urging: UUID, unit: str, asked: Asked) -> None:
    await administration.record_of(tx, unit, kind, str(urging), asked.author, asked.at, unit=unit)


async def _one(asked: Database | Transaction, urging: UUID, at: datetime) -> Urging:
    sql = _LISTED.replace("{at}", "$2::timestamptz").format(conditions="c.id = $1", limit=1)
    rows = await asked.rows(sql, [urging, at])
    if not rows:
        raise errors.NotFound("call upon a unit", urging)
    return _shown(rows[0])


def _shown(row: Any) -> Urging:
    kind, dossiers = UrgingKind(row.kind), tuple(row.dossiers or ())
    return Urging(row.id, kind, row.unit_code, row.unit_name, row.text, dossiers, *tuple(row)[6:])


_LISTED = """
select c.id, c.kind, c.unit_code, u.name as unit_name, c.text, (
    select jsonb_agg(coalesce(d.code, d.reference) order by named.place)
    from jsonb_array_elements_text(c.dossiers) with ordinality as named(reference, place)
    join dossier d on d.reference = named.reference
  ) as dossiers, c.term, c.due_at, c.asked_at, p.name as asked_by, c.told, c.answer, c.answered_at, a.name as answered_by,
  coalesce(c.answered_at, {at}) > c.due_at as overdue
from urging c join unit u on u.code = c.unit_code join principal p on p.id = c.asked_by
left join principal a on a.id = c.answered_by
where {conditions}
order by c.asked_at desc, c.id desc limit {limit}
"""
#: $1 what was typed, $2 the unit.
_DOSSIERS = """
select named, d.reference from unnest($1::text[]) as named join dossier d on d.reference = named or d.code = named
where array[d.receiving_unit, d.handling_unit, d.deciding_unit] && units_below($2)
  or exists (select from user_task t where t.dossier_id = d.id and t.status = 'open' and t.unit_code = any(units_below($2)))
"""
#: $1 kind, $2 unit, $3 text, $4 dossiers, $5 term, $6 due, $7 now, $8 by whom, $9 people told.
_URGE = """
insert into urging (kind, unit_code, text, dossiers, term, due_at, asked_at, asked_by, told)
values ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9) returning id
"""
_URGED = """
select id from urging where (unit_code, kind, text, due_at, asked_by) = ($1, $2, $3, $4, $5) and answered_at is null
"""
_ANSWERED = "select 1 from urging where id = $1 and answer = $2 and answered_by = $3"
_ANSWER = """
update urging set answer = $2, answered_at = $3, answered_by = $4 where id = $1 and answered_at is null returning asked_by
"""
_PAYLOAD = "select u.name, c.due_at from urging c join unit u on u.code = c.unit_code where c.id = $1"
