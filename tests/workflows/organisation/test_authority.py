"""Rights: role, unit, day, substitution, competence; every refused attempt is recorded."""

from collections.abc import Iterable
from uuid import UUID

import pytest

from hoso_workflows import errors
from hoso_workflows.lifecycle.commands import (
    AskSupplement,
    Claim,
    Complete,
    ProposeSupplement,
    ReceiveSupplement,
    Refuse,
    Unclaim,
    Withdraw,
)
from hoso_workflows.organisation import permissions
from support.world import (
    CITIZEN,
    DEPARTMENT,
    DESK,
    OTHER,
    PROVINCE,
    STRANGER,
    World,
    instant,
    only_task,
    person,
)

RECEPTION, HEAD, CHIEF = person("reception", DESK), person("division_head"), person("head")
FIRST, SECOND = person("specialist"), person("specialist", number=2)


async def stand_in(
    world: World, absent: UUID, acting: UUID, scope: Iterable[str | None] = (None, None)
) -> None:
    """Somebody acts for somebody else from 2 to 4 March."""
    await world.changed(
        "insert into substitution (id, principal_id, substitute_id, unit_code, role, valid_from, valid_to, reason)"
        " values (gen_random_uuid(), $1, $2, $3, $4, '2026-03-02', '2026-03-04', 'Nghỉ phép')",
        absent,
        acting,
        *scope,
    )


@pytest.mark.parametrize(
    "actor",
    [
        HEAD,
        CHIEF,
        RECEPTION,
        person("provincial_leader", PROVINCE),
        CITIZEN,
    ],
)
async def test_only_who_plays_the_role_in_the_unit_completes_a_task(world: World, actor: UUID) -> None:
    before = await world.at_the_specialists("online")
    with pytest.raises(errors.Forbidden) as refused:
        await world.completes(before, actor=actor)
    assert (refused.value.role, refused.value.unit) == ("specialist", DEPARTMENT)
    assert await world.one("select version from engine_state") == before.version
    row = await world.db.row("select principal_id, act, subject, granted from access_log")
    assert tuple(row or ()) == (actor, "Complete", before.reference, False)


@pytest.mark.parametrize(
    "actor", [person("specialist", OTHER), person("head", OTHER), person("administrator", PROVINCE), STRANGER]
)
async def test_for_whom_it_does_not_concern_a_task_is_none_and_the_attempt_is_remembered(
    world: World, actor: UUID
) -> None:
    before = await world.at_the_specialists("online")
    with pytest.raises(errors.NotFound, match=f"^No task is known as {only_task(before)}.$"):
        await world.completes(before, actor=actor)
    with pytest.raises(errors.NotFound, match=f"^No dossier is known as {before.code}.$"):
        await world.service.perform(
            before.code or "", Withdraw("Đổi ý"), actor=actor, at=instant("2026-03-02 10:00")
        )
    assert await world.one("select version from engine_state") == before.version
    rows = await world.db.rows("select principal_id, act, subject, granted from access_log order by id")
    assert [tuple(row) for row in rows] == [
        (actor, "Complete", before.reference, False),
        (actor, "Withdraw", before.reference, False),
    ]


async def test_who_is_nobody_does_nothing_and_is_remembered_without_a_name(world: World) -> None:
    before = await world.at_the_specialists("online")
    with pytest.raises(errors.NotFound):
        await world.completes(before, actor=UUID(int=77))
    row = await world.db.row("select principal_id, act, subject, granted from access_log")
    assert tuple(row or ()) == (None, "Complete", before.reference, False)


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    ("command", "actor", "refused"),
    [
        (AskSupplement("Thiếu"), FIRST, errors.Forbidden),
        (AskSupplement("Thiếu"), CITIZEN, errors.Forbidden),
        (ProposeSupplement("Thiếu"), RECEPTION, errors.NotYourTurn),
        (ProposeSupplement("Thiếu"), HEAD, errors.NotYourTurn),
        (ReceiveSupplement(), FIRST, errors.Forbidden),
        (Withdraw("Đổi ý"), FIRST, errors.Forbidden),
    ],
)
async def test_only_the_desk_speaks_with_the_applicant(
    world: World, command: Withdraw, actor: UUID, refused: type[errors.Refusal]
) -> None:
    before = await world.at_the_specialists("online")
    with pytest.raises(refused):
        await world.does(before, command, actor)


