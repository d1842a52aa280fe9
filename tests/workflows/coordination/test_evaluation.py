"""Evaluation sheets: figures of the data, marks by hand, and nothing invented."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_workflows import errors
from hoso_workflows.coordination import evaluation, indicators, refusals
from hoso_workflows.coordination.evaluation import Sheet
from hoso_workflows.coordination.indicators import Figure, Group
from support.coordinators import COORDINATOR, appointed, asked
from support.world import DEPARTMENT, OTHER, PROVINCE, World, person

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
AFTERWARDS = "2026-04-01 08:00"


async def opened(world: World, unit: str = DEPARTMENT, at: str = AFTERWARDS) -> Sheet:
    return await evaluation.open_sheet(world.db, unit, FIRST, LAST, asked(await appointed(world), at))


async def test_without_dossiers_every_indicator_is_without_figure_and_points(world: World) -> None:
    sheet = await opened(world)
    assert set(sheet.figures.values()) == {Figure()}
    assert [(sheet.counted(group), sheet.total(group)) for group in Group] == [(0, 0), (0, 0)]
    assert sheet.grade is None


async def test_figures_are_counted_from_the_dossiers_of_the_unit_in_the_period(world: World) -> None:
    for channel in ("online", "desk"):
        await world.accepts(await world.files(channel=channel))
    decided, _ = await world.at_the_decision()
    before = await world.one(
        "select d.reference from dossier d join user_task t on t.dossier_id = d.id where t.id = $1::text::uuid",
        decided,
    )
    await world.changed(
        "update dossier set result_ready_at = accepted_at, verdict = 'early' where reference = $1", before
    )
    found = (await opened(world)).figures
    assert found["total_time"] == Figure(Decimal("2.0"), Decimal("2.0"), 1, 1)
    assert found["progress_766"] == Figure(Decimal("100.0"), Decimal("20.0"), 1, 1)
    assert found["online"] == Figure(Decimal("33.3"), Decimal(2), 1, 3)
    assert found["at_one_stop"] == Figure(Decimal("0.0"), None, 0, 1)
    assert found["publicity"] == found["attitude"] == found["complaints"] == Figure()
    assert (await opened(world, OTHER)).figures["online"] == Figure()
    assert (await opened(world, PROVINCE)).figures["online"] == found["online"]


async def test_a_mark_by_hand_goes_before_the_points_of_the_data(world: World) -> None:
    sheet = await opened(world)
    by = asked(COORDINATOR, AFTERWARDS)
    await evaluation.mark(world.db, sheet.id, "attitude", Decimal(2), "Khảo sát quý I", by)
    marked = await evaluation.mark(world.db, sheet.id, "attitude", Decimal("1.5"), "Sửa theo khảo sát", by)
    (line,) = (each for each in marked.lines(Group.CIRCULAR) if each.mark)
    assert (line.indicator.name, line.points, line.mark and line.mark.reason) == (
        "attitude",
        Decimal("1.5"),
        "Sửa theo khảo sát",
    )
    assert (marked.total(Group.CIRCULAR), marked.counted(Group.CIRCULAR)) == (Decimal("1.5"), 1)
    for points, reason in ((Decimal("2.1"), "Hơn"), (Decimal(-1), "Kém"), (Decimal(1), " ")):
        with pytest.raises(errors.FormRefused):
            await evaluation.mark(world.db, sheet.id, "attitude", points, reason, by)
    with pytest.raises(errors.NotFound):
        await evaluation.mark(world.db, sheet.id, "khong-co", Decimal(1), "Không", by)


async def test_nine_marks_give_a_grade_and_a_final_sheet_changes_no_more(world: World) -> None:
    sheet = await opened(world)
    by = asked(COORDINATOR, AFTERWARDS)
    for line in sheet.lines(Group.CIRCULAR):
        sheet = await evaluation.mark(world.db, sheet.id, line.indicator.name, Decimal("1.7"), "Kiểm tra", by)
    assert (sheet.total(Group.CIRCULAR), sheet.grade) == (Decimal("15.3"), "excellent")
    final = await evaluation.finalise(world.db, sheet.id, by)
    assert (final.final_at, final.final_by) == (by.at, f"coordinator 1 · {PROVINCE}")
    await world.accepts(await world.files())
    for act in (
        evaluation.mark(world.db, sheet.id, "attitude", Decimal(0), "Sau", by),
        evaluation.finalise(world.db, sheet.id, by),
        evaluation.open_sheet(world.db, DEPARTMENT, FIRST, LAST, by),
    ):
        with pytest.raises(refusals.SheetFinal):
            await act
    assert await evaluation.one(world.db, sheet.id, asked(person("head"), AFTERWARDS)) == final


async def test_a_period_that_is_not_over_is_not_made_final(world: World) -> None:
    sheet = await opened(world, at="2026-03-31 08:00")
    with pytest.raises(errors.FormRefused):
        await evaluation.finalise(world.db, sheet.id, asked(COORDINATOR, "2026-03-31 20:00"))
    with pytest.raises(errors.FormRefused):
        await evaluation.open_sheet(world.db, DEPARTMENT, LAST, FIRST, asked(COORDINATOR))


async def test_a_head_reads_the_sheets_of_their_own_unit(world: World) -> None:
    sheet, others = await opened(world), await opened(world, OTHER)
    head = asked(person("head"), AFTERWARDS)
    assert [each.id for each in (await evaluation.read(world.db, head)).items] == [sheet.id]
    with pytest.raises(errors.NotFound):
        await evaluation.one(world.db, others.id, head)
    with pytest.raises(errors.Forbidden):
        await evaluation.mark(world.db, sheet.id, "attitude", Decimal(2), "Tự chấm", head)


@given(st.lists(st.decimals(0, 2, places=1), min_size=9, max_size=9))
def test_a_better_sum_never_has_a_worse_grade(points: list[Decimal]) -> None:
    order = [word for _, word in indicators.GRADES]
    total = sum(points, Decimal(0))
    better, worse = indicators.grade(total, 9), indicators.grade(max(total - 1, Decimal(0)), 9)
    assert better is not None
    assert worse is not None
    assert order.index(better) <= order.index(worse)
    assert indicators.grade(total, 8) is None
