"""A page deep in a list walks an index from its place on, whatever narrows the list."""

import re
from datetime import timedelta
from typing import Any

import pytest

from hoso_workflows.monitoring import overdue, reception_queue
from support.builders import dossier_rows
from support.world import DEPARTMENT, DESK, FOUNDED, World, instant

NOON = instant("2026-03-06 12:00")
#: Minutes apart, most of them past at noon.
DUES = [instant("2026-03-02 08:00") + timedelta(minutes=number) for number in range(4_000)]
_AT_RECEPTION = """
update dossier set status = 'filed', code = null, accepted_at = null, reception_due = due_legal, due_first = null,
  due_legal = null, due_promised = null, clock_running = false
"""


async def planned(world: World, monkeypatch: pytest.MonkeyPatch, listed: Any, **wanted: Any) -> list[str]:
    """The lines of the plan by which the second page of a list is read."""
    asked, rows = [], world.db.rows

    async def noting(sql: str, parameters: Any = ()) -> Any:
        asked.append((sql, parameters))
        return await rows(sql, parameters)

    calendars = await world.service.reference_data.unit_calendars()
    first = await listed(world.db, calendars, at=NOON, **wanted)
    with monkeypatch.context() as noted:
        noted.setattr(world.db, "rows", noting)
        second = await listed(world.db, calendars, at=NOON, after=first.after, **wanted)
    assert (len(first.items), len(second.items)) == (50, 50)
    assert {each.id for each in first.items}.isdisjoint(each.id for each in second.items)
    ((sql, parameters),) = asked
    return [row[0] for row in await rows(f"explain (analyze, timing off) {sql}", parameters)]


async def many(world: World) -> None:
    """Thousands of dossiers that are due one minute after the other."""
    await dossier_rows.many(world.db, await dossier_rows.refers(world.db), DUES, FOUNDED)


@pytest.mark.parametrize("wanted", [{}, {"unit": DESK}, {"unit": [DESK]}], ids=["all", "one unit", "units"])
async def test_of_thousands_at_reception_a_page_reads_what_it_shows(
    world: World, monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Any]
) -> None:
    await many(world)
    await world.changed("update user_task set milestone = 'accept', due_own = null")
    await world.changed(_AT_RECEPTION)
    await world.changed("vacuum full analyze dossier, user_task")

    plan = await planned(world, monkeypatch, reception_queue.receptions, **wanted)

    assert walked(plan, "dossier", "ix_dossier_reception"), plan


@pytest.mark.parametrize("wanted", [{}, {"unit": DEPARTMENT}], ids=["all", "one unit"])
async def test_of_thousands_that_are_overdue_a_page_reads_what_it_shows(
    world: World, monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Any]
) -> None:
    await many(world)
    await world.changed("vacuum analyze dossier, user_task")

    plan = await planned(world, monkeypatch, overdue.dossiers, **wanted)

    assert walked(plan, "dossier", "ix_dossier_"), plan


def walked(plan: list[str], table: str, index: str) -> bool:
    """True when the table is read by the index alone, at most one row more than a page."""
    touched = [line for line in plan if re.search(rf" on {table}\b", line)]
    read = [int(rows) for line in touched for rows in re.findall(r"actual rows=(\d+)", line)]
    return all(f"using {index}" in line for line in touched) and bool(read) and max(read) <= 51
