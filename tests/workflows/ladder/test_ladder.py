"""The ladder as data: which rung holds, whom it tells, when; acts on rungs."""

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hoso_models import DeliveryMode, RungMoment, RungRecipient, RungSubject
from hoso_workflows import audit, errors
from hoso_workflows.ladder import acts, rungs
from hoso_workflows.ladder.acts import Wanted
from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import escalation, escalation_preview, reassignments
from hoso_workflows.notifications import email, outbox
from hoso_workflows.organisation import administration, units
from hoso_workflows.organisation.register.refusals import Overlapping
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local
from support.procedures import unlimited
from support.world import DEPARTMENT, DESK, OTHER, PROVINCE, person

HEAD, DESK_HEAD, LEADER = person("head"), person("head", DESK), person("agency_head")
CLERK, SPECIALIST = person("reception", DESK), person("specialist")
TOP, AGENCY = person("administrator", PROVINCE), person("clerk")
AT = worlds.instant("2026-03-01 08:00")
#: Five working days late, to the head of the agency.
FIVE = Wanted(
    level="late_by_five",
    subject=RungSubject.DOSSIER,
    recipient=RungRecipient.AGENCY_HEAD,
    days=5,
    valid_from=date(2026, 3, 1),
    basis="QĐ 1",
)


async def enters(world: worlds.World, wanted: Wanted = FIVE, *, actor: UUID = TOP, **said: Any) -> UUID:
    return await acts.enter(world.db, replace(wanted, **said), actor=actor, at=AT)


async def sweep(world: worlds.World, at: str) -> None:
    calendars = await world.service.reference_data.unit_calendars()
    await escalation.sweep(world.db, calendars, at=worlds.instant(at))


async def told(world: worlds.World, *levels: str) -> list[tuple[str, UUID]]:
    rows = await world.db.rows(
        "select split_part(topic, '.', 2) as level, recipient_id from outbox"
        " where topic like 'escalation.%' and (cardinality($1::text[]) = 0 or split_part(topic, '.', 2) = any($1)) order by id",
        [list(levels)],
    )
    return [tuple(row) for row in rows]


async def plays(world: worlds.World, who: UUID, unit: str, role: str) -> None:
    async with world.db.transaction() as tx:
        units.assign(tx, who, unit, role, worlds.SINCE)


async def accepted(world: worlds.World) -> worlds.Outcome:
    return await world.accepts(await world.files())


async def test_an_installation_begins_with_the_rungs_of_before_and_those_of_owed_reports(
    world: worlds.World,
) -> None:
    held = await rungs.in_force(world.db, date(2026, 3, 1))
    assert [
        (each.level, each.subject, each.moment, each.days, each.minutes, each.recipient, each.held)
        for each in held
    ] == [
        ("reception_waits", "reception", "begun", 0, 120, "holder", None),
        ("reception_overdue", "reception", "due", 0, 0, "head", None),
        ("step_due", "step", "due", 0, 0, "holder", True),
        ("step_unclaimed", "step", "due", 0, 0, "head", False),
        ("due_soon", "dossier", "due", -1, 0, "head", None),
        ("overdue", "dossier", "due", 0, 0, "head", None),
        ("overdue_received", "dossier", "due", 0, 0, "receiving_head", None),
        ("return_overdue", "return", "due", 0, 0, "head", None),
        ("report_due", "report", "due", -8, 0, "head", None),
        ("report_awaited", "report", "due", 0, 0, "awaiting_head", None),
        ("report_late", "report", "due", 0, 0, "head", None),
        ("report_late_agency", "report", "due", 3, 0, "agency_head", None),
        ("report_late_coordinator", "report", "due", 5, 0, "coordinator", None),
    ]
    assert [each.level for each in held if each.apology] == ["due_soon"]


async def test_a_dossier_late_by_so_many_working_days_is_told_to_the_head_of_the_agency(
    world: worlds.World,
) -> None:
    await accepted(world)  # due on Thursday 5 March
    await enters(world)

    await sweep(world, "2026-03-11 23:59")
    before = await told(world, "late_by_five")
    await sweep(world, "2026-03-12 00:00")

    assert (before, await told(world, "late_by_five")) == ([], [("late_by_five", LEADER)])