async def test_the_specialists_propose_and_the_desk_asks(world: World) -> None:
    before = await world.at_the_specialists("online")
    await world.does(before, ProposeSupplement("Thiếu"), SECOND)
    asked = await world.does(before, AskSupplement("Thiếu"), person("reception", DESK, 2))
    received = await world.does(asked, ReceiveSupplement(), CITIZEN)
    assert received.status == "in_process"


async def test_another_desk_neither_accepts_nor_refuses(world: World) -> None:
    filed = await world.files()
    await world.changed("update role_assignment set role = 'reception' where principal_id = $1", FIRST)
    for command in (Complete(only_task(filed), "accept"), Refuse(only_task(filed), "Không nhận")):
        with pytest.raises(errors.Forbidden):
            await world.does(filed, command, FIRST)


async def test_a_role_holds_on_its_days_only(world: World) -> None:
    before = await world.at_the_specialists("online")
    await world.changed("update role_assignment set valid_to = '2026-03-03' where principal_id = $1", FIRST)
    await world.does(before, Claim(only_task(before)), FIRST, "2026-03-03 23:59")
    with pytest.raises(errors.NotFound):
        await world.completes(before, "2026-03-04 00:00", actor=FIRST)


async def test_a_closed_principal_does_nothing(world: World) -> None:
    before = await world.at_the_specialists("online")
    await world.changed("update principal set closed_at = '2026-03-02 00:00+07' where id = $1", FIRST)
    with pytest.raises(errors.NotFound):
        await world.completes(before, actor=FIRST)


async def test_a_substitute_acts_between_the_dates_and_every_event_says_for_whom(world: World) -> None:
    before = await world.at_the_specialists("online")
    await stand_in(world, FIRST, HEAD)
    with pytest.raises(errors.Forbidden):
        await world.completes(before, "2026-03-05 00:00", actor=HEAD)
    await world.completes(before, "2026-03-04 23:59", actor=HEAD)
    row = await world.db.row(
        "select actor_id, on_behalf_of from dossier_event where kind = 'task_closed' order by seq desc limit 1"
    )
    assert tuple(row or ()) == (HEAD, FIRST)
    row = await world.db.row("select closed_by, on_behalf_of from user_task where element = 'B4'")
    assert tuple(row or ()) == (HEAD, FIRST)


@pytest.mark.parametrize("scope", [(OTHER, None), (None, "clerk"), (DEPARTMENT, "clerk")])
async def test_a_substitution_reaches_no_further_than_its_scope(
    world: World, scope: tuple[str | None, str | None]
) -> None:
    before = await world.at_the_specialists("online")
    await stand_in(world, FIRST, HEAD, scope)
    with pytest.raises(errors.Forbidden):
        await world.completes(before, actor=HEAD)


async def test_a_substitute_does_what_the_absent_officer_had_taken(world: World) -> None:
    """Also when the substitute plays the same role: the task is done for its assignee."""
    before = await world.at_the_specialists("online")
    await world.does(before, Claim(only_task(before)), FIRST)
    with pytest.raises(errors.AlreadyClaimed):
        await world.completes(before, actor=SECOND)
    await stand_in(world, FIRST, SECOND)
    await world.completes(before, actor=SECOND)
    row = await world.db.row("select closed_by, on_behalf_of from user_task where element = 'B4'")
    assert tuple(row or ()) == (SECOND, FIRST)


