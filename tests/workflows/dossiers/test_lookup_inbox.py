"""The inbox: what a reader may work on or oversees, in the order in which it is due, page by page."""

import re
from typing import Any
from uuid import UUID

import pytest

from hoso_models import TaskStatus
from hoso_workflows import errors
from hoso_workflows.dossiers import worklist
from hoso_workflows.dossiers.worklist import TaskFilter
from hoso_workflows.lifecycle.commands import Claim
from hoso_workflows.pagination import Page
from support.builders import dossier_rows
from support.world import CITIZEN, DEPARTMENT, DESK, FOUNDED, OTHER, PROVINCE, World, instant, person

NOON = instant("2026-03-02 12:00")
RECEPTION, HEAD, FIRST = person("reception", DESK), person("division_head"), person("specialist")


async def found(
    world: World, reader: UUID, limit: int = 50, after: str | None = None, **wanted: Any
) -> Page[dict[str, Any]]:
    """One page of a reader's inbox."""
    return await worklist.search(
        world.service, TaskFilter(**wanted), reader=reader, at=NOON, limit=limit, after=after
    )


async def elements(world: World, reader: UUID, **wanted: Any) -> list[str]:
    """The elements of the tasks that a reader finds."""
    return sorted(item["step"] for item in (await found(world, reader, **wanted)).items)


async def some_work(world: World) -> None:
    """One dossier at reception, one at the desk's second step, one at the head of a division, two at the specialists."""
    for steps in (0, 1, 2, 3, 3):
        before = await world.files()
        for step in range(steps):
            before = await (world.accepts(before) if step == 0 else world.completes(before))


async def test_everybody_finds_the_work_of_their_roles(world: World) -> None:
    await some_work(world)
    assert await elements(world, RECEPTION) == ["B1", "B2"]
    assert await elements(world, FIRST) == ["B4", "B4"]
    assert await elements(world, HEAD) == ["B3", "B4", "B4"]
    assert await elements(world, person("clerk")) == []
    assert await elements(world, person("specialist", OTHER)) == []
    assert await elements(world, CITIZEN) == []


async def test_a_substitute_finds_the_work_of_the_absent_officer_while_it_lasts(world: World) -> None:
    await some_work(world)
    await world.changed(
        "insert into substitution (id, principal_id, substitute_id, valid_from, valid_to, reason)"
        " values (gen_random_uuid(), $1, $2, '2026-03-02', '2026-03-02', 'Nghỉ phép')",
        FIRST,
        person("clerk"),
    )
    assert await elements(world, person("clerk")) == ["B4", "B4"]
    later = await worklist.search(
        world.service, TaskFilter(), reader=person("clerk"), at=instant("2026-03-03 00:00")
    )
    assert later.items == ()


async def test_an_administrator_has_no_inbox_of_other_peoples_work(world: World) -> None:
    await some_work(world)
    administrator = person("administrator", PROVINCE)
    assert await elements(world, administrator) == []
    assert await elements(world, administrator, unit=DEPARTMENT) == []


async def test_filters_narrow_and_never_widen(world: World) -> None:
    await some_work(world)
    (first, second) = (await found(world, FIRST)).items
    await world.service.perform(first["id"], Claim(UUID(first["id"])), actor=FIRST, at=NOON)
    assert [item["id"] for item in (await found(world, FIRST, assignee=FIRST)).items] == [first["id"]]
    reference = second["dossier"]["reference"]
    assert [item["id"] for item in (await found(world, FIRST, dossier=reference)).items] == [second["id"]]
    code = second["dossier"]["code"]
    assert [item["id"] for item in (await found(world, HEAD, dossier=code, role="specialist")).items] == [
        second["id"]
    ]
    assert await elements(world, HEAD, role="division_head") == ["B3"]
    assert await elements(world, FIRST, unit=DESK) == []
    assert await elements(world, FIRST, role="division_head") == []
    assert await elements(world, FIRST, due_before=instant("2026-03-02 08:00")) == []
    assert await elements(world, FIRST, due_before=instant("2026-03-03 12:00")) == ["B4", "B4"]
    assert await elements(world, RECEPTION, status=TaskStatus.CLOSED, role="reception") == [
        "B1",
        "B1",
        "B1",
        "B1",
        "B2",
        "B2",
        "B2",
    ]


