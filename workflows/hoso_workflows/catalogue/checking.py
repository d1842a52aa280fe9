"""Checks of the catalogue: what is missing, what differs, how late entries came.

Where a procedure is declared here, its components, term and fees are those of the version in force: dossiers run on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import hoso_calendar as wt
from hoso_bpmn.package.manifest import Case
from hoso_calendar.messages import Message
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.catalogue import storage
from hoso_workflows.catalogue.comparison import FIELDS
from hoso_workflows.catalogue.values import Content
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.procedures import openings
from hoso_workflows.procedures.reference_data import ReferenceData, Version

LAGS = Keyset("lag", entered_at=pagination.INSTANT, id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class Declared:
    """Words of the version of a declared procedure that is in force."""

    #: Its number.
    number: int
    name: str
    field: str
    level: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which an entry and the declared procedure say something else."""

    field: str
    #: What only the entry says, and what only the declared procedure does.
    entry: tuple[str, ...]
    declared: tuple[str, ...]

    @property
    def title(self) -> Message:
        """The field in words."""
        return FIELDS[self.field]


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry that lacks something, or differs from what is declared."""

    code: str
    name: str
    authority: str
    #: The letters of the items of which it says nothing.
    missing: tuple[str, ...]
    #: Number of the declared version in force; None where there is none.
    declared: int | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Lag:
    """A version with the time from its publication to its entry."""

    code: str
    number: int
    name: str
    authority: str
    published_at: datetime
    entered_at: datetime
    entered_by: str

    @property
    def days(self) -> int:
        """Days between both, as local dates."""
        return (localtime.local_date(self.entered_at) - localtime.local_date(self.published_at)).days


@dataclass(frozen=True, slots=True)
class Lags:
    """Figures on the lag of what was entered in a period."""

    entered: int
    same_day: int
    #: The largest, and that of the middle one; None where nothing was entered.
    largest: int | None
    median: int | None


async def declared(reference: ReferenceData, code: str, day: date) -> Declared | None:
    """The version of a procedure that is in force on a local date; None where none is."""
    try:
        return _declared(await reference.active(code, day))
    except errors.NotFound:
        return None


def differences(content: Content, said: Declared) -> tuple[Difference, ...]:
    """The fields in which an entry differs from the declared procedure."""
    pairs = {
        "name": ({content.name}, {said.name}),
        "level": ({content.level}, {said.level}),
        "field": ({content.field}, {said.field}),
        "components": (
            {each.name for each in content.components or ()},
            {each.name for case in said.cases for each in case.components},
        ),
        "term": (
            {_counted(content.term)} if content.term else set(),
            {_counted(str(case.term)) for case in said.cases},
        ),
        "fees": (
            {_fee(each.name, each.amount) for each in content.fees or ()},
            {_fee(each.name, each.amount) for case in said.cases for each in case.fees},
        ),
    }
    return tuple(
        Difference(field, tuple(sorted(own - other)), tuple(sorted(other - own)))
        for field, (own, other) in pairs.items()
        if own != other and (own or field not in ("components", "term", "fees"))
    )


async def check(
    db: Database, reference: ReferenceData, day: date, *, authority: str | None = None
) -> list[Checked]:
    """The entries in force that lack an item or differ from a declared procedure."""
    living = {row.code for row in await db.rows(_DECLARED, [day])}
    found = []
    for row in await db.rows(_IN_FORCE, [day, authority, sorted(living)]):
        said = await declared(reference, row.code, day) if row.code in living else None
        content = await _content(db, row.code, row.number) if said else None
        apart = differences(content, said) if content and said else ()
        number = said.number if said else None
        if row.missing or apart:
            found.append(Checked(row.code, row.name, row.authority, tuple(row.missing), number, apart))
    return found


def by_item(found: Sequence[Checked]) -> Mapping[str, int]:
    """Numbers of entries that lack each item, by its letter."""
    letters = [letter for each in found for letter in each.missing]
    return {letter: letters.count(letter) for letter in sorted(set(letters))}


async def lags(
    db: Database,
    *,
    first: date | None = None,
    last: date | None = None,
    authority: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[Lag]:
    """One page of the versions that were entered in a period, the newest first. Raises BadCursor."""
    wanted = _entered(first, last, authority)
    wanted.behind("v.entered_at, v.id", LAGS.values(after), falling=True)
    return await pagination.page(db, _LAGS, wanted, LAGS, limit=limit, item=lambda row: Lag(*row[:7]))


async def lag_figures(
    db: Database, *, first: date | None = None, last: date | None = None, authority: str | None = None
) -> Lags:
    """Figures on the lag of what was entered in a period."""
    wanted = _entered(first, last, authority)
    (row,) = await db.rows(_FIGURES.format(conditions=wanted), wanted.parameters)
    return Lags(row.entered, row.same_day, row.largest, row.median)


def _entered(first: date | None, last: date | None, authority: str | None) -> Conditions:
    wanted = Conditions("v.published_at is not null")
    wanted.within("v.entered_at", first, last)
    wanted.equal("v.authority", authority)
    return wanted


def _declared(version: Version) -> Declared:
    found = version.package
    return Declared(version.number, found.name, found.field, found.level, tuple(found.cases))


def _counted(term: str) -> str:
    """A term as it is counted, however it is written."""
    parsed = wt.Term.parse(term)
    return f"{parsed.amount} {parsed.unit.value}"


def _fee(name: str, amount: int | None) -> str:
    return name if amount is None else f"{name}: {amount} đ"


async def _content(db: Database, code: str, number: int) -> Content:
    found = await storage.versions(db, code)
    return next(each.content for each in found if each.number == number)


_DECLARED = f"""
select distinct w.procedure_code as code from workflow_version w where {openings.living_sql("w", "$1::date")}
"""  # noqa: S608 - fixed text of this module
#: $1 local date, $2 unit or null, $3 procedures that are declared.
_IN_FORCE = """
select s.procedure_code as code, s.number, s.name, s.authority, s.missing from procedure_entry_search s
where not s.abolished and s.valid_from <= $1::date and (s.valid_until is null or $1::date < s.valid_until)
  and ($2::text is null or s.authority = $2::text) and (s.missing <> '{}' or s.procedure_code = any($3::text[]))
order by s.procedure_code
"""
_LAGS = """
select v.procedure_code, v.number, v.name, v.authority, v.published_at, v.entered_at, p.name as entered_by, v.id
from procedure_entry_version v join principal p on p.id = v.entered_by
where {conditions} order by v.entered_at desc, v.id desc limit {limit}
"""
_FIGURES = """
select count(*)::int as entered, count(*) filter (where days = 0)::int as same_day, max(days) as largest,
  percentile_disc(0.5) within group (order by days) as median
from (
  select (v.entered_at at time zone 'Asia/Ho_Chi_Minh')::date - (v.published_at at time zone 'Asia/Ho_Chi_Minh')::date as days
  from procedure_entry_version v where {conditions}
) lag
"""
