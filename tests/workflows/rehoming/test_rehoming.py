"""The abolition of the district level: open dossiers move to the successors, and nothing of them is lost or changed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Any

import pytest

from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows import audit, errors, recompute, rehoming
from hoso_workflows.dossiers import due_timers, views
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import units
from hoso_workflows.rehoming import Move
from support import databases, rebuilds
from support.builders.histories import local
from support.procedures import district
from support.procedures.district import (
    ADMINISTRATOR,
    AFTER,
    AT,
    BASIS,
    BUILDING,
    CITIZEN,
    COMMUNE,
    DEPARTMENT,
    FIRST,
    LAND,
    MOVES,
    ROAD,
    SECOND,
    STAYING,
    THIRD,
    TRADE,
    WARD,
    Province,
)
from support.world import person

#: Everything of an open dossier that must stay as it is, to the minute.
KEPT = (
    """select d.reference, d.code, d.status, d.outcome, d.accepted_at, d.filed_at, d.reception_due, d.due_first, d.due_legal,
       d.due_promised, d.clock_running, d.cycle, d.provisional, d.late_since, d.result_ready_at, d.verdict, d.degree
       from dossier d order by d.reference""",
    """select t.id, t.status, t.role, t.arrived_at, t.due_own, t.due_plan, t.reception_due, t.judged, t.opened_at, t.cycle
       from user_task t order by t.id""",
    "select a::text from appointment a order by 1",
    "select l::text from letter l order by 1",
    "select t::text from timer t order by 1",
    "select c::text from clock_stop c order by 1",
)


@pytest.fixture
def province_url(server: postgres.Server) -> Iterator[str]:
    with district.founded(server) as url:
        yield url


@pytest.fixture
async def province(province_url: str) -> AsyncIterator[Province]:
    async with database.connect(province_url) as db:
        yield Province(DossierService(db))


async def kept(province: Province) -> list[list[Any]]:
    return [[tuple(row) for row in await province.db.rows(sql)] for sql in KEPT]


async def closed(province: Province, found: list[Outcome]) -> list[str]:
    rows = await province.db.rows(
        "select d::text as d, e::text as e from dossier d join engine_state e on e.dossier_id = d.id"
        " where d.reference = any($1) order by 1",
        [[each.reference for each in found]],
    )
    return [f"{row.d} {row.e}" for row in rows]


async def moved(province: Province, moves: tuple[Move, ...] = MOVES, **said: Any) -> rehoming.Applied:
    return await rehoming.apply(
        province.service, moves, **{"basis": BASIS, "actor": ADMINISTRATOR, "at": AT, **said}
    )


async def placed(province: Province, before: Outcome) -> tuple[str, str, str]:
    row = await province.db.row(
        "select receiving_unit, handling_unit, deciding_unit from dossier where reference = $1",
        [before.reference],
    )
    assert row is not None
    return tuple(row)


async def test_the_districts_are_abolished_and_nothing_of_a_dossier_is_lost(province: Province) -> None:
    made = await province.in_every_state()
    assert (len(made["open"]), len(made["closed"])) == (32, 12)
    before, over = await kept(province), await closed(province, made["closed"])
    told = await rehoming.preview(province.service, MOVES, actor=ADMINISTRATOR, at=AT)
    assert await province.one("select count(*) from dossier_event where kind = 'unit_replaced'") == 0
    # Of the department's procedure those move in which the district is asked now or may be asked later: all that are open.
    assert (told.dossiers, told.without_successor, told.lacking) == (32, 0, ())
    assert [(each.code, each.closed) for each in told.units] == [(FIRST, 6), (SECOND, 3), (THIRD, 0)]
    # One in each procedure has been late since 16 June, whatever part its unit has in it.
    late = {(each.procedure, each.part): 0 for each in told.groups}
    for each in told.groups:
        late[each.procedure, each.part] += each.late
    assert set(late.values()) == {1}
    done = await moved(province)
    assert (done.moved, done.remaining, done.finished, done.left) == (told.dossiers, 0, True, ())
    assert await kept(province) == before
    assert await closed(province, made["closed"]) == over
    assert (
        await province.one(
            "select count(*) from dossier d join engine_state e on e.dossier_id = d.id where not e.finished"
            " and (array[receiving_unit, handling_unit, deciding_unit] && $1::text[]"
            "   or exists (select from user_task t where t.dossier_id = d.id and t.status = 'open' and t.unit_code = any($1)))",
            [FIRST, SECOND, THIRD],
        )
        == 0
    )
    assert await province.sound() == []


async def test_each_procedure_goes_to_its_own_successor(province: Province) -> None:
    found = {code: await province.accepted(code) for code in (LAND, TRADE, BUILDING, ROAD)}
    await moved(province)
    assert {code: await placed(province, each) for code, each in found.items()} == {
        LAND: (COMMUNE,) * 3,
        TRADE: (DEPARTMENT,) * 3,
        BUILDING: (COMMUNE,) * 3,
        ROAD: (DEPARTMENT,) * 3,
    }
    units = {code: [each.unit_code for each in await province.tasks(one)] for code, one in found.items()}
    assert units == {LAND: [COMMUNE], TRADE: [DEPARTMENT], BUILDING: [WARD], ROAD: [WARD]}


async def test_the_successors_officers_go_on_to_the_hand_over(province: Province) -> None:
    made = await province.in_every_state()
    await moved(province)
    for before in made["open"]:
        status = before.status
        if status in ("awaiting_supplement", "awaiting_supplement_before"):
            desk = person("reception", (await placed(province, before))[0])
            await province.does(before, commands.ReceiveSupplement(), desk, "2025-07-01 09:00")
        day = 1
        while await province.tasks(before):
            day += 1
            await province.completes(before, f"2025-07-{day:02} 10:00")
    rows = await province.db.rows("select status, count(*) as number from dossier group by 1 order by 1")
    assert {row.status: row.number for row in rows} == {"refused": 4, "returned": 36, "withdrawn": 4}
    # Not one act of July is the act of an officer of a district.
    assert (
        await province.one(
            "select count(*) from user_task where closed_at >= '2025-07-01' and unit_code like 'H27.D%'"
        )
        == 0
    )
    assert await province.sound() == []


async def test_a_lane_that_names_a_closed_unit_opens_at_its_successor(province: Province) -> None:
    before = await province.filed(ROAD)
    await moved(province)
    after = await province.completes(before, "2025-07-01 08:00")
    assert [(each.element, each.unit_code) for each in await province.tasks(after)] == [("Y_kien", WARD)]
    assert await province.sound() == []


async def test_whoever_plays_the_role_in_the_new_unit_keeps_the_task_and_others_give_it_back(
    province: Province,
) -> None:
    found = [await province.accepted(LAND) for _ in range(2)]
    for before, officer in zip(found, (STAYING, person("specialist", FIRST, 2)), strict=True):
        (task,) = await province.tasks(before)
        await province.does(before, commands.Claim(task.id), officer, "2025-06-20 10:00")
    told = await rehoming.preview(province.service, MOVES, actor=ADMINISTRATOR, at=AT)
    assert [(each.officer, each.tasks, each.late, each.keeps) for each in told.inboxes] == [
        (STAYING, 1, 1, True),
        (person("specialist", FIRST, 2), 1, 1, False),
    ]
    await moved(province)
    assert [(await province.tasks(each))[0].assignee_id for each in found] == [STAYING, None]
    assert await province.sound() == []


async def test_a_term_that_starts_again_is_counted_in_the_calendar_of_the_successor(
    province: Province,
) -> None:
    before = await province.accepted(TRADE)
    desk = person("reception", FIRST)
    await province.does(before, commands.AskSupplement("Bản sao mờ"), desk, "2025-06-23 09:00")
    await moved(province)
    desk = person("reception", DEPARTMENT)
    await province.does(before, commands.ReceiveSupplement(), desk, "2025-07-02 09:00")
    rows = await province.db.rows("select kind, calendar from appointment order by number")
    assert [tuple(row) for row in rows] == [("accepted", "ha-tinh"), ("restart", "nghe-an")]
    said = await views.explain(province.service, before.reference, reader=None, at=local("2025-07-02 10:00"))
    assert recompute.differences(said) == []
    assert [each["unit"] for each in said["steps"]] == [FIRST, DEPARTMENT]
    assert [each["limit_deadline"]["calendar"]["id"] for each in said["steps"] if each["limit_deadline"]] == [
        "nghe-an"
    ]
    assert await province.sound() == []


async def test_receptions_term_starts_again_in_the_calendar_of_the_successor(province: Province) -> None:
    before = await province.filed(TRADE)
    desk = person("reception", FIRST)
    await province.does(before, commands.AskSupplement("Thiếu"), desk, "2025-06-20 09:00")
    await moved(province)
    desk = person("reception", DEPARTMENT)
    await province.does(before, commands.ReceiveSupplement(), desk, "2025-07-02 09:00")
    said = await views.explain(province.service, before.reference, reader=None, at=local("2025-07-02 10:00"))
    assert said["reception"]["calendar"]["id"] == "nghe-an"
    assert (recompute.differences(said), await province.sound()) == ([], [])


async def test_letters_go_on_in_the_books_of_the_successor_and_the_code_stays(province: Province) -> None:
    waits, runs = await province.filed(LAND), await province.accepted(LAND)
    await moved(province)
    accepted = await province.completes(waits, "2025-07-01 08:00")
    desk = person("reception", COMMUNE)
    asked = await province.does(runs, commands.AskSupplement("Bản sao mờ"), desk, "2025-07-01 09:00")
    assert asked.code == runs.code
    assert ((accepted.code or "").split("-")[0], (runs.code or "").split("-")[0]) == (COMMUNE, FIRST)
    rows = await province.db.rows("select unit_code, form, number from letter order by issued_at")
    assert [tuple(row) for row in rows] == [(FIRST, "01", 1), (COMMUNE, "01", 1), (COMMUNE, "02", 1)]
    assert await province.sound() == []


async def test_the_applicant_is_told_who_handles_it_now_and_by_which_decision(province: Province) -> None:
    before = await province.filed(LAND, channel="online")
    await moved(province)
    at = local("2025-07-01 08:00")
    shown = await views.dossier(province.service, before.reference, reader=CITIZEN, at=at)
    assert shown["units"] == {
        "receiving": {"code": COMMUNE, "name": f"Đơn vị {COMMUNE}"},
        "handling": {"code": COMMUNE, "name": f"Đơn vị {COMMUNE}"},
    }
    events = await views.history(province.service, before.reference, reader=CITIZEN, at=at)
    assert [(each["kind"], each["by"], each["payload"]) for each in events["items"][1:]] == [
        ("unit_replaced", "system", {"basis": BASIS})
    ]


async def test_the_event_says_on_whose_word_the_installation_did_it(province: Province) -> None:
    before = await province.accepted(LAND)
    await moved(province)
    row = await province.db.row(
        "select e.actor_id, e.on_behalf_of, e.automatic, e.payload - 'act' - 'calendar' as payload from dossier_event e"
        " join dossier d on d.id = e.dossier_id where d.reference = $1 and e.kind = 'unit_replaced'",
        [before.reference],
    )
    assert row is not None
    (task,) = await province.tasks(before)
    assert tuple(row) == (
        commands.SYSTEM.principal,
        ADMINISTRATOR,
        True,
        {
            "from": FIRST,
            "to": COMMUNE,
            "basis": BASIS,
            "units": dict.fromkeys(("receiving", "handling", "deciding"), COMMUNE),
            "tasks": [{"task": str(task.id), "unit": COMMUNE}],
            "incidents": [],
            "consultations": [],
        },
    )


async def test_the_job_done_twice_changes_nothing_more(province: Province) -> None:
    await province.in_every_state()
    first = await moved(province)
    events = await province.one("select count(*) from dossier_event")
    again = await moved(province, at=local("2025-07-01 08:00"))
    assert (first.moved, again.moved, again.moved_altogether, again.job) == (32, 0, 32, first.job)
    assert await province.one("select count(*) from dossier_event") == events
    told = (
        "select count(distinct payload ->> 'job') from administration_event where kind = 'dossiers_rehomed'"
    )
    assert await province.one(told) == 1


async def test_an_interrupted_job_goes_on_where_it_stopped(province: Province) -> None:
    await province.in_every_state()
    done = [await moved(province, limit=12) for _ in range(3)]
    assert [(each.moved, each.moved_altogether, each.remaining) for each in done] == [
        (12, 12, 20),
        (12, 24, 8),
        (8, 32, 0),
    ]
    (job,) = await rehoming.jobs(province.service, COMMUNE)
    assert (job.id, job.moved, job.moves, job.finished_at) == (done[0].job, 32, MOVES, AT)
    assert await rehoming.jobs(province.service, "H27") == []


async def test_a_job_that_is_cut_off_keeps_what_it_has_done(province: Province) -> None:
    await province.in_every_state()
    work = asyncio.create_task(moved(province))
    # Of each dossier at most two units are replaced, so two at least are done by then.
    while await province.one("select count(*) from dossier_event where kind = 'unit_replaced'") < 5:
        pass
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    done = await moved(Province(DossierService(province.db)))
    assert (done.moved <= 30, done.moved_altogether in (31, 32), done.remaining) == (True, True, 0)
    assert await province.sound() == []


async def test_two_at_once_and_officers_who_act_meanwhile_lose_nothing(province: Province) -> None:
    made = await province.in_every_state()
    working = [each for each in made["open"] if each.status == "in_process"]
    second = Province(DossierService(province.db))
    found = await asyncio.gather(
        moved(province),
        moved(second),
        *(province.completes(each, "2025-06-30 16:00") for each in working),
        return_exceptions=True,
    )
    jobs, acts = found[:2], found[2:]
    assert not [each for each in jobs if isinstance(each, BaseException)], jobs
    # Who was too late is told that the task, the unit or the role is no longer theirs.
    wrong = (errors.Forbidden, errors.NotFound, errors.NotCompetent, errors.TaskNotOpen, errors.Conflict)
    assert [each for each in acts if isinstance(each, BaseException) and not isinstance(each, wrong)] == []
    last = await moved(province)
    assert (last.remaining, last.left) == (0, ())
    doubled = await province.one(
        "select count(*) from (select dossier_id, payload ->> 'from' from dossier_event where kind = 'unit_replaced'"
        " group by 1, 2 having count(*) > 1) x"
    )
    assert doubled == 0
    assert await province.sound() == []


async def test_timers_fire_at_their_old_instants_and_lead_to_the_successor(province: Province) -> None:
    before = await province.completes(await province.accepted(BUILDING), "2025-06-30 10:00")
    due = await province.one("select due_at from timer")
    await moved(province)
    assert await province.one("select due_at from timer") == due
    await due_timers.fire(province.service, at=due)
    assert [(each.element, each.unit_code) for each in await province.tasks(before)] == [
        ("Don_doc", COMMUNE),
        ("Tham_dinh", COMMUNE),
    ]
    assert await province.sound() == []


async def test_a_rebuild_restores_the_units_that_the_events_say(
    province: Province, province_url: str
) -> None:
    before = await province.accepted(LAND)
    await moved(province)
    await databases.changed(province_url, "update dossier set handling_unit = $1, receiving_unit = $1", FIRST)
    found = [each async for each in audit.differences(province.service)]
    assert sorted((each.what, each.stored, each.said) for each in found) == [
        ("dossier handling_unit", FIRST, COMMUNE),
        ("dossier receiving_unit", FIRST, COMMUNE),
    ]
    assert await audit.rebuild(province.service, before.reference) == []
    assert await placed(province, before) == (COMMUNE,) * 3
    assert await rebuilds.differing(province.service, before.reference) == []
    assert await province.sound() == []


async def test_a_lost_run_is_replayed_across_the_replacement(province: Province, province_url: str) -> None:
    before = await province.accepted(ROAD)
    await moved(province)
    after = await province.completes(before, "2025-07-01 10:00")
    await databases.changed(province_url, "update engine_state set state = '\\x00'")
    assert await audit.rebuild(DossierService(province.db), before.reference) == []
    await province.completes(after, "2025-07-02 10:00")
    assert await province.sound() == []


async def test_an_officer_of_the_closed_unit_can_act_no_more(province: Province) -> None:
    before = await province.accepted(LAND)
    (task,) = await province.tasks(before)
    await moved(province)
    with pytest.raises((errors.Forbidden, errors.NotFound)):
        await province.does(
            before, commands.Complete(task.id), person("specialist", FIRST, 2), "2025-07-01 08:00"
        )


async def test_a_unit_that_is_replaced_by_its_successors_successor_is_followed(province: Province) -> None:
    before = await province.filed(ROAD)
    await moved(province, (Move(THIRD, COMMUNE),))
    await moved(province, (Move(COMMUNE, WARD),), at=local("2025-08-01 08:00"), basis="Quyết định 2/QĐ-UBND")
    after = await province.completes(before, "2025-08-01 09:00")
    assert [each.unit_code for each in await province.tasks(after)] == [WARD]
    assert await province.sound() == []


REFUSED = {
    "unknown unit": ((Move("H27.D9", COMMUNE),), errors.Forbidden),
    "successor of yesterday": ((Move(FIRST, SECOND),), errors.FormRefused),
    "nobody": ((Move(FIRST),), errors.FormRefused),
    "itself": ((Move(DEPARTMENT, DEPARTMENT),), errors.FormRefused),
    "twice": ((Move(FIRST, COMMUNE), Move(FIRST, WARD)), errors.FormRefused),
    "a chain": ((Move(FIRST, COMMUNE), Move(COMMUNE, WARD)), errors.FormRefused),
    "not competent": ((Move(FIRST, WARD),), errors.SuccessorNotCompetent),
    "competent for another procedure only": ((Move(FIRST, DEPARTMENT),), errors.SuccessorNotCompetent),
    "nothing": ((), errors.FormRefused),
}


@pytest.mark.parametrize("moves", REFUSED)
async def test_an_order_that_cannot_be_right_is_refused_as_a_whole(province: Province, moves: str) -> None:
    await province.accepted(LAND)
    asked, refusal = REFUSED[moves]
    with pytest.raises(refusal):
        await moved(province, asked)
    assert await province.one("select count(*) from rehoming") == 0
    assert await province.one("select count(*) from dossier_event where kind = 'unit_replaced'") == 0


async def test_without_a_basis_nothing_moves(province: Province) -> None:
    with pytest.raises(errors.FormRefused, match="basis: is missing"):
        await moved(province, basis="  ")


@pytest.mark.parametrize(
    "actor", [person("head", FIRST), person("procedure_approver", district.PROVINCE), CITIZEN]
)
async def test_only_an_administrator_over_both_units_may(province: Province, actor: Any) -> None:
    for asked in (
        rehoming.preview(province.service, MOVES, actor=actor, at=AT),
        moved(province, actor=actor),
    ):
        with pytest.raises(errors.Forbidden):
            await asked


async def test_an_administrator_over_one_of_the_units_may_not(province: Province) -> None:
    async with province.db.transaction() as tx:
        units.assign(tx, person("head", FIRST), FIRST, "administrator", district.SINCE)
        units.assign(tx, person("head", FIRST), COMMUNE, "administrator", AFTER)
    await moved(province, (Move(FIRST, COMMUNE),), actor=person("head", FIRST))
    with pytest.raises(errors.Forbidden):
        await moved(province, (Move(FIRST, COMMUNE, {TRADE: DEPARTMENT}),), actor=person("head", FIRST))


async def test_what_has_no_successor_stays_and_is_told(province: Province) -> None:
    await province.accepted(LAND)
    stays = await province.accepted(TRADE)
    split = (Move(FIRST, None, {LAND: COMMUNE}),)
    told = await rehoming.preview(province.service, split, actor=ADMINISTRATOR, at=AT)
    assert (told.dossiers, told.without_successor) == (1, 1)
    done = await moved(province, split)
    assert (done.moved, done.remaining, done.without_successor, done.finished) == (1, 0, 1, True)
    assert await placed(province, stays) == (FIRST,) * 3


async def test_a_damaged_run_is_left_and_told_and_holds_up_no_other(
    province: Province, province_url: str
) -> None:
    damaged, sound = await province.accepted(LAND), await province.accepted(LAND)
    await databases.changed(
        province_url,
        "update engine_state set state = '\\x00' where dossier_id = (select id from dossier where reference = $1)",
        damaged.reference,
    )
    done = await moved(Province(DossierService(province.db)))
    assert (done.moved, done.remaining, [each.reference for each in done.left]) == (1, 1, [damaged.reference])
    assert await placed(province, sound) == (COMMUNE,) * 3


async def test_what_a_closed_unit_was_asked_is_its_successors_to_answer(province: Province) -> None:
    """The unit has no other part in the dossier: without its open opinion nothing of it would move."""
    asked, answered = [await province.accepted(TRADE, "2025-06-20 08:00") for _ in range(2)]
    here, elsewhere = person("specialist", FIRST), person("specialist", THIRD)
    for each in (asked, answered):
        consult = commands.Consult(THIRD, "Có trùng quy hoạch không?", date(2025, 7, 4))
        await province.does(each, consult, here, "2025-06-20 09:00")
    question = "select c.id from consultation c join dossier d on d.id = c.dossier_id where d.reference = $1"
    given = commands.AnswerConsultation(await province.one(question, answered.reference), "Không")
    await province.does(answered, given, elsewhere, "2025-06-23 09:00")
    (move,) = (each for each in MOVES if each.old == THIRD)
    told = await rehoming.preview(province.service, (move,), actor=ADMINISTRATOR, at=AT)
    assert [(each.part, each.procedure, each.dossiers) for each in told.groups] == [
        ("consultation", TRADE, 1)
    ]
    done = await moved(province, (move,))
    assert (told.dossiers, done.moved, done.finished) == (1, 1, True)
    units_asked = (
        "select d.reference, c.unit_code, c.due_at from consultation c join dossier d on d.id = c.dossier_id"
    )
    due = local("2025-07-04 17:00")
    assert {row.reference: (row.unit_code, row.due_at) for row in await province.db.rows(units_asked)} == {
        asked.reference: (WARD, due),
        answered.reference: (THIRD, due),
    }
    told_of = "select payload ->> 'reference' as of, payload ->> 'unit' as unit from outbox where topic = $1 order by created_at, 1"
    notices = await province.db.rows(told_of, ["unit.consultation_asked"])
    assert [tuple(each) for each in notices][2:] == [(asked.reference, WARD)]
    said = commands.AnswerConsultation(await province.one(question, asked.reference), "Trùng", agrees=False)
    await province.does(asked, said, person("specialist", WARD), "2025-07-02 09:00")
    assert await province.one("select outcome from consultation where unit_code = $1", WARD) == "objected"
    assert await province.sound() == []
