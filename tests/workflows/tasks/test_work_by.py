"""One date to work by at each open task, and two kinds of late, told alike by lists, filters and counts."""

from datetime import date
from typing import Any
from uuid import UUID

from hoso_models import TaskStatus
from hoso_workflows import audit
from hoso_workflows.dossiers import views, worklist
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.dossiers.worklist import TaskFilter
from hoso_workflows.lifecycle.commands import AskSupplement, Reappoint, Suspend
from hoso_workflows.tasks import counts
from hoso_workflows.tasks.counts import Grouping
from support.procedures import unlimited
from support.world import DEPARTMENT, DESK, OTHER, World, instant, person

CLERK = person("reception", DESK)
#: Heads of the handling units of the two procedures.
HEAD, OTHER_HEAD = person("head"), person("head", OTHER)
#: The facts of a task that rule 17 is about.
FACTS = ("due", "due_kind", "due_span", "step_late_since", "dossier_late_since", "still")
PROMISED = "2026-03-23T17:00:00+07:00"


async def told(world: World, at: str, reader: UUID = OTHER_HEAD, **wanted: Any) -> list[dict[str, Any]]:
    """The facts that the worklist of a reader tells of its tasks."""
    page = await worklist.search(world.service, TaskFilter(**wanted), reader=reader, at=instant(at))
    return [{name: item[name] for name in FACTS} for item in page.items]


async def groups(world: World, at: str, reader: UUID = OTHER_HEAD) -> dict[str, int]:
    """The tasks of a reader counted by the date to work by."""
    found = await counts.count(world.db, Grouping.DUE, TaskFilter(), reader=reader, at=instant(at))
    return {group["key"]: group["count"] for group in found["groups"]}


async def without_own_limits(world: World) -> Outcome:
    """A dossier of a term in calendar days, whose steps have no limits."""
    await unlimited.publish(world)
    return await world.completes(await world.accepts(await world.files(procedure=unlimited.CODE)))


async def test_a_step_without_a_limit_of_its_own_is_worked_by_what_the_dossier_was_promised(
    world: World,
) -> None:
    await without_own_limits(world)
    due = {"due": PROMISED, "due_kind": "dossier", "step_late_since": None, "still": None}

    assert await told(world, "2026-03-03 09:00") == [
        {**due, "due_span": "later", "dossier_late_since": None},
    ]
    assert await told(world, "2026-03-30 09:00") == [
        {**due, "due_span": "overdue", "dossier_late_since": PROMISED},
    ]


async def test_a_late_dossier_is_found_by_the_filter_and_counted_at_its_holder(world: World) -> None:
    await without_own_limits(world)
    at = "2026-03-30 09:00"

    assert len(await told(world, at, overdue=True)) == 1
    assert await told(world, "2026-03-23 16:59", overdue=True) == []
    assert await groups(world, at) == {"overdue": 1}
    (load,) = await counts.loads(world.db, OTHER, at=instant(at))
    assert (load.officer, load.open, load.today, load.overdue) == (None, 1, 0, 1)


async def test_a_step_and_its_dossier_are_late_by_dates_of_their_own(world: World) -> None:
    """The limits are working hours, the term is of three working days: the step is late first, then the dossier too."""
    await world.accepts(await world.files())
    own, legal = "2026-03-02T11:00:00+07:00", "2026-03-05T17:00:00+07:00"
    step = {"due": own, "due_kind": "step", "due_span": "overdue", "step_late_since": own, "still": None}

    assert await told(world, "2026-03-04 09:00", CLERK) == [{**step, "dossier_late_since": None}]
    assert await told(world, "2026-03-06 09:00", CLERK) == [{**step, "dossier_late_since": legal}]


async def test_while_the_clock_stands_still_nothing_is_due_and_the_row_says_since_when_and_why(
    world: World,
) -> None:
    """Also where the step's own limit had passed before."""
    accepted = await world.accepts(await world.files())
    await world.does(accepted, AskSupplement("Bản sao mờ"), CLERK, "2026-03-04 10:00")

    still = {"since": "2026-03-04T10:00:00+07:00", "why": "supplement"}
    assert await told(world, "2026-03-09 09:00", CLERK) == [
        {**dict.fromkeys(FACTS), "due_span": "still", "still": still},
    ]
    assert await groups(world, "2026-03-09 09:00", CLERK) == {"still": 1}
    assert await told(world, "2026-03-09 09:00", CLERK, overdue=True) == []


async def test_a_suspension_is_told_by_its_own_word(world: World) -> None:
    accepted = await without_own_limits(world)
    await world.does(accepted, Suspend("Luật số 1", "Chờ kết luận"), OTHER_HEAD, "2026-03-04 10:00")

    (task,) = await told(world, "2026-03-09 09:00")
    assert task["still"] == {"since": "2026-03-04T10:00:00+07:00", "why": "suspension"}


async def test_after_a_reappointment_the_row_says_the_date_of_the_law_and_the_new_promise(
    world: World,
) -> None:
    accepted = await without_own_limits(world)
    await world.does(accepted, Reappoint(date(2026, 3, 31), "Chờ xác minh"), OTHER_HEAD, "2026-03-18 10:00")

    assert await told(world, "2026-03-25 09:00") == [
        {
            "due": "2026-03-31T17:00:00+07:00",
            "due_kind": "dossier",
            "due_span": "week",
            "step_late_since": None,
            "dossier_late_since": PROMISED,
            "still": None,
        },
    ]


