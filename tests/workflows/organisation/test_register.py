"""Acts on the register: units, people, roles, competences, substitutions; two tiers, a second person, one chain each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from hoso_models import ROLE_HOLDERS, CompetencePart, ContactKind, PrincipalKind
from hoso_models import errors as storage_errors
from hoso_workflows import errors
from hoso_workflows.lifecycle.commands import Claim
from hoso_workflows.organisation import administration, gaps, permissions, principals, register
from hoso_workflows.organisation.register import commands, lists, refusals
from hoso_workflows.organisation.register.commands import Command
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, PROVINCE, World, instant, only_task, person

AT = instant("2026-03-02 08:00")
TODAY = date(2026, 3, 2)
#: The administrator of the province, the only one in the world of tests.
ADMINISTRATOR = person("administrator", PROVINCE)
COMMUNE = "H27.XA01"


async def acts(world: World, *done: Command, by: UUID = ADMINISTRATOR, operator: UUID | None = None) -> Any:
    """Acts of a person, or of an operator on their word."""
    return await register.perform(world.db, done, register.Asker(by, operator), AT)


async def operates(world: World, *done: Command) -> Any:
    """Acts of an operator alone."""
    operator = await principals.ensure_operator(world.db, "người vận hành", at=AT)
    return await register.perform(world.db, done, register.Asker(None, operator), AT)


def unit(code: str = COMMUNE, parent: str | None = PROVINCE, **said: Any) -> commands.EnterUnit:
    words = {
        "name": "UBND xã 1",
        "kind": "commune",
        "level": "commune",
        "calendar": "ha-tinh",
        "authority": True,
    }
    return commands.EnterUnit(code=code, parent=parent, valid_from=TODAY, **{**words, **said})


def officer(code: str, unit: str = COMMUNE) -> commands.EnterPerson:
    return commands.EnterPerson(name=f"Cán bộ {code}", unit=unit, code=code)


def role(person: str, role: str, unit: str = COMMUNE, **said: Any) -> commands.GiveRole:
    return commands.GiveRole(person=person, unit=unit, role=role, **{"valid_from": TODAY, **said})


async def administered_commune(world: World) -> UUID:
    """A commune with an administrator of its own, confirmed by a second one of the province."""
    await acts(
        world, unit(), officer("qt1"), officer("qt0", PROVINCE), role("qt0", "administrator", PROVINCE)
    )
    # Nobody but the proposer administers the province: the operator is the second person.
    await operates(world, commands.ConfirmRole(proposal=await world.one("select id from role_proposal")))
    await acts(world, role("qt1", "administrator"))
    second = await world.one("select id from principal where code = 'qt0'")
    await acts(
        world,
        commands.ConfirmRole(proposal=await world.one("select id from role_proposal where decision is null")),
        by=second,
    )
    return UUID(str(await world.one("select id from principal where code = 'qt1'")))


async def kinds(world: World, authority: str = PROVINCE) -> list[str]:
    rows = await world.db.rows(
        "select kind from administration_event where authority = $1 order by number", [authority]
    )
    return [row.kind for row in rows]


async def test_an_officer_entered_by_acts_claims_a_task(world: World) -> None:
    before = await world.at_the_specialists()
    entered = commands.EnterPerson(name="Chuyên viên 3", unit=DEPARTMENT, code="cv3")
    await acts(world, entered, role("cv3", "specialist", DEPARTMENT))
    third = UUID(str(await world.one("select id from principal where code = 'cv3'")))
    claimed = await world.does(before, Claim(only_task(before)), third, "2026-03-02 10:00")
    assert claimed.status == "in_process"
    assert await administration.verify(world.db) == []
    assert await kinds(world, DEPARTMENT) == ["person_entered", "role_given"]


@pytest.mark.parametrize("kind", [PrincipalKind.SYSTEM, PrincipalKind.PARTNER])
async def test_a_system_is_a_member_of_the_register_with_a_role_and_an_end(
    world: World, kind: PrincipalKind
) -> None:
    system = commands.EnterPerson(name="Hệ thống thuế", unit=DEPARTMENT, code="thue", kind=kind)
    await acts(world, system, role("thue", "specialist", DEPARTMENT))
    identity = UUID(str(await world.one("select id from principal where code = 'thue'")))
    found = await lists.person(world.db, "thue", AT)
    assert (found.kind, found.unit, found.roles) == (kind, DEPARTMENT, (f"specialist @ {DEPARTMENT}",))
    assert identity in {each.id for each in (await lists.people(world.db, [DEPARTMENT], AT)).items}
    assert [each.role for each in (await permissions.held(world.db, identity, AT)).held] == ["specialist"]
    payload = await world.one(
        "select payload ->> 'kind' from administration_event where kind = 'person_entered'"
    )
    assert payload == kind.value
    await acts(world, commands.ClosePerson(person="thue", reason="Hết thỏa thuận"))
    with pytest.raises(errors.Forbidden):
        await permissions.held(world.db, identity, AT)


@pytest.mark.parametrize("kind", [PrincipalKind.CITIZEN, PrincipalKind.OPERATOR])
async def test_neither_applicants_nor_operators_are_entered(world: World, kind: PrincipalKind) -> None:
    with pytest.raises(errors.FormRefused, match="kind: is not entered in the register"):
        await acts(world, commands.EnterPerson(name="Người nộp", unit=DEPARTMENT, kind=kind))


async def test_acts_are_done_all_or_none(world: World) -> None:
    with pytest.raises(errors.NotFound, match=r"^No unit is known as H27\.XA99\.$"):
        await acts(world, unit(), officer("mc1", "H27.XA99"))
    assert await world.one("select count(*) from unit where code = $1", COMMUNE) == 0
    assert await kinds(world) == []


async def test_each_authority_has_a_chain_and_an_altered_act_is_found(world: World) -> None:
    await acts(world, unit(), officer("mc1"), role("mc1", "clerk"))
    assert (await kinds(world), await kinds(world, COMMUNE)) == (
        [],
        ["unit_entered", "person_entered", "role_given"],
    )
    assert await administration.verify(world.db) == []
    with pytest.raises(storage_errors.ConstraintViolated, match="never changed"):
        await world.changed("update administration_event set subject = 'x' where number = 1")
    await world.changed("alter table administration_event disable trigger administration_event_append_only")
    await world.changed(
        'update administration_event set payload = payload || \'{"code": "x"}\' where number = 2'
    )
    assert [(each.authority, each.number) for each in await administration.verify(world.db)] == [(COMMUNE, 2)]


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    ("done", "refused"),
    [
        ([unit(PROVINCE)], refusals.AlreadyEntered),
        ([unit("H27 xã")], errors.FormRefused),
        ([unit(name=" ")], errors.FormRefused),
        ([unit(name="Ủy ban\u202e xã")], errors.FormRefused),
        ([unit(parent="H99")], errors.NotFound),
        ([unit(area="18073")], errors.NotFound),
        ([commands.ChangeUnit(code=PROVINCE, changes={"parent": DEPARTMENT})], errors.Forbidden),
        ([commands.ChangeUnit(code=DEPARTMENT, changes={"parent": DEPARTMENT})], refusals.BelowItself),
        (
            [unit("H27.SYT.P1", OTHER), commands.ChangeUnit(code=OTHER, changes={"parent": "H27.SYT.P1"})],
            refusals.BelowItself,
        ),
        ([commands.ChangeUnit(code=OTHER, changes={"calendar": "vn"})], errors.FormRefused),
        ([commands.CloseUnit(code=OTHER, last_day=date(2025, 1, 1), basis="1/QĐ")], errors.FormRefused),
        (
            [unit("H27.SYT.P1", OTHER), commands.CloseUnit(code=OTHER, last_day=TODAY, basis="1/QĐ")],
            refusals.UnitInUse,
        ),
        ([officer("mc1", DESK), officer("mc1", DESK)], refusals.AlreadyEntered),
        ([officer(str(person("head"))[:36], DESK)], errors.FormRefused),
        ([role("mc9", "clerk", DESK)], errors.NotFound),
        ([role(str(person("head")), "head", DEPARTMENT)], refusals.Overlapping),
        ([role(str(person("head")), "cán bộ", DEPARTMENT)], errors.FormRefused),
        ([role(str(person("head")), "clerk", DEPARTMENT, valid_to=date(2026, 3, 1))], errors.FormRefused),
        ([role(str(person("head")), "clerk", DEPARTMENT, valid_from=date(2025, 3, 1))], refusals.UnitClosed),
        ([role(str(ADMINISTRATOR), "clerk", DEPARTMENT)], refusals.OwnRight),
        (
            [
                commands.ClosePerson(person=str(person("head")), reason="Nghỉ hưu"),
                role(str(person("head")), "clerk", DEPARTMENT),
            ],
            refusals.PersonClosed,
        ),
        (
            [commands.EnterContact(person=str(person("head")), kind=ContactKind.EMAIL, value="a b")],
            errors.FormRefused,
        ),
        ([commands.ReopenPerson(person="nobody")], errors.NotFound),
        ([commands.EndRole(assignment=UUID(int=5), last_day=TODAY)], errors.NotFound),
        ([commands.ConfirmRole(proposal=UUID(int=5))], errors.NotFound),
    ],
)
async def test_bad_acts_have_one_clear_answer_and_leave_nothing(
    world: World, done: Sequence[Command], refused: type[errors.Refusal]
) -> None:
    await world.changed(
        "update principal p set home_unit_code = r.unit_code from role_assignment r where r.principal_id = p.id"
    )
    with pytest.raises(refused):
        await acts(world, *done)
    assert await world.one("select count(*) from administration_event") == 0


async def test_an_office_waits_for_a_second_person(world: World) -> None:
    await acts(world, unit(), officer("kt1"), role("kt1", "auditor"))
    proposal = await world.one("select id from role_proposal")
    assert await world.one("select count(*) from role_assignment where unit_code = $1", COMMUNE) == 0
    with pytest.raises(refusals.SecondPersonNeeded):
        await acts(world, commands.ConfirmRole(proposal=proposal))
    await operates(world, commands.ConfirmRole(proposal=proposal))
    assert await world.one("select role from role_assignment where unit_code = $1", COMMUNE) == "auditor"
    with pytest.raises(refusals.AlreadyDecided):
        await operates(world, commands.ConfirmRole(proposal=proposal))


@pytest.mark.parametrize("deciding", register.DECIDING)
async def test_a_role_that_decides_or_receives_waits_where_the_same_administrator_entered_its_holder(
    world: World, deciding: str
) -> None:
    await acts(world, officer("moi", DEPARTMENT), role("moi", deciding, DEPARTMENT))
    proposal = await world.one("select id from role_proposal")
    made_up = UUID(str(await world.one("select id from principal where code = 'moi'")))
    for by, refused in ((ADMINISTRATOR, refusals.SecondPersonNeeded), (made_up, refusals.OwnRight)):
        with pytest.raises(refused):
            await acts(world, commands.ConfirmRole(proposal=proposal), by=by)
    for by in (person("clerk"), person("head", OTHER)):
        with pytest.raises(errors.Forbidden):
            await acts(world, commands.ConfirmRole(proposal=proposal), by=by)
    assert (await permissions.held(world.db, made_up, AT)).held == ()
    head = person("head")
    told = await world.db.rows("select recipient_id from outbox where topic = 'register.role_proposed'")
    assert head in {row.recipient_id for row in told}
    await acts(world, commands.ConfirmRole(proposal=proposal), by=head)
    assert [each.role for each in (await permissions.held(world.db, made_up, AT)).held] == [deciding]
    row = await world.db.row("select decided_by, decision from role_proposal")
    assert tuple(row) == (head, "confirmed")


async def test_a_head_rejects_a_role_in_the_unit_and_confirms_no_office_there(world: World) -> None:
    await acts(
        world, officer("moi", DEPARTMENT), role("moi", "head", DEPARTMENT), role("moi", "auditor", DEPARTMENT)
    )
    of = {row.role: row.id for row in await world.db.rows("select role, id from role_proposal")}
    head = person("head")
    with pytest.raises(errors.Forbidden):
        await acts(world, commands.ConfirmRole(proposal=of["auditor"]), by=head)
    await acts(world, commands.RejectRole(proposal=of["head"]), by=head)
    decided = await world.db.rows("select role, decision from role_proposal order by role")
    assert [tuple(row) for row in decided] == [("auditor", None), ("head", "rejected")]


async def test_such_a_role_is_given_at_once_to_whom_another_entered_and_by_an_operator_who_is_named(
    world: World,
) -> None:
    await administered_commune(world)
    second = UUID(str(await world.one("select id from principal where code = 'qt0'")))
    operator = await principals.ensure_operator(world.db, "người vận hành", at=AT)
    await acts(world, officer("khac", DEPARTMENT))
    await acts(world, role("khac", "head", DEPARTMENT), by=second)
    entered = (officer("may", DEPARTMENT), role("may", "agency_head", DEPARTMENT))
    await acts(world, *entered, operator=operator)
    await acts(world, role("may", "reception", DESK))
    given = await world.db.rows(
        "select payload ->> 'role' as role, payload ->> 'second_person' as second from administration_event"
        " where kind = 'role_given' order by at, number"
    )
    assert {(row.role, row.second) for row in given} == {
        ("head", None),
        ("agency_head", str(operator)),
        ("reception", None),
    }


async def test_an_operator_alone_is_the_second_person_for_a_role(world: World) -> None:
    await administered_commune(world)
    await acts(world, officer("moi"), role("moi", "reception"))
    proposal = await world.one("select id from role_proposal where decision is null")
    await operates(world, commands.ConfirmRole(proposal=proposal))
    assert await world.one(
        "select role from role_assignment where unit_code = $1 and role = 'reception'", COMMUNE
    )


async def test_an_operator_confirms_only_where_there_is_no_second_administrator(world: World) -> None:
    await administered_commune(world)
    await acts(world, officer("kt1"), role("kt1", "auditor"))
    proposal = await world.one("select id from role_proposal where decision is null")
    with pytest.raises(refusals.SecondPersonNeeded):
        await operates(world, commands.ConfirmRole(proposal=proposal))


async def test_what_an_operator_proposed_on_the_word_of_the_only_administrator_waits_for_that_person(
    world: World,
) -> None:
    operator = await principals.ensure_operator(world.db, "người vận hành", at=AT)
    await acts(world, unit(), officer("qt1"), role("qt1", "administrator"), operator=operator)
    confirmed = commands.ConfirmRole(proposal=await world.one("select id from role_proposal"))
    remedy = (
        "Nobody else administers the unit: the administrator on whose word the operator proposed it confirms it,"
        " signed in as themselves."
    )
    for by in (None, ADMINISTRATOR):
        with pytest.raises(refusals.SecondPersonNeeded) as refused:
            await register.perform(world.db, [confirmed], register.Asker(by, operator), AT)
        assert refused.value.remedy == remedy
    await acts(world, confirmed)
    row = await world.db.row("select proposed_by, proposed_for, decided_by, decision from role_proposal")
    assert tuple(row) == (operator, ADMINISTRATOR, ADMINISTRATOR, "confirmed")


async def test_what_an_operator_proposed_waits_for_another_administrator_where_there_is_one(
    world: World,
) -> None:
    await administered_commune(world)
    second = UUID(str(await world.one("select id from principal where code = 'qt0'")))
    operator = await principals.ensure_operator(world.db, "người vận hành", at=AT)
    await acts(world, officer("kt1"), role("kt1", "auditor"), operator=operator)
    confirmed = commands.ConfirmRole(
        proposal=await world.one("select id from role_proposal where decision is null")
    )
    with pytest.raises(refusals.SecondPersonNeeded) as refused:
        await acts(world, confirmed)
    assert refused.value.remedy == refusals.SecondPersonNeeded.remedy
    await acts(world, confirmed, by=second)
    assert await world.one("select count(*) from role_proposal where decision is null") == 0


async def test_the_only_administrator_who_proposed_an_office_is_sent_to_the_operator(world: World) -> None:
    await acts(world, unit(), officer("kt1"), role("kt1", "auditor"))
    confirmed = commands.ConfirmRole(proposal=await world.one("select id from role_proposal"))
    with pytest.raises(refusals.SecondPersonNeeded) as refused:
        await acts(world, confirmed)
    assert refused.value.remedy == (
        "Nobody else administers the unit: the operator confirms it with `hoso roles confirm`."
    )
    await operates(world, confirmed)


async def test_an_operator_confirms_all_offices_of_a_new_unit_in_one_batch(world: World) -> None:
    await acts(
        world,
        *(unit(), officer("qt1"), officer("kt1"), officer("pd1")),
        *(role("qt1", "administrator"), role("kt1", "auditor"), role("pd1", "procedure_approver")),
    )
    waiting = await world.db.rows("select id from role_proposal order by role")
    await operates(world, *(commands.ConfirmRole(proposal=row.id) for row in waiting))
    given = await world.db.rows(
        "select role from role_assignment where unit_code = $1 order by role", [COMMUNE]
    )
    assert [row.role for row in given] == ["administrator", "auditor", "procedure_approver"]


async def test_an_operator_alone_changes_nothing_where_somebody_administers(world: World) -> None:
    with pytest.raises(errors.Forbidden):
        await operates(world, unit())


async def test_an_operator_acts_on_the_word_of_an_administrator_and_both_are_named(world: World) -> None:
    operator = await principals.ensure_operator(world.db, "người vận hành", at=AT)
    await acts(world, unit(), operator=operator)
    row = await world.db.row("select actor_id, on_behalf_of from administration_event")
    assert tuple(row) == (operator, ADMINISTRATOR)
    with pytest.raises(errors.Forbidden):
        await acts(world, unit("H27.XA02"), by=person("head"), operator=operator)


async def test_an_agency_administers_itself_and_nothing_else(world: World) -> None:
    agency = await administered_commune(world)
    await acts(world, unit("H27.XA01.VP", COMMUNE), officer("mc1"), role("mc1", "reception"), by=agency)
    for refused in (
        unit("H27.XA02"),
        officer("mc2", DESK),
        role("mc1", "reception", DESK),
        commands.CloseUnit(code=COMMUNE, last_day=TODAY, basis="1/QĐ"),
        commands.ChangeUnit(code=DESK, changes={"name": "Trung tâm"}),
        commands.ChangeUnit(code=COMMUNE, changes={"parent": DEPARTMENT}),
        commands.GiveCompetence(
            unit=COMMUNE, part=CompetencePart.HANDLING, procedure="1.014464", valid_from=TODAY, basis="1/QĐ"
        ),
        commands.EnterArea(code="42", name="Tỉnh", kind="province", valid_from=TODAY),
    ):
        with pytest.raises(errors.Forbidden):
            await acts(world, refused, by=agency)


async def test_the_last_administrator_stays_unless_one_above_takes_the_office(world: World) -> None:
    agency = await administered_commune(world)
    own = await world.one("select id from role_assignment where principal_id = $1", agency)
    for leaving in (
        commands.EndRole(assignment=own, last_day=TODAY),
        commands.ClosePerson(person="qt1", reason="Chuyển công tác"),
    ):
        with pytest.raises(refusals.LastAdministrator):
            await acts(world, leaving, by=agency)
    await acts(world, commands.EndRole(assignment=own, last_day=TODAY))
    assert await world.one("select valid_to from role_assignment where id = $1", own) == TODAY


async def test_the_last_administrator_of_the_top_stays(world: World) -> None:
    own = await world.one("select id from role_assignment where role = 'administrator'")
    with pytest.raises(refusals.LastAdministrator):
        await acts(world, commands.EndRole(assignment=own, last_day=TODAY))


async def test_a_role_taken_back_before_it_begins_never_holds(world: World) -> None:
    await acts(world, unit(), officer("mc1"), role("mc1", "clerk", valid_from=date(2026, 4, 1)))
    given = await world.one("select id from role_assignment where unit_code = $1", COMMUNE)
    await acts(world, commands.EndRole(assignment=given, last_day=date(2026, 3, 31)))
    await acts(world, role("mc1", "clerk", valid_from=date(2026, 4, 1)))
    assert await kinds(world, COMMUNE) == [
        "unit_entered",
        "person_entered",
        "role_given",
        "role_ended",
        "role_given",
    ]


async def test_acts_are_undone_by_their_opposites(world: World) -> None:
    await acts(world, unit(), officer("mc1"))
    await acts(world, commands.CloseUnit(code=COMMUNE, last_day=TODAY, basis="1/QĐ"))
    await acts(
        world, commands.ReopenUnit(code=COMMUNE), commands.ClosePerson(person="mc1", reason="Nghỉ việc")
    )
    await acts(world, commands.ReopenPerson(person="mc1"))
    row = await world.db.row(
        "select u.valid_to, p.closed_at from unit u, principal p where u.code = $1 and p.code = 'mc1'",
        [COMMUNE],
    )
    assert tuple(row) == (None, None)
    assert await kinds(world, COMMUNE) == [
        "unit_entered", "person_entered", "unit_closed", "unit_reopened", "person_closed", "person_reopened",
    ]  # fmt: skip


async def test_a_successor_takes_over_people_roles_and_competences(world: World) -> None:
    await acts(
        world,
        commands.EnterArea(code="18073", name="Xã 1", kind="commune", valid_from=TODAY),
        unit(area="18073"),
        unit("H27.XA02", name="UBND xã 2"),
        officer("mc1"),
        role("mc1", "clerk"),
        commands.GiveCompetence(
            unit=COMMUNE, part=CompetencePart.HANDLING, procedure="1.999999", valid_from=TODAY, basis="1/QĐ"
        ),
    )
    await acts(
        world,
        commands.CloseUnit(code=COMMUNE, last_day=date(2026, 6, 30), successor="H27.XA02", basis="2/QĐ"),
    )
    roles = await world.db.rows(
        "select r.unit_code, r.valid_from, r.valid_to from role_assignment r join principal p on p.id = r.principal_id"
        " where p.code = 'mc1' order by 2"
    )
    assert [tuple(row) for row in roles] == [
        (COMMUNE, TODAY, date(2026, 6, 30)),
        ("H27.XA02", date(2026, 7, 1), None),
    ]
    competences = await world.db.rows(
        "select unit_code, area_code, valid_from, valid_to from competence where procedure_code = '1.999999' order by 3"
    )
    assert [tuple(row) for row in competences] == [
        (COMMUNE, None, TODAY, date(2026, 6, 30)),
        ("H27.XA02", "18073", date(2026, 7, 1), None),
    ]
    assert await world.one("select home_unit_code from principal where code = 'mc1'") == "H27.XA02"


async def test_two_units_are_not_competent_for_one_place(world: World) -> None:
    await acts(
        world,
        commands.EnterArea(code="18073", name="Xã 1", kind="commune", valid_from=TODAY),
        unit(area="18073"),
        unit("H27.XA02", name="UBND xã 2"),
    )
    first = commands.GiveCompetence(
        unit=COMMUNE, part=CompetencePart.HANDLING, procedure="1.999999", valid_from=TODAY, basis="1/QĐ"
    )
    second = commands.GiveCompetence(
        unit="H27.XA02",
        part=CompetencePart.HANDLING,
        procedure="1.999999",
        area="18073",
        valid_from=TODAY,
        basis="1/QĐ",
    )
    await acts(world, first)
    with pytest.raises(refusals.TwoCompetentUnits) as refused:
        await acts(world, second)
    assert (refused.value.area, refused.value.other) == ("18073", COMMUNE)
    with pytest.raises(refusals.Overlapping):
        await acts(world, first)


async def test_a_head_says_who_acts_for_an_officer_of_their_unit(world: World) -> None:
    absent, acting = str(person("specialist")), str(person("specialist", number=2))
    said = commands.EnterSubstitution(
        absent=absent, acting=acting, valid_from=TODAY, valid_to=TODAY, reason="Nghỉ phép", unit=DEPARTMENT
    )
    await acts(world, said, by=person("division_head"))
    with pytest.raises(refusals.Overlapping):
        await acts(world, said, by=person("division_head"))
    with pytest.raises(errors.Forbidden):
        await acts(world, said, by=person("head", OTHER))
    with pytest.raises(refusals.OwnRight):
        await acts(world, commands.EnterSubstitution(
            absent=absent, acting=str(person("division_head")), valid_from=TODAY, valid_to=TODAY, reason="Nghỉ", unit=DEPARTMENT
        ), by=person("division_head"))  # fmt: skip


async def test_a_head_passes_on_no_right_of_another_unit(world: World) -> None:
    """Without a unit the substitute would have the absent officer's roles everywhere."""
    absent = person("specialist")
    await world.changed("update principal set home_unit_code = $2 where id = $1", absent, DEPARTMENT)
    await acts(world, role(str(absent), "clerk", OTHER))
    said = commands.EnterSubstitution(
        absent=str(absent), acting=str(person("clerk")), valid_from=TODAY, valid_to=TODAY, reason="Nghỉ phép"
    )
    with pytest.raises(errors.Forbidden):
        await acts(world, said, by=person("division_head"))


