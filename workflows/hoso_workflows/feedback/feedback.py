"""Feedback of anybody and proposals of agencies: given, forwarded, answered, published (S-19).

Whoever gives it needs no account. Their words, name and mail are sealed by the key of the installation, opened for the officers
who answer, never part of a public answer, and forgotten a year after it. The term of an answer is data with its basis
(`answer_terms.toml`), counted by the calendar of the unit at the top.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson

import hoso_calendar as wt
from hoso_calendar.messages import say
from hoso_models import FeedbackKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.coordination import asking, checks, telling
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.feedback import refusals
from hoso_workflows.identity.sealing import Broken, Seal
from hoso_workflows.organisation import administration
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.procedures.reference_data import calendar_of
from hoso_workflows.tracking.keys import keys_in

LIST, FORWARD, ANSWER, PROPOSE = (
    "list_feedback",
    "forward_feedback",
    "answer_feedback",
    "propose_improvement",
)
GIVEN = Keyset("feedback", given_at=pagination.INSTANT, id=pagination.IDENTITY)
ANSWERED = Keyset("answered", answered_at=pagination.INSTANT, id=pagination.IDENTITY)
#: How long the sender's words, name and mail are kept after the answer.
KEPT = timedelta(days=365)
#: The most signs of a text.
LONGEST = 4000
_NAMES = UUID("1f0a4e0e-7d2b-4a51-9a43-6a0d3d0f4c55")


@dataclass(frozen=True, slots=True)
class AnswerTerm:
    """The term of an answer, in force from a local date on."""

    text: str
    basis: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Said:
    """Feedback as somebody gives it."""

    kind: FeedbackKind
    text: str
    #: Code of the procedure, or of the dossier, that it is about.
    procedure: str = ""
    dossier: str = ""
    #: Of who wants to be named and answered.
    name: str = ""
    email: str = ""
    wants_answer: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Entry of feedback: the unit at the top, its calendar, and the seal."""

    db: Database
    seal: Seal
    unit: str
    calendar: wt.WorkCalendar


@dataclass(frozen=True, slots=True)
class Feedback:
    """Feedback as those who answer it read it."""

    id: UUID
    #: Such as `GY-2026-000012`.
    number: str
    kind: FeedbackKind
    procedure: str | None
    #: Code of the dossier.
    dossier: str | None
    #: None once it was forgotten.
    text: str | None
    name: str | None
    email: str | None
    wants_answer: bool
    given_at: datetime
    from_unit: str | None
    unit: str
    unit_name: str
    term: str
    basis: str
    due_at: datetime
    forwarded_at: datetime | None
    answer: str | None
    answered_at: datetime | None
    published: bool
    summary: str | None
    #: It was answered late, or is not answered and late by now.
    overdue: bool


@dataclass(frozen=True, slots=True)
class Published:
    """An answer that anybody reads; nothing of who has asked."""

    number: str
    kind: FeedbackKind
    procedure: str | None
    summary: str
    answer: str
    unit_name: str
    answered_at: datetime


@cache
def terms() -> tuple[AnswerTerm, ...]:
    """The terms of answers, as the file has them, the newest last."""
    file = resources.files(__package__).joinpath("answer_terms.toml")
    return tuple(AnswerTerm(**row) for row in tomllib.loads(file.read_text(encoding="utf-8"))["term"])


def term_on(day: date) -> AnswerTerm:
    """The term that is in force on a local date. Raises LookupError where none is declared."""
    found = [each for each in terms() if each.valid_from <= day]
    if not found:
        raise LookupError(f"no term of an answer is declared for {day}")
    return found[-1]


async def desk(service: DossierService, seal: Seal, *, at: datetime) -> Desk:
    """The entry of feedback at an instant. Raises UnitUnknown where there is no unit at the top."""
    row = await service.db.row(_TOP, [localtime.local_date(at)])
    if row is None:
        raise errors.UnitUnknown("")
    return Desk(service.db, seal, row.code, await calendar_of(service.reference_data, row.code))


