"""Revisions of calendars: entered as drafts, checked, and approved by another person."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_calendar.declarations import compilation
from hoso_calendar.messages import say
from hoso_models import RevisionStatus
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.calendars import documents, findings, register, rights
from hoso_workflows.calendars.refusals import CalendarRefused, OwnRevision, PreviewMissing, RevisionStands
from hoso_workflows.organisation import calendar_texts
from hoso_workflows.organisation.permissions.procedure_rights import Acting
from hoso_workflows.pagination import Conditions, Keyset, Page

REVISIONS = Keyset("revisions", number=pagination.NUMBER)
#: The largest text of a calendar, in bytes.
LONGEST = 512 * 1024


@dataclass(frozen=True, slots=True)
class Revision:
    """A numbered revision of a calendar and where it stands."""

    id: UUID
    calendar: str
    number: int
    #: TOML text; None where only units change.
    document: str | None
    #: Codes of the units that keep the calendar from then on.
    units: tuple[str, ...]
    basis: str
    status: RevisionStatus
    entered_by: UUID
    entered_for: UUID | None
    entered_at: datetime
    base: dict[str, Any] | None
    preview: dict[str, Any] | None
    previewed_to: UUID | None
    approved_by: UUID | None
    approved_for: UUID | None
    approved_at: datetime | None
    applied_by: UUID | None
    applied_for: UUID | None
    begun_at: datetime | None
    applied_to: UUID | None
    result: dict[str, Any] | None
    applied_at: datetime | None

    @property
    def previewed(self) -> bool:
        """True when the preview has come to its end."""
        return bool(self.preview and self.preview["complete"])

    @property
    def brought_by(self) -> frozenset[UUID]:
        """Everybody by whom or in whose name it was entered."""
        return frozenset(filter(None, (self.entered_by, self.entered_for)))

    def stands(self, *needed: RevisionStatus) -> None:
        """Raise RevisionStands unless it stands at one of these points."""
        if self.status not in needed:
            raise RevisionStands(self.calendar, self.number, self.status, needed[0])


@dataclass(frozen=True, slots=True)
class Entry:
    """A text, units that keep the calendar from then on, or both."""

    document: bytes | None
    basis: str
    units: tuple[str, ...] = field(default=())


async def enter(
    db: Database,
    calendar: str,
    entry: Entry,
    *,
    actor: UUID,
    at: datetime,
    operator: UUID | None = None,
) -> Revision:
    """A new draft. The same once more, while it is the newest draft, is that draft.

    Units below that keep the calendar of the unit above them follow it, and are named in the draft. With an `operator` it is they
    who enter it, on the word of the actor. Raises CalendarRefused for a text that cannot be read, Forbidden, NotFound,
    FormRefused without a basis and for a unit that keeps the calendar already.
    """
    known = await register.calendar(db, calendar)
    _readable(calendar, entry)
    over = [known.unit, *entry.units]
    who: dict[str, Any] = {"actor": actor, "at": at, "operator": operator}
    async with rights.acting(db, rights.ENTERING, calendar, over, **who) as (tx, acting):
        units = (*entry.units, *await _followers(tx, calendar, entry.units))
        return await entered(tx, acting, calendar, replace(entry, units=units), at=at)


async def entered(
    tx: Transaction,
    acting: Acting,
    calendar: str,
    entry: Entry,
    *,
    at: datetime,
    act: str = rights.ENTERING,
) -> Revision:
    """A new draft, as part of an act. Raises as `enter` does, but not for rights."""
    _readable(calendar, entry)
    await _keep_another(tx, calendar, entry.units)
    text = entry.document.decode("utf-8-sig") if entry.document is not None else None
    given = [calendar, text, list(entry.units), entry.basis.strip()]
    again = await tx.rows(f"{_SELECT} where {_NEWEST} and {_SAME}", given)
    if again:
        return _revision(again[0])
    (made,) = await tx.rows(_ENTER, [*given, acting.by, acting.behalf, at])
    await rights.record(tx, acting, act, f"{calendar}/{made.number}", at)
    return await revision(tx, calendar, made.number)


async def of_ics(db: Database, calendar: str, data: bytes) -> bytes:
    """The text of a calendar whose days an iCalendar file declares. Raises CalendarRefused, NotFound."""
    found, known = await calendar_texts.texts(db), await register.calendar(db, calendar)
    if known.extends is None and calendar in found:
        message = say("a calendar that extends none is entered as TOML or JSON")
        raise CalendarRefused.of("extends", message, calendar)
    parent = wt.compile(found, known.extends or "vn")
    return documents.of_ics(calendar, data, known.name, parent, found.get(calendar))


def _readable(calendar: str, entry: Entry) -> None:
    faults = []
    if not entry.basis.strip():
        faults.append(errors.Fault("basis", say("is missing")))
    if entry.document is None and not entry.units:
        faults.append(errors.Fault("document", say("is missing")))
    if entry.document is not None and len(entry.document) > LONGEST:
        faults.append(errors.Fault("document", say("is larger than {limit} bytes", limit=LONGEST)))
    if faults:
        raise errors.FormRefused(faults)
    if entry.document is not None:
        try:
            compilation.declared(entry.document, calendar)
        except wt.BadCalendar as bad:
            raise CalendarRefused(bad.problems) from None


async def _followers(tx: Transaction, calendar: str, units: Sequence[str]) -> list[str]:
    """Further units below these, each of which keeps the calendar of the one above."""
    return [row.code for row in await tx.rows(_FOLLOWERS, [list(units), calendar])]


async def _keep_another(tx: Transaction, calendar: str, units: Sequence[str]) -> None:
    """Raise FormRefused for a unit that keeps the calendar already."""
    rows = await tx.rows(
        "select code from unit where code = any($1::text[]) and calendar = $2", [units, calendar]
    )
    if rows:
        raise errors.FormRefused(
            [
                errors.Fault(
                    "units", say("{unit} keeps {calendar} already", unit=row.code, calendar=calendar)
                )
                for row in rows
            ]
        )


async def revision(asked: Database | Transaction, calendar: str, number: int) -> Revision:
    """One revision. Raises NotFound."""
    rows = await asked.rows(f"{_SELECT} where calendar = $1 and number = $2", [calendar, number])
    if not rows:
        raise errors.NotFound("revision", f"{calendar}/{number}")
    return _revision(rows[0])


async def search(
    db: Database, calendar: str, *, limit: int | None = None, after: str | None = None
) -> Page[Revision]:
    """One page of the revisions of a calendar, the newest first. Raises NotFound."""
    await register.calendar(db, calendar)
    asked = Conditions()
    asked.equal("calendar", calendar)
    asked.behind("number", REVISIONS.values(after), falling=True)
    found = f"{_SELECT} where {{conditions}} order by number desc limit {{limit}}"
    return await pagination.page(db, found, asked, REVISIONS, limit=limit, item=_revision)


async def check(db: Database, calendar: str, number: int, *, at: datetime) -> tuple[findings.Finding, ...]:
    """The findings about a revision's text, counted against the present calendars. Raises NotFound."""
    found = await revision(db, calendar, number)
    if found.document is None:
        return ()
    return findings.find(
        await calendar_texts.texts(db), calendar, found.document.encode(), localtime.local_date(at)
    )