async def test_an_office_is_not_passed_on(world: World) -> None:
    said = commands.EnterSubstitution(
        absent=str(person("procedure_approver", PROVINCE)), acting=str(person("head")), role="procedure_approver",
        valid_from=TODAY, valid_to=TODAY, reason="Nghỉ phép",
    )  # fmt: skip
    with pytest.raises(refusals.OfficeNotSubstituted):
        await acts(world, said, by=person("procedure_approver", PROVINCE))


def absence(absent: UUID, acting: UUID, **said: Any) -> commands.EnterSubstitution:
    days = {"valid_from": TODAY, "valid_to": TODAY, "reason": "Nghỉ phép"}
    return commands.EnterSubstitution(absent=str(absent), acting=str(acting), **days, **said)


async def test_an_officer_has_a_colleague_of_their_unit_act_for_them_and_nobody_else(world: World) -> None:
    clerk, colleague = person("clerk"), person("specialist")
    for stranger, refusal in (
        (person("clerk", OTHER), refusals.NoColleague),
        (person("reception", DESK), refusals.NoColleague),
        (CITIZEN, errors.NotFound),
    ):
        with pytest.raises(refusal):
            await acts(world, absence(clerk, stranger), by=clerk)
    assert [act.kind for act in await acts(world, absence(clerk, colleague), by=clerk)] == [
        "substitution_entered"
    ]


