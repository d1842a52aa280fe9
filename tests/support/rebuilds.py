"""Projections deleted and written anew from the events, compared row by row."""

from __future__ import annotations

from collections.abc import Mapping

from hoso_workflows import audit
from hoso_workflows.dossiers.service import DossierService
from support import canaries, databases

#: Rows that only events have made. What an officer keeps of a task is no event, nor is the order by which money came in.
#: Rows that lead to others come before them.
_FROM_EVENTS: Mapping[str, str] = {
    "user_task": "not exists (select from officer_task k where k.task_id = t.id)",
    "appointment": "true",
    "clock_stop": "true",
    "timer": "true",
    "letter": "true",
    "consultation": "true",
    "disclosure": "true",
    "attachment": "true",
    "refund": "true",
    "payment": "true",
    "fee": "assessed_at is not null",
    "dossier_search": "true",
}


async def differing(service: DossierService, reference: str) -> list[str]:
    """The tables whose rows are others once the projections of a dossier were lost and rebuilt."""
    before = await rows_of(service, reference)
    for table, condition in _FROM_EVENTS.items():
        lost = f"delete from {table} t where {canaries.tables()[table]} and {condition}"  # noqa: S608 - names of our own
        await databases.changed(service.db.url, lost, [reference])
    assert await audit.rebuild(service, reference) == []
    after = await rows_of(service, reference)
    return [table for table, rows in before.items() if after[table] != rows]


async def rows_of(service: DossierService, reference: str) -> dict[str, list[str]]:
    """Every row about a dossier, in every table, as text."""
    found = {}
    for table, condition in canaries.tables().items():
        sql = f"select t::text as row from {table} t where {condition} order by 1"  # noqa: S608 - names of our own
        found[table] = [each.row for each in await service.db.rows(sql, [[reference]])]
    return found
