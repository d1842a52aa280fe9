"""The calendars of the house: owner, present text and present version."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import hoso_calendar as wt
from hoso_calendar.declarations import compilation
from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, pagination
from hoso_workflows.calendars import rights
from hoso_workflows.calendars.refusals import CalendarExists
from hoso_workflows.organisation import calendar_texts
from hoso_workflows.organisation.permissions.procedure_rights import Acting
from hoso_workflows.pagination import Conditions, Keyset, Page

#: TOML text by calendar id.
Texts = Mapping[str, bytes]
CALENDARS = Keyset(id=pagination.TEXT)
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar of the house. Years and version are None until its first revision is applied."""

    id: str
    name: str
    #: The code of the unit whose administrators revise it; None for the top of the tree.
    unit: str | None
    extends: str | None
    version: str | None
    #: The first and the last day that it declares.
    first: date | None
    until: date | None
    #: How many units keep it.
    kept: int


async def search(db: Database, *, limit: int | None = None, after: str | None = None) -> Page[Calendar]:
    """One page of the calendars, by their ids."""
    asked, found = Conditions(), await calendar_texts.texts(db)
    asked.behind("c.id", CALENDARS.values(after))
    return await pagination.page(
        db, _CALENDARS, asked, CALENDARS, limit=limit, item=lambda row: _calendar(row, found)
    )


async def calendar(asked: Database | Transaction, identity: str) -> Calendar:
    """One calendar. Raises NotFound."""
    rows = await asked.rows(_CALENDARS.format(conditions="c.id = $1", limit="1"), [identity])
    if not rows:
        raise errors.NotFound("calendar", identity)
    return _calendar(rows[0], await calendar_texts.texts(asked))


async def create(
    db: Database,
    identity: str,
    name: str,
    *,
    unit: str | None,
    actor: Any,
    at: datetime,
    operator: Any = None,
) -> Calendar:
    """Enter a calendar without a text. Its first revision gives it one.

    Raises CalendarExists, Forbidden, NotFound for an unknown unit, FormRefused for what is no id.
    """
    if not _ID.fullmatch(identity):
        why = say("small letters, digits and hyphens, 60 at most, not {identity!r}", identity=identity)
        raise errors.FormRefused([errors.Fault("id", why)])
    who: dict[str, Any] = {"actor": actor, "at": at, "operator": operator}
    async with rights.acting(db, rights.CREATING, identity, [unit], **who) as (tx, acting):
        if not await created(tx, acting, identity, name, unit, at=at):
            raise CalendarExists(identity)
        return await calendar(tx, identity)


async def created(
    tx: Transaction,
    acting: Acting,
    identity: str,
    name: str,
    unit: str | None,
    *,
    at: datetime,
    act: str = rights.CREATING,
) -> bool:
    """Enter a calendar without a text, as part of an act. False when its id is taken."""
    made = await tx.rows(_CREATE, [identity, name, unit, at, acting.by])
    if made:
        await rights.record(tx, acting, act, identity, at, name=name)
    return bool(made)


async def versions(asked: Database | Transaction) -> dict[str, str]:
    """The present version of every calendar that has one."""
    rows = await asked.rows("select id, version from calendar where version is not null")
    return {row.id: row.version for row in rows}


def lineage(found: Texts, identity: str) -> dict[str, str]:
    """Texts of a calendar and of all that it extends, by id."""
    documents: dict[str, str] = {}
    name: str | None = identity
    while name is not None and name not in documents:
        documents[name] = found[name].decode()
        name = compilation.declared(found[name], name).extends
    return documents


def children(found: Texts, identity: str) -> list[str]:
    """The calendars that extend one, directly or not."""
    return [name for name in sorted(found) if name != identity and identity in _ancestors(found, name)]


def _ancestors(found: Texts, identity: str) -> set[str]:
    seen: set[str] = set()
    name: str | None = identity
    while name is not None and name in found and name not in seen:
        seen.add(name)
        name = compilation.declared(found[name], name).extends
    return seen


def _calendar(row: Any, found: Texts) -> Calendar:
    compiled = wt.compile(found, row.id) if row.version and row.id in found else None
    declared = compilation.declared(found[row.id], row.id) if row.id in found else None
    return Calendar(
        id=row.id,
        name=declared.name if declared else row.name,
        unit=row.unit_code,
        extends=declared.extends if declared else None,
        version=row.version,
        first=compiled.first if compiled else None,
        until=compiled.last if compiled else None,
        kept=row.kept,
    )


_CALENDARS = """
select c.id, c.name, c.unit_code, c.version, (select count(*) from unit u where u.calendar = c.id) as kept
from calendar c where {conditions} order by c.id limit {limit}
"""
_CREATE = """
insert into calendar (id, name, unit_code, created_at, created_by) values ($1, $2, $3, $4, $5)
on conflict (id) do nothing returning id
"""
