"""Service levels of procedures, by decision of the coordinating function (S-10)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.catalogue import code_lists, drafts, refusals, values
from hoso_workflows.organisation import administration, asking
from hoso_workflows.organisation.asking import Asked
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST, SET = "list_service_levels", "set_service_level"
LEVELS = Keyset("level", valid_from=pagination.DAY, id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class Setting:
    """A service level as it is set."""

    code: str
    #: A code of the list of service levels.
    kind: str
    decision_no: str
    decision_date: date
    valid_from: date
    valid_to: date | None = None
    #: Why it is no more than that, for everybody to read.
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A service level that was set."""

    id: UUID
    code: str
    #: Of the newest version of the entry.
    name: str
    authority: str
    authority_name: str
    kind: str
    decision_no: str | None
    decision_date: date | None
    reason: str | None
    valid_from: date
    valid_to: date | None
    entered_at: datetime
    entered_by: str
    #: When another one took its place; it holds on no day since.
    corrected_at: datetime | None

    @property
    def kind_name(self) -> str:
        """The level as its list names it."""
        known = code_lists.service_level(self.kind)
        return known.name if known else self.kind


async def set_level(db: Database, said: Setting, asked: Asked) -> ServiceLevel:
    """Set the service level of a published entry from a day on.

    The one before ends the day before. One with the same first day is corrected, on the day on which it was entered and until it begins. The
    same once more is the one before. Raises FormRefused, LevelBeginsEarlier, NotFound, Forbidden.
    """
    unit = await drafts.authority(db, said.code)
    if unit is None or not await db.rows(_PUBLISHED, [said.code]):
        raise errors.NotFound("entry of the catalogue", said.code)
    async with asking.acting(db, SET, unit, asked) as tx:
        _require(said)
        reason = said.reason.strip() or None
        given = [
            said.code,
            said.kind,
            said.decision_no.strip(),
            said.decision_date,
            reason,
            said.valid_from,
            said.valid_to,
        ]
        for row in await tx.rows(_SAME, given):
            return await _one(tx, row.id)
        corrected = await _corrected(tx, said, asked.at)
        await tx.rows(_END, [said.code, said.valid_from])
        behalf = asked.actor if asked.operator else None
        (made,) = await tx.rows(_SET, [*given, asked.at, asked.by, behalf])
        told = {
            "unit": unit,
            "code": said.code,
            "kind": said.kind,
            "decision_no": said.decision_no,
            "valid_from": said.valid_from.isoformat(),
        }
        kind = "service_level_corrected" if corrected else "service_level_set"
        await administration.record_of(tx, unit, kind, said.code, asked.author, asked.at, **told)
        return await _one(tx, made.id)


async def _corrected(tx: Transaction, said: Setting, at: datetime) -> bool:
    """True where the level takes the place of a wrong one. Raises LevelBeginsEarlier."""
    for row in await tx.rows(_LATER, [said.code, said.valid_from]):
        today = localtime.local_date(at)
        fresh = today in (localtime.local_date(row.entered_at), row.valid_from) or today < row.valid_from
        if row.valid_from != said.valid_from or not fresh:
            raise refusals.LevelBeginsEarlier(said.code, row.valid_from)
        await tx.rows(_CORRECT, [row.id, at])
        return True
    return False


async def listed(
    db: Database,
    *,
    code: str | None = None,
    authority: str | None = None,
    kind: str | None = None,
    on: date | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[ServiceLevel]:
    """One page of the service levels, what begins last first. Of a day, only what holds then. Raises BadCursor."""
    wanted = Conditions()
    wanted.equal("l.procedure_code", code)
    wanted.equal("e.authority", authority)
    wanted.equal("l.kind", kind)
    if on is not None:
        wanted.add(
            "{} between l.valid_from and coalesce(l.valid_to, 'infinity') and l.corrected_at is null", on
        )
    wanted.behind("l.valid_from, l.id", LEVELS.values(after), falling=True)
    return await pagination.page(db, _LISTED, wanted, LEVELS, limit=limit, item=_level)


def _require(said: Setting) -> None:
    known = code_lists.service_level(said.kind)
    missing = say("is missing")
    wrong = [
        *values.code_faults(said.code),
        *filter(None, [code_lists.fault(code_lists.service_levels(), said.kind, said.valid_from, "kind")]),
        *([] if said.decision_no.strip() else [errors.Fault("decision_no", missing)]),
    ]
    if known is not None and known.needs_reason and not said.reason.strip():
        wrong.append(errors.Fault("reason", missing))
    if said.valid_to is not None and said.valid_to < said.valid_from:
        wrong.append(errors.Fault("valid_to", say("ends before it begins")))
    if wrong:
        raise errors.FormRefused(wrong)


async def _one(tx: Transaction, identity: UUID) -> ServiceLevel:
    (row,) = await tx.rows(_LISTED.format(conditions="l.id = $1", limit=1), [identity])
    return _level(row)


def _level(row: Any) -> ServiceLevel:
    return ServiceLevel(*row)


_PUBLISHED = "select 1 from procedure_entry_version where procedure_code = $1 limit 1"
_LISTED = """
select l.id, l.procedure_code as code, e.name, e.authority, u.name as authority_name, l.kind, l.decision_no, l.decision_date, l.reason,
  l.valid_from, l.valid_to, l.entered_at, p.name as entered_by, l.corrected_at
from service_level l join principal p on p.id = l.entered_by
join lateral (
  select name, authority from procedure_entry_version v where v.procedure_code = l.procedure_code order by number desc limit 1) e on true
join unit u on u.code = e.authority
where {conditions} order by l.valid_from desc, l.id desc limit {limit}
"""
#: $1 code, $2 kind, $3 and $4 the decision, $5 reason, $6 first and $7 last day.
_SAME = """
select id from service_level
where (procedure_code, kind, decision_no, decision_date, valid_from) = ($1, $2, $3, $4, $6)
  and corrected_at is null and reason is not distinct from $5::text and valid_to is not distinct from $7::date
"""
_LATER = """
select id, valid_from, entered_at from service_level
where procedure_code = $1 and valid_from >= $2 and corrected_at is null order by valid_from desc limit 1
"""
_CORRECT = "update service_level set corrected_at = $2 where id = $1"
_END = """
update service_level set valid_to = $2::date - 1
where procedure_code = $1 and corrected_at is null and valid_from < $2 and coalesce(valid_to, 'infinity') >= $2
"""
#: As `_SAME`, and $8 now, $9 by whom, $10 in whose name.
_SET = """
insert into service_level (procedure_code, kind, decision_no, decision_date, reason, valid_from, valid_to, entered_at, entered_by,
  entered_for)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id
"""