async def test_who_works_in_two_units_names_the_one_in_which_a_colleague_acts(world: World) -> None:
    absent, colleague = person("specialist"), person("specialist", number=2)
    await acts(world, role(str(absent), "clerk", OTHER))
    with pytest.raises(refusals.NoColleague) as refused:
        await acts(world, absence(absent, colleague), by=absent)
    await acts(world, absence(absent, colleague, unit=DEPARTMENT), by=absent)
    assert refused.value.unit == OTHER


async def passed_on(world: World, person: UUID) -> set[tuple[str, str]]:
    """The units and roles that a person holds for absent officers."""
    rights = await permissions.held(world.db, person, AT)
    return {(each.unit, each.role) for each in rights.held if each.on_behalf_of is not None}


async def test_what_the_absent_officer_is_given_elsewhere_later_is_not_passed_on(world: World) -> None:
    absent, colleague = person("clerk"), person("specialist")
    await acts(world, absence(absent, colleague), by=absent)
    await acts(world, role(str(absent), "agency_head", OTHER))
    assert await passed_on(world, colleague) == {(DEPARTMENT, "clerk")}
    told = await permissions.of_person(world.db, colleague, AT)
    assert [(each["unit"], each["role"]) for each in told["roles"] if each["on_behalf_of"]] == [
        (DEPARTMENT, "clerk")
    ]
    await acts(world, role(str(colleague), "clerk", OTHER))
    assert await passed_on(world, colleague) == {(DEPARTMENT, "clerk"), (OTHER, "agency_head")}