async def give(desk: Desk, said: Said, *, by: UUID | None, at: datetime, key: str | None = None) -> Feedback:
    """Take feedback in; under the same key once more it is the same. Raises FormRefused, CalendarEnds."""
    _require(said)
    if said.kind is FeedbackKind.PROPOSAL:
        raise errors.FormRefused([errors.Fault("kind", say("is for officers"))])
    identity = uuid5(_NAMES, key) if key else uuid4()
    async with desk.db.transaction() as tx:
        await _give(tx, desk, said, identity, by, at)
    return await _one(desk.db, desk.seal, identity, at)


async def propose(desk: Desk, unit: str, text: str, asked: Asked) -> Feedback:
    """Propose, for a unit, what could be done better. Raises FormRefused, NotFound, Forbidden, CalendarEnds."""
    said, identity = Said(FeedbackKind.PROPOSAL, text, wants_answer=True), uuid4()
    async with asking.acting(desk.db, PROPOSE, unit, asked) as tx:
        _require(said)
        await administration.record_of(
            tx, unit, "improvement_proposed", str(identity), asked.author, asked.at, unit=unit
        )
        await _give(tx, desk, said, identity, asked.by, asked.at, unit)
    return await _one(desk.db, desk.seal, identity, asked.at)


def _require(said: Said) -> None:
    checks.said(text=said.text)
    checks.require(
        checks.that(len(said.text) <= LONGEST, "text", say("at most {most} signs", most=LONGEST)),
        checks.that(not said.email or "@" in said.email, "email", say("is no address of e-mail")),
        checks.that(
            not said.wants_answer or bool(said.email) or said.kind is FeedbackKind.PROPOSAL,
            "email",
            say("is needed to answer you"),
        ),
    )


async def _give(
    tx: Transaction,
    desk: Desk,
    said: Said,
    identity: UUID,
    by: UUID | None,
    at: datetime,
    unit: str | None = None,
) -> None:
    """Write what was said, under the next number of its year. Raises CalendarEnds."""
    day = localtime.local_date(at)
    term = term_on(day)
    content = {"text": said.text.strip(), "name": said.name.strip(), "email": said.email.strip()}
    sealed = desk.seal.close(orjson.dumps(content), identity.bytes)
    dossier = list(keys_in(said.dossier)) if said.kind is FeedbackKind.DOSSIER else []
    given = [identity, day.year, said.kind.value, said.procedure.strip() or None, dossier, sealed]
    more = [said.wants_answer, at, by, unit, desk.unit, term.text, term.basis]
    # One number after the other.
    await tx.rows("select pg_advisory_xact_lock(hashtextextended('feedback', 0))")
    await tx.rows(_GIVE, [*given, *more, _due(desk.calendar, term, at)])


def _due(calendar: wt.WorkCalendar, term: AnswerTerm, at: datetime) -> datetime:
    try:
        due = wt.deadline(calendar, at, wt.Term.parse(term.text)).due
    except wt.MissingCalendarData as missing:
        raise errors.CalendarEnds(missing.calendar, missing.year) from missing
    if due is None:
        raise LookupError(f"{term.text} has no end")
    return due


async def forward(db: Database, seal: Seal, identity: UUID, unit: str, asked: Asked) -> Feedback:
    """Forward feedback to the unit that answers it; its heads are told. Raises NotFound, FeedbackAnswered, Forbidden."""
    before = await _one(db, seal, identity, asked.at)
    if before.unit == unit:
        return before
    async with asking.acting(db, FORWARD, before.unit, asked) as tx:
        if not await tx.rows("select 1 from unit where code = $1", [unit]):
            raise errors.NotFound("unit", unit)
        if not await tx.rows(_FORWARD, [identity, unit, asked.at, asked.by]):
            raise refusals.FeedbackAnswered
        (people,) = await telling.people_of(tx, [(unit, None)], asked.at)
        await _tell(tx, identity, people, asked.at)
        await _record(tx, "feedback_forwarded", before, unit, asked)
    return await _one(db, seal, identity, asked.at)


async def answer(
    db: Database, seal: Seal, identity: UUID, text: str, asked: Asked, *, summary: str = ""
) -> Feedback:
    """Answer feedback for the unit; with a summary, for anybody to read.

    Raises FormRefused, NotFound, FeedbackAnswered, Forbidden.
    """
    before = await _one(db, seal, identity, asked.at)
    async with asking.acting(db, ANSWER, before.unit, asked) as tx:
        checks.said(answer=text)
        said = summary.strip() or None
        if not await tx.rows(_ANSWER, [identity, text.strip(), said, asked.at, asked.by]):
            raise refusals.FeedbackAnswered
        await _record(tx, "feedback_answered", before, before.unit, asked)
    return await _one(db, seal, identity, asked.at)


