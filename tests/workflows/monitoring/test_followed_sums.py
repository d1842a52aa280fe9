"""A figure of the board is the number of the rows behind it, whoever looks, whatever stands in the house."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from hoso_workflows.monitoring import overdue, workload
from hoso_workflows.monitoring.workload import UnitTotals
from hoso_workflows.organisation.permissions.tracking import Scope
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local

NOON = local("2026-03-06 12:00")
UNITS = [*worlds.UNITS]
DOSSIERS, STATES = 60, 200


#: Each figure with its list, and with what of it is told as a number only.
LISTS: dict[str, tuple[Any, Any]] = {
    "overdue": (overdue.dossiers, overdue.counted_dossiers),
    "overdue_steps": (overdue.steps, overdue.counted_steps),
    "overdue_receptions": (overdue.receptions, overdue.counted_receptions),
}


async def drawn(world: worlds.World, chance: random.Random) -> None:
    """Dossiers in whatever units and states, late or not, with steps here and there."""
    referred = await dossier_rows.refers(world.db)
    for _ in range(DOSSIERS):
        parts = {f"{part}_unit": chance.choice(UNITS) for part in ("receiving", "handling", "deciding")}
        due = NOON + timedelta(hours=chance.randrange(-40, 40))
        at_reception = {"code": None, "status": "filed", "accepted_at": None, "reception_due": due}
        running = {"due_first": due, "due_legal": due, "due_promised": due}
        given = at_reception if chance.random() < 0.3 else running
        made = await dossier_rows.dossier(world.db, referred, worlds.FOUNDED, **parts, **given)
        for _ in range(chance.randrange(3)):
            late = NOON + timedelta(hours=chance.randrange(-40, 40))
            unit = chance.choice([*parts.values(), *UNITS])
            await dossier_rows.step(world.db, made, worlds.FOUNDED, unit_code=unit, due_own=late)
        if chance.random() < 0.2:
            await dossier_rows.stop(world.db, made, worlds.FOUNDED)
            await world.changed("update dossier set due_legal = null where id = $1", made)


async def test_each_figure_of_the_board_is_the_number_of_the_rows_behind_it(world: worlds.World) -> None:
    chance = random.Random(18)  # noqa: S311 - a seed, no secret
    await drawn(world, chance)
    calendars = await world.service.reference_data.unit_calendars()
    cases = frozenset(
        (UUID(str(row.workflow_version_id)), row.case_id)
        for row in await world.db.rows("select distinct workflow_version_id, case_id from dossier")
    )
    followed = as_numbers = 0
    for _ in range(STATES):
        units = frozenset(chance.sample(UNITS, chance.randrange(1, len(UNITS) + 1)))
        own = frozenset(chance.sample(UNITS, 2))
        scope = Scope(units, own, own=own, counted=cases if chance.random() < 0.5 else frozenset())
        at = NOON + timedelta(hours=chance.randrange(-40, 40))
        lines = await workload.totals(world.db, calendars, at=at, scope=scope)
        of = {"at": at, "scope": scope, "limit": 200}
        for name, (listed, counted) in LISTS.items():
            rows = (await listed(world.db, calendars, **of)).items
            behind = {
                unit: sum(row.unit == unit for row in rows) + await counted(world.db, scope, unit, at)
                for unit in UNITS
            }
            said = {line.code: getattr(line, name) for line in lines}
            assert dict.fromkeys(UNITS, 0) | said == behind, (name, scope, at)
            as_numbers += sum(behind.values()) - len(rows)
            followed += len(rows)
        held = await workload.late_steps(world.db, at=at, scope=scope, limit=2)
        assert sum(each.tasks for each in held.lines) + held.rest == _sum(lines, "overdue_steps")
        assert _sum(lines, "overdue") <= _sum(lines, "open")
    assert followed > STATES
    assert as_numbers > STATES


def _sum(lines: tuple[UnitTotals, ...], name: str) -> int:
    return sum(getattr(line, name) for line in lines)
