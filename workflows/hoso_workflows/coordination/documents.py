"""Register of plans, measures, internal regulations and targets (S-18, S-21, S-24, S-25).

A target is a figure that a unit chooses to reach in a year. The share of dossiers filed online that a province sets is none of
these: the reports count it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import DocumentKind, DocumentState
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, pagination
from hoso_workflows.coordination import asking, checks
from hoso_workflows.coordination.asking import Asked, Circle
from hoso_workflows.organisation import administration
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST, ENTER, NOTE = "list_register_documents", "enter_register_document", "note_document_progress"
DAY = pagination.DAY
DOCUMENTS = Keyset("document", issued_on=DAY, id=pagination.IDENTITY)
#: The largest figure of a target, and of what is reached.
LARGEST = Decimal(10**12)


@dataclass(frozen=True, slots=True)
class Target:
    """A figure to be reached in a year."""

    year: int
    amount: Decimal
    #: What it counts, as `% hồ sơ` or `lớp tập huấn`.
    measured_in: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it is entered."""

    kind: DocumentKind
    unit: str
    number: str
    title: str
    issued_on: date
    valid_from: date
    valid_to: date | None = None
    content: str = ""
    #: Of a target, and of nothing else.
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A note on how far a document is carried out."""

    number: int
    at: datetime
    by: str
    text: str
    state: DocumentState
    reached: Decimal | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the register."""

    id: UUID
    kind: DocumentKind
    unit: str
    unit_name: str
    number: str
    title: str
    content: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    year: int | None
    amount: Decimal | None
    measured_in: str | None
    state: DocumentState
    entered_by: str
    entered_at: datetime
    progress: tuple[Progress, ...] = ()

    @property
    def reached(self) -> Decimal | None:
        """The part of a target that is reached, by the newest note."""
        return next((each.reached for each in reversed(self.progress) if each.reached is not None), None)


async def enter(db: Database, entry: Entry, asked: Asked) -> Document:
    """Enter a document of a unit.

    The same once more by the same person is the one before. Raises FormRefused, NotFound, Forbidden."""
    async with asking.acting(db, ENTER, entry.unit, asked) as tx:
        checks.said(number=entry.number, title=entry.title)
        checks.require(*_faults(entry))
        for before in await tx.rows(
            _ENTERED, [entry.unit, entry.kind.value, entry.number, entry.title, asked.by]
        ):
            return await _one(tx, before.id)
        target = entry.target
        figures = (target.year, target.amount, target.measured_in) if target else (None, None, None)
        given = [entry.kind.value, entry.unit, entry.number, entry.title, entry.content]
        dates = [entry.issued_on, entry.valid_from, entry.valid_to]
        state = DocumentState.PLANNED.value
        (made,) = await tx.rows(_ENTER, [*given, *dates, *figures, state, asked.by, asked.at])
        said = {"unit": entry.unit, "code": entry.number, "name": entry.title, "kind": entry.kind.value}
        await _record(tx, "document_entered", made.id, entry.unit, asked, **said)
        return await _one(tx, made.id)


async def note(
    db: Database,
    document: UUID,
    text: str,
    state: DocumentState,
    asked: Asked,
    *,
    reached: Decimal | None = None,
) -> Document:
    """Note how far a document is carried out. Raises FormRefused, NotFound, Forbidden."""
    before = await _one(db, document)
    async with asking.acting(db, NOTE, before.unit, asked) as tx:
        checks.said(text=text)
        checks.require(*_of_target(before, reached))
        await tx.rows("select 1 from register_document where id = $1 for update", [document])
        if await tx.rows(_NOTED, [document, asked.by, text, state.value, reached]):
            return await _one(tx, document)
        number = len((await _one(tx, document)).progress) + 1
        given = [document, number, asked.at, asked.by, text, state.value, reached]
        await tx.rows(_NOTE, given)
        await tx.rows("update register_document set state = $2 where id = $1", [document, state.value])
        said = {"unit": before.unit, "code": before.number, "name": before.title, "state": state.value}
        await _record(tx, "document_progressed", document, before.unit, asked, **said)
        return await _one(tx, document)