async def _record(tx: Transaction, kind: str, found: Feedback, unit: str, asked: Asked) -> None:
    subject, said = str(found.id), {"number": found.number, "unit": unit}
    await administration.record_of(tx, unit, kind, subject, asked.author, asked.at, **said)


async def _tell(tx: Transaction, identity: UUID, people: Sequence[UUID], at: datetime) -> None:
    (row,) = await tx.rows(_PAYLOAD, [identity])
    said = {"feedback": str(identity), "unit_name": row.name, "due": localtime.isoformat(row.due_at)}
    await telling.tell(tx, "feedback.forwarded", f"{identity}/{row.unit_code}", people, said, at)


async def one(db: Database, seal: Seal, identity: UUID, asked: Asked) -> Feedback:
    """Feedback to a unit of the reader's. Raises NotFound for that of others as well."""
    found = await _one(db, seal, identity, asked.at)
    try:
        await asking.reached(db, LIST, found.unit, asked)
    except errors.Forbidden as forbidden:
        raise errors.NotFound("feedback", identity) from forbidden
    await asking.read(db, LIST, found.unit, asked, [identity])
    return found


async def read(
    db: Database,
    seal: Seal,
    asked: Asked,
    *,
    unit: str | None = None,
    waiting: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[Feedback]:
    """One page of the feedback to the reader's units, the newest first. Raises Forbidden, NotFound, BadCursor."""
    units = await asking.reached(db, LIST, unit, asked)
    page = await listed(db, seal, units, asked.at, waiting=waiting, limit=limit, after=after)
    await asking.read(db, LIST, unit, asked, [each.id for each in page.items])
    return page


async def listed(
    db: Database,
    seal: Seal,
    units: Sequence[str] | None,
    at: datetime,
    *,
    waiting: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[Feedback]:
    """One page of the feedback to these units, the newest first.

    To all without any; or only what waits for an answer."""
    wanted = Conditions()
    now = wanted.given(at)
    wanted.equal("f.unit_code", None if units is None else list(units))
    if waiting:
        wanted.add("f.answered_at is null")
    wanted.behind("f.given_at, f.id", GIVEN.values(after), falling=True)
    sql = _LISTED.replace("{at}", f"{now}::timestamptz")
    return await pagination.page(db, sql, wanted, GIVEN, limit=limit, item=lambda row: _shown(row, seal))


async def published(db: Database, *, limit: int = 20, after: str | None = None) -> Page[Published]:
    """One page of the answers that anybody reads, the newest first. Raises BadCursor."""
    wanted = Conditions("f.published")
    wanted.behind("f.answered_at, f.id", ANSWERED.values(after), falling=True)
    return await pagination.page(db, _PUBLISHED, wanted, ANSWERED, limit=limit, item=_public)


async def receipt(db: Database, identity: UUID) -> Mapping[str, Any]:
    """Number, term and answer of feedback, for who holds its unguessable id. Raises NotFound."""
    row = await db.row(_RECEIPT, [identity])
    if row is None:
        raise errors.NotFound("feedback", identity)
    return {
        "id": str(row.id),
        "number": _number(row),
        "kind": row.kind,
        "unit_name": row.unit_name,
        "basis": row.basis,
        "answer": row.answer,
        **{name: localtime.isoformat(row[name]) for name in ("given_at", "due_at", "answered_at")},
    }


async def of_person(db: Database, seal: Seal, person: UUID, *, at: datetime) -> Sequence[Feedback]:
    """The feedback that somebody gave while they were signed in, the newest first, opened for them."""
    wanted = Conditions()
    now = wanted.given(at)
    wanted.equal("f.given_by", person)
    sql = _LISTED.replace("{at}", f"{now}::timestamptz")
    page = await pagination.page(
        db, sql, wanted, GIVEN, limit=pagination.MOST, item=lambda row: _shown(row, seal)
    )
    return page.items


async def forget(db: Database, *, at: datetime) -> int:
    """Forget what was said by whom, a year after the answer; returns how many."""
    return len(await db.one_statement(_FORGET, [at - KEPT]))


async def _one(asked: Database | Transaction, seal: Seal, identity: UUID, at: datetime) -> Feedback:
    sql = _LISTED.replace("{at}", "$2::timestamptz").format(conditions="f.id = $1", limit=1)
    rows = await asked.rows(sql, [identity, at])
    if not rows:
        raise errors.NotFound("feedback", identity)
    return _shown(rows[0], seal)


def _shown(row: Any, seal: Seal) -> Feedback:
    content = _opened(row, seal)
    names = ("wants_answer", "given_at", "from_unit", "unit", "unit_name", "term", "basis", "due_at")
    more = ("forwarded_at", "answer", "answered_at", "published", "summary", "overdue")
    return Feedback(
        row.id,
        _number(row),
        FeedbackKind(row.kind),
        row.procedure_code,
        row.dossier,
        content.get("text"),
        content.get("name") or None,
        content.get("email") or None,
        **{name: row[name] for name in (*names, *more)},
    )


def _opened(row: Any, seal: Seal) -> dict[str, str]:
    """Words, name and mail; none where forgotten, or sealed by another key."""
    if row.sealed is None:
        return {}
    try:
        found: dict[str, str] = orjson.loads(seal.open(row.sealed, row.id.bytes))
    except Broken:
        return {}
    return found


def _public(row: Any) -> Published:
    kind = FeedbackKind(row.kind)
    return Published(
        _number(row), kind, row.procedure_code, row.summary, row.answer, row.unit_name, row.answered_at
    )


def _number(row: Any) -> str:
    return f"GY-{row.year}-{row.number:06}"


#: $1 local date.
_TOP = """
select code from unit where parent_code is null and $1 between valid_from and coalesce(valid_to, 'infinity') order by code limit 1
"""
#: $1 id, $2 year, $3 kind, $4 procedure, $5 keys of the dossier, $6 sealed, $7 wants an answer, $8 now, $9 by whom, $10 the unit that
#: proposes, $11 the unit that receives, $12 term, $13 basis, $14 due.
_GIVE = """
insert into feedback (id, year, number, kind, procedure_code, dossier_id, sealed, wants_answer, given_at, given_by, from_unit, unit_code,
  term, basis, due_at)
select $1, $2, (select coalesce(max(number), 0) + 1 from feedback where year = $2), $3, $4,
  (select id from dossier where code = any($5::text[]) limit 1), $6, $7, $8, $9, $10, $11, $12, $13, $14
on conflict (id) do nothing
"""
_FORWARD = """
update feedback set unit_code = $2, forwarded_at = $3, forwarded_by = $4 where id = $1 and answered_at is null returning 1
"""
_ANSWER = """
update feedback set answer = $2, summary = $3, published = $3::text is not null, answered_at = $4, answered_by = $5
where id = $1 and answered_at is null returning 1
"""
_PAYLOAD = (
    "select u.name, f.due_at, f.unit_code from feedback f join unit u on u.code = f.unit_code where f.id = $1"
)
_LISTED = """
select f.id, f.year, f.number, f.kind, f.procedure_code, d.code as dossier, f.sealed, f.wants_answer, f.given_at, f.from_unit,
  f.unit_code as unit, u.name as unit_name, f.term, f.basis, f.due_at, f.forwarded_at, f.answer, f.answered_at, f.published,
  f.summary, coalesce(f.answered_at, {at}) > f.due_at as overdue
from feedback f join unit u on u.code = f.unit_code left join dossier d on d.id = f.dossier_id
where {conditions} order by f.given_at desc, f.id desc limit {limit}
"""
_PUBLISHED = """
select f.id, f.year, f.number, f.kind, f.procedure_code, f.summary, f.answer, u.name as unit_name, f.answered_at
from feedback f join unit u on u.code = f.unit_code
where {conditions} order by f.answered_at desc, f.id desc limit {limit}
"""
_RECEIPT = """
select f.id, f.year, f.number, f.kind, f.given_at, f.due_at, f.basis, f.answer, f.answered_at, u.name as unit_name
from feedback f join unit u on u.code = f.unit_code where f.id = $1 and f.kind <> 'proposal'
"""
_FORGET = "update feedback set sealed = null where answered_at < $1 and sealed is not null returning 1"