async def test_a_clock_that_is_slow_tells_of_nothing_before_it_has_begun(world: worlds.World) -> None:
    await accepted(world)  # filed at 8:00 and accepted at 9:00
    for level, subject in (("early", RungSubject.DOSSIER), ("early_step", RungSubject.STEP)):
        await enters(world, level=level, subject=subject, recipient=RungRecipient.HEAD, days=-5)

    await sweep(world, "2026-03-02 07:30")
    before = await told(world, "early", "early_step")
    await sweep(world, "2026-03-02 09:00")

    assert before == []
    assert await told(world, "early", "early_step") == [("early", HEAD), ("early_step", DESK_HEAD)]
    assert [each async for each in audit.differences(world.service)] == []


async def test_what_is_told_to_the_coordinating_function_goes_to_the_nearest_above(
    world: worlds.World,
) -> None:
    await plays(world, SPECIALIST, PROVINCE, "coordinator")
    await accepted(world)
    await enters(world, level="to_the_top", recipient=RungRecipient.COORDINATOR, days=0)

    await sweep(world, "2026-03-05 17:01")

    assert await told(world, "to_the_top") == [("to_the_top", SPECIALIST)]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ({"procedure": "1.014464"}, True),
        ({"procedure": "9.999999"}, False),
        ({"unit": DEPARTMENT}, True),
        ({"unit": PROVINCE}, True),
        ({"unit": DESK}, False),
        ({"unit_kind": "department"}, True),
        ({"unit_kind": "one_stop"}, False),
    ],
)
async def test_a_rung_reaches_as_far_as_its_limits(
    world: worlds.World, said: dict[str, str], heard: bool
) -> None:
    await accepted(world)
    await enters(world, level="mine", recipient=RungRecipient.HEAD, days=0, **said)

    await sweep(world, "2026-03-06 08:00")

    assert bool(await told(world, "mine")) is heard


async def test_of_several_rungs_of_a_level_the_narrowest_holds(world: worlds.World) -> None:
    await accepted(world)
    # For the procedure a dossier is only overdue after two working days; for the department nobody is told at all.
    await enters(world, level="overdue", recipient=RungRecipient.HEAD, days=2, procedure="1.014464")
    await enters(world, level="overdue", recipient=RungRecipient.HEAD, days=0, unit=DEPARTMENT, silent=True)

    await sweep(world, "2026-03-06 08:00")
    before = await told(world, "overdue")
    await sweep(world, "2026-03-09 08:00")

    assert (before, await told(world, "overdue")) == ([], [("overdue", HEAD)])


async def test_what_a_narrower_rung_puts_off_keeps_no_earlier_one_from_being_sent(
    world: worlds.World,
) -> None:
    await accepted(world)
    await enters(world, level="overdue", recipient=RungRecipient.HEAD, days=2, procedure="1.014464")

    # No sweep ran before: the date has passed, and nobody is told that it has, for two working days.
    await sweep(world, "2026-03-06 08:00")

    assert await told(world, "due_soon", "overdue") == [("due_soon", HEAD)]


async def test_a_silent_rung_takes_the_wider_one_away(world: worlds.World) -> None:
    await accepted(world)
    await enters(world, level="due_soon", recipient=RungRecipient.HEAD, days=-1, unit=DEPARTMENT, silent=True)

    await sweep(world, "2026-03-04 08:00")

    assert await told(world, "due_soon") == []


async def test_a_rung_for_a_role_is_for_its_steps_only(world: worlds.World) -> None:
    await accepted(world)
    step = {"subject": RungSubject.STEP, "recipient": RungRecipient.HEAD, "days": 0}
    await enters(world, level="clerks", role="clerk", **step)
    await enters(world, level="desk", role="reception", **step)

    await sweep(world, "2026-03-02 11:01")

    assert await told(world, "clerks", "desk") == [("desk", DESK_HEAD)]


