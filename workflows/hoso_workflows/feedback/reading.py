"""Reads of feedback: for those who answer it, for anybody, for its sender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from hoso_models import FeedbackKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.coordination import asking
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.identity.sealing import Broken, Seal
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST = "list_feedback"
GIVEN = Keyset("feedback", given_at=pagination.INSTANT, id=pagination.IDENTITY)
ANSWERED = Keyset("answered", answered_at=pagination.INSTANT, id=pagination.IDENTITY)


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


async def one(db: Database, seal: Seal, identity: UUID, asked: Asked) -> Feedback:
    """Feedback to a unit of the reader's. Raises NotFound for that of others as well."""
    one_of = await found(db, seal, identity, asked.at)
    try:
        await asking.reached(db, LIST, one_of.unit, asked)
    except errors.Forbidden as forbidden:
        raise errors.NotFound("feedback", identity) from forbidden
    await asking.read(db, LIST, one_of.unit, asked, [identity])
    return one_of


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
    """The feedback of somebody who was signed in, the newest first, opened for them."""
    sql = _LISTED.replace("{at}", "$2::timestamptz").format(conditions="f.given_by = $1", limit="all")
    return [_shown(row, seal) for row in await db.rows(sql, [person, at])]


async def found(asked: Database | Transaction, seal: Seal, identity: UUID, at: datetime) -> Feedback:
    """One piece of feedback, for nobody in particular. Raises NotFound."""
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
