"""Reads of the catalogue: entries of a day, one entry, search, counts.

page = await reads.search(db, "cap giay", reads.Filters(level="province"), day=day)
found = await reads.entry(db, "1.014464", day)

Words are found without accents as well; where they are written with accents, entries with exactly these come first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hoso_models.storage.database import Database
from hoso_workflows import errors, pagination
from hoso_workflows.catalogue import checking, storage
from hoso_workflows.catalogue.checking import Declared
from hoso_workflows.catalogue.storage import Version
from hoso_workflows.catalogue.values import LETTERS
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.procedures.reference_data import ReferenceData

#: The best ones first: the code itself, then the words as they are written, then the rest.
FOUND = Keyset("entry", rank=pagination.NUMBER, code=pagination.TEXT)
#: Field by field.
BROWSED = Keyset("field", folded=pagination.TEXT, field=pagination.TEXT, code=pagination.TEXT)
#: Of the counts: those by audience, which are no part of the grouping.
_AUDIENCES = -1
#: Words of a search that count.
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrowing of a search. None narrows nothing."""

    field: str | None = None
    level: str | None = None
    #: The unit that answers for the procedures.
    authority: str | None = None
    #: A service level; an empty text for procedures that have none.
    service_level: str | None = None
    #: The letter of an item that is missing; an empty text for any.
    missing: str | None = None
    #: The code of an audience that the entry names.
    audience: str | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """The service level of a procedure on a day, with its decision."""

    kind: str
    decision_no: str | None
    decision_date: date | None
    #: Why it is no more than that.
    reason: str | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """A published entry as lists show it."""

    code: str
    number: int
    name: str
    field: str
    level: str
    authority: str
    authority_name: str
    #: None where none has been set.
    service_level: str | None
    #: The letters of the items that are not published.
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of the entries that were found, by what they can be narrowed to."""

    total: int = 0
    incomplete: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)
    authorities: Mapping[str, int] = field(default_factory=dict)
    #: An empty text stands for procedures without a service level.
    service_levels: Mapping[str, int] = field(default_factory=dict)
    #: An entry may have several audiences, or name none.
    audiences: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry on a day."""

    version: Version
    authority_name: str
    service_level: Level | None
    #: False where it is abolished on that day; its version names the successor.
    in_force: bool
    #: The version of the procedure that is declared here and in force; None where there is none, or nobody asked.
    declared: Declared | None


async def published(db: Database, day: date) -> Sequence[Found]:
    """Every entry in force on a local date, by code."""
    found = await search(db, "", Filters(), day=day, limit=None)
    return found.items


async def search(
    db: Database,
    words: str,
    filters: Filters = Filters(),
    *,
    day: date,
    limit: int | None = 20,
    after: str | None = None,
) -> Page[Found]:
    """One page of the entries in force on a local date. They have all these words, or words that begin so. Raises BadCursor."""
    asked = _narrowed(words, filters, day)
    rank = _rank(asked, words)
    asked.behind(f"({rank}), s.procedure_code", FOUND.values(after))
    sql = _FOUND.format(rank=rank, day=asked.given(day), conditions="{conditions}", limit="{limit}")
    return await pagination.page(db, sql, asked, FOUND, limit=limit, item=_found)


async def browse(
    db: Database, filters: Filters, *, day: date, limit: int = 20, after: str | None = None
) -> Page[Found]:
    """One page of the entries in force on a local date, field by field. Raises BadCursor."""
    asked = _narrowed("", filters, day)
    asked.behind(f"{_FOLDED}, s.field, s.procedure_code", BROWSED.values(after))
    sql = _BROWSED.format(day=asked.given(day), conditions="{conditions}", limit="{limit}")
    return await pagination.page(db, sql, asked, BROWSED, limit=limit, item=_found)


async def counts(db: Database, words: str, filters: Filters = Filters(), *, day: date) -> Counts:
    """Numbers of what a search finds, by field, level, authority, service level and audience."""
    asked = _narrowed(words, filters, day)
    rows = await db.rows(_COUNTS.format(day=asked.given(day), conditions=asked), asked.parameters)
    kinds: dict[int, dict[str, int]] = {0b0111: {}, 0b1011: {}, 0b1101: {}, 0b1110: {}, _AUDIENCES: {}}
    total = incomplete = 0
    for row in rows:
        if row.kind == 0b1111:
            total, incomplete = row.number, row.incomplete
        else:
            kinds[row.kind][row.value] = row.number
    return Counts(
        total, incomplete, kinds[0b0111], kinds[0b1011], kinds[0b1101], kinds[0b1110], kinds[_AUDIENCES]
    )


async def entry(db: Database, code: str, day: date, *, reference: ReferenceData | None = None) -> Entry:
    """The entry that holds on a local date.

    With `reference` it comes with what is declared of the procedure here. Raises NotFound for what was not published by then.
    """
    rows = await db.rows(_ENTRY, [code, day])
    if not rows:
        raise errors.NotFound("entry of the catalogue", code)
    (row,) = rows
    level = None
    if row.l_kind is not None:
        level = Level(row.l_kind, row.l_no, row.l_date, row.l_reason, row.l_from, row.l_to)
    declared = await checking.declared(reference, code, day) if reference else None
    return Entry(storage.version(row), row.authority_name, level, not row.abolished, declared)


