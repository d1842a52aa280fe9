import asyncio
import re
from dataclasses import astuple, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from hoso_workflows.lifecycle import commands
from hoso_workflows.operation import cached_figures
from hoso_workflows.reports import lateness
from hoso_workflows.reports.lateness import DoesNotAddUp, Figures, Hours, Line, Part, Report
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local

CLERK = worlds.person("reception", worlds.DESK)
MARCH = date(2026, 3, 1), date(2026, 3, 31)
AFTER = local("2026-06-01 08:00")
NOTHING = Figures(0, 0, 0, 0, 0, 0, 0, 0)

# The dossier that is accepted on 2 March, 9:00, is due on Thursday the 5th at 17:00.


async def report(world: worlds.World, first: str, last: str, at: datetime = AFTER, **asked: Any) -> Report:
    days = date.fromisoformat(first), date.fromisoformat(last)
    return await lateness.report_lateness(world.db, *days, at=at, **asked)


async def accepted(world: worlds.World) -> worlds.Outcome:
    return await world.accepts(await world.files())


async def test_a_dossier_that_is_received_and_late_is_open_and_overdue(world: worlds.World) -> None:
    await accepted(world)

    made = await report(world, "2026-03-01", "2026-03-05")

    line = Line(1, 0, 0, 0, 0, 0, 1, 0, worlds.DEPARTMENT, "Sở Văn hóa, Thể thao và Du lịch", "1.014464")
    hours = Hours(line.unit, line.unit_name, line.procedure, 1, 0, 0, 1)
    period = date(2026, 3, 1), date(2026, 3, 5)
    assert made == Report(*period, None, lateness.Part.HANDLING, (line,), AFTER, final=True, hours=(hours,))


async def test_what_happens_after_the_period_changes_nothing(world: worlds.World) -> None:
    dossier = await accepted(world)
    before = (await report(world, "2026-03-01", "2026-03-04")).total
    await world.changed("truncate report")
    await world.does(dossier, commands.Withdraw("đổi ý"), CLERK, "2026-03-10 09:00")

    assert (
        (await report(world, "2026-03-01", "2026-03-04")).total
        == before
        == replace(NOTHING, received=1, open_within=1)
    )
    assert (await report(world, "2026-03-05", "2026-03-10")).total == replace(
        NOTHING, carried_over=1, closed_otherwise=1
    )
    assert (await report(world, "2026-03-11", "2026-03-31")).lines == ()


async def test_a_supplement_that_comes_after_the_period_does_not_unmake_its_lateness(
    world: worlds.World,
) -> None:
    dossier = await accepted(world)
    asked = await world.does(dossier, commands.AskSupplement("thiếu"), CLERK, "2026-03-06 09:00")
    await world.does(asked, commands.ReceiveSupplement(), CLERK, "2026-03-10 09:00")

    assert (await report(world, "2026-03-01", "2026-03-05")).total.open_overdue == 1
    assert (await report(world, "2026-03-01", "2026-03-31")).total.open_overdue == 1


async def test_a_dossier_that_waits_for_the_applicant_in_time_is_not_overdue(world: worlds.World) -> None:
    dossier = await accepted(world)
    await world.does(dossier, commands.AskSupplement("thiếu"), CLERK, "2026-03-04 09:00")

    assert (await report(world, "2026-03-01", "2026-03-31")).total == replace(
        NOTHING, received=1, open_within=1
    )


async def test_a_supplement_counts_as_asked_for_when_a_correction_says_that_it_was(
    world: worlds.World,
) -> None:
    dossier = await accepted(world)
    asked = await world.does(dossier, commands.AskSupplement("thiếu"), CLERK, "2026-03-06 09:00")
    seq = await world.one("select seq from dossier_event where kind = 'supplement_asked'")
    correct = commands.Correct(seq, local("2026-03-05 16:00"), "đồng hồ chạy nhanh")
    administrator = worlds.person("administrator", worlds.PROVINCE)
    await world.does(asked, correct, administrator, "2026-03-06 10:00")

    assert (await report(world, "2026-03-01", "2026-03-05")).total == replace(
        NOTHING, received=1, open_within=1
    )


@pytest.mark.parametrize("verdict", ["early", "on_time", "late"])
async def test_a_result_counts_by_its_verdict_in_the_period_in_which_it_is_ready(
    world: worlds.World, verdict: str
) -> None:
    await accepted(world)
    ready = local("2026-04-02 09:00")
    await world.changed(
        "update dossier set result_ready_at = $1, closed_at = $1, verdict = $2", ready, verdict
    )

    march, april = (
        await report(world, "2026-03-01", "2026-03-31"),
        await report(world, "2026-04-01", "2026-04-30"),
    )

    assert (march.total.received, march.total.open, march.total.resolved) == (1, 1, 0)
    assert april.total == replace(NOTHING, carried_over=1, **{verdict: 1})


async def test_what_was_not_accepted_is_in_no_report(world: worlds.World) -> None:
    await world.files()

    assert (await report(world, "2026-03-01", "2026-03-31")).lines == ()


async def test_a_report_of_a_unit_holds_the_units_below_it(world: worlds.World) -> None:
    await accepted(world)

    units = {unit: await report(world, "2026-03-01", "2026-03-31", unit=unit) for unit in worlds.UNITS}

    assert {unit: made.total.received for unit, made in units.items()} == {
        worlds.PROVINCE: 1,
        worlds.DESK: 0,
        worlds.DEPARTMENT: 1,
        worlds.OTHER: 0,
    }


