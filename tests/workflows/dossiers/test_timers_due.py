import asyncio
from typing import Any

import pytest

from hoso_models import DOSSIER_PARTS, CompetencePart
from hoso_workflows.dossiers import due_timers
from hoso_workflows.dossiers.due_timers import Fired
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import units
from support import world as worlds
from support.builders.bpmn import bpmn, packaged, user

CLERK = worlds.person("reception", worlds.DESK)
CODE = "9.000007"
#: Two working hours after the step begins, the dossier goes to somebody else.
LANE = (
    '<laneSet id="lanes"><lane id="lane" name="Một cửa">'
    + "".join(
        f"<flowNodeRef>{node}</flowNodeRef>" for node in ("start", "tiep", "xet", "het", "nhac", "tra", "end")
    )
    + "</lane></laneSet>"
)
PROCESS = bpmn(
    LANE
    + user("tiep", milestone="accept")
    + user("xet", milestone="result")
    + user("nhac", milestone="result")
    + user("tra", milestone="return")
    + '<boundaryEvent id="het" attachedToRef="xet" cancelActivity="true"><timerEventDefinition>'
    + "<timeDuration>2 giờ làm việc</timeDuration></timerEventDefinition></boundaryEvent>",
    "start>tiep tiep>xet xet>tra het>nhac nhac>tra tra>end",
)


@pytest.fixture
async def timed(world: worlds.World) -> worlds.World:
    """A world with a procedure whose step ends by a timer."""
    async with world.db.transaction() as tx:
        for part in DOSSIER_PARTS:
            units.competence(tx, CODE, worlds.DESK, part, worlds.SINCE, basis="Quyết định công bố")
    await worlds.publish_package(world.db, packaged(PROCESS, CODE))
    return world


async def waiting(timed: worlds.World) -> worlds.Outcome:
    """A dossier accepted at nine, whose step ends at eleven."""
    request = commands.FileDossier(CODE, commands.Applicant("Người nộp 1"), channel="desk")
    filed = await timed.service.file(request, actor=CLERK, at=worlds.instant("2026-03-02 08:00"))
    return await timed.accepts(filed)


async def fire(timed: worlds.World, at: str) -> Fired:
    return await due_timers.fire(timed.service, at=worlds.instant(at))


async def steps(timed: worlds.World) -> list[tuple[str, str]]:
    rows = await timed.db.rows("select element, status from user_task where element <> 'tiep' order by 1")
    return [tuple(row) for row in rows]


async def test_a_timer_that_is_not_due_does_not_fire(timed: worlds.World) -> None:
    await waiting(timed)

    assert (await fire(timed, "2026-03-02 10:59"), await steps(timed)) == (Fired(), [("xet", "open")])


async def test_a_due_timer_advances_its_run_and_is_gone(timed: worlds.World) -> None:
    await waiting(timed)

    assert await fire(timed, "2026-03-02 11:00") == Fired(advanced=1)
    assert await steps(timed) == [("nhac", "open"), ("xet", "cancelled")]
    assert await fire(timed, "2026-03-02 11:00") == Fired()


async def test_what_came_due_in_a_missed_week_fires_at_once(timed: worlds.World) -> None:
    for _ in range(3):
        await waiting(timed)

    assert await fire(timed, "2026-03-09 11:00") == Fired(advanced=3)


async def test_two_at_once_fire_a_timer_once(timed: worlds.World) -> None:
    await waiting(timed)

    both = await asyncio.gather(*(fire(timed, "2026-03-02 12:00") for _ in range(2)))

    assert [dict(fired.failed) for fired in both] == [{}, {}]
    assert await steps(timed) == [("nhac", "open"), ("xet", "cancelled")]


async def test_a_timer_fires_on_the_competence_of_the_write(
    timed: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A competence of the dossier's own units changes between look and write: the act is decided again."""
    await waiting(timed)
    send, saves = timed.db.one_statement, list[str]()

    async def late(sql: str, parameters: Any = ()) -> Any:
        if "update engine_state" in sql:
            saves.append(sql)
            if len(saves) == 1:
                async with timed.db.transaction() as tx:
                    units.competence(
                        tx, CODE, worlds.DESK, CompetencePart.DECIDING, worlds.SINCE, basis="Quyết định"
                    )
        return await send(sql, parameters)

    monkeypatch.setattr(timed.db, "one_statement", late)
    assert await fire(timed, "2026-03-02 11:00") == Fired(advanced=1)
    assert (len(saves), await steps(timed)) == (2, [("nhac", "open"), ("xet", "cancelled")])


async def test_no_timer_fires_while_a_supplement_is_awaited(timed: worlds.World) -> None:
    dossier = await waiting(timed)
    await timed.does(dossier, commands.AskSupplement("thiếu bản sao"), CLERK)

    assert await fire(timed, "2026-03-09 11:00") == Fired()


async def test_a_run_that_cannot_go_on_keeps_nobody_behind_it_back(timed: worlds.World) -> None:
    broken, sound = await waiting(timed), await waiting(timed)
    await timed.changed(
        "update engine_state set state = 'x' where dossier_id = (select id from dossier where reference = $1)",
        broken.reference,
    )

    fired = await fire(timed, "2026-03-09 11:00")

    stuck = await timed.one("select id from dossier where reference = $1", broken.reference)
    assert (fired.advanced, list(fired.failed)) == (1, [str(stuck)])
    assert (await timed.one("select count(*) from timer"), sound.status) == (1, "in_process")


async def test_every_due_dossier_is_found_page_after_page(
    timed: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_timers, "BATCH", 2)
    for _ in range(5):
        await waiting(timed)

    assert await fire(timed, "2026-03-09 11:00") == Fired(advanced=5)