async def test_an_opinion_that_does_not_come_is_told_also_while_it_is_awaited(world: worlds.World) -> None:
    dossier = await world.at_the_specialists()
    await world.does(dossier, commands.Consult(OTHER, "Ý kiến?", date(2026, 3, 6)), SPECIALIST)
    await enters(
        world, level="no_opinion", subject=RungSubject.CONSULTATION, recipient=RungRecipient.HEAD, days=0
    )

    await sweep(world, "2026-03-09 08:00")

    assert await told(world, "no_opinion") == [("no_opinion", person("head", OTHER))]


async def test_a_supplement_that_is_not_sent_is_told_before_its_term_ends_while_all_else_is_mute(
    world: worlds.World,
) -> None:
    dossier = await world.files()
    await world.does(
        dossier,
        commands.AskSupplement("Thiếu", ("Bản sao",)),
        CLERK,
        "2026-03-02 09:00",
    )
    await enters(
        world, level="supplement_soon", subject=RungSubject.SUPPLEMENT, recipient=RungRecipient.HEAD, days=-1
    )

    due = await world.one("select answer_due from dossier where reference = $1", dossier.reference)
    await sweep(world, f"{due.astimezone(local('2026-03-01 00:00').tzinfo):%Y-%m-%d} 08:00")

    assert await told(world) == [("supplement_soon", DESK_HEAD)]


async def test_a_result_that_is_not_ready_at_its_hour_is_told_to_the_head_of_the_desk_once(
    world: worlds.World, tmp_path: Path
) -> None:
    await unlimited.publish(world, unlimited.SIGNS)
    signed = await unlimited.signed(world)

    await sweep(world, "2026-03-23 17:00")
    before = await told(world, "return_overdue")
    calendars = await world.service.reference_data.unit_calendars()
    shown = await escalation_preview.preview(world.db, calendars, None, at=worlds.instant("2026-03-23 17:01"))
    await sweep(world, "2026-03-23 17:01")
    await sweep(world, "2026-03-24 09:00")

    assert (before, await told(world, "return_overdue")) == ([], [("return_overdue", DESK_HEAD)])
    assert [(each.level, each.watched, each.unit, each.recipient) for each in shown.items] == [
        ("return_overdue", RungSubject.RETURN, DESK, DESK_HEAD)
    ]
    assert [each async for each in audit.differences(world.service)] == []

    await world.completes(signed, "2026-03-24 09:30")

    folder = email.Folder(tmp_path, "hoso@example.org")
    assert (await outbox.deliver(world.db, [folder], at=worlds.instant("2026-03-24 09:31"))).overtaken == 1


async def test_of_a_result_that_is_still_not_ready_the_message_goes_out(
    world: worlds.World, tmp_path: Path
) -> None:
    await unlimited.publish(world, unlimited.SIGNS)
    await unlimited.signed(world)
    await sweep(world, "2026-03-23 17:01")

    folder = email.Folder(tmp_path, "hoso@example.org")
    await outbox.deliver(world.db, [folder], at=worlds.instant("2026-03-24 09:31"))

    rows = await world.db.rows("select aside from outbox where topic = 'escalation.return_overdue'")
    assert [row.aside for row in rows] == ["portal"]


async def test_of_a_result_that_waits_for_its_owner_nobody_is_told(world: worlds.World) -> None:
    await unlimited.publish(world, unlimited.SIGNS)
    there = await world.completes(await unlimited.signed(world), "2026-03-16 11:00")
    await sweep(world, "2026-04-20 09:00")
    assert await told(world, "return_overdue") == []

    await world.does(there, commands.HandOver(), CLERK, "2026-04-20 10:00")
    await sweep(world, "2026-04-20 10:01")
    assert await told(world, "return_overdue") == []


