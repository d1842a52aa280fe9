"""Drafts of entries: an agency edits what concerns it, the office publishes (S-11, S-26)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.catalogue import code_lists, comparison, refusals, storage, values
from hoso_workflows.catalogue.comparison import Change
from hoso_workflows.catalogue.values import Content
from hoso_workflows.organisation import administration, asking
from hoso_workflows.organisation.asking import Asked
from hoso_workflows.pagination import Conditions, Keyset, Page

EDIT = "edit_entry"
DRAFTS = Keyset("entry-draft", code=pagination.TEXT)


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of an entry's next version."""

    code: str
    content: Content
    #: Grows with each change.
    version: int
    opened_at: datetime
    opened_by: str
    changed_at: datetime
    changed_by: str
    changer: UUID
    #: Number of the last published version; None before there is one.
    last: int | None = None
    #: What it would change of that version.
    changes: tuple[Change, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The letters of the items of which it says nothing."""
        return self.content.missing


async def save(
    db: Database, code: str, content: Content, asked: Asked, *, version: int | None = None
) -> Draft:
    """Begin the draft of an entry, or change it.

    The unit is the one that answers for the entry now; another one may be named by who edits the entries of both. `version` is the
    draft's as it was read, 0 where there was none; the same content once more changes nothing. Raises FormRefused, DraftStale,
    NotFound, Forbidden.
    """
    unit = await authority(db, code) or content.authority
    if content.authority != unit:
        await asking.reached(db, EDIT, content.authority, asked)
    async with asking.acting(db, EDIT, unit, asked) as tx:
        require(code, content, asked)
        before = await find(tx, code)
        if before is not None and before.content == content:
            return await _with_changes(tx, before)
        if version is not None and version != (before.version if before else 0):
            raise refusals.DraftStale(code, before.version if before else 0)
        document = content.model_dump(mode="json")
        await tx.rows(_SAVE, [code, content.authority, document, asked.at, asked.by])
        kind = "entry_drafted"
        said = {"unit": unit, "code": code, "name": content.name}
        await administration.record_of(tx, unit, kind, code, asked.author, asked.at, **said)
        return await one(tx, code)


async def discard(db: Database, code: str, asked: Asked, *, version: int | None = None) -> None:
    """Take a draft away, in the version that was read. Raises DraftStale, NotFound, Forbidden."""
    before = await one(db, code)
    async with asking.acting(db, EDIT, await authority(db, code) or before.content.authority, asked) as tx:
        before = await one(tx, code)
        if version is not None and version != before.version:
            raise refusals.DraftStale(code, before.version)
        await tx.rows(_DISCARD, [code])
        said = {"unit": before.content.authority, "code": code, "name": before.content.name}
        unit, kind = before.content.authority, "entry_draft_discarded"
        await administration.record_of(tx, unit, kind, code, asked.author, asked.at, **said)


async def read(db: Database, code: str, asked: Asked) -> Draft:
    """A draft, for who may change it. Raises NotFound, Forbidden."""
    found = await one(db, code)
    unit = await authority(db, code) or found.content.authority
    await asking.reached(db, EDIT, unit, asked)
    return found


async def listed(
    db: Database, asked: Asked, *, unit: str | None = None, limit: int = 50, after: str | None = None
) -> Page[Draft]:
    """One page of the drafts that somebody may change, by code. Raises BadCursor, NotFound, Forbidden."""
    wanted = Conditions()
    wanted.equal("e.authority", await asking.reached(db, EDIT, unit, asked))
    wanted.behind("e.procedure_code", DRAFTS.values(after))
    return await pagination.page(db, _LISTED, wanted, DRAFTS, limit=limit, item=_draft)


async def everything(db: Database, *, limit: int = 50, after: str | None = None) -> Page[Draft]:
    """One page of all drafts, for the operator. Raises BadCursor."""
    wanted = Conditions()
    wanted.behind("e.procedure_code", DRAFTS.values(after))
    return await pagination.page(db, _LISTED, wanted, DRAFTS, limit=limit, item=_draft)


def require(code: str, content: Content, asked: Asked) -> None:
    """Raise FormRefused for a wrong code or level."""
    day = localtime.local_date(asked.at)
    wrong = [
        *values.code_faults(code),
        *filter(None, [code_lists.fault(code_lists.levels(), content.level, day, "level")]),
    ]
    if wrong:
        raise errors.FormRefused(wrong)


async def authority(asked: Database | Transaction, code: str) -> str | None:
    """The unit of the last version of an entry, else of its draft."""
    rows = await asked.rows(_AUTHORITY, [code])
    return rows[0].authority if rows else None


async def one(asked: Database | Transaction, code: str) -> Draft:
    """A draft with what it would change. Raises NotFound."""
    found = await find(asked, code)
    if found is None:
        raise errors.NotFound("draft of an entry", code)
    return await _with_changes(asked, found)


async def find(asked: Database | Transaction, code: str) -> Draft | None:
    """A draft; None where there is none."""
    rows = await asked.rows(_LISTED.format(conditions="e.procedure_code = $1", limit=1), [code])
    return _draft(rows[0]) if rows else None


async def _with_changes(asked: Database | Transaction, draft: Draft) -> Draft:
    last = (await storage.last(asked, [draft.code])).get(draft.code)
    found = comparison.changes(last.content if last else None, draft.content)
    return replace(draft, last=last.number if last else None, changes=found)


def _draft(row: Any) -> Draft:
    content = Content.model_validate(row.content)
    return Draft(
        row.code,
        content,
        row.version,
        row.opened_at,
        row.opened_by,
        row.changed_at,
        row.changed_by,
        UUID(int=row.changer.int),
    )


_LISTED = """
select e.procedure_code as code, e.content, e.version, e.opened_at, o.name as opened_by, e.changed_at, c.name as changed_by,
  e.changed_by as changer
from procedure_entry_draft e join principal o on o.id = e.opened_by join principal c on c.id = e.changed_by
where {conditions} order by e.procedure_code limit {limit}
"""
_AUTHORITY = """
select authority from (
  select authority, number from procedure_entry_version where procedure_code = $1
  union all select authority, 0 from procedure_entry_draft where procedure_code = $1
) known order by number desc limit 1
"""
_SAVE = """
insert into procedure_entry_draft (procedure_code, authority, content, opened_at, opened_by, changed_at, changed_by)
values ($1, $2, $3, $4, $5, $4, $5)
on conflict (procedure_code) do update set authority = excluded.authority, content = excluded.content,
  version = procedure_entry_draft.version + 1, changed_at = excluded.changed_at, changed_by = excluded.changed_by
"""
_DISCARD = "delete from procedure_entry_draft where procedure_code = $1 returning 1"