async def listed(
    db: Database,
    *,
    unit: str | None = None,
    kind: DocumentKind | None = None,
    limit: int = 50,
    after: str | None = None,
    within: Circle | None = None,
) -> Page[Document]:
    """One page of the register, what was issued last first. That of a circle, or all. Raises BadCursor."""
    wanted = Conditions()
    wanted.equal("r.unit_code", within and list(within.units))
    wanted.equal("r.unit_code", unit)
    wanted.equal("r.kind", kind and kind.value)
    wanted.behind("r.issued_on, r.id", DOCUMENTS.values(after), falling=True)
    found = await pagination.page(db, _LISTED, wanted, DOCUMENTS, limit=limit, item=_bare)
    return replace(found, items=tuple(await _whole(db, found.items)))


async def one(db: Database, document: UUID, asked: Asked) -> Document:
    """A document that somebody reads, with its notes. Raises NotFound."""
    found = await _one(db, document)
    await asking.require_in_circle(db, found.unit, _unknown(document), asked)
    return found


def _faults(entry: Entry) -> Sequence[errors.Fault | None]:
    target, last = entry.target, entry.valid_to
    figure = target is None or (0 <= target.amount <= LARGEST and bool(target.measured_in.strip()))
    return (
        checks.that(last is None or entry.valid_from <= last, "valid_to", say("ends before it begins")),
        checks.that(
            (target is not None) == (entry.kind is DocumentKind.TARGET),
            "target",
            say("a target, and nothing else, has a year, a figure and what it counts"),
        ),
        checks.that(figure, "amount", say("is no figure of a target")),
        checks.that(target is None or 2000 <= target.year <= 2199, "year", say("is no year")),
    )


def _of_target(document: Document, reached: Decimal | None) -> Sequence[errors.Fault | None]:
    fits = reached is None or document.kind is DocumentKind.TARGET
    return (
        checks.that(fits, "reached", say("is only of a target")),
        checks.that(reached is None or 0 <= reached <= LARGEST, "reached", say("is no figure of a target")),
    )


async def _record(
    tx: Transaction, kind: str, document: UUID, unit: str, asked: Asked, /, **said: str
) -> None:
    await administration.record_of(tx, unit, kind, str(document), asked.author, asked.at, **said)


def _unknown(document: UUID) -> errors.NotFound:
    return errors.NotFound("document of the register", document)


async def _one(asked: Database | Transaction, document: UUID) -> Document:
    rows = await asked.rows(_LISTED.format(conditions="r.id = $1", limit=1), [document])
    if not rows:
        raise _unknown(document)
    (found,) = await _whole(asked, [_bare(rows[0])])
    return found


def _bare(row: Any) -> Document:
    found = Document(*row)
    return replace(found, kind=DocumentKind(found.kind), state=DocumentState(found.state))


async def _whole(asked: Database | Transaction, found: Sequence[Document]) -> list[Document]:
    rows = await asked.rows(_PROGRESS, [[each.id for each in found]])
    notes = [(row[0], replace(Progress(*row[1:]), state=DocumentState(row.state))) for row in rows]
    return [
        replace(each, progress=tuple(one for document, one in notes if document == each.id)) for each in found
    ]


_LISTED = """
select r.id, r.kind, r.unit_code, u.name as unit_name, r.number, r.title, r.content, r.issued_on, r.valid_from, r.valid_to,
  r.year::int, r.amount, r.measured_in, r.state, p.name as entered_by, r.entered_at
from register_document r join unit u on u.code = r.unit_code join principal p on p.id = r.entered_by
where {conditions}
order by r.issued_on desc, r.id desc limit {limit}
"""
_PROGRESS = """
select n.document_id, n.number::int, n.at, p.name, n.text, n.state, n.reached
from document_progress n join principal p on p.id = n.by
where n.document_id = any($1::uuid[]) order by n.document_id, n.number
"""
#: $1 kind, $2 unit, $3 number, $4 title, $5 content, $6 issued on, $7 first and $8 last day, $9 year, $10 figure, $11 what it counts,
#: $12 state, $13 by whom, $14 now.
_ENTER = """
insert into register_document (kind, unit_code, number, title, content, issued_on, valid_from, valid_to, year, amount, measured_in,
  state, entered_by, entered_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning id
"""
_ENTERED = """
select id from register_document where (unit_code, kind, number, title, entered_by) = ($1, $2, $3, $4, $5)
"""
#: The last note, where somebody has said the same.
_NOTED = """
select 1 from document_progress n where document_id = $1 and by = $2 and text = $3 and state = $4 and reached is not distinct from $5
  and number = (select max(number) from document_progress where document_id = n.document_id)
"""
_NOTE = """
insert into document_progress (document_id, number, at, by, text, state, reached) values ($1, $2, $3, $4, $5, $6, $7)
"""