async def test_a_substitute_who_has_left_the_authority_holds_nothing_for_the_absent_officer(
    world: World,
) -> None:
    absent, colleague = person("clerk"), person("specialist")
    await acts(world, absence(absent, colleague, unit=DEPARTMENT), by=absent)
    assert await passed_on(world, colleague) == {(DEPARTMENT, "clerk")}
    await world.changed("update role_assignment set unit_code = $2 where principal_id = $1", colleague, OTHER)
    assert await passed_on(world, colleague) == set()
    await world.changed("update principal set home_unit_code = $2 where id = $1", colleague, DEPARTMENT)
    assert await passed_on(world, colleague) == {(DEPARTMENT, "clerk")}


async def test_who_leaves_the_unit_meanwhile_does_not_act_in_it(world: World) -> None:
    clerk, leaving = person("clerk"), person("specialist")
    await world.changed("update role_assignment set valid_to = $2 where principal_id = $1", leaving, TODAY)
    with pytest.raises(refusals.NoColleague):
        await acts(world, replace(absence(clerk, leaving), valid_to=TODAY + timedelta(days=1)), by=clerk)
    await acts(world, absence(clerk, leaving), by=clerk)


async def test_an_administrator_chooses_within_the_authority(world: World) -> None:
    """Each department answers for itself, the division below one does not."""
    await acts(
        world,
        unit("H27.SVHTTDL.P1", DEPARTMENT, authority=False, kind="division", level="province"),
        officer("p1", "H27.SVHTTDL.P1"),
    )
    (below,) = await world.db.rows("select id from principal where code = 'p1'")
    with pytest.raises(refusals.NoColleague):
        await acts(world, absence(person("clerk"), person("clerk", OTHER), unit=DEPARTMENT))
    await world.changed("update principal set home_unit_code = $2 where id = $1", person("clerk"), DEPARTMENT)
    with pytest.raises(refusals.NoColleague):
        await acts(world, absence(person("clerk"), UUID(int=below.id.int)))
    await acts(world, absence(person("clerk"), UUID(int=below.id.int), unit=DEPARTMENT))
    assert await passed_on(world, UUID(int=below.id.int)) == {(DEPARTMENT, "clerk")}


