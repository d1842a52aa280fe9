"""Invariants of everything stored, after any kill, repetition or race."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from hoso_models.storage.database import Database
from hoso_workflows import audit
from hoso_workflows.attachments import file_views, sweep
from hoso_workflows.attachments.uploads import Asked, Files
from hoso_workflows.dossiers.service import DossierService
from support.chaos.crowd import Journal


async def violations(db: Database, files: Files, journal: Journal) -> list[str]:
    """Everything that is not as it has to be, in words."""
    kept = {row.key: row for row in await db.rows(_KEPT)}
    contradicted = journal.contradicted | (journal.accepted.keys() & journal.refused)
    found = [f"{key} got two different answers" for key in sorted(contradicted)]
    found += [f"{key} was told that nothing was stored, and it was" for key in journal.opposite]
    found += [f"{key} was refused, and stored" for key in sorted(journal.refused & kept.keys())]
    found += _acknowledged(journal, kept)
    found += _carried_out(journal, kept, {str(row.id): row for row in await db.rows(_CLOSED)})
    found += [f"{row.reference}: {row.said}" for sql in _SOUND for row in await db.rows(sql)]
    found += await _files(db, files, journal)
    found += [str(difference) async for difference in audit.differences(DossierService(db))]
    found += [f"rebuilding changes {table}" async for table in _changed_by_rebuilding(db)]
    return found


async def never_acknowledged(db: Database, journal: Journal) -> int:
    """Number of completions carried out whose caller received no answer."""
    return sum(row.key not in journal.accepted for row in await db.rows(_KEPT))


def _acknowledged(journal: Journal, kept: Mapping[str, Any]) -> list[str]:
    """Every acceptance is kept with the very answer; nothing is kept that nobody asked for."""
    lost = [
        f"{key} was accepted with another answer, or lost"
        for key, answer in journal.accepted.items()
        if key not in kept or kept[key].response != answer or kept[key].principal != _actor(journal, key)
    ]
    return lost + [f"{key} was never asked for" for key in kept if key not in journal.asked]


def _carried_out(journal: Journal, kept: Mapping[str, Any], closed: Mapping[str, Any]) -> list[str]:
    """Each closed task was closed by one act, that of the officer whose key was accepted; and each act closed its task."""
    tasks = {key: journal.asked[key].task for key in kept if key in journal.asked}
    acts = Counter(task for task in tasks.values() if task is not None)
    found = [f"task {task} was completed {times} times" for task, times in acts.items() if times > 1]
    found += [f"task {task} is closed by nobody's act" for task in closed.keys() - acts.keys()]
    found += [f"task {task} was completed and is not closed" for task in acts.keys() - closed.keys()]
    return found + [
        f"task {task} is closed by somebody else"
        for key, task in tasks.items()
        if task in closed and closed[task].closed_by != _actor(journal, key)
    ]


async def _files(db: Database, files: Files, journal: Journal) -> list[str]:
    """Every file that was accepted opens and is what was sent; after the sweep the store holds nothing else."""
    later = datetime.now(UTC) + 2 * sweep.GRACE
    await sweep.sweep(db, files.store, at=later)
    kept = {each.name async for batch in files.store.kept() for each in batch}
    rows = await db.rows(_FILES)
    named = {name for row in rows for name in (row.object, row.thumbnail) if name}
    found = [f"{name} is an object without a row" for name in kept - named]
    found += [f"{name} is a row without an object" for name in named - kept]
    sent = Counter(
        sha256(deed.file).hexdigest()
        for key, deed in journal.asked.items()
        if deed.file and key in journal.accepted
    )
    stored: Counter[str] = Counter()
    for row in rows:
        opened = await file_views.content(files, row.reference, row.id, Asked(row.stored_by, later))
        stored[sha256(b"".join([chunk async for chunk in opened.content])).hexdigest()] += 1
    return found + [
        f"files {sent - stored} were lost, {stored - sent} doubled" for _ in range(sent != stored)
    ]


def _actor(journal: Journal, key: str) -> str:
    return str(journal.asked[key].actor)


async def _changed_by_rebuilding(db: Database) -> AsyncIterator[str]:
    """The tables, all of them, whose content is another after every projection was written anew from the events."""
    before = await _contents(db)
    service = DossierService(db)
    for row in await db.rows("select reference from dossier order by reference"):
        await audit.rebuild(service, row.reference)
    after = await _contents(db)
    for table in sorted(before.keys() | after.keys()):
        if before.get(table) != after.get(table):
            yield table


async def _contents(db: Database) -> dict[str, str]:
    """A digest of every row of every table."""
    tables = [row.name for row in await db.rows(_TABLES)]
    return {table: (await db.row(_CONTENT.format(table=table))).digest for table in tables}


_TABLES = """
select table_name as name from information_schema.tables
where table_schema = 'public' and table_type = 'BASE TABLE'
"""
_CONTENT = (
    "select coalesce(md5(string_agg(md5(x::text), '' order by md5(x::text))), '') as digest from {table} x"
)
_FILES = "select a.*, d.reference from attachment a join dossier d on d.id = a.dossier_id"
_KEPT = "select key, principal_id::text as principal, response from idempotency"
_CLOSED = "select id, closed_by::text as closed_by from user_task where status = 'closed'"
#: Each finds what must not be, as a dossier's reference and words.
_SOUND = (
    """
    select d.reference, 'task ' || t.id || ' is ' || t.status || ' and was completed ' || count(e.seq) || ' times' as said
    from user_task t join dossier d on d.id = t.dossier_id
    left join dossier_event e on e.dossier_id = d.id and e.kind = 'task_closed'
      and e.payload->>'by' = 'completed' and e.payload->>'task' = t.id::text
    group by d.reference, t.id having count(e.seq) <> (t.status = 'closed')::int
    """,
    """
    select d.reference, 'a completion of a task that is in no list' as said
    from dossier_event e join dossier d on d.id = e.dossier_id
    where e.kind = 'task_closed' and not exists (select from user_task t where t.id::text = e.payload->>'task')
    """,
    """
    select d.reference, 'version ' || s.version || ' after acts with versions ' || array_to_string(a.versions, ' ') as said
    from engine_state s join dossier d on d.id = s.dossier_id
    cross join lateral (
      select coalesce(array_agg((i.response->>'version')::int order by (i.response->>'version')::int), '{}') as versions
      from idempotency i where i.response->>'reference' = d.reference
    ) a where a.versions <> array(select generate_series(1, s.version))
    """,
    """
    select d.reference, 'events ' || count(*) || ', last ' || max(e.seq) || ', said to be ' || d.last_seq as said
    from dossier d left join dossier_event e on e.dossier_id = d.id
    group by d.id having count(*) <> d.last_seq or max(e.seq) <> d.last_seq
    """,
)
