"""Reports that units owe, from their generation to the consolidated report of the province."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hoso_models import EntryChannel, ReportPart, ReportStatus
from hoso_models.errors import StorageError
from hoso_workflows import errors
from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import escalation
from hoso_workflows.notifications import wording
from hoso_workflows.organisation import units
from hoso_workflows.reports.forms.accounting import Accounted
from hoso_workflows.reports.lateness_dossiers import Column
from hoso_workflows.reports.obligations import acts, frozen, kinds, register, sweep
from hoso_workflows.reports.obligations.acts import By
from hoso_workflows.reports.obligations.refusals import (
    AlreadyConsolidated,
    OwnReport,
    PeriodRuns,
    RemindedToday,
    ReportChanged,
    ReportNotReady,
    ReportsMissing,
)
from hoso_workflows.reports.obligations.register import Obligation
from hoso_workflows.reports.obligations.sweep import Swept
from support import owed_reports
from support import world as worlds
from support.builders.histories import local
from support.owed_reports import QUARTERLY, YEARLY

OPENED = local("2026-01-06 08:00")
READY = local("2026-03-02 08:00")
CLERK, HEAD = worlds.person("clerk"), worlds.person("agency_head")
DESK, HEAD_OF_DESK = worlds.person("reception", worlds.DESK), worlds.person("head", worlds.DESK)
LEADER = worlds.person("provincial_leader", worlds.PROVINCE)
TEXTS = {"difficulties": "Đường truyền yếu", "proposals": "Nâng cấp"}


async def generated(world: worlds.World, at: Any = READY) -> list[Obligation]:
    """The first quarter: the department, the other department, and what consolidates them."""
    await owed_reports.owed(world, OPENED)
    await sweep.sweep(world.db, at=at)
    found = await register.listed(world.db, None, period="2026-Q1")
    return sorted(found, key=lambda each: (each.part, each.unit))


async def test_the_register_is_read_page_by_page_in_one_order(world: worlds.World) -> None:
    await generated(world)
    whole = await register.listed(world.db, None)
    read: list[Obligation] = []
    after: str | None = ""
    while after is not None:
        page = await register.page(world.db, None, after=after, limit=1)
        assert len(page.items) == 1
        read, after = [*read, *page.items], page.after
    assert (read, len(read) > 2) == (list(whole), True)
    with pytest.raises(errors.BadCursor):
        await register.page(world.db, None, after="yesterday")


async def submitted(world: worlds.World, found: Obligation, at: Any = READY, **said: Any) -> Obligation:
    """Written, approved and submitted by people of its unit."""
    writer, head = (
        (DESK, HEAD_OF_DESK)
        if found.unit == worlds.DESK
        else (
            worlds.person("clerk", found.unit),
            worlds.person("agency_head", found.unit),
        )
    )
    await acts.write(world.db, found.id, TEXTS, By(writer, at))
    await acts.approve(world.db, found.id, By(head, at))
    return await acts.submit(world.db, found.id, By(writer, at), **said)


async def filed(world: worlds.World) -> worlds.Outcome:
    """A dossier online and one at the desk, both accepted in February."""
    await world.accepts(
        await world.files("2026-02-02 08:00", channel=EntryChannel("online")), "2026-02-02 09:00"
    )
    return await world.accepts(await world.files("2026-02-02 08:00"), "2026-02-02 09:00")


async def test_every_agency_owes_a_report_for_each_period_and_one_is_consolidated(
    world: worlds.World,
) -> None:
    await owed_reports.owed(world, OPENED, QUARTERLY, YEARLY)
    at = local("2026-04-01 08:00")
    first, again = await sweep.sweep(world.db, at=at), await sweep.sweep(world.db, at=at)

    assert (first.generated, again) == (9, Swept(0))
    owed = [
        (
            each.kind,
            each.period_key,
            each.unit,
            each.part.value,
            f"{each.due_before:%d/%m/%Y}",
            each.status.value,
        )
        for each in await register.listed(world.db, [worlds.DEPARTMENT, worlds.DESK])
        if each.unit in (worlds.DEPARTMENT, worlds.DESK)
    ]
    assert owed == [
        ("dvc-nam", "2026", worlds.DESK, "consolidated", "15/12/2026", "owed"),
        ("dvc-nam", "2026", worlds.DEPARTMENT, "agency", "05/12/2026", "owed"),
        ("dvc-quy", "2026-Q2", worlds.DESK, "consolidated", "15/06/2026", "owed"),
        ("dvc-quy", "2026-Q2", worlds.DEPARTMENT, "agency", "05/06/2026", "owed"),
        ("dvc-quy", "2026-Q1", worlds.DESK, "consolidated", "15/03/2026", "owed"),
        ("dvc-quy", "2026-Q1", worlds.DEPARTMENT, "agency", "05/03/2026", "owed"),
    ]


async def test_two_sweeps_at_once_generate_each_obligation_once(world: worlds.World) -> None:
    await owed_reports.owed(world, OPENED)
    made = await asyncio.gather(*(sweep.sweep(world.db, at=READY) for _ in range(3)))
    assert sum(each.generated for each in made) == 3


async def test_heads_are_told_before_the_deadline_and_once_it_has_passed(world: worlds.World) -> None:
    await owed_reports.owed(world, OPENED)

    async def told(at: str) -> list[tuple[str, Any]]:
        await sweep.sweep(world.db, at=local(at))
        calendars = await world.service.reference_data.unit_calendars()
        await escalation.sweep(world.db, calendars, at=local(at))
        rows = await world.db.rows(
            "select topic, recipient_id, payload from outbox where topic like 'escalation.report%' and created_at = $1",
            [local(at)],
        )
        of = [row for row in rows if row.payload["unit"] == worlds.DEPARTMENT]
        return sorted((wording.said(row.topic, row.payload)[1], row.recipient_id) for row in of)

    heads = [worlds.person(role) for role in ("agency_head", "division_head", "head")]
    name = "Sở Văn hóa, Thể thao và Du lịch"
    due = f"{name} phải gửi Báo cáo quý về dịch vụ công trực tuyến, kỳ 2026-Q1, trước ngày 05/03/2026."
    late = (
        f"{name} chưa gửi Báo cáo quý về dịch vụ công trực tuyến, kỳ 2026-Q1; hạn là trước ngày 05/03/2026."
    )
    assert await told("2026-02-20 08:00") == []
    assert await told("2026-02-23 08:00") == sorted((due, each) for each in heads)
    assert await told("2026-02-24 08:00") == []
    # Late, it is told to the unit too that waits for it.
    above = worlds.person("head", worlds.DESK)
    assert await told("2026-03-05 00:01") == sorted((late, each) for each in (*heads, above))
    assert await told("2026-03-06 08:00") == []


async def test_a_report_goes_from_its_texts_to_submission_and_freezes_its_figures(
    world: worlds.World,
) -> None:
    dossier = await filed(world)
    department, *_ = await generated(world)
    done = await submitted(world, department)

    assert (done.status, done.version, done.late(READY), done.submissions) == (
        ReportStatus.SUBMITTED,
        4,
        False,
        1,
    )
    assert done.texts == TEXTS
    kept = await frozen.submission(world.db, done.id, 1)
    figures = Accounted.sum(kept.figures.account)
    assert figures == Accounted(online=1, desk=1, open_overdue=2)
    assert [each.holds for table in kept.figures.tables for each in table.checks] == [True] * 6
    assert (kept.figures.online[0].share, kept.figures.online[0].target) == ("50,0", None)

    # Neither a dossier that goes on nor one that goes to another unit moves what was submitted.
    await world.does(
        dossier, commands.Withdraw("đổi ý"), worlds.person("reception", worlds.DESK), "2026-03-03 09:00"
    )
    await world.changed(
        "update dossier set handling_unit = $1, due_legal = due_legal + interval '9 days'", worlds.OTHER
    )
    await world.changed("update appointment set due_legal = due_legal + interval '90 days'")
    assert await frozen.submission(world.db, done.id, 1) == kept
    assert await frozen.recount(world.db, done.id, 1) == frozen.Recounted(2, same=True, intact=True)
    page = await frozen.dossiers(world.db, kept, done.id, Column.RECEIVED, channel="online")
    assert [(each.unit, each.procedure, each.went) for each in page.items] == [
        (worlds.DEPARTMENT, "1.014464", Column.OPEN_OVERDUE)
    ]
    kinds_of_acts = await world.db.rows(
        "select kind from administration_event where subject = $1 order by number", [str(done.id)]
    )
    assert [row.kind for row in kinds_of_acts] == ["report_written", "report_approved", "report_submitted"]


async def test_figures_that_were_tampered_with_are_seen(world: worlds.World) -> None:
    await filed(world)
    department, *_ = await generated(world)
    done = await submitted(world, department)
    await world.changed("update report_submission_dossier set went = 'early'")
    assert await frozen.recount(world.db, done.id, 1) == frozen.Recounted(2, same=False, intact=False)


async def test_the_application_itself_cannot_alter_what_was_submitted(world: worlds.World) -> None:
    department, *_ = await generated(world)
    await submitted(world, department)
    for table in ("report_submission", "report_submission_dossier", "online_target"):
        row = await world.db.row(
            "select has_table_privilege($1, 'insert') as adds, has_table_privilege($1, 'update') as alters,"
            " has_table_privilege($1, 'delete') as removes",
            [table],
        )
        if not await world.one("select rolsuper from pg_roles where rolname = current_user"):
            assert tuple(row) == (True, False, False)


async def test_acts_in_the_wrong_order_and_by_the_wrong_people_are_refused(world: worlds.World) -> None:
    department, other, consolidated = await generated(world)
    db = world.db
    with pytest.raises(ReportNotReady):
        await acts.submit(db, department.id, By(CLERK, READY))
    with pytest.raises(ReportNotReady):
        await acts.approve(db, department.id, By(HEAD, READY))
    with pytest.raises(errors.NotFound):
        await acts.write(db, department.id, TEXTS, By(worlds.person("clerk", worlds.OTHER), READY))
    with pytest.raises(errors.Forbidden):
        await acts.write(db, department.id, TEXTS, By(DESK, READY))
    with pytest.raises(errors.FormRefused):
        await acts.write(db, department.id, {"chapter": "x"}, By(CLERK, READY))
    written = await acts.write(db, department.id, TEXTS, By(HEAD, READY, seen=frozenset({1})))
    with pytest.raises(ReportChanged):
        await acts.write(db, department.id, TEXTS, By(CLERK, READY, seen=frozenset({1})))
    with pytest.raises(OwnReport):
        await acts.approve(db, department.id, By(HEAD, READY))
    with pytest.raises(errors.Forbidden):
        await acts.approve(db, department.id, By(CLERK, READY))
    approved = await acts.approve(db, department.id, By(worlds.person("head"), READY))
    assert (written.version, approved.version, approved.status) == (2, 3, ReportStatus.APPROVED)
    # A change of its texts takes the approval away.
    again = await acts.write(db, department.id, {"proposals": "Khác"}, By(CLERK, READY))
    assert (again.status, again.approved_by, again.texts) == (
        ReportStatus.DRAFTED,
        None,
        {**TEXTS, "proposals": "Khác"},
    )
    await acts.approve(db, department.id, By(HEAD, READY))
    with pytest.raises(PeriodRuns):
        await acts.submit(db, department.id, By(CLERK, local("2026-02-28 23:59")))
    assert (other.part, consolidated.part) == (ReportPart.AGENCY, ReportPart.CONSOLIDATED)


async def test_who_wrote_for_an_absent_officer_approves_it_in_no_role(world: worlds.World) -> None:
    department, *_ = await generated(world)
    stands_in = worlds.person("division_head")
    async with world.db.transaction() as tx:
        away = date(2026, 1, 1), date(2026, 12, 31)
        units.substitute(tx, HEAD, stands_in, *away, reason="Nghỉ phép")
    written = await acts.write(world.db, department.id, TEXTS, By(stands_in, READY))
    assert stands_in in written.writers
    for person in written.writers:
        with pytest.raises(OwnReport):
            await acts.approve(world.db, department.id, By(person, READY))


async def test_a_returned_report_is_submitted_anew_and_lateness_is_that_of_the_first_time(
    world: worlds.World,
) -> None:
    department, *_ = await generated(world)
    await submitted(world, department, local("2026-03-04 16:00"))
    late = local("2026-03-10 08:00")
    with pytest.raises(errors.ReasonMissing):
        await acts.return_(world.db, department.id, " ", By(DESK, late))
    with pytest.raises(errors.Forbidden):
        await acts.return_(world.db, department.id, "Thiếu số liệu", By(CLERK, late))
    back = await acts.return_(world.db, department.id, "Thiếu số liệu", By(DESK, late))
    assert (back.status, back.return_reason, back.submitted_at) == (
        ReportStatus.RETURNED,
        "Thiếu số liệu",
        None,
    )
    again = await submitted(world, department, late)
    assert (again.submissions, again.late(late), again.first_submitted_at) == (
        2,
        False,
        local("2026-03-04 16:00"),
    )
    first, second = [await frozen.submission(world.db, again.id, number) for number in (1, 2)]
    assert (first.at, second.at) == (local("2026-03-04 16:00"), late)


async def test_a_report_that_comes_on_the_day_itself_is_late(world: worlds.World) -> None:
    department, *_ = await generated(world)
    assert not department.late(local("2026-03-04 23:59"))
    assert department.late(local("2026-03-05 00:00"))
    assert (await submitted(world, department, local("2026-03-05 00:00"))).late(READY)


async def test_the_consolidated_report_is_the_sum_of_what_was_submitted(world: worlds.World) -> None:
    await filed(world)
    department, other, consolidated = await generated(world)
    await submitted(world, department)
    with pytest.raises(ReportsMissing) as missing:
        await submitted(world, consolidated)
    assert missing.value.units == (worlds.OTHER,)
    await submitted(world, other, local("2026-03-06 08:00"))
    at = local("2026-03-09 08:00")
    await acts.write(world.db, consolidated.id, {"chapter": "Đánh giá chung"}, By(DESK, at))
    await acts.approve(world.db, consolidated.id, By(HEAD_OF_DESK, at))
    done = await acts.submit(world.db, consolidated.id, By(DESK, at))

    kept = await frozen.submission(world.db, done.id, 1)
    assert Accounted.sum(kept.figures.account) == Accounted(online=1, desk=1, open_overdue=2)
    assert [(each.unit, each.late) for each in kept.figures.sources] == [
        (worlds.DEPARTMENT, False),
        (worlds.OTHER, True),
    ]
    assert done.texts["chapter"] == "Đánh giá chung"
    assert await frozen.recount(world.db, done.id, 1) == frozen.Recounted(2, same=True, intact=True)
    with pytest.raises(AlreadyConsolidated):
        await acts.return_(world.db, department.id, "Thiếu", By(DESK, at))
    await acts.return_(world.db, done.id, "Bổ sung", By(LEADER, at))
    assert (
        await acts.return_(world.db, department.id, "Thiếu", By(DESK, at))
    ).status is ReportStatus.RETURNED


async def test_a_consolidated_report_says_whose_report_is_missing(world: worlds.World) -> None:
    department, _, consolidated = await generated(world)
    await submitted(world, department)
    done = await submitted(world, consolidated, confirm_missing=True)
    assert (await frozen.submission(world.db, done.id, 1)).figures.missing == (worlds.OTHER,)


async def test_a_unit_is_reminded_by_hand_once_a_day(world: worlds.World) -> None:
    department, *_ = await generated(world, local("2026-02-02 08:00"))
    at = local("2026-02-03 08:00")
    assert await acts.remind(world.db, department.id, By(DESK, at)) == 3
    with pytest.raises(RemindedToday):
        await acts.remind(world.db, department.id, By(DESK, at))
    with pytest.raises(errors.Forbidden):
        await acts.remind(world.db, department.id, By(CLERK, at))


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"code": "Ê", "name": " ", "basis": ""}, ["code", "name", "basis"]),
        ({"last_month": -3}, ["last_day"]),
        ({"due_month": 1, "due_day": 1}, ["due_day"]),
        ({"valid_to": date(2025, 1, 1)}, ["valid_to"]),
    ],
)
async def test_a_kind_that_makes_no_sense_is_refused(
    world: worlds.World, wrong: dict[str, Any], fields: Sequence[str]
) -> None:
    with pytest.raises(errors.FormRefused) as refused:
        await owed_reports.owed(world, OPENED, replace(QUARTERLY, **wrong))
    assert [each.field for each in refused.value.faults] == fields


async def test_a_newer_kind_of_the_same_code_ends_the_one_before(world: worlds.World) -> None:
    first, second = await owed_reports.owed(
        world, OPENED, QUARTERLY, replace(QUARTERLY, due_day=10, valid_from=date(2026, 7, 1), basis="QĐ mới")
    )
    assert [each.valid_to for each in await kinds.listed(world.db)] == [date(2026, 6, 30), None]
    await sweep.sweep(world.db, at=local("2026-09-01 08:00"))
    due = {
        each.period_key: each.due_before
        for each in await register.listed(world.db, None, unit=worlds.DEPARTMENT)
    }
    assert due == {
        "2026-Q1": date(2026, 3, 5),
        "2026-Q2": date(2026, 6, 5),
        "2026-Q3": date(2026, 9, 10),
    }
    with pytest.raises(errors.FormRefused):
        await owed_reports.owed(world, OPENED, replace(QUARTERLY, valid_from=second.valid_from))
    assert first.code == second.code


async def test_only_an_administrator_over_the_receiving_unit_enters_a_kind(world: worlds.World) -> None:
    with pytest.raises(errors.Forbidden):
        await kinds.enter(world.db, QUARTERLY, actor=HEAD, at=OPENED)


async def test_two_kinds_of_one_code_entered_at_once_follow_each_other_or_are_refused(
    world: worlds.World,
) -> None:
    days = [date(2026, 1, 1), date(2026, 1, 1), date(2026, 7, 1), date(2026, 7, 1)]
    said = await asyncio.gather(
        *(owed_reports.owed(world, OPENED, replace(QUARTERLY, valid_from=day)) for day in days),
        return_exceptions=True,
    )
    assert {type(each) for each in said} <= {list, errors.FormRefused}
    standing = [(each.valid_from, each.valid_to) for each in await kinds.listed(world.db)]
    assert standing in (
        [(days[0], date(2026, 6, 30)), (days[2], None)],
        [(days[2], None)],
    )


async def test_the_database_itself_refuses_that_the_writer_approves(world: worlds.World) -> None:
    department, *_ = await generated(world)
    await acts.write(world.db, department.id, TEXTS, By(HEAD, READY))
    with pytest.raises(StorageError):
        await world.db.one_statement("update report_obligation set approved_by = written_by")


async def test_figures_that_run_are_those_of_the_period_so_far(world: worlds.World) -> None:
    await filed(world)
    department, *_ = await generated(world)
    running = await frozen.running(world.db, department, at=local("2026-02-10 08:00"))
    assert Accounted.sum(running.account) == Accounted(online=1, desk=1, open_overdue=2)
    assert running.online == ()