async def test_the_report_of_an_ended_period_is_counted_once(world: worlds.World) -> None:
    await accepted(world)
    first = await report(world, "2026-03-01", "2026-03-31", made_by=CLERK)
    await world.changed("delete from appointment")

    again = await report(world, "2026-03-01", "2026-03-31", AFTER + timedelta(days=9))

    assert again == first
    assert await world.one("select made_by from report") == CLERK


async def test_six_who_ask_at_once_get_the_same_report(world: worlds.World) -> None:
    await accepted(world)

    made = await asyncio.gather(
        *(report(world, "2026-03-01", "2026-03-31", AFTER + timedelta(minutes=n)) for n in range(6))
    )

    assert made == [made[0]] * 6
    assert await world.one("select count(*) from report") == 1


async def test_a_running_period_is_reported_as_of_now_and_not_kept(world: worlds.World) -> None:
    await accepted(world)

    running = await report(world, "2026-03-01", "2026-03-31", local("2026-03-05 17:00"))

    assert (running.final, running.total) == (False, replace(NOTHING, received=1, open_within=1))
    later = await report(world, "2026-03-01", "2026-03-31", local("2026-03-05 17:01"))
    assert later.total.open_overdue == 1
    assert await world.one("select count(*) from report") == 0


async def test_a_running_report_is_given_again_for_a_minute_and_then_as_if_counted_anew(
    world: worlds.World,
) -> None:
    figures, noon = cached_figures.FigureCache(), local("2026-03-04 12:00")
    dossier = await accepted(world)

    async def asked(at: datetime, given: cached_figures.FigureCache | None = figures) -> Report:
        return await report(world, "2026-03-01", "2026-03-31", at, figures=given)

    first = await asked(noon)
    await world.does(dossier, commands.Withdraw("đổi ý"), CLERK, noon + timedelta(seconds=10))
    await world.accepts(await world.files("2026-03-04 12:00"), noon + timedelta(seconds=20))
    again, anew = await asked(noon + timedelta(seconds=59)), noon + timedelta(minutes=1)

    assert first == again
    assert first.total == replace(NOTHING, received=1, open_within=1)
    assert await asked(anew) == await asked(anew, None)
    assert (await asked(anew)).total == replace(NOTHING, received=2, open_within=1, closed_otherwise=1)
    # Whoever asks of an earlier instant is not told what had not happened by then.
    assert (await asked(noon)).total == replace(NOTHING, received=1, open_within=1)
    # Another unit, another report.
    other = await report(world, "2026-03-01", "2026-03-31", anew, figures=figures, unit=worlds.OTHER)
    assert other.lines == ()


async def test_a_report_reads_nothing_that_ended_before_its_period(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    referred, early = await dossier_rows.refers(world.db), local("2026-02-02 17:00")
    await dossier_rows.many(world.db, referred, [early] * 4_000, worlds.FOUNDED)
    await world.changed(
        "update dossier set result_ready_at = due_legal, closed_at = due_legal, verdict = 'on_time', clock_running = false"
    )
    await dossier_rows.many(world.db, referred, [local("2026-03-09 17:00")] * 3, worlds.FOUNDED)
    await world.changed("vacuum analyze dossier")
    asked, rows = [], world.db.rows

    async def noting(sql: str, parameters: Any = ()) -> Any:
        asked.append((sql, parameters))
        return await rows(sql, parameters)

    monkeypatch.setattr(world.db, "rows", noting)
    made = await report(world, "2026-03-01", "2026-03-31", local("2026-03-04 12:00"))

    assert made.total == replace(NOTHING, carried_over=3, open_within=3)
    (sql, parameters), _ = asked
    plan = [row[0] for row in await rows(f"explain (analyze, timing off) {sql}", parameters)]
    touched = [line for line in plan if " on dossier" in line or " on ix_dossier" in line]
    assert any("ix_dossier_ended" in line for line in touched)
    assert max(int(found) for line in touched for found in re.findall(r"actual rows=(\d+)", line)) <= 3


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [("2026-03-02", "2026-03-01", "it ends before it begins"), ("2026-06-02", "2026-06-30", "it lies ahead")],
)
async def test_an_impossible_period_is_refused(world: worlds.World, first: str, last: str, why: str) -> None:
    with pytest.raises(lateness.BadPeriod, match=why):
        await report(world, first, last)


async def test_figures_that_do_not_add_up_are_not_reported(world: worlds.World) -> None:
    await accepted(world)
    await world.changed("update dossier set result_ready_at = $1", local("2026-03-04 09:00"))

    with pytest.raises(
        DoesNotAddUp, match=r"1\.014464: 1 dossiers were received or carried over, 0 are accounted"
    ):
        await report(world, "2026-03-01", "2026-03-31")
    assert await world.one("select count(*) from report") == 0


async def test_every_month_since_the_first_acceptance_is_missing_until_it_is_made(
    world: worlds.World,
) -> None:
    assert await lateness.missing(world.db, at=AFTER) == ()
    await accepted(world)
    months = MARCH, (date(2026, 4, 1), date(2026, 4, 30)), (date(2026, 5, 1), date(2026, 5, 31))
    assert await lateness.missing(world.db, at=AFTER) == tuple(
        (*month, part) for month in months for part in Part
    )

    await lateness.report_lateness(world.db, *months[1], at=AFTER)
    await lateness.report_lateness(world.db, *months[0], at=AFTER, part=Part.RECEIVING)

    assert await lateness.missing(world.db, at=AFTER - timedelta(hours=9)) == (
        (*months[0], Part.HANDLING),
        (*months[1], Part.RECEIVING),
    )


def test_lines_add_up() -> None:
    assert astuple(Figures.sum([Figures(1, 2, 3, 4, 5, 6, 7, 8)] * 3)) == (3, 6, 9, 12, 15, 18, 21, 24)
    assert Figures.sum([]) == NOTHING