async def test_the_account_of_an_applicant_gets_no_role(world: World) -> None:
    with pytest.raises(errors.NotFound):
        await acts(world, role(str(CITIZEN), "specialist", DEPARTMENT))
    rows = await world.db.rows("select 1 from role_assignment where principal_id = $1", [CITIZEN])
    assert rows == []


ROLE_ROW = (
    "insert into role_assignment (principal_id, unit_code, role, valid_from) values ($1, $2, 'clerk', $3)"
)
SUBSTITUTION_ROW = """
insert into substitution (principal_id, substitute_id, valid_from, valid_to, reason) values ($1, $2, $3, $3, 'Nghỉ phép')
"""


async def test_what_an_account_may_not_hold_is_refused_by_the_database(world: World) -> None:
    clerk = person("clerk")
    await acts(world, absence(clerk, person("specialist")), by=clerk)
    for sql, parameters in (
        (ROLE_ROW, [CITIZEN, DESK, TODAY]),
        (SUBSTITUTION_ROW, [clerk, CITIZEN, TODAY]),
        (SUBSTITUTION_ROW, [CITIZEN, clerk, TODAY]),
        ("update substitution set substitute_id = $1", [CITIZEN]),
        ("update principal set kind = 'citizen' where id = $1", [clerk]),
        ("update principal set kind = 'partner' where id = $1", [clerk]),
    ):
        with pytest.raises(storage_errors.ConstraintViolated):
            await world.db.one_statement(sql, parameters)


