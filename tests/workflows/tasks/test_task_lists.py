"""The worklist by filters and in its orders, its counts, and what an officer keeps of a task for themselves."""

import asyncio
import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from hoso_models import TaskStatus
from hoso_workflows import errors
from hoso_workflows.dossiers import worklist
from hoso_workflows.dossiers.worklist import Sort, TaskFilter
from hoso_workflows.flows import expiring
from hoso_workflows.lifecycle.commands import AskSupplement, Claim, SetPriority
from hoso_workflows.organisation import units
from hoso_workflows.pagination import Page
from hoso_workflows.tasks import counts, kept
from hoso_workflows.tasks.counts import Grouping
from hoso_workflows.tasks.kept import Keeper
from support.world import DEPARTMENT, DESK, SINCE, World, instant, person

NOON = instant("2026-03-02 12:00")
HEAD, FIRST, SECOND = person("head"), person("specialist"), person("specialist", number=2)
RECEPTION = person("reception", DESK)
#: Ten thousand open tasks of one unit: of two roles and two procedures, urgent and not, with a limit and without, and some done.
_THOUSANDS = """
insert into user_task (id, dossier_id, element, name, lane, role, unit_code, status, outcomes, opened_at, arrived_at, due_dossier,
  priority, procedure_code, found_by)
select gen_random_uuid(), (select id from dossier limit 1), 'X', 'X', 'X',
  (array['specialist', 'division_head'])[n % 2 + 1], $1, case when n % 6 = 5 then 'closed' else 'open' end, '[]',
  $2::timestamptz + make_interval(secs => n), $2, case when n % 3 > 0 then $2::timestamptz + make_interval(mins => n) end,
  case when n % 50 = 0 then n / 50 % 4 else 0 end, (array['1.014464', '1.013225'])[(n / 7) % 2 + 1],
  case when n % 6 < 5 then 'REFERENCE H27-' || n end
from generate_series(1, $3::int) n
"""


async def thousands(world: World, number: int = 12_000) -> None:
    """So many tasks of the department, five of six open."""
    await world.files()
    await world.changed(_THOUSANDS, DEPARTMENT, instant("2026-03-02 08:00"), number)
    await world.changed("vacuum analyze user_task")


async def found(
    world: World,
    reader: UUID,
    sort: Sort = Sort.DUE,
    limit: int = 50,
    after: str | None = None,
    at: Any = NOON,
    **wanted: Any,
) -> Page[dict[str, Any]]:
    """One page of a reader's tasks."""
    return await worklist.search(
        world.service, TaskFilter(**wanted), reader=reader, at=at, limit=limit, after=after, sort=sort
    )


async def ids(world: World, reader: UUID, **wanted: Any) -> set[str]:
    """The dossiers whose tasks a reader finds."""
    return {item["dossier"]["reference"] for item in (await found(world, reader, **wanted)).items}


_OPEN_TASKS = """
select id::text from user_task where status = 'open' and unit_code = $1 and ($2::text is null or role = $2) order by
"""
_ORDERED = {
    Sort.DUE: "due_shown, id",
    Sort.PRIORITY: "priority desc, due_shown, id",
    Sort.OPENED: "opened_at, id",
}


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("role", ["specialist", None])
async def test_pages_show_each_task_once_in_the_order_that_was_asked_for(
    world: World, sort: Sort, role: str | None
) -> None:
    await thousands(world, 240)
    rows = await world.db.rows(_OPEN_TASKS + _ORDERED[sort], [DEPARTMENT, role])
    paged, after = [], None
    while True:
        page = await found(world, HEAD, sort, 7, after, unit=DEPARTMENT, role=role)
        paged += [item["id"] for item in page.items]
        after = page.after
        if after is None:
            break
    assert paged == [row.id for row in rows]


async def test_a_place_in_one_order_is_none_in_another(world: World) -> None:
    await thousands(world, 60)
    page = await found(world, HEAD, Sort.OPENED, 5)
    with pytest.raises(errors.BadCursor):
        await found(world, HEAD, Sort.PRIORITY, 5, page.after)