async def returning(world: World, decided: str) -> Outcome:
    """A dossier whose result was ready at an instant; it waits at the desk."""
    before = await without_own_limits(world)
    while (task := (await world.open_tasks(before))[0])["milestone"] != "return":
        before = await world.completes(before, decided, outcome=unlimited.OUTCOMES.get(task["element"]))
    return before


async def test_the_step_that_returns_a_result_in_time_has_the_appointed_hour_and_is_never_late(
    world: World,
) -> None:
    await returning(world, "2026-03-16 10:00")
    due = {"due": PROMISED, "due_kind": "return", "step_late_since": None, "dossier_late_since": None}

    assert await told(world, "2026-03-23 09:00", CLERK) == [{**due, "due_span": "today", "still": None}]
    assert await told(world, "2026-04-01 09:00", CLERK) == [{**due, "due_span": "owner", "still": None}]
    assert await told(world, "2026-04-01 09:00", CLERK, overdue=True) == []
    assert await groups(world, "2026-04-01 09:00", CLERK) == {"owner": 1}


async def test_the_step_that_returns_a_result_that_was_ready_too_late_is_late(world: World) -> None:
    await returning(world, "2026-03-24 10:00")

    assert [each["due_span"] for each in await told(world, "2026-04-01 09:00", CLERK)] == ["overdue"]
    assert await groups(world, "2026-04-01 09:00", CLERK) == {"overdue": 1}
    assert len(await told(world, "2026-04-01 09:00", CLERK, overdue=True)) == 1


async def test_a_step_between_the_result_and_its_return_is_late_when_the_appointed_hour_passes(
    world: World,
) -> None:
    """The result is not at the desk yet: nobody could fetch it."""
    await unlimited.publish(world, unlimited.SIGNS)
    await unlimited.signed(world)
    due = {"due": PROMISED, "due_kind": "return", "step_late_since": None, "dossier_late_since": None}

    assert await told(world, "2026-03-23 09:00") == [{**due, "due_span": "today", "still": None}]
    assert await told(world, "2026-03-24 09:00") == [{**due, "due_span": "overdue", "still": None}]
    assert len(await told(world, "2026-03-24 09:00", overdue=True)) == 1
    assert await groups(world, "2026-03-24 09:00") == {"overdue": 1}


async def test_every_step_before_acceptance_is_worked_by_when_reception_answers(world: World) -> None:
    await world.files()

    (task,) = await told(world, "2026-03-02 09:00", CLERK)
    assert (task["due"], task["due_kind"]) == ("2026-03-03T08:00:00+07:00", "reception")


async def test_a_closed_task_is_past_and_neither_due_nor_late(world: World) -> None:
    filed = await world.files()
    (task,) = (each["id"] for each in filed.body["tasks"])
    await world.accepts(filed)

    found = await views.task(world.service, UUID(task), reader=CLERK, at=instant("2026-03-30 09:00"))
    assert {name: found[name] for name in FACTS} == {**dict.fromkeys(FACTS), "due_span": "done"}


async def test_a_date_of_the_dossier_that_was_altered_in_a_task_is_found_and_written_anew(
    world: World,
) -> None:
    accepted = await without_own_limits(world)
    await world.changed(
        "update user_task set due_dossier = due_dossier + interval '1 day', dossier_late_from = null where status = 'open'"
    )
    differing = [each.what.split()[-1] async for each in audit.differences(world.service)]
    assert sorted(differing) == ["dossier_late_from", "due_dossier"]

    await audit.rebuild(world.service, accepted.reference)

    assert [each async for each in audit.differences(world.service)] == []


#: Tasks of every kind, open and closed, due in each span.
_ALL = """
insert into user_task (id, dossier_id, element, name, lane, role, unit_code, status, outcomes, opened_at, arrived_at, due_own,
  reception_due, due_dossier, dossier_late_from, clock, milestone)
select gen_random_uuid(), (select id from dossier limit 1), 'X', 'X', 'X', 'specialist', $1, status, '[]',
  $2::timestamptz + make_interval(hours => opened), $2, $2::timestamptz + make_interval(hours => own),
  $2::timestamptz + make_interval(hours => reception), $2::timestamptz + make_interval(hours => promised),
  $2::timestamptz + make_interval(hours => legal), clock, milestone
from unnest(array['open', 'closed']) status, unnest(array[-48, 0]) opened, unnest(array[null, -1, 30]) own,
  unnest(array[null, 1, 50]) reception, unnest(array[null, -24, 200]) promised, unnest(array[null, 24]) legal,
  unnest(array[null, 'excluded']) clock, unnest(array[null, 'return']) milestone
"""


async def test_counts_and_lists_put_each_task_into_the_same_group(world: World) -> None:
    await world.files()
    at = "2026-03-02 12:00"
    await world.changed(_ALL, DEPARTMENT, instant(at))

    for status in (TaskStatus.OPEN, TaskStatus.CLOSED):
        wanted = TaskFilter(status=status)
        listed: dict[str, int] = {}
        after = None
        while True:
            page = await worklist.search(
                world.service, wanted, reader=HEAD, at=instant(at), limit=200, after=after
            )
            for item in page.items:
                listed[item["due_span"]] = listed.get(item["due_span"], 0) + 1
            if (after := page.after) is None:
                break
        found = await counts.count(world.db, Grouping.DUE, wanted, reader=HEAD, at=instant(at))
        assert {group["key"]: group["count"] for group in found["groups"]} == listed
