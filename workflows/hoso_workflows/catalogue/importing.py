"""Import of a whole catalogue from one file: all or nothing.

What is as it stands stays; what differs becomes a new version; entries that the file does not name are told of and stay.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from hoso_calendar import messages
from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.catalogue import comparison, exchange, publishing, refusals, storage, telling
from hoso_workflows.catalogue.comparison import Change
from hoso_workflows.catalogue.exchange import FileForm, Finding, Line
from hoso_workflows.catalogue.storage import New, Version
from hoso_workflows.organisation import administration, asking, permissions
from hoso_workflows.organisation.asking import Asked
from hoso_workflows.organisation.permissions import table

IMPORT = "import_catalogue"


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry of which the file says something else than its last version."""

    code: str
    name: str
    line: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes that a file would make. Nothing is written while there are findings."""

    findings: tuple[Finding, ...]
    #: Codes of entries that the catalogue does not have.
    new: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()
    unchanged: int = 0
    #: Codes of entries in force that the file does not name; they stay.
    missing: tuple[str, ...] = ()
    #: Equal for the same file over the same catalogue.
    digest: str = ""
    versions: tuple[New, ...] = field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        """True where the file can be brought in."""
        return not self.findings


async def foresee(db: Database, data: bytes, name: str, asked: Asked) -> Plan:
    """Look at a file: findings, and what it would change. Nothing is written. Raises Forbidden."""
    units = await asking.reached(db, IMPORT, None, asked)
    return await _plan(db, await _read(data, name), data, units, asked)


async def bring_in(db: Database, data: bytes, name: str, asked: Asked, *, digest: str | None = None) -> Plan:
    """Bring a file in as a whole, in one transaction. A second time changes nothing.

    Raises FormRefused with every finding, ImportChanged where the digest is no longer that of the plan that was looked at, Forbidden.
    """
    units = await asking.reached(db, IMPORT, None, asked)
    read = await _read(data, name)
    top = units[0]
    async with asking.acting(db, IMPORT, top, asked) as tx:
        await storage.lock(tx)
        plan = await _plan(tx, read, data, await _units(tx, asked), asked)
        if not plan.ok:
            raise errors.FormRefused([_fault(name, each) for each in plan.findings])
        if digest is not None and digest != plan.digest:
            raise refusals.ImportChanged
        if plan.versions:
            await storage.save(tx, plan.versions, asked)
            await _record(tx, top, data, plan, asked)
            entries = [(each.code, each.content) for each in plan.versions]
            await telling.published(tx, entries, [each.code for each in plan.changed], asked.at)
        return plan


async def export(db: Database, form: FileForm, *, authority: str | None = None) -> bytes:
    """A file of the last version of each entry, to be brought in again."""
    last = await storage.last(db)
    kept = (each for code, each in sorted(last.items()) if authority in (None, each.content.authority))
    return exchange.write(
        ((each.code, each.content, each.publication) for each in kept if each.publication is not None), form
    )


async def _read(data: bytes, name: str) -> exchange.Read:
    """The file, read beside what else is served."""
    return await asyncio.to_thread(exchange.read, data, name)


async def _units(tx: Transaction, asked: Asked) -> frozenset[str]:
    rights = await permissions.held(tx, asked.actor, asked.at, act=table.ACTS[IMPORT].says)
    return table.units(IMPORT, rights.own() if asked.operator else rights)


async def _plan(
    asked_of: Database | Transaction,
    read: exchange.Read,
    data: bytes,
    units: Iterable[str],
    asked: Asked,
) -> Plan:
    last = await storage.last(asked_of)
    findings = [*read.findings, *_judged(read, last, frozenset(units), asked)]
    if findings:
        return Plan(tuple(sorted(findings, key=lambda each: (each.line or 0, each.column or ""))))
    lines = [each for each in read.lines if not _same(each, last.get(each.code))]
    changed = [_changed(each, last[each.code]) for each in lines if each.code in last]
    today = localtime.local_date(asked.at)
    named = {each.code for each in read.lines}
    living = await _living(asked_of, today)
    versions = tuple(_version(each, last.get(each.code)) for each in lines)
    standing = ";".join(f"{each.code}/{each.number}" for each in versions)
    return Plan(
        (),
        tuple(sorted(each.code for each in lines if each.code not in last)),
        tuple(sorted(changed, key=lambda each: each.code)),
        len(read.lines) - len(lines),
        tuple(sorted(living - named)),
        hashlib.sha256(data + standing.encode()).hexdigest(),
        versions,
    )


def _judged(
    read: exchange.Read, last: Mapping[str, Version], units: frozenset[str], asked: Asked
) -> Iterable[Finding]:
    """Findings on lines that can be read, each by itself and all together."""
    seen: dict[str, int] = {}
    for line in read.lines:
        if line.code in seen:
            twice = say("stands already in line {line}", line=seen[line.code])
            yield _at(read, line, "code", twice)
        seen.setdefault(line.code, line.number)
        if _same(line, last.get(line.code)):
            continue
        before = last.get(line.code)
        for unit in {line.content.authority, before.content.authority if before else line.content.authority}:
            if unit not in units:
                yield _at(read, line, "authority", say("{unit} is no unit whose entries you keep", unit=unit))
        for fault in publishing.faults(line.content, line.publication, asked.at):
            yield _at(read, line, fault.field, fault.message)
        refused = publishing.refusal(line.code, line.publication, before)
        if refused is not None:
            yield _at(read, line, "valid_from", messages.sentence(refused))


def _at(read: exchange.Read, line: Line, field: str, message: str) -> Finding:
    return Finding(line.number, read.columns.get(field), field, message)


def _same(line: Line, before: Version | None) -> bool:
    return before is not None and (before.content, before.publication) == (line.content, line.publication)


def _changed(line: Line, before: Version) -> Changed:
    found = comparison.changes(before.content, line.content)
    return Changed(line.code, line.content.name, line.number, found)


def _version(line: Line, before: Version | None) -> New:
    return New(line.code, before.number + 1 if before else 1, line.content, line.publication)


async def _living(asked: Database | Transaction, day: date) -> frozenset[str]:
    return frozenset(row.code for row in await asked.rows(_LIVING, [day]))


def _fault(name: str, found: Finding) -> errors.Fault:
    place = ":".join((name, *([] if found.line is None else [str(found.line)])))
    return errors.Fault(f"{place}.{found.field}" if found.field else place, found.message)


async def _record(tx: Transaction, unit: str, data: bytes, plan: Plan, asked: Asked) -> None:
    said = {
        "unit": unit,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    kind = "catalogue_imported"
    await administration.record_of(tx, unit, kind, unit, asked.author, asked.at, **said)


_LIVING = """
select s.procedure_code as code from procedure_entry_search s
where not s.abolished and s.valid_from <= $1::date and (s.valid_until is null or $1::date < s.valid_until)
"""