@pytest.mark.parametrize(
    ("reader", "sort", "wanted", "index"),
    [
        (HEAD, Sort.OPENED, {}, "ix_user_task_opened"),
        (FIRST, Sort.OPENED, {}, "ix_user_task_opened"),
        (HEAD, Sort.PRIORITY, {}, "ix_user_task_urgent"),
        (FIRST, Sort.PRIORITY, {}, "ix_user_task_urgent"),
        (HEAD, Sort.DUE, {"procedure": "1.013225"}, "ix_user_task_procedure"),
    ],
)
async def test_of_ten_thousand_open_tasks_a_page_reads_little_more_than_it_shows(
    world: World, reader: UUID, sort: Sort, wanted: dict[str, Any], index: str
) -> None:
    await thousands(world)
    question = worklist._Question(TaskFilter(**wanted), None, 51, reader, NOON, sort)
    scope = ([DEPARTMENT], []) if reader == HEAD else ([], [(DEPARTMENT, "specialist")])
    sql = question.sql(*scope)

    plan = [
        row[0] for row in await world.db.rows(f"explain (analyze, timing off) {sql}", question.parameters)
    ]

    assert [line for line in plan if f"using {index} on user_task u" in line], plan
    ways = [line for line in plan if "user_task" in line and ("Seq Scan" in line or "Bitmap" in line)]
    assert ways == []
    # The other role's tasks, and what was put before others, lie between: never more than as many again.
    removed = [int(rows) for line in plan for rows in re.findall(r"Removed by Filter: (\d+)", line)]
    assert max(removed, default=0) <= 60


@pytest.mark.parametrize("sort", Sort)
async def test_a_part_of_a_code_is_looked_for_in_open_tasks_without_a_look_at_their_dossiers(
    world: World, sort: Sort
) -> None:
    await thousands(world)
    question = worklist._Question(TaskFilter(text="h28-"), None, 51, HEAD, NOON, sort)
    sql = question.sql([DEPARTMENT], [])

    plan = [
        row[0] for row in await world.db.rows(f"explain (analyze, timing off) {sql}", question.parameters)
    ]

    looked = [re.findall(r"actual rows=([\d.]+) loops=(\d+)", line) for line in plan if " on dossier" in line]
    assert looked, plan
    # The only dossier may be read for a page that shows nothing; before, it was ten thousand times.
    assert sum(float(rows) * int(loops) for found in looked for rows, loops in found) <= 1, plan


async def test_an_open_task_is_found_by_the_code_that_its_dossier_has_got(world: World) -> None:
    filed, accepted = await world.files(), await world.at_the_specialists()
    sql = "select d.reference, t.status, t.found_by from user_task t join dossier d on d.id = t.dossier_id order by 1, 2"
    known = f"{accepted.reference} {accepted.code}".upper()
    assert {tuple(row) for row in await world.db.rows(sql)} == {
        (filed.reference, "open", filed.reference.upper()),
        (accepted.reference, "closed", None),
        (accepted.reference, "open", known),
    }