@pytest.mark.parametrize("kind", PrincipalKind)
async def test_the_database_lets_the_kinds_hold_roles_that_the_code_names(
    world: World, kind: PrincipalKind
) -> None:
    async with world.db.transaction() as tx:
        holder = principals.principal(tx, kind, "Ai đó", at=AT).id
    held = True
    try:
        await world.db.one_statement(ROLE_ROW, [holder, DESK, TODAY])
    except storage_errors.ConstraintViolated:
        held = False
    assert held == (kind in ROLE_HOLDERS)


async def test_a_row_of_an_account_that_may_not_hold_it_gives_no_right(world: World) -> None:
    """As an installation of before may have it, or who writes past the register."""
    await world.changed("alter table role_assignment disable trigger user")
    await world.changed("alter table substitution disable trigger user")
    await world.changed(ROLE_ROW, CITIZEN, DESK, TODAY)
    await world.changed(SUBSTITUTION_ROW, person("clerk"), CITIZEN, TODAY)
    assert (await permissions.held(world.db, CITIZEN, AT)).held == ()


async def other_hours(world: World) -> list[str | None]:
    found = await gaps.gaps(world.db, None, AT)
    return [each.unit for each in found if each.kind == "unit-with-other-hours"]


async def test_a_unit_that_counts_by_other_hours_than_the_one_above_is_a_gap(world: World) -> None:
    """One that extends the calendar of the unit above counts by hours of its own, as does an authority."""
    assert await other_hours(world) == []
    for code, parent, said in (
        ("H27.SVHTTDL.1", DEPARTMENT, {"calendar": "vn", "authority": False}),
        ("H27.SVHTTDL.2", DEPARTMENT, {"calendar": "ha-tinh", "authority": False}),
        ("H27.XA01", PROVINCE, {"calendar": "vn", "authority": True}),
        ("H27.XA01.1", "H27.XA01", {"calendar": "ha-tinh", "authority": False}),
    ):
        await acts(world, unit(code, parent, **said))
    assert await other_hours(world) == ["H27.SVHTTDL.1"]


