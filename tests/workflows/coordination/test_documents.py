"""The register of plans, measures, regulations and targets, and how far each is carried out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from hoso_models import DocumentKind, DocumentState
from hoso_workflows import errors
from hoso_workflows.coordination import documents
from hoso_workflows.coordination.documents import Entry, Target
from support.coordinators import appointed, asked
from support.world import DEPARTMENT, OTHER, World, person

HEAD = person("head")
MEASURE = Entry(
    DocumentKind.MEASURE,
    DEPARTMENT,
    "12/KH-SVHTTDL",
    "Hướng dẫn nộp hồ sơ trực tuyến",
    date(2026, 1, 15),
    date(2026, 2, 1),
    date(2026, 12, 31),
)
TARGET = replace(
    MEASURE, kind=DocumentKind.TARGET, number="13/KH", target=Target(2026, Decimal("4"), "lớp tập huấn")
)


async def test_a_head_enters_a_measure_and_notes_how_far_it_is(world: World) -> None:
    made = await documents.enter(world.db, MEASURE, asked(HEAD))
    assert (made.state, made.progress, made.year) == (DocumentState.PLANNED, (), None)
    noted = await documents.note(world.db, made.id, "Đã mở hai lớp", DocumentState.UNDER_WAY, asked(HEAD))
    (listed,) = (await documents.listed(world.db, unit=DEPARTMENT, kind=DocumentKind.MEASURE)).items
    assert listed == noted
    assert [(each.number, each.text, each.state) for each in listed.progress] == [
        (1, "Đã mở hai lớp", DocumentState.UNDER_WAY)
    ]
    kinds = await world.db.rows("select kind from administration_event where subject = $1", [str(made.id)])
    assert [row.kind for row in kinds] == ["document_entered", "document_progressed"]


async def test_a_target_has_a_year_and_a_figure_and_what_is_reached_of_it(world: World) -> None:
    by = asked(await appointed(world))
    made = await documents.enter(world.db, TARGET, by)
    state = DocumentState.UNDER_WAY
    for reached in (Decimal(1), None, Decimal("2.5")):
        made = await documents.note(world.db, made.id, "Quý này", state, by, reached=reached)
    assert (made.year, made.amount, made.measured_in, made.reached) == (
        2026,
        Decimal(4),
        "lớp tập huấn",
        Decimal("2.5"),
    )


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(MEASURE, target=Target(2026, Decimal(1), "lớp")), "target"),
        (replace(TARGET, target=None), "target"),
        (replace(TARGET, target=Target(2026, Decimal(-1), "lớp")), "amount"),
        (replace(TARGET, target=Target(1026, Decimal(1), "lớp")), "year"),
        (replace(MEASURE, valid_to=date(2026, 1, 1)), "valid_to"),
        (replace(MEASURE, title=""), "title"),
    ],
)
async def test_what_is_wrong_with_a_document_is_told_at_its_field(
    world: World, wrong: Entry, field: str
) -> None:
    with pytest.raises(errors.FormRefused) as refused:
        await documents.enter(world.db, wrong, asked(HEAD))
    assert [each.field for each in refused.value.faults] == [field]


async def test_only_a_target_has_something_that_is_reached(world: World) -> None:
    made = await documents.enter(world.db, MEASURE, asked(HEAD))
    with pytest.raises(errors.FormRefused):
        await documents.note(world.db, made.id, "Xong", DocumentState.DONE, asked(HEAD), reached=Decimal(1))


async def test_a_head_enters_nothing_for_another_unit(world: World) -> None:
    with pytest.raises(errors.Forbidden):
        await documents.enter(world.db, replace(MEASURE, unit=OTHER), asked(HEAD))
