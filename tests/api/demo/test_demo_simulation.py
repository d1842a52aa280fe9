"""The simulated officers act as people do: who holds a step completes it."""

from datetime import datetime, timedelta
from random import Random

import hoso_calendar as wt
from hoso_api.demo import plan
from hoso_api.demo.seed import Participants
from hoso_api.demo.simulation import DossierRun, Schedule
from hoso_bpmn.package.manifest import Case
from hoso_workflows import localtime
from hoso_workflows.lifecycle import commands
from support.world import DEPARTMENT, UNITS, World, only_task, person

CALENDARS = dict.fromkeys(UNITS, wt.load("vn"))
HOLDER, OTHER_ONE = person("specialist", number=2), person("specialist")


async def test_a_step_that_somebody_holds_is_completed_by_them(world: World) -> None:
    standing = await world.at_the_specialists()
    standing = await world.does(standing, commands.Claim(only_task(standing)), HOLDER)
    officers = Participants({(DEPARTMENT, "specialist"): (OTHER_ONE,)}, (), {}, CALENDARS, {}, {})
    at = datetime(2026, 3, 5, 9, tzinfo=localtime.ZONE)
    drawn = plan.Plan(
        1,
        "1.014464",
        at,
        "desk",
        plan.Reception.ACCEPT,
        False,
        False,
        False,
        Random(1),  # noqa: S311 - a simulation, no secret
    )
    schedule = Schedule(world.service, officers, at - timedelta(days=1))
    (task,) = standing.body["tasks"]
    run = DossierRun(schedule, drawn, Case.model_construct(), standing.reference, {task["id"]})
    await run._complete(task, at)
    assert await world.one("select closed_by from user_task where id::text = $1", task["id"]) == HOLDER