async def test_a_result_that_nobody_has_posted_is_told_to_whoever_has_its_return(world: worlds.World) -> None:
    await unlimited.publish(world, unlimited.SIGNS)
    there = await unlimited.signed(world, delivery_mode=DeliveryMode.POST)
    await world.completes(there, "2026-03-16 11:00")
    (task,) = await world.open_tasks(there)
    await world.does(there, commands.Claim(UUID(task["id"])), CLERK, "2026-03-16 11:00")
    await enters(
        world, level="to_the_desk", subject=RungSubject.RETURN, recipient=RungRecipient.HOLDER, days=0
    )

    await sweep(world, "2026-03-23 17:01")

    assert await told(world, "to_the_desk") == [("to_the_desk", CLERK)]


async def test_every_holder_of_every_open_step_of_a_late_dossier_is_told_once(world: worlds.World) -> None:
    referred = await dossier_rows.refers(world.db)
    due = local("2026-03-05 17:00")
    dates = {"due_first": due, "due_legal": due, "due_promised": due}
    dossier = await dossier_rows.dossier(world.db, referred, worlds.FOUNDED, **dates)
    held = {
        "a": (DEPARTMENT, "specialist", SPECIALIST),
        "b": (DEPARTMENT, "specialist", SPECIALIST),
        "c": (DESK, "reception", CLERK),
        "d": (OTHER, "head", person("head", OTHER)),
        "e": (OTHER, "specialist", None),
    }
    for element, (unit, role, officer) in held.items():
        step = {"element": element, "unit_code": unit, "role": role, "assignee_id": officer}
        await dossier_rows.step(world.db, dossier, worlds.FOUNDED, **step)
    acting = person("agency_head", OTHER)
    async with world.db.transaction() as tx:
        away = date(2026, 3, 1), date(2026, 3, 31)
        units.substitute(tx, person("head", OTHER), acting, *away, reason="Nghỉ phép", unit_code=OTHER)
    await enters(world, level="to_holders", recipient=RungRecipient.HOLDER, days=0)
    calendars = await world.service.reference_data.unit_calendars()
    at = worlds.instant("2026-03-05 17:01")
    shown = await escalation_preview.preview(world.db, calendars, None, at=at)

    await escalation.sweep(world.db, calendars, at=at)
    await escalation.sweep(world.db, calendars, at=at)

    # Whoever is away is represented in the unit of the step, not in that of the dossier.
    everybody = sorted(("to_holders", who) for who in (SPECIALIST, CLERK, acting))
    assert sorted(await told(world, "to_holders")) == everybody
    assert sorted((each.level, each.recipient) for each in shown.items if each.level == "to_holders") == [
        *everybody
    ]
    assert await world.one("select count(*) from escalation where level = 'to_holders'") == 1


async def test_the_head_of_the_unit_that_received_a_late_dossier_is_told_too(world: worlds.World) -> None:
    await accepted(world)

    await sweep(world, "2026-03-05 17:00")
    before = await told(world, "overdue_received")
    await sweep(world, "2026-03-05 17:01")

    assert (before, await told(world, "overdue", "overdue_received")) == (
        [],
        [("overdue", HEAD), ("overdue_received", DESK_HEAD)],
    )
    assert [each async for each in audit.differences(world.service)] == []


async def test_where_the_receiving_unit_has_no_head_the_preview_names_that_unit(world: worlds.World) -> None:
    await accepted(world)
    await world.changed(
        "update role_assignment set valid_to = $1 where unit_code = $2", date(2026, 3, 2), DESK
    )
    calendars = await world.service.reference_data.unit_calendars()

    page = await escalation_preview.preview(world.db, calendars, None, at=worlds.instant("2026-03-05 17:01"))

    found = [(each.unit, each.recipient) for each in page.items if each.level == "overdue_received"]
    assert found == [(DESK, None)]


async def test_who_hears_of_the_same_dossier_on_two_rungs_at_once_gets_one_message(
    world: worlds.World,
) -> None:
    dossier = await accepted(world)
    await world.does(dossier, commands.Claim(UUID(dossier.body["tasks"][0]["id"])), CLERK)
    await world.changed("update role_assignment set principal_id = $1 where principal_id = $2", CLERK, HEAD)
    await enters(world, level="to_holders", recipient=RungRecipient.HOLDER, days=0)

    await sweep(world, "2026-03-05 17:01")

    assert [who for _, who in await told(world, "overdue", "to_holders")] == [CLERK]
    assert await world.one("select count(*) from escalation where level in ('overdue', 'to_holders')") == 2
    assert [each async for each in audit.differences(world.service)] == []