async def test_own_rights_come_before_those_of_somebody_else(world: World) -> None:
    before = await world.at_the_specialists("online")
    await stand_in(world, FIRST, SECOND)
    await world.completes(before, actor=SECOND)
    assert await world.one("select on_behalf_of from user_task where element = 'B4'") is None


async def test_nobody_substitutes_for_a_substitute(world: World) -> None:
    before = await world.at_the_specialists("online")
    await stand_in(world, FIRST, HEAD)
    await stand_in(world, HEAD, person("clerk"))
    with pytest.raises(errors.Forbidden):
        await world.completes(before, actor=person("clerk"))


async def test_an_officer_who_left_lends_no_rights(world: World) -> None:
    before = await world.at_the_specialists("online")
    await stand_in(world, FIRST, HEAD)
    await world.changed("update principal set closed_at = '2026-03-03 12:00+07' where id = $1", FIRST)
    with pytest.raises(errors.Forbidden):
        await world.completes(before, "2026-03-03 12:00", actor=HEAD)
    await world.completes(before, "2026-03-03 11:59", actor=HEAD)
    row = await world.db.row("select closed_by, on_behalf_of from user_task where element = 'B4'")
    assert tuple(row or ()) == (HEAD, FIRST)


@pytest.mark.parametrize("office", ["administrator", "auditor", "procedure_approver", "procedure_declarer"])
async def test_a_substitute_holds_an_office_only_where_the_substitution_names_it(
    world: World, office: str
) -> None:
    await world.changed(
        "insert into role_assignment (id, principal_id, unit_code, role, valid_from)"
        " values (gen_random_uuid(), $1, $2, $3, '2026-01-01')",
        FIRST,
        PROVINCE,
        office,
    )
    await world.changed("update principal set home_unit_code = $2 where id = $1", HEAD, PROVINCE)
    at = instant("2026-03-02 10:00")
    for scope, holds in (((None, None), False), ((PROVINCE, None), False), ((PROVINCE, office), True)):
        await stand_in(world, FIRST, HEAD, scope)
        rights = await permissions.held(world.db, HEAD, at)
        assert (scope, rights.has(office), rights.has("specialist")) == (scope, holds, True)


async def test_a_head_hands_a_task_to_who_may_do_it_and_takes_it_back(world: World) -> None:
    before = await world.at_the_specialists("online")
    with pytest.raises(errors.Forbidden):
        await world.does(before, Claim(only_task(before), person("clerk")), HEAD)
    with pytest.raises(errors.Forbidden):
        await world.does(before, Claim(only_task(before), SECOND), FIRST)
    given = await world.does(before, Claim(only_task(before), SECOND), HEAD)
    assert given.body["tasks"][0]["assignee"] == str(SECOND)
    with pytest.raises(errors.Forbidden):
        await world.does(before, Unclaim(only_task(before)), FIRST)
    taken = await world.does(before, Unclaim(only_task(before)), CHIEF)
    assert taken.body["tasks"][0]["assignee"] is None


async def test_a_unit_that_is_competent_no_more_does_nothing_more(world: World) -> None:
    before = await world.at_the_specialists("online")
    await world.changed("update competence set valid_to = '2026-03-02' where part = 'handling'")
    await world.does(before, Claim(only_task(before)), FIRST, "2026-03-02 16:00")
    with pytest.raises(errors.NotCompetent) as refused:
        await world.completes(before, "2026-03-03 08:00", actor=FIRST)
    assert (refused.value.part, refused.value.asked) == ("handling", DEPARTMENT)


async def test_a_stranger_does_not_learn_whether_a_task_was_done(world: World) -> None:
    before = await world.at_the_specialists("online")
    await world.completes(before)
    with pytest.raises(errors.NotFound):
        await world.completes(before, actor=STRANGER)
    with pytest.raises(errors.Forbidden):
        await world.completes(before, actor=CITIZEN)
    with pytest.raises(errors.TaskNotOpen):
        await world.completes(before, actor=SECOND)