@pytest.mark.parametrize("reader", [FIRST, HEAD])
async def test_pages_show_each_task_once_those_due_first_first_and_those_without_a_limit_last(
    world: World, reader: UUID
) -> None:
    await some_work(world)
    await world.changed(
        "insert into user_task (id, dossier_id, element, name, lane, role, unit_code, status, outcomes, opened_at,"
        " arrived_at, due_dossier)"
        " select gen_random_uuid(), (select id from dossier limit 1), 'X', 'X', 'X',"
        "   case when n % 2 = 0 then 'specialist' else 'division_head' end, $1, 'open', '[]', $2, $2,"
        "   case when n % 3 > 0 then $2::timestamptz + make_interval(hours => n / 4) end"
        " from generate_series(1, 40) n",
        DEPARTMENT,
        instant("2026-03-02 08:00"),
    )
    whole = [*(await found(world, reader, limit=200)).items]
    paged, after = [], None
    while True:
        page = await found(world, reader, limit=7, after=after)
        paged += page.items
        after = page.after
        if after is None:
            break
    assert paged == whole
    assert len({item["id"] for item in whole}) == len(whole) == (22 if reader == FIRST else 43)
    dues = [item["due"] for item in whole]
    limited = [due for due in dues if due]
    assert dues == sorted(limited) + [None] * (len(dues) - len(limited))
    assert None in dues


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    "cursor", ["x", "bnVsbA", f"task-1.5_{FIRST.hex}", f"step-1_{FIRST.hex}", "task-_", "€", "a" * 200]
)
async def test_a_place_that_was_never_given_out_is_refused(world: World, cursor: str) -> None:
    with pytest.raises(errors.BadCursor):
        await found(world, FIRST, after=cursor)


async def test_who_is_nobody_has_no_inbox(world: World) -> None:
    with pytest.raises(errors.Forbidden):
        await found(world, UUID(int=77))


async def test_an_inbox_is_read_from_its_index_however_long_it_is(world: World) -> None:
    """Deep in the list as at its beginning: no sequential scan, no more rows than are shown."""
    await some_work(world)
    await world.changed(
        "insert into user_task (id, dossier_id, element, name, lane, role, unit_code, status, outcomes, opened_at,"
        " arrived_at, due_dossier)"
        " select gen_random_uuid(), (select id from dossier limit 1), 'X', 'X', 'X', 'specialist', $1, 'open', '[]',"
        "   $2, $2, $2::timestamptz + make_interval(mins => n) from generate_series(1, 5000) n",
        DEPARTMENT,
        instant("2026-03-02 08:00"),
    )
    await world.changed("analyze user_task")
    asked = worklist._Question(TaskFilter(), (instant("2026-03-04 08:00"), UUID(int=0)), 51, FIRST, NOON)
    sql = asked.sql([], [(DEPARTMENT, "specialist")])
    plan = "\n".join(
        row[0] for row in await world.db.rows(f"explain (analyze, costs off) {sql}", asked.parameters)
    )
    assert "Seq Scan on user_task" not in plan
    assert "ix_user_task_inbox" in plan
    assert "(ROW(due_shown, id) > ROW" in plan.replace("u.", "")


async def planned(world: World, monkeypatch: pytest.MonkeyPatch, reader: UUID, **wanted: Any) -> list[str]:
    """The lines of the plan by which a reader's full page is read."""
    asked, rows = [], world.db.rows

    async def noting(sql: str, parameters: Any = ()) -> Any:
        asked.append((sql, parameters))
        return await rows(sql, parameters)

    with monkeypatch.context() as noted:
        noted.setattr(world.db, "rows", noting)
        assert len((await found(world, reader, **wanted)).items) == 50
    *_, (sql, parameters) = asked
    return [row[0] for row in await rows(f"explain (analyze, timing off) {sql}", parameters)]


