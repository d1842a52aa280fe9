"""Reminders of a late dossier that is at several steps at once."""

from hoso_workflows.monitoring import reminders
from hoso_workflows.monitoring.reminders import Late
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local
from support.world import DEPARTMENT, DESK, OTHER, person

HEAD, SPECIALIST, CLERK = person("head"), person("specialist"), person("reception", DESK)


async def test_everybody_who_has_or_could_take_an_open_step_of_a_late_dossier_is_reminded_once(
    world: worlds.World,
) -> None:
    due, at = local("2026-03-05 17:00"), local("2026-03-06 09:00")
    dates = {"due_first": due, "due_legal": due, "due_promised": due}
    dossier = await dossier_rows.dossier(
        world.db, await dossier_rows.refers(world.db), worlds.FOUNDED, **dates
    )
    held = {
        "first": (DEPARTMENT, "specialist", SPECIALIST, "2026-03-03 17:00"),
        "second": (DEPARTMENT, "specialist", SPECIALIST, "2026-03-04 17:00"),
        "third": (DESK, "reception", CLERK, "2026-03-05 17:00"),
        "fourth": (OTHER, "head", None, "2026-03-05 17:00"),
    }
    for element, (unit, role, officer, own) in held.items():
        step = {"element": element, "name": element, "unit_code": unit, "role": role, "assignee_id": officer}
        await dossier_rows.step(
            world.db, dossier, worlds.FOUNDED, **step, due_own=local(own), due_dossier=due
        )
    calendars = await world.service.reference_data.unit_calendars()
    item = await reminders.overdue_item(world.db, calendars, Late.DOSSIER, dossier, at=at)

    sent = await reminders.send(world.db, Late.DOSSIER, item, actor=HEAD, at=at)

    rows = await world.db.rows(
        "select recipient_id, payload ->> 'step' as step from outbox where topic = 'reminder.dossier'"
    )
    # Whoever has two of its steps is told of the one to work on first.
    assert {(row.recipient_id, row.step) for row in rows} == {
        (SPECIALIST, "first"),
        (CLERK, "third"),
        (person("head", OTHER), "fourth"),
    }
    assert (sent.told, len(rows)) == (3, 3)
