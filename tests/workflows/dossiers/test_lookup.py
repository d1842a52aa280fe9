"""Views of a dossier, and their readers."""

from typing import Any
from uuid import UUID

import pytest

from hoso_workflows import errors
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.commands import AskSupplement, ReceiveSupplement
from support.world import CITIZEN, DEPARTMENT, DESK, FORM, OTHER, PROVINCE, STRANGER, World, instant, person

NOON = instant("2026-03-06 12:00")
RECEPTION, FIRST = person("reception", DESK), person("specialist")


async def walked(world: World) -> Outcome:
    """A citizen's dossier after acceptance and a supplement."""
    before = await world.accepts(await world.files(channel="online"))
    asked = await world.does(before, AskSupplement("Bản sao mờ", ("TP02",)), RECEPTION)
    return await world.does(asked, ReceiveSupplement(), CITIZEN, "2026-03-04 09:00")


async def test_a_dossier_is_shown_with_its_dates_and_papers(world: World) -> None:
    walk = await walked(world)
    shown = await views.dossier(world.service, walk.code or "", reader=FIRST, at=NOON)
    assert {
        name: shown[name] for name in ("reference", "code", "status", "version", "channel", "degree")
    } == {
        "reference": walk.reference,
        "code": walk.code,
        "status": "in_process",
        "version": walk.version,
        "channel": "online",
        "degree": 0,
    }
    assert shown["procedure"]["code"] == "1.014464"
    assert shown["units"] == {"receiving": DESK, "handling": DEPARTMENT, "deciding": PROVINCE}
    assert shown["form"] == FORM["1.014464"]
    assert [(each["kind"], each["supersedes"]) for each in shown["appointments"]] == [
        ("accepted", None),
        ("restart", 1),
    ]
    assert [(each["form"], each["number"]) for each in shown["letters"]] == [("01", 1), ("02", 1)]
    assert [each["code"] for each in shown["components"] if each["received"]] == ["TP01", "TP02", "TP04"]


@pytest.mark.parametrize("reader", [RECEPTION, FIRST, CITIZEN, person("provincial_leader", PROVINCE)])
async def test_those_it_concerns_read_a_dossier(world: World, reader: UUID) -> None:
    walk = await walked(world)
    shown = await views.dossier(world.service, walk.reference, reader=reader, at=NOON)
    assert shown["reference"] == walk.reference


@pytest.mark.parametrize("reader", [STRANGER, person("specialist", OTHER), person("head", OTHER)])
async def test_for_everybody_else_there_is_no_such_dossier(world: World, reader: UUID) -> None:
    walk = await walked(world)
    reads: list[Any] = [views.dossier, views.history, views.explain, views.receipt]
    for read in reads:
        with pytest.raises(errors.NotFound):
            await read(world.service, walk.reference, reader=reader, at=NOON)
    (task,) = await world.open_tasks(walk)
    with pytest.raises(errors.NotFound):
        await views.task(world.service, UUID(task["id"]), reader=reader, at=NOON)


async def test_a_unit_that_the_procedure_itself_names_reads_the_dossier_on_which_it_works(
    world: World,
) -> None:
    walk = await walked(world)
    await world.changed("update user_task set unit_code = $1 where element = 'B2'", OTHER)
    reader = person("clerk", OTHER)
    shown = await views.dossier(world.service, walk.reference, reader=reader, at=NOON)
    assert shown["reference"] == walk.reference


async def test_what_does_not_exist_and_what_may_not_be_read_sound_alike(world: World) -> None:
    walk = await walked(world)
    said = []
    for key in (walk.code or "", "H27.PVHCC-260302-0099"):
        with pytest.raises(errors.NotFound) as refused:
            await views.dossier(world.service, key, reader=STRANGER, at=NOON)
        said.append(str(refused.value).replace(key, "…"))
    assert said[0] == said[1]


async def test_anybody_learns_the_code_the_degree_and_the_lateness_and_nothing_else(world: World) -> None:
    before = await world.accepts(await world.files())
    degrees = []
    while before.body["tasks"]:
        shown = await views.public(world.service, before.code or "", NOON)
        assert shown.keys() == {"code", "degree", "late", "late_since", "still"}
        degrees.append(shown["degree"])
        element = before.body["tasks"][0]["step"]
        before = await world.completes(before, outcome="Trình UBND tỉnh" if element == "B5" else None)
    assert degrees == sorted(degrees)
    assert (degrees[0], (await views.public(world.service, before.code or "", NOON))["degree"]) == (0, 100)


async def test_before_acceptance_there_is_no_code_to_look_up(world: World) -> None:
    filed = await world.files()
    for key in (filed.reference, "", "x"):
        with pytest.raises(errors.NotFound):
            await views.public(world.service, key, NOON)


async def test_the_history_names_who_acted_and_for_whom(world: World) -> None:
    walk = await walked(world)
    found = await views.history(world.service, walk.reference, reader=RECEPTION, at=NOON)
    events = found["items"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [event["kind"] for event in events] == [
        "filed",
        "task_opened",
        "accepted",
        "task_closed",
        "task_opened",
        "letter_issued",
        "supplement_asked",
        "letter_issued",
        "supplement_received",
    ]
    assert {event["actor"] for event in events} == {
        "Người nộp 1",
        "reception 1 · Trung tâm Phục vụ hành chính công tỉnh",
    }


async def test_the_receipt_says_what_was_promised_first(world: World) -> None:
    walk = await walked(world)
    receipt = await views.receipt(world.service, walk.reference, reader=CITIZEN, at=NOON)
    assert (receipt["number"], receipt["code"], receipt["return_at"]) == (
        1,
        walk.code,
        "2026-03-05T17:00:00+07:00",
    )
    filed = await world.files()
    with pytest.raises(errors.NotFound):
        await views.receipt(world.service, filed.reference, reader=RECEPTION, at=NOON)


async def test_a_task_is_shown_open_and_closed(world: World) -> None:
    before = await world.accepts(await world.files())
    (task,) = before.body["tasks"]
    shown = await views.task(world.service, UUID(task["id"]), reader=RECEPTION, at=NOON)
    assert (shown["status"], shown["version"], shown["dossier"]["code"]) == (
        "open",
        before.version,
        before.code,
    )
    after = await world.completes(before)
    shown = await views.task(world.service, UUID(task["id"]), reader=RECEPTION, at=NOON)
    assert (shown["status"], shown["version"], shown["judged"]) == ("closed", after.version, "on_time")


async def test_reading_never_disturbs_the_next_act(world: World) -> None:
    """Reading and acting share one folded history; neither spoils it for the other."""
    before = await world.accepts(await world.files())
    for _ in range(3):
        await views.dossier(world.service, before.reference, reader=RECEPTION, at=NOON)
        before = await world.completes(before)
    shown = await views.dossier(world.service, before.reference, reader=RECEPTION, at=NOON)
    assert (shown["version"], shown["tasks"]) == (before.version, before.body["tasks"])