@pytest.mark.parametrize("wanted", [{}, {"unit": DEPARTMENT, "role": "specialist"}])
async def test_a_page_reads_none_of_the_tasks_that_were_closed_before(
    world: World, monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Any]
) -> None:
    referred = await dossier_rows.refers(world.db)
    await dossier_rows.many(world.db, referred, [NOON] * 6_000, FOUNDED)
    await world.changed("update user_task set status = 'closed', due_own = null")
    await dossier_rows.many(world.db, referred, [NOON] * 2_000, FOUNDED)
    await world.changed("analyze user_task, dossier")
    plan = await planned(world, monkeypatch, FIRST, **wanted)
    assert [line for line in plan if "Rows Removed by Filter" in line] == []


#: Thousands of tasks of one unit: of two roles, open and done, with a limit and without.
_THOUSANDS = """
insert into user_task (id, dossier_id, element, name, lane, role, unit_code, status, assignee_id, outcomes, opened_at,
  arrived_at, due_own, due_dossier)
select gen_random_uuid(), (select id from dossier limit 1), 'X', 'X', 'X',
  (array['specialist', 'division_head'])[n % 2 + 1], $1, (array['open', 'closed', 'closed', 'cancelled'])[n % 4 + 1],
  case when n % 8 = 1 then $3::uuid end, '[]', $2, $2, due, case when n % 4 = 0 then due end
from generate_series(1, 12000) n, lateral (select case when n % 3 > 0 then $2::timestamptz + make_interval(mins => n) end as due) d
"""
CLOSED = {"status": TaskStatus.CLOSED}


@pytest.mark.parametrize(
    ("reader", "wanted", "index"),
    [
        (HEAD, {}, "ix_user_task_unit_shown"),
        (HEAD, {}, "ix_user_task_unit_free"),
        (HEAD, {"role": "specialist"}, "ix_user_task_inbox"),
        (FIRST, CLOSED, "ix_user_task_done"),
        (FIRST, {**CLOSED, "due_before": instant("2026-03-05 12:00")}, "ix_user_task_done"),
        (HEAD, CLOSED, "ix_user_task_done"),
        (HEAD, {**CLOSED, "assignee": HEAD}, "ix_user_task_done_by"),
        (HEAD, {"status": TaskStatus.CANCELLED}, "ix_user_task_done"),
    ],
)
async def test_of_thousands_of_tasks_a_page_reads_no_more_than_it_shows(
    world: World, monkeypatch: pytest.MonkeyPatch, reader: UUID, wanted: dict[str, Any], index: str
) -> None:
    await world.files()
    await world.changed(_THOUSANDS, DEPARTMENT, instant("2026-03-02 08:00"), HEAD)
    await world.changed("vacuum analyze user_task")

    plan = await planned(world, monkeypatch, reader, **wanted)

    walked = [line for line in plan if f"using {index} on user_task u" in line]
    assert walked, plan
    ways = [line for line in plan if "user_task" in line and ("Seq Scan" in line or "Bitmap" in line)]
    assert ways == []
    # A page of fifty and one more, of each role and of either kind of limit.
    assert max(int(rows) for line in walked for rows in re.findall(r"actual rows=(\d+)", line)) <= 51
    # The jump behind the last role finds none.
    assert [line for line in plan if re.search(r"Removed by Filter: ([2-9]|\d\d)", line)] == []


async def test_a_head_pages_through_the_closed_tasks_of_all_roles_in_their_order(world: World) -> None:
    await world.files()
    await world.changed(_THOUSANDS, DEPARTMENT, instant("2026-03-02 08:00"), HEAD)
    await world.changed("delete from user_task where due_own > $1", instant("2026-03-02 10:00"))
    await world.changed("delete from user_task where due_own is null and id::text > '04'")
    rows = await world.db.rows(
        "select id::text from user_task where status = 'closed' and unit_code = $1 order by due_own, id",
        [DEPARTMENT],
    )

    paged, after = [], None
    while True:
        page = await found(world, HEAD, limit=7, after=after, **CLOSED)
        paged += [item["id"] for item in page.items]
        after = page.after
        if after is None:
            break

    assert paged == [row.id for row in rows]
