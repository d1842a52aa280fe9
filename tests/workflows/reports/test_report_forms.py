"""Forms II.06 and II.07, steps, officers and the share filed online, each against what really happened."""

import csv
import io
from dataclasses import asdict, astuple, replace
from datetime import date
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from hoso_models import EntryChannel
from hoso_workflows import errors
from hoso_workflows.lifecycle import commands
from hoso_workflows.reports import days
from hoso_workflows.reports.forms import accounting, causes, files, steps, tables, targets
from hoso_workflows.reports.forms.accounting import Accounted, Line, Scope
from hoso_workflows.reports.forms.files import Format
from hoso_workflows.reports.forms.tables import Heading, Split
from hoso_workflows.reports.lateness import DoesNotAddUp
from support import world as worlds
from support.builders.histories import local

CLERK = worlds.person("reception", worlds.DESK)
HEAD = worlds.person("head")
AFTER = local("2026-06-01 08:00")
MARCH = Scope(date(2026, 3, 1), date(2026, 3, 31), None)
FIELD = "Báo chí, xuất bản"
NAME = "Cấp giấy chứng nhận lưu hành tự do (CFS) đối với hàng hóa xuất khẩu trong lĩnh vực báo chí, xuất bản"

# The dossier that is accepted on 2 March, 9:00, is due on Thursday the 5th at 17:00.


async def accepted(world: worlds.World, **said: Any) -> worlds.Outcome:
    return await world.accepts(await world.files(**said))


async def to_the_result(world: worlds.World, before: worlds.Outcome, at: str) -> worlds.Outcome:
    """Every step up to the one whose result is ready, at one instant."""
    while True:
        (task,) = await world.open_tasks(before)
        before = await world.completes(before, at, outcome=worlds.DRAWN.get(task["element"]))
        if task["milestone"] == "result":
            return before


def line(**figures: int) -> Line:
    return Line(
        **asdict(replace(Accounted(), **figures)),
        unit=worlds.DEPARTMENT,
        unit_name="Sở Văn hóa, Thể thao và Du lịch",
        field=FIELD,
        level="province",
        procedure="1.014464",
        procedure_name=NAME,
    )


async def test_what_was_received_is_split_by_channel_and_each_dossier_has_one_fate(
    world: worlds.World,
) -> None:
    for channel in ("online", "desk", "post"):
        await accepted(world, channel=EntryChannel(channel))
    withdrawn = await accepted(world)
    await world.does(withdrawn, commands.Withdraw("đổi ý"), CLERK, "2026-03-03 09:00")

    made = await accounting.account(world.db, MARCH, at=AFTER)

    assert made == (line(online=1, desk=2, post=1, open_overdue=3, closed_otherwise=1),)
    assert await accounting.account(world.db, Scope(date(2026, 4, 1), date(2026, 4, 30), None), at=AFTER) == (
        line(carried_over=3, open_overdue=3),
    )
    table = tables.of_account(made)
    assert [(each.says, each.holds) for each in table.checks] == [
        ("3 = 4 + 5a + 5b + 6", True),
        ("7 = 8 + 9 + 10", True),
        ("11 = 12 + 13", True),
        ("3 = 7 + 11 + 14", True),
    ]
    assert table.total is not None
    assert table.total.figures == (4, 1, 2, 1, 0, 0, 0, 0, 0, 3, 0, 3, 1)
    assert tables.of_account(made, Split.FIELD).rows[0].labels == (
        made[0].unit_name,
        worlds.DEPARTMENT,
        FIELD,
    )


async def test_a_dossier_that_is_taken_up_again_keeps_the_result_of_the_period_that_ended(
    world: worlds.World,
) -> None:
    done = await to_the_result(world, await accepted(world), "2026-03-04 09:00")
    before = await accounting.account(world.db, MARCH, at=AFTER)
    reopened = commands.Reopen("có sai sót", "Quyết định 9/QĐ")
    await world.does(done, reopened, HEAD, "2026-04-06 09:00")

    assert before == (line(desk=1, early=1),)
    assert await accounting.account(world.db, MARCH, at=AFTER) == before
    # From then on it is open again.
    assert await accounting.account(world.db, Scope(date(2026, 4, 1), date(2026, 4, 7), None), at=AFTER) == (
        line(carried_over=1, open_within=1),
    )


async def test_a_line_that_does_not_add_up_names_its_unit_and_procedure(world: worlds.World) -> None:
    await accepted(world)
    await world.changed("update dossier set result_ready_at = $1", local("2026-03-04 09:00"))

    with pytest.raises(
        DoesNotAddUp, match=r"1\.014464: 1 dossiers were received or carried over, 0 are accounted"
    ):
        await accounting.account(world.db, MARCH, at=AFTER)


async def test_the_step_that_went_beyond_its_limit_most_is_the_cause(world: worlds.World) -> None:
    await accepted(world)
    late = await accepted(world)
    await world.changed(
        "update user_task set due_own = null where dossier_id <> (select id from dossier where reference = $1)",
        late.reference,
    )

    (made,) = await causes.causes(world.db, MARCH, at=AFTER)

    assert (made.open_overdue, made.late, made.own, made.others, made.unexplained) == (2, 0, 0, 1, 1)
    assert all(each.holds for each in tables.of_causes([made]).checks)