async def without_effect(world: World) -> list[tuple[str, str]]:
    found = await gaps.gaps(world.db, None, AT)
    return [(each.kind, each.subject) for each in found if each.kind.endswith("-without-effect")]


async def test_a_unit_without_a_calendar_keeps_its_parents_and_one_at_the_top_names_its_own(
    world: World,
) -> None:
    await acts(world, unit(calendar=None))
    kept = await world.one("select calendar from unit where code = $1", COMMUNE)
    assert kept == await world.one("select calendar from unit where code = $1", PROVINCE)
    await world.changed("update role_assignment set valid_to = '2026-02-01' where role = 'administrator'")
    with pytest.raises(errors.FormRefused) as refused:
        await operates(world, unit("H99", None, calendar=None))
    assert [each.field for each in refused.value.faults] == ["calendar"]


async def test_rows_that_give_nothing_are_listed_by_their_keys_until_they_are_ended(world: World) -> None:
    """As an installation of before may have them, or who writes past the register."""
    clerk = person("clerk")
    await acts(world, absence(clerk, person("specialist")), by=clerk)
    assert await without_effect(world) == []
    for table in ("role_assignment", "substitution"):
        await world.changed(f"alter table {table} disable trigger user")
    await world.changed(ROLE_ROW, CITIZEN, DESK, TODAY)
    for acting in (CITIZEN, person("clerk", OTHER)):
        await world.changed(SUBSTITUTION_ROW, clerk, acting, TODAY)
    for table in ("role_assignment", "substitution"):
        await world.changed(f"alter table {table} enable trigger user")
    roles = await world.db.rows("select id from role_assignment where principal_id = $1", [CITIZEN])
    others = await world.db.rows(
        "select id from substitution where substitute_id <> $1 order by id", [person("specialist")]
    )
    listed = await without_effect(world)
    assert listed == [
        *(("role-without-effect", str(row.id)) for row in roles),
        *(("substitution-without-effect", str(row.id)) for row in others),
    ]
    yesterday = TODAY - timedelta(days=1)
    (wrong,) = [UUID(int=row.id.int) for row in roles]
    await acts(world, commands.EndRole(assignment=wrong, last_day=yesterday))
    for row in others:
        ended = commands.EndSubstitution(substitution=UUID(int=row.id.int), last_day=yesterday)
        await acts(world, ended, by=clerk)
    assert await without_effect(world) == []


