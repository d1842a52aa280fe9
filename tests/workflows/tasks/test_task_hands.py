"""Tasks that change hands: reassigned, delegated, returned, sent back, assigned by load, handed on with an inbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from hoso_bpmn.package import package
from hoso_calendar import messages
from hoso_models import DOSSIER_PARTS
from hoso_workflows import audit, errors
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.acts import refusals
from hoso_workflows.lifecycle.commands import (
    Accept,
    Applicant,
    Claim,
    Complete,
    Delegate,
    FileDossier,
    Reassign,
    Refuse,
    Resolve,
    Result,
    ReturnTask,
    Unclaim,
)
from hoso_workflows.notifications import wording
from hoso_workflows.organisation import units
from hoso_workflows.pagination import Page
from hoso_workflows.tasks import bulk
from hoso_workflows.tasks.bulk import Inbox, Item
from support.builders import packages
from support.world import (
    DEPARTMENT,
    DESK,
    OTHER,
    PROVINCE,
    SINCE,
    World,
    instant,
    only_task,
    person,
    publish_package,
)

pytestmark = pytest.mark.world("shared")

HEAD, FIRST, SECOND = person("head"), person("specialist"), person("specialist", number=2)
#: Plays no role of a task but where a test gives them one.
THIRD = person("clerk")
RECEPTION, ADMINISTRATOR = person("reception", DESK), person("administrator", PROVINCE)
AT = "2026-03-02 11:00"
CODE = "9.000014"
#: The result's step sends back to the appraisal.
_SENT_BACK = """
<exclusiveGateway id="Chon" name="Ký?" />
<sequenceFlow id="F4" sourceRef="Ky" targetRef="Chon" />
<sequenceFlow id="F6" name="Ký" sourceRef="Chon" targetRef="Tra" />
<sequenceFlow id="F7" name="Trả lại" sourceRef="Chon" targetRef="Tham_dinh" />
"""


async def drawn(world: World) -> None:
    """The procedure whose result may be sent back, published once in the world."""
    if await world.one("select 1 from workflow_version where procedure_code = $1", CODE):
        return
    async with world.db.transaction() as tx:
        for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, DEPARTMENT), strict=True):
            units.competence(tx, CODE, unit, part, SINCE, basis="Quyết định công bố")
    await publish_package(world.db, package.read(packages.package(_SENT_BACK, f'code = "{CODE}"')))


async def at_the_appraisal(world: World) -> Outcome:
    """A dossier of that procedure at its appraisal."""
    await drawn(world)
    request = FileDossier(procedure=CODE, channel="desk", applicant=Applicant("Người nộp 1"))
    filed = await world.service.file(request, actor=RECEPTION, at=instant("2026-03-02 08:00"))
    return await world.accepts(filed)


async def held(world: World, task: UUID) -> tuple[Any, Any]:
    """Assignee and owner of a task."""
    row = await world.db.row("select assignee_id, owner_id from user_task where id = $1", [task])
    return row.assignee_id, row.owner_id


async def last_events(world: World, dossier: Outcome, most: int) -> list[tuple[str, dict[str, Any]]]:
    """Kind and payload of the newest events of a dossier, the newest first; the payload without its act."""
    rows = await world.db.rows(
        "select kind, payload - 'act' as said from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.reference = $1 order by seq desc limit $2",
        [dossier.reference, most],
    )
    return [(row.kind, row.said) for row in rows]


@asynccontextmanager
async def third_specialist(world: World) -> AsyncIterator[None]:
    """While it lasts the clerk is a specialist too."""
    await world.changed(
        "insert into role_assignment (id, principal_id, unit_code, role, valid_from)"
        " values (gen_random_uuid(), $1, $2, 'specialist', '2026-01-01')",
        THIRD,
        DEPARTMENT,
    )
    try:
        yield
    finally:
        await world.changed(
            "delete from role_assignment where principal_id = $1 and role = 'specialist'", THIRD
        )


@asynccontextmanager
async def absence(
    world: World, absent: UUID, acting: UUID, day: str, unit: str | None = None
) -> AsyncIterator[None]:
    """While it lasts somebody acts on a day for an officer who is absent, in all units or in one."""
    await world.changed(
        "insert into substitution (id, principal_id, substitute_id, unit_code, valid_from, valid_to, reason)"
        " values (gen_random_uuid(), $1, $2, $3, $4::text::date, $4::text::date, 'Nghỉ phép')",
        absent,
        acting,
        unit,
        day,
    )
    try:
        yield
    finally:
        await world.changed("delete from substitution where principal_id = $1", absent)


async def taken(world: World, by: UUID = FIRST) -> tuple[Outcome, UUID]:
    """A dossier whose task an officer has taken."""
    before = await world.at_the_specialists()
    task = only_task(before)
    return await world.does(before, Claim(task), by, AT), task


async def test_a_delegated_task_is_completed_by_its_owner_after_it_came_back(world: World) -> None:
    before, task = await taken(world)
    await world.does(before, Delegate(task, SECOND, "Nhờ xem"), FIRST, AT)
    assert await held(world, task) == (SECOND, FIRST)
    for actor in (FIRST, SECOND):
        with pytest.raises((errors.TaskDelegated, errors.AlreadyClaimed)):
            await world.does(before, Complete(task, "Đạt"), actor, AT)
    with pytest.raises(errors.TaskDelegated):
        await world.does(before, ReturnTask(task, "Thiếu"), SECOND, AT)
    await world.does(before, Resolve(task, "Đúng"), SECOND, AT)
    assert await held(world, task) == (FIRST, None)
    with pytest.raises(refusals.NotDelegated):
        await world.does(before, Resolve(task), FIRST, AT)
    await world.completes(before, actor=FIRST)
    assert [each async for each in audit.differences(world.service, before.reference)] == []


async def test_while_a_colleague_works_on_receptions_task_it_is_neither_accepted_nor_refused(
    world: World,
) -> None:
    filed, colleague = await world.files(), person("reception", DESK, 2)
    task = only_task(filed)
    await world.does(filed, Claim(task), RECEPTION)
    await world.does(filed, Delegate(task, colleague), RECEPTION)
    acts = (
        Accept(task),
        Refuse(task, "Sai thẩm quyền"),
        Complete(task, "accept"),
        Complete(task, "refuse", reason="Sai thẩm quyền"),
    )
    for act in acts:
        with pytest.raises(errors.TaskDelegated):
            await world.does(filed, act, colleague)
    await world.does(filed, Resolve(task), RECEPTION)
    assert (await world.does(filed, Accept(task), RECEPTION)).body["status"] == "in_process"


async def test_a_delegated_task_is_not_released_to_its_unit(world: World) -> None:
    before, task = await taken(world)
    await world.does(before, Delegate(task, SECOND), FIRST, AT)
    for actor in (SECOND, HEAD):
        with pytest.raises(errors.TaskDelegated):
            await world.does(before, Unclaim(task), actor, AT)
    assert await held(world, task) == (SECOND, FIRST)


@pytest.mark.parametrize("actor", [FIRST, HEAD])
async def test_owner_and_head_call_a_delegated_task_back(world: World, actor: UUID) -> None:
    before, task = await taken(world)
    await world.does(before, Delegate(task, SECOND), FIRST, AT)
    await world.does(before, Resolve(task), actor, AT)
    assert await held(world, task) == (FIRST, None)


@pytest.mark.parametrize(
    ("change", "left", "back"),
    [
        ("update role_assignment set unit_code = $2 where principal_id = $1", OTHER, DEPARTMENT),
        ("update principal set closed_at = $2 where id = $1", instant("2026-03-01 00:00"), None),
    ],
    ids=["moved", "closed"],
)
async def test_a_delegated_task_goes_to_the_unit_where_its_owner_has_left(
    world: World, change: str, left: Any, back: Any
) -> None:
    before, task = await taken(world)
    await world.does(before, Delegate(task, SECOND), FIRST, AT)
    await world.changed(change, FIRST, left)
    try:
        await world.does(before, Resolve(task, "Đúng"), SECOND, AT)
    finally:
        await world.changed(change, FIRST, back)
    assert await held(world, task) == (None, None)
    told = await world.db.rows(
        "select kind, payload ->> 'note' as note from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.reference = $1 order by seq desc limit 2",
        [before.reference],
    )
    assert [tuple(row.values()) for row in told] == [("task_unclaimed", None), ("task_resolved", "Đúng")]
    assert [each async for each in audit.differences(world.service, before.reference)] == []


async def test_reassigned_while_it_is_delegated_a_task_stays_its_owners(world: World) -> None:
    before, task = await taken(world)
    await world.does(before, Delegate(task, SECOND, "Nhờ xem"), FIRST, AT)
    async with third_specialist(world):
        await world.does(before, Reassign(task, THIRD, "Nghỉ ốm"), HEAD, AT)
        assert await held(world, task) == (THIRD, FIRST)
        with pytest.raises(errors.AlreadyClaimed):
            await world.does(before, Reassign(task, THIRD, "Nghỉ ốm"), HEAD, AT)
        with pytest.raises(errors.Forbidden):
            await world.does(before, Resolve(task), SECOND, AT)
        await world.does(before, Resolve(task, "Đúng"), THIRD, AT)
    assert await held(world, task) == (FIRST, None)
    assert [each async for each in audit.differences(world.service, before.reference)] == []


@pytest.mark.parametrize("assignee", [None, FIRST], ids=["nobody", "the owner"])
async def test_reassigned_to_nobody_or_to_its_owner_a_delegated_task_comes_back(
    world: World, assignee: UUID | None
) -> None:
    before, task = await taken(world)
    await world.does(before, Delegate(task, SECOND), FIRST, AT)
    await world.does(before, Reassign(task, assignee, "Nghỉ ốm"), ADMINISTRATOR, AT)
    assert await held(world, task) == (FIRST, None)
    told = await last_events(world, before, 1)
    assert told == [("task_resolved", {"task": str(task), "assignee": str(FIRST), "reason": "Nghỉ ốm"})]
    await world.does(before, Reassign(task, None, "Chuyển công tác"), ADMINISTRATOR, AT)
    assert await held(world, task) == (None, None)
    assert [each async for each in audit.differences(world.service, before.reference)] == []


async def test_taken_from_a_colleague_a_task_goes_to_the_unit_where_its_owner_has_left(world: World) -> None:
    before, task = await taken(world)
    await world.does(before, Delegate(task, SECOND), FIRST, AT)
    move = "update role_assignment set unit_code = $2 where principal_id = $1"
    await world.changed(move, FIRST, OTHER)
    try:
        await world.does(before, Reassign(task, None, "Chuyển công tác"), HEAD, AT)
    finally:
        await world.changed(move, FIRST, DEPARTMENT)
    assert await held(world, task) == (None, None)


async def test_a_task_is_delegated_to_who_may_complete_it_alone(world: World) -> None:
    before, task = await taken(world)
    for stranger in (person("clerk"), person("specialist", OTHER)):
        with pytest.raises(errors.Forbidden):
            await world.does(before, Delegate(task, stranger), FIRST, AT)
    with pytest.raises(errors.Forbidden):
        await world.does(before, Delegate(task, FIRST), SECOND, AT)


async def test_a_task_is_returned_to_the_officer_who_had_it_before(world: World) -> None:
    before, task = await taken(world)
    with pytest.raises(refusals.NobodyBefore):
        await world.does(before, ReturnTask(task, "Nhầm"), FIRST, AT)
    await world.does(before, Reassign(task, SECOND, "Nghỉ"), HEAD, AT)
    await world.does(before, ReturnTask(task, "Thiếu biên bản"), SECOND, AT)
    assert await held(world, task) == (FIRST, None)
    told = await world.db.row(
        "select payload from dossier_event e join dossier d on d.id = e.dossier_id where d.reference = $1"
        " order by seq desc limit 1",
        [before.reference],
    )
    payload = {name: value for name, value in told.payload.items() if name != "act"}
    assert payload == {
        "task": str(task),
        "assignee": str(FIRST),
        "reason": "Thiếu biên bản",
        "returned": True,
    }


async def test_a_task_is_not_returned_to_who_plays_its_role_no_more(world: World) -> None:
    before, task = await taken(world)
    await world.does(before, Reassign(task, SECOND, "Nghỉ"), HEAD, AT)
    end = "update role_assignment set valid_to = $2 where principal_id = $1"
    await world.changed(end, FIRST, instant("2026-03-01 00:00").date())
    try:
        with pytest.raises(refusals.NobodyBefore):
            await world.does(before, ReturnTask(task, "Thiếu"), SECOND, AT)
    finally:
        await world.changed(end, FIRST, None)


async def test_an_administrator_reassigns_a_task_of_a_dossier_that_they_do_not_read(world: World) -> None:
    before, task = await taken(world)
    outcome = await world.does(before, Reassign(task, None, "Chuyển công tác"), ADMINISTRATOR, AT)
    assert (await held(world, task), "tasks" in outcome.body) == ((None, None), False)
    with pytest.raises(errors.ReasonMissing):
        await world.does(before, Reassign(task, SECOND, " "), ADMINISTRATOR, AT)


async def test_a_step_that_is_sent_back_opens_at_who_did_it_before(world: World) -> None:
    before = await at_the_appraisal(world)
    standing = await world.completes(before, actor=SECOND)
    standing = await world.completes(standing, outcome="Trả lại", actor=FIRST)
    assert (await held(world, only_task(standing)))[0] == SECOND
    # Signed again, the result's step comes to who sent it back.
    standing = await world.completes(standing, actor=SECOND)
    assert (await held(world, only_task(standing)))[0] == FIRST
    await world.completes(standing, outcome="Ký", actor=FIRST, result=Result.GRANTED)
    assert [each async for each in audit.differences(world.service, before.reference)] == []


async def test_who_has_done_a_step_is_told_when_the_dossier_is_back_at_it(world: World) -> None:
    standing = await world.completes(await at_the_appraisal(world), actor=SECOND)
    standing = await world.completes(standing, outcome="Trả lại", actor=FIRST)
    standing = await world.completes(standing, actor=SECOND)
    rows = await world.db.rows(
        "select n.principal_id, n.topic, n.payload from notice n join dossier d on d.id = n.dossier_id"
        " where d.reference = $1 and n.topic like 'step.%' order by n.id",
        [standing.reference],
    )
    told = [(row.principal_id, wording.said(row.topic, row.payload)[1]) for row in rows]
    code = standing.body["code"]
    assert told == [
        (
            SECOND,
            f"Sau bước “Ký kết quả” (Trả lại), hồ sơ {code} trở lại bước “Thẩm định” của bạn; xem ý kiến ở bước này trong mục Việc.",
        ),
        (
            FIRST,
            f"Sau bước “Thẩm định”, hồ sơ {code} trở lại bước “Ký kết quả” của bạn; xem ý kiến ở bước này trong mục Việc.",
        ),
    ]
    assert [each async for each in audit.differences(world.service, standing.reference)] == []


async def test_who_sends_a_dossier_back_to_themselves_is_told_nothing(world: World) -> None:
    standing = await world.completes(await at_the_appraisal(world), actor=FIRST)
    standing = await world.completes(standing, outcome="Trả lại", actor=FIRST)
    found = await world.one(
        "select count(*) from notice n join dossier d on d.id = n.dossier_id"
        " where d.reference = $1 and n.topic like 'step.%'",
        standing.reference,
    )
    assert found == 0


async def test_a_step_that_is_sent_back_is_open_where_who_did_it_plays_its_role_no_more(world: World) -> None:
    standing = await world.completes(await at_the_appraisal(world), actor=SECOND)
    end = "update role_assignment set valid_to = $2 where principal_id = $1"
    await world.changed(end, SECOND, instant("2026-03-01 00:00").date())
    try:
        standing = await world.completes(standing, outcome="Trả lại", actor=FIRST)
    finally:
        await world.changed(end, SECOND, None)
    assert await held(world, only_task(standing)) == (None, None)


async def test_no_act_gives_a_task_to_an_absent_officer_and_each_refusal_says_who_acts_for_them(
    world: World,
) -> None:
    free, (mine, task) = await world.at_the_specialists(), await taken(world)
    await world.does(mine, Reassign(task, SECOND, "Nghỉ"), HEAD, AT)
    await world.does(mine, Reassign(task, FIRST, "Đã về"), HEAD, AT)
    acts = (
        (free, Claim(only_task(free), SECOND), HEAD),
        (mine, Reassign(task, SECOND, "Điều chuyển"), HEAD),
        (mine, Delegate(task, SECOND), FIRST),
        (mine, ReturnTask(task, "Nhầm"), FIRST),
    )
    rows = await world.db.rows("select id, name from principal where id = any($1)", [[FIRST, SECOND]])
    names = {row.id: row.name for row in rows}
    async with absence(world, SECOND, FIRST, "2026-03-02"):
        for dossier, act, actor in acts:
            with pytest.raises(refusals.OfficerAbsent) as refused:
                await world.does(dossier, act, actor, AT)
            assert messages.translated(refused.value, "vi") == (
                f"{names[SECOND]} vắng mặt đến hết ngày 02/03/2026; người làm thay: {names[FIRST]}."
            )
        handed = await bulk.hand_on(world.service, Inbox(FIRST, SECOND, "Nghỉ"), actor=HEAD, at=instant(AT))
        assert {type(each.refused) for each in handed.items} == {refusals.OfficerAbsent}
        assert [await held(world, each) for each in (only_task(free), task)] == [(None, None), (FIRST, None)]
        # Who has come all the same, and who acts for them, take it as ever.
        await world.does(free, Claim(only_task(free)), SECOND, AT)
    assert await held(world, only_task(free)) == (SECOND, None)


async def test_where_whoever_acts_has_left_an_absent_officer_has_nobody(world: World) -> None:
    free = await world.at_the_specialists()
    async with absence(world, SECOND, THIRD, "2026-03-02"):
        await world.changed(
            "update principal set closed_at = $2 where id = $1", THIRD, instant("2026-03-01 00:00")
        )
        try:
            with pytest.raises(refusals.OfficerAbsent) as refused:
                await world.does(free, Claim(only_task(free), SECOND), HEAD, AT)
        finally:
            await world.changed("update principal set closed_at = null where id = $1", THIRD)
    assert str(refused.value).endswith(" is absent until 02/03/2026, and nobody acts for them.")


@pytest.mark.parametrize(
    ("day", "unit"), [("2026-03-03", None), ("2026-03-02", OTHER)], ids=["from tomorrow", "in another unit"]
)
async def test_whose_absence_does_not_hold_today_and_here_is_given_tasks(
    world: World, day: str, unit: str | None
) -> None:
    free = await world.at_the_specialists()
    async with absence(world, SECOND, FIRST, day, unit):
        await world.does(free, Claim(only_task(free), SECOND), HEAD, AT)
    assert await held(world, only_task(free)) == (SECOND, None)


async def test_a_step_that_is_sent_back_is_open_while_who_did_it_is_absent(world: World) -> None:
    standing = await world.completes(await at_the_appraisal(world), actor=SECOND)
    async with absence(world, SECOND, FIRST, "2026-03-02"):
        standing = await world.completes(standing, outcome="Trả lại", actor=FIRST)
    assert await held(world, only_task(standing)) == (None, None)


async def test_where_a_unit_chose_so_a_task_goes_to_who_has_the_fewest_and_is_not_away(world: World) -> None:
    await world.changed("update unit set assignment = 'by_load' where code = $1", DEPARTMENT)
    world.service.reference_data.forget_units()
    await world.changed("update user_task set assignee_id = null where status = 'open'")
    try:
        given = []
        for _ in range(4):
            standing = await at_the_appraisal(world)
            given.append((await held(world, only_task(standing)))[0])
        assert sorted(map(str, given)) == sorted(map(str, [FIRST, FIRST, SECOND, SECOND]))
        assert given[0] != given[1]
        await world.changed(
            "insert into substitution (id, principal_id, substitute_id, valid_from, valid_to, reason)"
            " values (gen_random_uuid(), $1, $2, '2026-03-02', '2026-03-02', 'Nghỉ phép')",
            FIRST,
            person("clerk"),
        )
        for _ in range(2):
            standing = await at_the_appraisal(world)
            assert (await held(world, only_task(standing)))[0] == SECOND
        told = await world.db.row(
            "select kind, automatic from dossier_event e join dossier d on d.id = e.dossier_id"
            " where d.reference = $1 order by seq desc limit 1",
            [standing.reference],
        )
        assert tuple(told.values()) == ("task_claimed", True)
    finally:
        await world.changed("delete from substitution where principal_id = $1", FIRST)
        await world.changed("update unit set assignment = 'by_hand' where code = $1", DEPARTMENT)
        world.service.reference_data.forget_units()


async def test_the_inbox_of_an_absent_officer_is_handed_on_in_one_act_and_safe_twice(world: World) -> None:
    mine = [await taken(world, SECOND) for _ in range(3)]
    inbox = Inbox(SECOND, FIRST, "Nghỉ ốm")
    await world.changed(
        "update user_task set assignee_id = null where status = 'open' and id <> all($1::uuid[])",
        [task for _, task in mine],
    )
    handed = await bulk.hand_on(world.service, inbox, actor=HEAD, at=instant(AT), key="ban-giao")
    assert ({each.task for each in handed.items}, {each.refused for each in handed.items}, handed.after) == (
        {task for _, task in mine},
        {None},
        None,
    )
    assert {await held(world, task) for _, task in mine} == {(FIRST, None)}
    again = await bulk.hand_on(world.service, inbox, actor=HEAD, at=instant(AT), key="ban-giao")
    assert again == Page(())
    for stranger in (FIRST, RECEPTION):
        with pytest.raises(errors.Forbidden):
            await bulk.hand_on(world.service, inbox, actor=stranger, at=instant(AT))


@pytest.mark.parametrize("assignee", [None, SECOND, THIRD], ids=["the unit", "the colleague", "another"])
async def test_what_an_absent_officer_has_delegated_is_handed_on_with_their_inbox(
    world: World, assignee: UUID | None
) -> None:
    before, task = await taken(world)
    await world.does(before, Delegate(task, SECOND), FIRST, AT)
    inbox = Inbox(FIRST, assignee, "Nghỉ ốm")
    async with third_specialist(world):
        handed = await bulk.hand_on(world.service, inbox, actor=HEAD, at=instant(AT))
    assert (task, None) in [(each.task, each.refused) for each in handed.items]
    assert await held(world, task) == (assignee, None)


async def test_what_others_have_delegated_to_an_absent_officer_stays_theirs(world: World) -> None:
    before, task = await taken(world)
    await world.does(before, Delegate(task, SECOND), FIRST, AT)
    handed = await bulk.hand_on(world.service, Inbox(SECOND, None, "Nghỉ ốm"), actor=HEAD, at=instant(AT))
    assert (task, None) in [(each.task, each.refused) for each in handed.items]
    assert await held(world, task) == (FIRST, None)


async def test_behind_the_tasks_that_are_refused_the_rest_of_an_inbox_is_reached(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bulk.hand_on(world.service, Inbox(SECOND, None, "Nghỉ"), actor=HEAD, at=instant(AT))
    mine = {(await taken(world, SECOND))[1] for _ in range(5)}
    await world.changed("update user_task set due_own = null, reception_due = null where id = $1", min(mine))
    monkeypatch.setattr(bulk, "MOST", 2)
    inbox = Inbox(SECOND, person("clerk"), "Nghỉ ốm")
    pages, after = [], None
    while not pages or after:
        handed = await bulk.hand_on(world.service, inbox, actor=HEAD, at=instant(AT), after=after)
        pages.append(handed.items)
        after = handed.after
    reached = [each for page in pages for each in page]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert ({each.task for each in reached}, reached[-1].task) == (mine, min(mine))
    assert {type(each.refused) for each in reached} == {errors.Forbidden}


async def test_a_refusal_to_hand_an_inbox_on_is_said_in_vietnamese(world: World) -> None:
    with pytest.raises(errors.Forbidden) as refused:
        await bulk.hand_on(world.service, Inbox(SECOND, FIRST, "Nghỉ"), actor=FIRST, at=instant(AT))
    assert messages.translated(refused.value, "vi") == (
        "Bàn giao công việc của cán bộ vắng mặt cần vai trò thủ trưởng đơn vị hoặc lãnh đạo phòng hoặc lãnh đạo cơ quan hoặc"
        " quản trị hệ thống."
    )


async def test_of_many_acts_a_refused_one_hinders_no_other_and_each_is_done_once(world: World) -> None:
    first, second = await world.at_the_specialists(), await world.at_the_specialists()
    tasks = [only_task(first), UUID(int=404), only_task(second)]
    items = [Item(task, Claim(task), f"nhan-{number}", b"1") for number, task in enumerate(tasks)]
    done = await bulk.perform(world.service, items, actor=FIRST, at=instant(AT))
    assert [type(each.refused) for each in done] == [type(None), errors.NotFound, type(None)]
    again = await bulk.perform(world.service, items, actor=FIRST, at=instant(AT))
    assert [each.version for each in again] == [each.version for each in done]
    assert await held(world, tasks[2]) == (FIRST, None)