async def test_the_preview_shows_what_added_rungs_then_send(world: worlds.World) -> None:
    await accepted(world)
    await enters(world)
    calendars = await world.service.reference_data.unit_calendars()
    at = worlds.instant("2026-03-12 08:00")

    page = await escalation_preview.preview(world.db, calendars, None, at=at)
    await escalation.sweep(world.db, calendars, at=at)

    assert sorted((each.level, each.recipient) for each in page.items) == sorted(await told(world))
    assert ("late_by_five", LEADER) in await told(world)


async def test_a_rung_of_the_same_level_replaces_the_one_before_from_its_first_day(
    world: worlds.World,
) -> None:
    first = await enters(world)
    second = await enters(world, days=7, valid_from=date(2026, 4, 1))
    every = {each.id: (each.days, each.valid_from, each.valid_to) for each in await rungs.every(world.db)}
    assert (every[first], every[second]) == (
        (5, date(2026, 3, 1), date(2026, 3, 31)),
        (7, date(2026, 4, 1), None),
    )
    assert [
        (each.id, each.days)
        for each in await rungs.in_force(world.db, date(2026, 4, 1))
        if each.level == FIVE.level
    ] == [(second, 7)]
    events = await world.db.rows(
        "select kind, payload from administration_event where kind like 'rung_%' order by number"
    )
    assert [(each.kind, each.payload["level"]) for each in events] == [
        ("rung_entered", FIVE.level),
        ("rung_ended", FIVE.level),
        ("rung_entered", FIVE.level),
    ]
    assert await administration.verify(world.db) == []


async def test_the_same_rung_again_is_no_act(world: worlds.World) -> None:
    first = await enters(world)
    assert await enters(world) == first
    assert await world.one("select count(*) from administration_event where kind = 'rung_entered'") == 1


async def test_two_who_enter_a_rung_at_once_enter_one(world: worlds.World) -> None:
    made = await asyncio.gather(*(enters(world) for _ in range(4)))
    assert len(set(made)) == 1
    assert await world.one("select count(*) from escalation_rung where level = $1", FIVE.level) == 1


async def test_a_rung_to_come_is_not_overwritten(world: worlds.World) -> None:
    await enters(world, valid_from=date(2026, 4, 1))
    with pytest.raises(Overlapping):
        await enters(world, days=6)


async def test_an_ended_rung_tells_nobody_from_the_day_after(world: worlds.World) -> None:
    await accepted(world)
    (overdue,) = [
        each for each in await rungs.in_force(world.db, date(2026, 3, 1)) if each.level == "overdue"
    ]
    await acts.end(world.db, overdue.id, date(2026, 3, 4), actor=TOP, at=AT)

    await sweep(world, "2026-03-06 08:00")

    assert await told(world, "overdue") == []


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"level": "Trễ hạn"}, ["level"]),
        ({"level": "step_due"}, ["level"]),
        ({"days": 5, "minutes": 5}, ["minutes"]),
        ({"days": 251}, ["days"]),
        ({"minutes": 10_001, "days": 0}, ["minutes"]),
        ({"moment": RungMoment.BEGUN}, ["moment"]),
        ({"held": True, "reassign": True, "role": "clerk"}, ["held", "reassign", "role"]),
        ({"apology": True}, ["apology"]),
        ({"recipient": RungRecipient.AWAITING_HEAD}, ["recipient"]),
        ({"recipient": RungRecipient.RECEIVING_HEAD, "subject": RungSubject.STEP}, ["recipient"]),
        (
            {"subject": RungSubject.REPORT, "procedure": "1.014464", "days": 0, "minutes": 60},
            ["procedure", "minutes"],
        ),
        (
            {"subject": RungSubject.REPORT, "days": -1, "apology": True, "reassign": True, "role": "clerk"},
            ["apology", "reassign", "role"],
        ),
        ({"valid_from": date(2026, 2, 28)}, ["valid_from"]),
        ({"basis": " "}, ["basis"]),
        ({"valid_to": date(2026, 2, 1)}, ["valid_to"]),
    ],
)
async def test_a_rung_that_makes_no_sense_is_refused_at_its_fields_and_stores_nothing(
    world: worlds.World, said: dict[str, Any], fields: list[str]
) -> None:
    before = await world.one("select count(*) from escalation_rung")
    with pytest.raises(errors.FormRefused) as refused:
        await enters(world, **said)
    assert [each.field for each in refused.value.faults] == fields
    assert await world.one("select count(*) from escalation_rung") == before


