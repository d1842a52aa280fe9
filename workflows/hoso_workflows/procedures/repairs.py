"""Repair of a damaged package or calendar from a copy of it.

Copies are the bundled one and those of backups.

A copy is taken only where it is what the digest says, or where the digest was altered and the copy is what is stored. The
database is the owner's: to nobody else versions are anything but added. Each repair is an act of administration.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_bpmn.package import package
from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import administration, permissions
from hoso_workflows.organisation.permissions import procedure_rights
from hoso_workflows.procedures import damage

PROCEDURE, CALENDAR = "restore_version", "restore_calendar"

#: A row of a dump: text by column.
Dumped = Mapping[str, str | None]


class NotDamaged(errors.Refusal):
    """A repair of nothing."""

    slug = "not-damaged"
    title = "What is stored is as it was entered."
    remedy = "`hoso doctor` names what is damaged."

    def __init__(self, key: str) -> None:
        super().__init__(say("What is stored of {key} is as it was entered.", key=key))
        self.key = key


class NoFittingCopy(errors.Refusal):
    """No copy is the one that was entered."""

    slug = "no-fitting-copy"
    remedy = "Name a backup from before the damage by `--from`."

    def __init__(self, key: str) -> None:
        super().__init__(say("None of the copies of {key} is the one that was entered.", key=key))
        self.key = key


@dataclass(frozen=True, slots=True)
class Copy:
    """A sound copy: the bytes of a package or the documents of a calendar."""

    digest: str
    content: Any


def bundled_package(procedure: str) -> list[Copy]:
    """The package that comes with hoso, if there is one."""
    if procedure not in package.codes():
        return []
    return [_package(package.bundled(procedure).to_zip())]


def bundled_calendar(calendar: str) -> list[Copy]:
    """The calendar that comes with hoso, if there is one."""
    if calendar not in wt.names():
        return []
    documents = {name: data.decode() for name, data in wt.sources(calendar).items()}
    return [Copy(wt.load(calendar).version, documents)]


def dumped_packages(rows: Iterable[Dumped], procedure: str, number: int) -> list[Copy]:
    """The sound packages of a version in a dump."""
    key = procedure, str(number)
    found = [row for row in rows if (row["procedure_code"], row["number"]) == key]
    copies = [(row, _package(bytes.fromhex(str(row["package"]).removeprefix(r"\x")))) for row in found]
    return [copy for row, copy in copies if row["sha256"] == copy.digest]


def dumped_calendars(rows: Iterable[Dumped], calendar: str) -> list[Copy]:
    """The sound versions of a calendar in a dump."""
    copies = []
    for row in rows:
        if row["calendar"] == calendar:
            documents = json.loads(str(row["documents"]))
            try:
                damage.calendar_of(calendar, str(row["version"]), documents)
            except damage.CalendarDamaged:
                continue
            copies.append(Copy(str(row["version"]), documents))
    return copies


def _package(data: bytes) -> Copy:
    return Copy(hashlib.sha256(data).hexdigest(), data)


async def restore_package(
    owner: Database,
    procedure: str,
    number: int,
    copies: Iterable[Copy],
    *,
    actor: UUID,
    at: datetime,
    operator: UUID,
) -> None:
    """Put a version's package right. Raises NotFound, NotDamaged, NoFittingCopy, Forbidden.

    It is the operator's act, on the word of the actor.
    """
    key, offices = f"{procedure}/{number}", permissions.offices(PROCEDURE)
    async with procedure_rights.acting(
        owner, "restoring a procedure", procedure, *offices, actor=actor, at=at, operator=operator
    ) as (tx, acting):
        rows = await tx.rows(_PACKAGE, [procedure, number])
        if not rows:
            raise errors.NotFound("version", key)
        stored = rows[0]
        if stored.sha256 == hashlib.sha256(stored.package).hexdigest():
            raise NotDamaged(key)
        for copy in copies:
            if copy.digest == stored.sha256 or copy.content == stored.package:
                break
        else:
            raise NoFittingCopy(key)
        await _put(tx, _PUT_PACKAGE, [stored.id, copy.content, copy.digest])
        await administration.record_of(
            tx,
            acting.right.unit,
            "procedure_restored",
            procedure,
            Actor(acting.by, acting.behalf),
            at,
            number=str(number),
            sha256=copy.digest,
        )


async def restore_calendar(
    owner: Database, calendar: str, copies: Iterable[Copy], *, actor: UUID, at: datetime, operator: UUID
) -> list[str]:
    """Put the damaged versions of a calendar right and lost ones back; their names.

    Raises NotFound, NotDamaged, NoFittingCopy where one has no copy, Forbidden.
    """
    offices, known = permissions.offices(CALENDAR), list(copies)
    async with (
        procedure_rights.logging_refusals(owner, "restoring a calendar", calendar, operator, at),
        owner.transaction() as tx,
    ):
        rights = await procedure_rights.own_rights(tx, actor, at, "restoring a calendar", operator)
        top = await procedure_rights.top_units(tx, localtime.local_date(at))
        right = permissions.require_role(rights, "restoring a calendar", top, procedure_rights.TOP, *offices)
        acting = procedure_rights.acting_by(right, actor, operator, owned=True)
        rows, gone = await tx.rows(_CALENDARS, [calendar]), await tx.rows(_GONE, [calendar])
        if not (rows or gone):
            raise errors.NotFound("calendar", calendar)
        done = []
        for row in rows:
            try:
                damage.calendar_of(calendar, row.version, row.documents)
            except damage.CalendarDamaged:
                fitting = (c for c in known if c.digest == row.version or c.content == row.documents)
                if (copy := next(fitting, None)) is None:
                    raise NoFittingCopy(f"{calendar}/{row.version}") from None
                await _put(tx, _PUT_CALENDAR, [row.id, copy.content, copy.digest])
                done.append(copy.digest)
        for row in gone:
            if (copy := next((c for c in known if c.digest == row.version), None)) is None:
                raise NoFittingCopy(f"{calendar}/{row.version}")
            await _put(tx, _PUT_BACK, [row.number, copy.content])
            done.append(copy.digest)
        if not done:
            raise NotDamaged(calendar)
        author = Actor(acting.by, acting.behalf)
        await administration.record_of(
            tx, acting.right.unit, "calendar_restored", calendar, author, at, versions=done
        )
    return done


async def _put(tx: Transaction, statement: str, parameters: list[Any]) -> None:
    """Write what the row's seal has told all the time: nothing is sealed anew."""
    await tx.rows("select set_config('hoso.sealing', 'off', true)")
    await tx.rows(statement, parameters)
    await tx.rows("select set_config('hoso.sealing', 'on', true)")


_PACKAGE = """
select id, package, sha256 from workflow_version where procedure_code = $1 and number = $2 for update
"""
_PUT_PACKAGE = "update workflow_version set package = $2, sha256 = $3 where id = $1"
_CALENDARS = (
    "select id, version, documents from calendar_version where calendar = $1 order by created_at for update"
)
_PUT_CALENDAR = "update calendar_version set documents = $2::jsonb, version = $3 where id = $1"
#: The newest seals of the versions that have no row, though nobody deleted it by an act. $1 the calendar.
_GONE = """
select s.number, s.plain ->> 'version' as version from (
  select distinct on (key) key, number, plain from row_seal where table_name = 'calendar_version' order by key, number desc) s
where s.plain ->> 'calendar' = $1 and not exists (select from calendar_version v
  where v.id::text = s.key or (v.calendar, v.version) = (s.plain ->> 'calendar', s.plain ->> 'version'))
order by s.plain ->> 'created_at', s.number
"""
#: $1 a seal, $2 the documents, of which it may hold the digest only.
_PUT_BACK = """
insert into calendar_version
select v.* from row_seal s, jsonb_populate_record(
  null::calendar_version, s.plain || jsonb_build_object('documents', $2::jsonb)) v
where s.number = $1
"""
