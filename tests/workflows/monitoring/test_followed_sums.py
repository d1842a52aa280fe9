"""A figure of the board is the number of the rows behind it, whoever looks, whatever stands in the house."""

import random
from datetime import timedelta

from hoso_workflows.monitoring import overdue, workload
from hoso_workflows.monitoring.workload import UnitTotals
from hoso_workflows.organisation.permissions.tracking import Scope
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local

NOON = local("2026-03-06 12:00")
UNITS = [*worlds.UNITS]
DOSSIERS, STATES = 60, 200


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
    followed = 0
    for _ in range(STATES):
        units = frozenset(chance.sample(UNITS, chance.randrange(1, len(UNITS) + 1)))
        scope = Scope(units, frozenset(chance.sample(UNITS, 2)))
        at = NOON + timedelta(hours=chance.randrange(-40, 40))
        lines = await workload.totals(world.db, calendars, at=at, scope=scope)
        of = {"at": at, "scope": scope, "limit": 200}
        behind = {
            "overdue": (await overdue.dossiers(world.db, calendars, **of)).items,
            "overdue_steps": (await overdue.steps(world.db, calendars, **of)).items,
            "overdue_receptions": (await overdue.receptions(world.db, calendars, **of)).items,
        }
        for name, rows in behind.items():
            assert {line.code: n for line in lines if (n := getattr(line, name))} == {
                unit: sum(row.unit == unit for row in rows) for unit in {row.unit for row in rows}
            }, (name, units, at)
        held = await workload.late_steps(world.db, at=at, scope=scope, limit=2)
        assert sum(each.tasks for each in held.lines) + held.rest == len(behind["overdue_steps"])
        assert _sum(lines, "overdue") <= _sum(lines, "open")
        followed += len(behind["overdue"])
    assert followed > STATES


def _sum(lines: tuple[UnitTotals, ...], name: str) -> int:
    return sum(getattr(line, name) for line in lines)
