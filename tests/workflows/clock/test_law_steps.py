"""Steps through the API: their own limits, the plan, who may do them and for whom, and who hears that they are late."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

from hoso_workflows.monitoring import escalation
from hoso_workflows.organisation import units
from support.api_client import CLERK, HEAD, Rest
from support.oracles import law_days
from support.oracles.law_days import at
from support.procedures import law, permit
from support.procedures.law import SPECIALIST, UNIT_HEAD, Walk
from support.world import DEPARTMENT, DESK, OTHER, person

SECOND = person("specialist", number=2)
DESK_HEAD = person("head", DESK)

# The bundled procedure: B2 and B3 take 2 hours each, B4 and B5 4, B6 12.


async def step(walk: Walk) -> Any:
    """The open step as it is read by itself."""
    return await of(walk, walk.task["id"])


async def of(walk: Walk, task: str) -> Any:
    """A step, open or not."""
    return (await walk.rest.get(f"/v1/user-tasks/{task}", HEAD)).json()


async def dates(walk: Walk) -> tuple[Any, Any]:
    """Own limit of the open step, and its date in the plan."""
    found = await step(walk)
    return law.read(found["due_own"]), law.read(found["due_plan"])


async def at_specialist(rest: Rest, accepted: str = "2026-03-02 09:00") -> Walk:
    """A dossier that waits for a specialist since 10:00."""
    walk = await Walk.accepted(rest, accepted)
    for _ in range(2):
        await walk.completes(f"{accepted[:10]} 10:00")
    return walk


async def act(walk: Walk, at: str, by: UUID, way: str = "completion", **said: Any) -> str:
    """An act on the open step: `done`, or the slug of the problem."""
    walk.rest.clock.turn(at)
    method, way = ("DELETE", "assignee") if way == "assignee" else ("POST", way)
    body = {} if method == "DELETE" else {"json": said}
    response = await walk.rest.ask(method, f"/v1/user-tasks/{walk.task['id']}/{way}", by, **body)
    if response.status_code == 200:
        walk.standing = response.json()
        return "done"
    return law.slug(response)


async def stands_in(rest: Rest, absent: UUID, acting: UUID, first: date, last: date, **scope: Any) -> None:
    """A substitution between two days, both included."""
    async with rest.world.db.transaction() as tx:
        units.substitute(tx, absent, acting, first, last, reason="Nghỉ phép", **scope)


async def test_each_step_has_its_limit_from_arrival_and_the_plan_runs_from_acceptance(rest: Rest):
    walk = await Walk.accepted(rest, "2026-03-02 09:00")
    read, minutes = [], 0
    for done, limit, said in (
        ("2026-03-02 09:30", 120, {}),
        ("2026-03-02 14:00", 120, {}),
        ("2026-03-03 09:00", 240, {}),
        ("2026-03-04 16:00", 240, {"outcome": "Trình UBND tỉnh"}),
        ("2026-03-05 17:00", 720, {}),
    ):
        arrived, minutes = rest.clock.at, minutes + limit
        read.append(await dates(walk))
        whole = law_days.working_minutes(at("2026-03-02 09:00"), minutes)
        assert read[-1] == (law_days.working_minutes(arrived, limit), whole)
        await walk.completes(done, **said)

    assert read == [
        (at("2026-03-02 11:00"), at("2026-03-02 11:00")),
        (at("2026-03-02 11:30"), at("2026-03-02 15:00")),
        (at("2026-03-03 08:00"), at("2026-03-03 09:00")),
        (at("2026-03-03 15:00"), at("2026-03-03 15:00")),
        (at("2026-03-06 10:00"), at("2026-03-05 09:00")),
    ]


#: Arrived, due two hours of work later.
TWO_HOURS = {
    "2026-02-13 16:00": "2026-02-23 08:00",
    "2026-02-18 09:00": "2026-02-23 09:00",
    "2026-04-29 16:00": "2026-05-04 08:00",
    "2026-08-21 16:30": "2026-08-22 08:30",
    "2026-08-28 16:00": "2026-09-03 08:00",
    "2026-01-09 16:00": "2026-01-10 08:00",
    "2026-03-02 15:00": "2026-03-02 17:00",
    "2026-03-02 15:00:59": "2026-03-02 17:00",
    "2026-03-02 11:30": "2026-03-02 15:30",
}


async def test_a_limit_of_two_hours_is_two_hours_of_work(rest: Rest):
    walks = {arrived: await Walk.accepted(rest, arrived) for arrived in TWO_HOURS}
    dues = {arrived: law.read(walk.task["due"]) for arrived, walk in walks.items()}
    assert dues == {arrived: at(due) for arrived, due in TWO_HOURS.items()}
    assert dues == {arrived: law_days.working_minutes(at(arrived), 120) for arrived in TWO_HOURS}


async def test_a_step_is_judged_like_a_dossier(rest: Rest):
    expected = {
        ("2026-03-02 09:00", "2026-03-02 09:00"): "on_time",
        ("2026-03-02 09:00", "2026-03-02 11:00"): "on_time",
        ("2026-03-02 09:00", "2026-03-02 11:00:01"): "late",
        ("2026-03-02 16:00", "2026-03-02 23:59:59"): "early",
        ("2026-03-02 16:00", "2026-03-03 00:00"): "on_time",
        ("2026-03-02 16:00", "2026-03-03 08:00:01"): "late",
    }
    judged = {}
    for accepted, completed in expected:
        walk = await Walk.accepted(rest, accepted)
        task = walk.task["id"]
        await walk.completes(completed)
        judged[accepted, completed] = (await of(walk, task))["judged"]
    assert judged == expected


async def test_after_a_supplement_the_open_step_begins_again_and_the_plan_with_it(rest: Rest):
    walk = await at_specialist(rest)
    await walk.does("supplement-request", "2026-03-02 15:00", reason="Thiếu")
    waiting = await dates(walk)
    await walk.does("supplement", "2026-03-07 10:00")
    again = await dates(walk)
    done = await walk.completes("2026-03-09 07:00")

    assert (waiting, done["due_legal"]) == ((None, None), "2026-03-12T17:00:00+07:00")
    # four hours from the opening on Monday, and four more
    assert again == (at("2026-03-09 11:00"), at("2026-03-09 11:00"))
    assert await dates(walk) == (at("2026-03-09 11:00"), at("2026-03-09 17:00"))


async def test_side_by_side_the_longest_way_is_planned_and_what_is_open_begins_again(rest: Rest):
    """2 hours, then 8 beside 8, then 4 and 8: 22 hours are the term."""
    await permit.establish(rest.world.db, permit.drawn())
    walk = await Walk.filed(rest, "2026-03-02 09:00", "default", procedure=permit.CODE)
    await walk.does("acceptance", "2026-03-02 09:00")
    assert walk.due == at("2026-03-04 17:00")
    await walk.completes("2026-03-02 10:00")

    async def planned() -> dict[str, tuple[Any, Any]]:
        found = [await of(walk, task["id"]) for task in walk.standing["tasks"]]
        return {each["step"]: tuple(law.read(each[name]) for name in ("due", "due_plan")) for each in found}

    async def completes(element: str, instant: str) -> None:
        (task,) = (task["id"] for task in walk.standing["tasks"] if task["step"] == element)
        rest.clock.turn(instant)
        walk.standing = await rest.done(f"/v1/user-tasks/{task}/completion", SPECIALIST)

    both = at("2026-03-03 10:00"), at("2026-03-03 11:00")
    assert await planned() == {"Tham_dinh": both, "Kiem_tra": both}
    await completes("Tham_dinh", "2026-03-03 08:00")
    await walk.asked_and_received("2026-03-03 09:00", "2026-03-05 07:00")
    assert walk.due == at("2026-03-09 15:00")
    assert await planned() == {"Kiem_tra": (at("2026-03-05 17:00"), at("2026-03-05 17:00"))}
    await completes("Kiem_tra", "2026-03-05 09:00")
    assert await planned() == {"Tong_hop": (at("2026-03-05 15:00"), at("2026-03-06 11:00"))}


async def test_who_has_taken_a_step_does_it(rest: Rest):
    walk = await at_specialist(rest)
    said = [
        await act(walk, "2026-03-02 11:00", SPECIALIST, "assignment"),
        await act(walk, "2026-03-02 11:01", SECOND, "assignment"),
        await act(walk, "2026-03-02 11:02", SECOND),
        await act(walk, "2026-03-02 11:03", SECOND, "assignee"),
        await act(walk, "2026-03-02 11:04", CLERK),
        await act(walk, "2026-03-02 11:05", person("specialist", OTHER)),
        # the head of the unit takes it back and gives it to somebody whose role it is
        await act(walk, "2026-03-02 11:06", UNIT_HEAD, "assignee"),
        await act(walk, "2026-03-02 11:07", SECOND, "assignee"),
        await act(walk, "2026-03-02 11:08", UNIT_HEAD, "assignment", assignee=str(CLERK)),
        await act(walk, "2026-03-02 11:09", UNIT_HEAD, "assignment", assignee=str(SECOND)),
        await act(walk, "2026-03-02 11:10", SPECIALIST),
        await act(walk, "2026-03-02 11:11", SECOND),
    ]
    assert said == [
        "done",
        "already-claimed",
        "already-claimed",
        "forbidden",
        "forbidden",
        "not-found",
        "done",
        "not-claimed",
        "forbidden",
        "done",
        "already-claimed",
        "done",
    ]


async def test_a_substitute_acts_from_the_first_day_to_the_last_both_included(rest: Rest):
    await stands_in(rest, HEAD, SECOND, date(2026, 3, 3), date(2026, 3, 5))
    expected = {
        "2026-03-02 23:59:59": "forbidden",
        "2026-03-03 00:00": "done",
        "2026-03-05 23:59:59": "done",
        "2026-03-06 00:00": "forbidden",
    }
    said, named = {}, {}
    for instant in expected:
        walk = await Walk.accepted(rest, "2026-03-02 09:00")
        await walk.completes("2026-03-02 10:00")
        # the absent head had taken the step
        assert await act(walk, "2026-03-02 10:30", HEAD, "assignment") == "done"
        said[instant] = await act(walk, instant, SECOND)
        events = (await walk.reads(what="/events"))["items"]
        named[instant] = {(each["actor"], each["on_behalf_of"]) for each in events if each["on_behalf_of"]}

    department = "Sở Văn hóa, Thể thao và Du lịch"
    a_for_b = {(f"specialist 2 · {department}", f"division_head 1 · {department}")}
    assert said == expected
    assert named == {instant: a_for_b if each == "done" else set() for instant, each in expected.items()}


async def test_a_substitution_holds_for_its_role_and_unit_and_not_for_the_substitutes_of_substitutes(
    rest: Rest,
):
    walk = await Walk.accepted(rest, "2026-03-02 09:00")
    await walk.completes("2026-03-02 10:00")
    march = date(2026, 3, 1), date(2026, 3, 31)
    await stands_in(rest, HEAD, SECOND, *march, unit_code=OTHER)
    await stands_in(rest, HEAD, person("clerk"), *march, role="agency_head")
    await stands_in(rest, HEAD, SPECIALIST, *march, unit_code=DEPARTMENT, role="division_head")
    await stands_in(rest, SPECIALIST, person("agency_head"), *march)
    said = [
        await act(walk, "2026-03-03 09:00", by)
        for by in (SECOND, person("clerk"), person("agency_head"), SPECIALIST)
    ]
    assert said == ["forbidden", "forbidden", "forbidden", "done"]


async def late_steps(rest: Rest, at: str, by: UUID, **asked: Any) -> list[tuple[str, str | None, int]]:
    """Overdue steps: element, officer, minutes of work since."""
    rest.clock.turn(at)
    found = await rest.get("/v1/overdue", by, params={"kind": "step", **asked})
    return [(each["step"], each["officer"], each["lateness"]["minutes"]) for each in found.json()["items"]]


async def test_a_step_is_late_a_second_after_its_limit_and_not_while_a_supplement_is_awaited(rest: Rest):
    walk = await Walk.accepted(rest, "2026-02-13 16:00")
    listed = [await late_steps(rest, f"2026-02-23 {hour}", CLERK) for hour in ("08:00", "08:00:01", "10:30")]
    assert listed == [[], [("B2", None, 0)], [("B2", None, 150)]]
    assert await act(walk, "2026-02-23 10:30", CLERK, "assignment") == "done"
    mine = await late_steps(rest, "2026-02-23 10:30", CLERK, officer=str(CLERK))
    others = await late_steps(rest, "2026-02-23 10:30", CLERK, officer=str(SECOND))
    assert (mine, others) == ([("B2", str(CLERK), 150)], [])
    await walk.does("supplement-request", "2026-02-23 11:00", reason="Thiếu")
    assert await late_steps(rest, "2026-03-23 11:00", CLERK) == []
    await walk.does("supplement", "2026-03-23 15:00")
    again = [await late_steps(rest, f"2026-03-23 {hour}", CLERK) for hour in ("17:00", "17:00:01")]
    assert again == [[], [("B2", str(CLERK), 0)]]


async def test_the_officer_or_the_head_of_the_unit_hears_of_a_late_step_once_however_often_one_sweeps(
    rest: Rest,
):
    free = await Walk.accepted(rest, "2026-03-02 09:00")
    taken = await Walk.accepted(rest, "2026-03-02 09:00")
    assert await act(taken, "2026-03-02 09:30", CLERK, "assignment") == "done"
    expected = {
        "2026-03-02 11:00": [],
        "2026-03-02 11:00:01": [
            ("escalation.step_due", CLERK, taken.code),
            ("escalation.step_unclaimed", DESK_HEAD, free.code),
        ],
        "2026-03-02 11:00:02": [],
    }
    assert {instant: await law.sweep(rest, instant) for instant in expected} == expected
    # by hand, for an instant that has passed; and three at once
    assert await law.sweep(rest, "2026-03-02 10:00", now="2026-03-02 11:00:03") == []
    calendars = await rest.world.service.reference_data.unit_calendars()
    at_once = [escalation.sweep(rest.world.db, calendars, at=at("2026-03-02 15:00")) for _ in range(3)]
    assert sum(swept.messages for swept in await asyncio.gather(*at_once)) == 0
    # somebody takes it after all: now it is theirs; a supplement begins a new cycle, and nobody hears while it is awaited
    assert await act(free, "2026-03-02 15:30", CLERK, "assignment") == "done"
    assert await law.sweep(rest, "2026-03-02 16:00") == [("escalation.step_due", CLERK, free.code)]
    await free.does("supplement-request", "2026-03-02 16:30", reason="Thiếu")
    assert await law.sweep(rest, "2026-03-03 17:30") == []
    await free.does("supplement", "2026-03-04 07:00")
    assert await law.sweep(rest, "2026-03-04 09:00") == [("escalation.due_soon", UNIT_HEAD, taken.code)]
    assert await law.sweep(rest, "2026-03-04 09:00:01") == [("escalation.step_due", CLERK, free.code)]