async def test_an_open_task_of_an_earlier_release_is_found_by_its_dossier_after_the_night(
    world: World, world_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed, accepted = await world.files(), await world.at_the_specialists()
    sql = "select id, found_by from user_task order by id"
    before = [tuple(row) for row in await world.db.rows(sql)]
    await world.changed("update user_task set found_by = null where status = 'open'")
    assert accepted.code is not None
    assert await ids(world, FIRST, text=accepted.code) == set()
    monkeypatch.setenv("HOSO_DATABASE_URL", world_url)
    monkeypatch.setattr(expiring, "_now", lambda: NOON)
    await expiring.expire.fn()
    assert [tuple(row) for row in await world.db.rows(sql)] == before
    assert await ids(world, FIRST, text=accepted.code) == {accepted.reference}
    assert await ids(world, RECEPTION, text=filed.reference) == {filed.reference}
    assert await kept.make_findable(world.db) == 0


async def test_filters_of_procedure_priority_and_text_narrow(world: World) -> None:
    one, other = await world.at_the_specialists(), await world.at_the_specialists()
    (task,) = await world.open_tasks(one)
    await world.does(one, SetPriority(UUID(task["id"]), 3), HEAD)
    both = {one.reference, other.reference}
    assert await ids(world, FIRST) == both
    assert await ids(world, FIRST, procedure="1.014464") == both
    assert await ids(world, FIRST, procedure="1.013225") == set()
    assert await ids(world, FIRST, priority=3) == {one.reference}
    assert await ids(world, FIRST, priority=0) == {other.reference}
    assert one.code is not None
    assert await ids(world, FIRST, text=one.code[-6:].lower()) == {one.reference}
    assert await ids(world, FIRST, text=other.reference[3:9]) == {other.reference}
    assert await ids(world, RECEPTION, status=TaskStatus.CLOSED, text=one.code[-6:]) == set()
    assert await ids(world, RECEPTION, status=TaskStatus.CLOSED, text=one.code) == {one.reference}
    (first, second) = (await found(world, FIRST, Sort.PRIORITY)).items
    assert [(each["dossier"]["reference"], each["priority"]) for each in (first, second)] == [
        (one.reference, 3),
        (other.reference, 0),
    ]


async def test_what_nobody_has_taken_is_found_by_itself(world: World) -> None:
    one, other = await world.at_the_specialists(), await world.at_the_specialists()
    (task,) = await world.open_tasks(one)
    await world.does(one, Claim(UUID(task["id"])), FIRST)
    assert await ids(world, FIRST, unassigned=True) == {other.reference}


async def test_a_task_of_a_dossier_that_stands_still_is_not_overdue(world: World) -> None:
    late = instant("2026-03-20 08:00")
    one, other = await world.at_the_specialists(), await world.at_the_specialists()
    await world.does(other, AskSupplement("Thiếu"), RECEPTION)
    assert await ids(world, FIRST, at=late, overdue=True) == {one.reference}
    assert await ids(world, FIRST, at=NOON, overdue=True) == set()
    groups = await counts.count(world.db, Grouping.DUE, TaskFilter(), reader=FIRST, at=late)
    assert groups == {
        "by": Grouping.DUE,
        "total": 2,
        "groups": [
            {"key": "overdue", "name": None, "count": 1},
            {"key": "still", "name": None, "count": 1},
        ],
    }


async def test_the_counts_of_every_grouping_add_up_to_the_list(world: World) -> None:
    await thousands(world, 240)
    rows = await world.db.rows(
        "select id from user_task where status = 'open' and unit_code = $1", [DEPARTMENT]
    )
    for by in Grouping:
        made = await counts.count(world.db, by, TaskFilter(unit=DEPARTMENT), reader=HEAD, at=NOON)
        assert made["total"] == sum(each["count"] for each in made["groups"]) == len(rows)
    by_role = await counts.count(world.db, Grouping.ROLE, TaskFilter(), reader=FIRST, at=NOON)
    assert by_role["groups"] == [{"key": "specialist", "name": None, "count": 120}]
    by_unit = await counts.count(world.db, Grouping.UNIT, TaskFilter(unit=DEPARTMENT), reader=HEAD, at=NOON)
    name = await world.one("select name from unit where code = $1", DEPARTMENT)
    assert by_unit["groups"] == [{"key": DEPARTMENT, "name": name, "count": 200}]


async def test_a_group_is_named_by_what_it_is_grouped_by_alone(world: World) -> None:
    one = await world.at_the_specialists()
    (task,) = await world.open_tasks(one)
    await world.does(one, Claim(UUID(task["id"])), FIRST)
    named = {"kind": "division", "level": "province", "calendar": "ha-tinh"}
    async with world.db.transaction() as tx:
        units.unit(tx, "specialist", "Chuyên viên", valid_from=SINCE, parent=DEPARTMENT, **named)

    async def groups(by: Grouping) -> list[tuple[str, str | None]]:
        made = await counts.count(world.db, by, TaskFilter(), reader=FIRST, at=NOON)
        return [(each["key"], each["name"]) for each in made["groups"]]

    assert await groups(Grouping.ROLE) == [("specialist", None)]
    officer = await world.one("select name from principal where id = $1", FIRST)
    assert await groups(Grouping.ASSIGNEE) == [(str(FIRST), officer)]
    procedure = await world.one("select name from workflow_version where procedure_code = '1.014464' limit 1")
    assert await groups(Grouping.PROCEDURE) == [("1.014464", procedure)]


async def test_a_follow_up_is_seen_by_who_has_named_it_alone(world: World) -> None:
    one = await world.at_the_specialists()
    (task,) = await world.open_tasks(one)
    day = date(2026, 3, 5)
    await kept.follow_up(world.db, UUID(task["id"]), day, Keeper(FIRST, NOON))
    assert await ids(world, FIRST, follow_up_by=day) == {one.reference}
    assert await ids(world, FIRST, follow_up_by=date(2026, 3, 4)) == set()
    assert await ids(world, SECOND, follow_up_by=day) == set()
    assert [each["follow_up"] for each in (await found(world, FIRST)).items] == ["2026-03-05"]
    assert [each["follow_up"] for each in (await found(world, SECOND)).items] == [None]
    await kept.follow_up(world.db, UUID(task["id"]), None, Keeper(FIRST, NOON))
    assert await ids(world, FIRST, follow_up_by=day) == set()


async def test_what_is_kept_of_a_task_goes_when_it_closes_and_nothing_is_kept_of_a_closed_one(
    world: World,
) -> None:
    one = await world.at_the_specialists()
    (task,) = await world.open_tasks(one)
    mine, theirs = Keeper(FIRST, NOON), Keeper(SECOND, NOON)
    for keeper in (mine, theirs):
        await kept.save(world.db, UUID(task["id"]), {"note": "Chờ"}, keeper)
    await world.completes(one)
    assert await world.one("select count(*) from officer_task") == 0
    for act in (
        kept.save(world.db, UUID(task["id"]), {}, mine),
        kept.follow_up(world.db, UUID(task["id"]), None, mine),
    ):
        with pytest.raises(errors.TaskNotOpen):
            await act


async def test_a_first_draft_that_was_being_written_when_its_task_closed_goes_with_it(world: World) -> None:
    one, other = await world.at_the_specialists(), await world.at_the_specialists()
    (task,), (open_task,) = await world.open_tasks(one), await world.open_tasks(other)
    await kept.save(world.db, UUID(open_task["id"]), {"note": "Chờ"}, Keeper(FIRST, NOON))
    draft = [UUID(task["id"]), FIRST, {"note": "Chờ"}, NOON, None]
    async with world.db.transaction() as tx:
        await tx.rows(kept._SAVED, draft)
        completing = asyncio.create_task(world.completes(one))
        while not completing.done() and not await world.one(_WAITING):
            pass
    await completing
    assert await world.one("select array_agg(task_id) from officer_task") == [UUID(open_task["id"])]
    assert await kept.read(world.db, UUID(open_task["id"]), Keeper(FIRST, NOON))


async def test_two_first_drafts_of_a_task_at_once_are_both_kept_and_both_go(world: World) -> None:
    one = await world.at_the_specialists()
    (task,) = await world.open_tasks(one)
    async with world.db.transaction() as tx:
        await tx.rows(kept._SAVED, [UUID(task["id"]), FIRST, {"note": "một"}, NOON, None])
        second = kept.save(world.db, UUID(task["id"]), {"note": "hai"}, Keeper(SECOND, NOON))
        saving = asyncio.create_task(second)
        while not saving.done() and not await world.one(_WAITING):
            pass
    await saving
    assert await world.one("select count(*) from officer_task") == 2
    await world.completes(one)
    assert await world.one("select count(*) from officer_task") == 0


async def test_what_an_earlier_release_has_kept_of_a_task_since_the_migration_is_swept_away(
    world: World,
) -> None:
    one, other = await world.at_the_specialists(), await world.at_the_specialists()
    (task,), (open_task,) = await world.open_tasks(one), await world.open_tasks(other)
    for each in (task, open_task):
        await kept.save(world.db, UUID(each["id"]), {"note": "Chờ"}, Keeper(FIRST, NOON))
    await world.changed("update user_task set kept = false")
    await world.completes(one)
    assert await world.one("select count(*) from officer_task") == 2
    assert (await kept.expire(world.db), await kept.expire(world.db)) == (1, 0)
    assert await kept.read(world.db, UUID(open_task["id"]), Keeper(FIRST, NOON))


_WAITING = "select count(*) from pg_locks where not granted"


async def test_a_draft_is_not_kept_over_one_that_was_not_seen(world: World) -> None:
    one = await world.at_the_specialists()
    (task,) = await world.open_tasks(one)
    identity, keeper = UUID(task["id"]), Keeper(FIRST, NOON)
    first = await kept.save(world.db, identity, {"note": "một"}, keeper, [0])
    assert first == {"note": "một", "version": 1, "saved_at": "2026-03-02T12:00:00+07:00"}
    second = await kept.save(world.db, identity, {"note": "hai"}, keeper, [1])
    with pytest.raises(kept.StepDraftChanged):
        await kept.save(world.db, identity, {"note": "ba"}, keeper, [1])
    assert await kept.read(world.db, identity, keeper) == second
    assert await kept.discard(world.db, identity, keeper)
    assert not await kept.discard(world.db, identity, keeper)
    with pytest.raises(errors.NotFound):
        await kept.read(world.db, identity, keeper)
    with pytest.raises(kept.StepDraftChanged):
        await kept.save(world.db, identity, {"note": "ba"}, keeper, [2])
