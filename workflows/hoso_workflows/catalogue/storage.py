"""Storage of published versions, and the terms of the search that follow."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hoso_models import PublicationKind, text_search
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import localtime
from hoso_workflows.catalogue import code_lists, values
from hoso_workflows.catalogue.values import Content, Publication
from hoso_workflows.organisation.asking import Asked

#: Characters of a word that are searched.
WORD = 100


@dataclass(frozen=True, slots=True)
class Version:
    """A published version of an entry. It never changes."""

    code: str
    number: int
    content: Content
    #: None only for versions from before there were decisions.
    publication: Publication | None
    kind: PublicationKind
    entered_at: datetime
    entered_by: str
    #: Name of who has changed the draft last; None where it came by an import.
    drafted_by: str | None

    @property
    def lag_days(self) -> int | None:
        """Days from the publication of the decision to its entry, both as local dates; None without a decision."""
        if self.publication is None:
            return None
        published = localtime.local_date(self.publication.published_at)
        return (localtime.local_date(self.entered_at) - published).days


@dataclass(frozen=True, slots=True)
class New:
    """A version that is about to be stored."""

    code: str
    number: int
    content: Content
    publication: Publication
    drafted_by: UUID | None = None


async def lock(tx: Transaction) -> None:
    """Let nobody else publish until the transaction ends."""
    await tx.rows("select pg_advisory_xact_lock(hashtextextended('catalogue', 0))")


async def versions(asked: Database | Transaction, code: str) -> list[Version]:
    """The versions of an entry, the newest first."""
    rows = await asked.rows(f"{_SELECT} where v.procedure_code = $1 order by v.number desc", [code])
    return [version(row) for row in rows]


async def last(asked: Database | Transaction, codes: Collection[str] | None = None) -> dict[str, Version]:
    """The last version of each entry, by code; of all entries without codes."""
    named = None if codes is None else sorted(codes)
    return {row.procedure_code: version(row) for row in await asked.rows(_LAST, [named])}


async def save(tx: Transaction, new: Sequence[New], asked: Asked) -> None:
    """Store versions with their terms; the versions before them end where they begin."""
    behalf = asked.actor if asked.operator else None
    await tx.rows(_SAVE, [[_document(each) for each in new], asked.at, asked.by, behalf])


def version(row: Any) -> Version:
    """The version in a row of `select_sql`."""
    decided = row.decision_no is not None and row.decision_date is not None and row.published_at is not None
    said = Publication.model_construct(
        kind=PublicationKind(row.kind),
        decision_no=row.decision_no,
        decision_date=row.decision_date,
        published_at=row.published_at,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        successor=row.successor,
    )
    return Version(
        row.procedure_code,
        row.number,
        values.stored(row),
        said if decided else None,
        PublicationKind(row.kind),
        row.entered_at,
        row.entered_by_name,
        row.drafted_by_name,
    )


def words(text: str) -> list[str]:
    """The words of a text as they are searched without accents."""
    return [each[:WORD] for each in text_search.fold(text).split()]


def accented(text: str) -> list[str]:
    """The words of a text in small letters, with their accents."""
    return [each[:WORD] for each in text_search.words(text)]


def _document(new: New) -> dict[str, Any]:
    content, said = new.content, new.publication
    found = " ".join((new.code, content.name, content.field))
    ends = None if said.valid_to is None else (said.valid_to + timedelta(days=1)).isoformat()
    return {
        "code": new.code,
        "number": new.number,
        **content.model_dump(mode="json", include={"name", "authority", "level", "field"}),
        "items": content.items,
        **said.model_dump(mode="json"),
        "drafted_by": str(new.drafted_by) if new.drafted_by else None,
        "valid_until": ends,
        "missing": list(content.missing),
        "words": sorted(set(words(found))),
        "accented": sorted(set(accented(found))),
        "audiences": code_lists.audiences_of(content.applicants),
    }


def select_sql() -> str:
    """SQL of versions with the names of their persons."""
    return _SELECT


_SELECT = """
select v.procedure_code, v.number, v.name, v.field, v.level, v.authority, v.items as document, v.decision_no, v.decision_date, v.published_at,
  v.entered_at, v.kind, v.valid_from, v.valid_to, v.successor, e.name as entered_by_name, d.name as drafted_by_name
from procedure_entry_version v join principal e on e.id = v.entered_by left join principal d on d.id = v.drafted_by
"""
_LAST = f"""
{_SELECT} join (
  select procedure_code, max(number) as number from procedure_entry_version
  where $1::text[] is null or procedure_code = any($1::text[]) group by procedure_code
) l on l.procedure_code = v.procedure_code and l.number = v.number
"""  # noqa: S608 - fixed text of this module
#: $1 the versions as documents, $2 now, $3 by whom, $4 in whose name. A version ends where the next one begins.
_SAVE = """
with x as materialized (
  select * from jsonb_to_recordset($1::jsonb) as x(code text, number int, name text, field text, level text, authority text, items jsonb,
    decision_no text, decision_date date, published_at timestamptz, kind text, valid_from date, valid_to date, successor text,
    drafted_by uuid, valid_until date, missing text[], words text[], accented text[],
    audiences text[])
), before as (
  update procedure_entry_search s set valid_until = least(coalesce(s.valid_until, 'infinity'), x.valid_from)
  from x where s.procedure_code = x.code
), entered as (
  insert into procedure_entry_version (procedure_code, number, name, field, level, authority, items, decision_no, decision_date,
    published_at, kind, valid_from, valid_to, successor, drafted_by, entered_at, entered_by, entered_for)
  select code, number, name, field, level, authority, items, decision_no, decision_date,
    published_at, kind, valid_from, valid_to, successor, drafted_by, $2, $3, $4 from x
)
insert into procedure_entry_search (procedure_code, number, valid_from, valid_until, abolished, name, field, level, authority, missing,
  words, accented, audiences)
select code, number, valid_from, valid_until, kind = 'abolished', name, field, level, authority, missing,
  array_to_tsvector(words), array_to_tsvector(accented), audiences from x
"""