async def approve(
    db: Database, calendar: str, number: int, *, preview: str, actor: UUID, at: datetime
) -> Revision:
    """Approve a draft as its whole preview showed it; `preview` is the digest of what was seen.

    Raises OwnRevision for those who entered it, PreviewMissing for a preview that is not at its end or is another one by now.
    """
    before = await revision(db, calendar, number)
    over = [(await register.calendar(db, calendar)).unit, *before.units]
    async with rights.acting(db, rights.APPROVING, calendar, over, actor=actor, at=at) as (tx, acting):
        found = await revision(tx, calendar, number)
        if found.brought_by & acting.persons:
            raise OwnRevision(calendar, number)
        found.stands(RevisionStatus.DRAFT)
        if not found.preview or not found.previewed or found.preview["digest"] != preview:
            raise PreviewMissing(calendar, number)
        await tx.rows(_APPROVE, [found.id, acting.by, acting.behalf, at])
        await rights.record(tx, acting, rights.APPROVING, f"{calendar}/{number}", at, preview=preview)
        return await revision(tx, calendar, number)


def _revision(row: Any) -> Revision:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Revision(**{**values, "units": tuple(row.units), "status": RevisionStatus(row.status)})


_COLUMNS = tuple(Revision.__dataclass_fields__)
_FOLLOWERS = """
with recursive follows as (
  select code, calendar from unit where code = any($1::text[])
  union
  select u.code, u.calendar from unit u join follows f on u.parent_code = f.code and u.calendar = f.calendar)
select code from follows where code <> all($1::text[]) and calendar <> $2 order by code
"""
_SELECT = f"select {', '.join(_COLUMNS)} from calendar_revision"  # noqa: S608 - names of our own
_NEWEST = "calendar = $1 and status = 'draft' and number = (select max(number) from calendar_revision where calendar = $1)"
_SAME = "document is not distinct from $2::text and units = $3::text[] and basis = $4"
_ENTER = """
insert into calendar_revision (calendar, number, document, units, basis, status, entered_by, entered_for, entered_at)
select $1, coalesce(max(number), 0) + 1, $2, $3, $4, 'draft', $5, $6, $7 from calendar_revision where calendar = $1
returning number
"""
_APPROVE = """
update calendar_revision set status = 'approved', approved_by = $2, approved_for = $3, approved_at = $4 where id = $1
"""