async def test_who_administers_a_unit_enters_rungs_for_it_and_not_for_all(world: worlds.World) -> None:
    await plays(world, AGENCY, DEPARTMENT, "administrator")
    await enters(world, actor=AGENCY, unit=DEPARTMENT)
    for unit in (None, PROVINCE, DESK):
        with pytest.raises(errors.Forbidden):
            await enters(world, actor=AGENCY, unit=unit)
    with pytest.raises(errors.NotFound):
        await enters(world, unit="H27.NOWHERE")


async def test_a_late_step_goes_to_who_is_told_where_they_may_do_it(world: worlds.World) -> None:
    await plays(world, DESK_HEAD, DESK, "reception")
    dossier = await accepted(world)
    (task,) = dossier.body["tasks"]
    await world.does(dossier, commands.Claim(UUID(task["id"])), CLERK)
    await enters(
        world,
        level="taken_over",
        subject=RungSubject.STEP,
        recipient=RungRecipient.HEAD,
        days=0,
        held=True,
        reassign=True,
    )
    await sweep(world, "2026-03-02 11:01")
    at = worlds.instant("2026-03-02 11:01")

    done = await reassignments.run(world.service, at=at)

    holder = "select assignee_id from user_task where id = $1"
    assert (done.given, await world.one(holder, UUID(task["id"]))) == (1, DESK_HEAD)
    # Once: who takes it afterwards keeps it.
    await world.does(
        dossier, commands.Reassign(UUID(task["id"]), CLERK, "Làm tiếp"), DESK_HEAD, "2026-03-02 11:30"
    )
    assert (await reassignments.run(world.service, at=worlds.instant("2026-03-02 11:31"))).given == 0
    assert await world.one(holder, UUID(task["id"])) == CLERK


async def test_steps_that_nobody_may_be_given_keep_none_behind_them_from_it(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reassignments, "BATCH", 1)
    await enters(
        world,
        level="taken_away",
        subject=RungSubject.STEP,
        recipient=RungRecipient.HEAD,
        days=0,
        reassign=True,
    )
    await accepted(world)  # nobody has its step, and the head may not do it
    (task,) = (await world.accepts(await world.files("2026-03-02 08:30"), "2026-03-02 09:30")).body["tasks"]
    await world.service.perform(
        task["id"], commands.Claim(UUID(task["id"])), actor=CLERK, at=local("2026-03-02 09:40")
    )
    await sweep(world, "2026-03-02 15:00")

    assert (await reassignments.run(world.service, at=local("2026-03-02 15:00"))).returned == 1


async def test_a_late_step_goes_back_to_its_unit_where_who_is_told_may_not_do_it(world: worlds.World) -> None:
    dossier = await accepted(world)
    (task,) = dossier.body["tasks"]
    await world.does(dossier, commands.Claim(UUID(task["id"])), CLERK)
    await enters(
        world,
        level="taken_away",
        subject=RungSubject.STEP,
        recipient=RungRecipient.HEAD,
        days=0,
        reassign=True,
    )
    await sweep(world, "2026-03-02 11:01")

    done = await reassignments.run(world.service, at=worlds.instant("2026-03-02 11:01"))

    assert (done.given, done.returned, dict(done.failed)) == (0, 1, {})
    assert await world.one("select assignee_id from user_task where id = $1", UUID(task["id"])) is None