async def test_steps_tell_how_long_they_took_in_working_minutes(world: worlds.World) -> None:
    first, second = await accepted(world), await accepted(world)
    await world.completes(first, "2026-03-02 09:30")
    await world.completes(second, "2026-03-03 09:00")
    calendars = await world.service.reference_data.unit_calendars()

    made = await steps.by_step(world.db, calendars, MARCH, at=AFTER)
    named, _, waiting = made

    assert (named.ended, named.median, named.ninetieth, named.longest) == (2, 30, 480, 480)
    assert (named.unit, named.early, named.on_time, named.late, named.unlimited) == (worlds.DESK, 0, 1, 1, 0)
    assert (waiting.unit, waiting.ended, waiting.open, waiting.open_overdue) == (worlds.DEPARTMENT, 0, 2, 2)
    officers = await steps.by_officer(world.db, calendars, MARCH, at=AFTER)
    by = {UUID(each.key): each.ended for each in officers}
    assert by[CLERK] == 4
    assert tables.of_officers(officers).checks[0].holds


async def test_late_steps_of_a_dossier_that_stands_still_are_told_as_such_while_it_does(
    world: worlds.World,
) -> None:
    await accepted(world)
    standing = await accepted(world)
    calendars = await world.service.reference_data.unit_calendars()
    period = Scope(date(2026, 3, 1), date(2026, 4, 30), None)

    async def waiting(at: str) -> tuple[int, int, int]:
        found = await steps.by_step(world.db, calendars, period, at=local(at))
        (line,) = [each for each in found if each.open]
        return line.open, line.open_overdue, line.overdue_still

    assert await waiting("2026-03-09 08:00") == (2, 2, 0)
    await world.does(standing, commands.AskSupplement("thiếu bản sao"), CLERK, "2026-03-09 09:00")
    assert await waiting("2026-03-12 08:00") == (2, 2, 1)
    await world.does(standing, commands.ReceiveSupplement(), CLERK, "2026-04-06 09:00")
    assert await waiting("2026-04-06 10:00") == (2, 1, 0)


async def test_the_share_filed_online_is_judged_by_the_target_of_the_nearest_unit(
    world: worlds.World,
) -> None:
    await accepted(world, channel=EntryChannel("online"))
    await accepted(world)
    coordinator, head = worlds.person("provincial_leader", worlds.PROVINCE), worlds.person("head")
    await world.changed(
        "update role_assignment set role = 'coordinator' where principal_id = $1", coordinator
    )
    said = worlds.PROVINCE, 2026, 60, "Kế hoạch CCHC 2026"
    await targets.enter(world.db, *said, actor=coordinator, at=AFTER)

    (share,) = await targets.shares(world.db, None, date(2026, 3, 31), at=AFTER)
    assert (share.share, share.target and share.target.percent, share.met) == ("50,0", 60, False)
    await targets.enter(world.db, worlds.DEPARTMENT, 2026, 50, "Kế hoạch riêng", actor=head, at=AFTER)
    (share,) = await targets.shares(world.db, None, date(2026, 3, 31), at=AFTER)
    assert (share.target and share.target.percent, share.met) == (50, True)
    assert await world.one("select count(*) from administration_event where kind = 'online_target_set'") == 2


async def test_a_target_without_a_basis_or_by_somebody_without_the_office_is_refused(
    world: worlds.World,
) -> None:
    with pytest.raises(errors.FormRefused) as refused:
        await targets.enter(world.db, worlds.PROVINCE, 26, 101, " ", actor=HEAD, at=AFTER)
    assert [each.field for each in refused.value.faults] == ["year", "percent", "basis"]
    for actor in (HEAD, worlds.person("administrator", worlds.PROVINCE)):
        with pytest.raises(errors.Forbidden):
            await targets.enter(world.db, worlds.PROVINCE, 2026, 60, "Kế hoạch", actor=actor, at=AFTER)


async def test_the_days_of_a_unit_add_up_to_its_period(world: worlds.World) -> None:
    await accepted(world, channel=EntryChannel("online"))
    await to_the_result(world, await accepted(world), "2026-03-04 09:00")

    found = await days.of_unit(world.db, worlds.PROVINCE, date(2026, 3, 6), 9, at=local("2026-03-06 12:00"))

    told = {f"{each.day:%d/%m}": astuple(each)[1:] for each in found}
    assert len(told) == 9
    assert told["01/03"] == (0, 0, 0, 0, 0, 0)
    assert told["02/03"] == (2, 1, 0, 0, 2, 0)
    assert told["04/03"] == (0, 0, 1, 0, 1, 0)
    assert told["06/03"] == (0, 0, 0, 0, 1, 1)


async def test_every_file_holds_the_same_figures(world: worlds.World) -> None:
    await accepted(world)
    table = tables.of_account(await accounting.account(world.db, MARCH, at=AFTER))
    heading = Heading(MARCH.first, MARCH.last, worlds.PROVINCE, "UBND tỉnh", AFTER, final=True)

    book = openpyxl.load_workbook(io.BytesIO(await files.made(Format.XLSX, heading, [table])))
    text = (await files.made(Format.CSV, heading, [table])).decode("utf-8-sig")
    paper = await files.made(Format.PDF, heading, [table])

    told = [[each.head for each in (*table.labels, *table.columns)]]
    told += [[*row.labels, *row.figures] for row in (*table.rows, table.total) if row]
    assert [[cell or "" if cell != 0 else 0 for cell in row] for row in book["II-06"].values] == told
    assert list(csv.reader(io.StringIO(text))) == [[str(cell) for cell in row] for row in told]
    assert paper.startswith(b"%PDF")
    assert await files.made(Format.PDF, heading, [table]) == paper
    assert b"<rect" in await files.made(Format.SVG, heading, [table])


def test_no_cell_of_a_csv_begins_a_formula() -> None:
    table = replace(tables.of_account([replace(line(desk=1, early=1), unit_name='=HYPERLINK("x")')]))
    assert b"\"'=HYPERLINK" in files.separated([table])