async def test_heads_are_told_of_new_roles_and_with_the_substitute_of_who_acts_for_whom(world: World) -> None:
    await acts(world, role(str(person("clerk")), "specialist", DEPARTMENT))
    await acts(
        world, absence(person("clerk"), person("specialist"), unit=DEPARTMENT), by=person("division_head")
    )
    told = await world.db.rows(
        "select topic, recipient_id, payload ->> 'person' as person, payload ->> 'subject' as absent from outbox order by id"
    )
    heads = {person("head"), person("agency_head"), person("division_head")}
    clerk, specialist = (f"{each} 1 · Sở Văn hóa, Thể thao và Du lịch" for each in ("clerk", "specialist"))
    assert {tuple(row) for row in told} == {
        *(("register.role_given", head, clerk, None) for head in heads),
        *(
            ("register.substitution_entered", reader, specialist, clerk)
            for reader in (heads | {person("specialist")}) - {person("division_head")}
        ),
    }


async def test_an_empty_register_is_begun_by_an_operator_alone(world: World) -> None:
    await world.changed("update role_assignment set valid_to = '2026-02-01' where role = 'administrator'")
    await operates(
        world,
        unit("H30", None, name="UBND tỉnh", kind="people_committee"),
        officer("qt", "H30"),
        officer("pd", "H30"),
        role("qt", "administrator", "H30"),
        role("pd", "procedure_approver", "H30"),
    )
    first = UUID(str(await world.one("select id from principal where code = 'qt'")))
    with pytest.raises(errors.Forbidden):
        await operates(world, unit("H30.P1", "H30"))
    proposal = await world.one("select id from role_proposal")
    with pytest.raises(refusals.SecondPersonNeeded):
        await operates(world, commands.ConfirmRole(proposal=proposal))
    await acts(world, commands.ConfirmRole(proposal=proposal), by=first)
    assert await kinds(world, "H30") == [
        "unit_entered", "person_entered", "person_entered", "role_given", "role_proposed", "role_confirmed",
    ]  # fmt: skip