def _narrowed(words: str, filters: Filters, day: date) -> Conditions:
    asked = Conditions("not s.abolished")
    asked.add("s.valid_from <= {0} and (s.valid_until is null or {0} < s.valid_until)", day)
    asked.equal("s.field", filters.field)
    asked.equal("s.level", filters.level)
    asked.equal("s.authority", filters.authority)
    if filters.missing == "":
        asked.add("s.missing <> '{{}}'")
    elif filters.missing in LETTERS:
        asked.add("{} = any(s.missing)", filters.missing)
    if filters.audience is not None:
        asked.add("{} = any(s.audiences)", filters.audience)
    if filters.service_level == "":
        asked.add(f"not exists ({_LEVEL})", day)
    elif filters.service_level is not None:
        asked.add(f"exists ({_LEVEL} and l.kind = {{}})", day, filters.service_level)
    found = storage.words(words)[:MOST_WORDS]
    if found:
        asked.add("s.words @@ {}::text::tsquery", _query(found))
    elif words.strip():
        # Signs alone are in no entry.
        asked.add("false")
    return asked


def _rank(asked: Conditions, words: str) -> str:
    exact = storage.accented(words)[:MOST_WORDS]
    if not exact:
        return "2"
    code, query = asked.given(words.strip()), asked.given(_query(exact))
    return f"case when s.procedure_code = {code}::text then 0 when s.accented @@ {query}::text::tsquery then 1 else 2 end"


def _query(words: Sequence[str]) -> str:
    """The words as beginnings, all of which have to be there. They hold letters and digits only."""
    return " & ".join(f"'{each}':*" for each in words)


def _found(row: Any) -> Found:
    return Found(
        row.code,
        row.number,
        row.name,
        row.field,
        row.level,
        row.authority,
        row.authority_name,
        row.service_level,
        tuple(row.missing),
    )


_LEVEL = """select from service_level l where l.procedure_code = s.procedure_code
    and l.corrected_at is null and {} between l.valid_from and coalesce(l.valid_to, 'infinity')"""
#: The page is cut before the names and levels are looked up.
#: Letters with marks, as in a dictionary beside those without.
_MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_PLAIN = "aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyd"
#: Whatever the database's locale takes for a letter.
_FOLDED = f"lower(translate(s.field, '{_MARKED}{_MARKED.upper()}', '{_PLAIN}{_PLAIN}')) collate \"C\""
_NAMED = """
select f.*, u.name as authority_name, (
  select l.kind from service_level l where l.procedure_code = f.code
    and l.corrected_at is null and {day}::date between l.valid_from and coalesce(l.valid_to, 'infinity') order by l.valid_from desc limit 1) as service_level
from (
"""
_FOUND = f"""{_NAMED}
  select s.procedure_code as code, s.number, s.name, s.field, s.level, s.authority, s.missing, ({{rank}}) as rank
  from procedure_entry_search s where {{conditions}} order by ({{rank}}), s.procedure_code limit {{limit}}
) f join unit u on u.code = f.authority
order by f.rank, f.code
"""  # noqa: S608 - fixed text of this module
_BROWSED = f"""{_NAMED}
  select s.procedure_code as code, s.number, s.name, s.field, s.level, s.authority, s.missing, {_FOLDED} as folded
  from procedure_entry_search s where {{conditions}} order by {_FOLDED}, s.field, s.procedure_code limit {{limit}}
) f join unit u on u.code = f.authority
order by f.folded, f.field, f.code
"""  # noqa: S608 - fixed text of this module
_COUNTS = """
with found as materialized (
  select s.field, s.level, s.authority, coalesce(l.kind, '') as service_level, s.missing <> '{{}}' as incomplete,
    s.audiences
  from procedure_entry_search s left join service_level l on l.procedure_code = s.procedure_code
    and l.corrected_at is null and {day}::date between l.valid_from and coalesce(l.valid_to, 'infinity')
  where {conditions}
)
select grouping(field, level, authority, service_level) as kind, coalesce(field, level, authority, service_level) as value,
  count(*) as number, count(*) filter (where incomplete) as incomplete
from found group by grouping sets ((field), (level), (authority), (service_level), ())
union all
select -1, audience, count(*), 0 from found, unnest(audiences) audience group by audience
order by 1, 3 desc, 2
"""
_ENTRY = f"""
select v.*, s.abolished, u.name as authority_name, l.kind as l_kind, l.decision_no as l_no, l.decision_date as l_date, l.reason as l_reason,
  l.valid_from as l_from, l.valid_to as l_to
from procedure_entry_search s
join lateral ({storage.select_sql()} where v.procedure_code = s.procedure_code and v.number = s.number) v on true
join unit u on u.code = s.authority
left join lateral (
  select * from service_level l where l.procedure_code = s.procedure_code
    and l.corrected_at is null and $2::date between l.valid_from and coalesce(l.valid_to, 'infinity') order by l.valid_from desc limit 1) l on true
where s.procedure_code = $1 and s.valid_from <= $2::date and (s.valid_until is null or $2::date < s.valid_until)
"""  # noqa: S608 - fixed text of this module
