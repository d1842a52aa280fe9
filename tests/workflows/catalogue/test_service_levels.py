"""Service levels by decision of the coordinating function; what is declared here beside the entry; agencies' systems."""

from dataclasses import replace
from datetime import date

import pytest

from hoso_models import Integration
from hoso_workflows import errors
from hoso_workflows.catalogue import checking, drafts, publishing, reads, refusals, service_levels, systems
from hoso_workflows.catalogue.service_levels import Setting
from support.catalogue_entries import DECISION, EDITOR, WHOLE, asked, kept
from support.coordinators import COORDINATOR, appointed
from support.world import DEPARTMENT, OTHER, World, instant, person

CODE = "1.014464"
LEVEL = Setting(
    CODE, "partial", "5/QĐ-STTTT", date(2026, 2, 2), date(2026, 3, 1), reason="Phải nộp bản chính"
)
SYSTEM = systems.Entry(
    DEPARTMENT,
    "Cổng của Sở",
    "Nhận hồ sơ trực tuyến",
    Integration.APART,
    date(2026, 1, 5),
    "https://dv.example.vn",
)


async def published(world: World) -> None:
    await kept(world)
    await appointed(world)
    content = WHOLE.model_copy(update={"components": WHOLE.components[:1]})
    await drafts.save(world.db, CODE, content, asked(EDITOR))
    await publishing.publish(world.db, CODE, DECISION, asked())


async def test_the_coordinating_function_sets_the_level_under_which_dossiers_are_filed(world: World) -> None:
    await published(world)
    coordinator = asked(COORDINATOR)
    made = await service_levels.set_level(world.db, LEVEL, coordinator)
    assert (made, made.kind_name) == (
        await service_levels.set_level(world.db, LEVEL, coordinator),
        "Một phần",
    )
    full = replace(LEVEL, kind="full", reason="", valid_from=date(2026, 3, 9))
    await service_levels.set_level(world.db, full, coordinator)
    for at in ("2026-02-27 09:00", "2026-03-02 09:00", "2026-03-09 09:00"):
        await world.files(at)
    rows = await world.db.rows("select service_level from dossier order by filed_at")
    assert [row.service_level for row in rows] == [None, "partial", "full"]
    listed = (await service_levels.listed(world.db, code=CODE)).items
    assert [(each.kind, each.valid_to) for each in listed] == [("full", None), ("partial", date(2026, 3, 8))]
    entry = await reads.entry(world.db, CODE, date(2026, 3, 3))
    assert entry.service_level is not None
    assert (entry.service_level.kind, entry.service_level.reason) == ("partial", "Phải nộp bản chính")
    counts = await reads.counts(world.db, "", day=date(2026, 3, 9))
    assert dict(counts.service_levels) == {"full": 1}
    with pytest.raises(refusals.LevelBeginsEarlier):
        await service_levels.set_level(world.db, replace(LEVEL, decision_no="6"), coordinator)
    with pytest.raises(errors.Forbidden):
        await service_levels.set_level(world.db, full, asked(EDITOR))


async def test_a_level_that_was_entered_wrongly_is_corrected_on_its_day_and_both_stay(world: World) -> None:
    await published(world)
    early = await service_levels.set_level(
        world.db, replace(LEVEL, valid_from=date(2026, 2, 9)), asked(COORDINATOR, "2026-02-09 08:00")
    )
    right = replace(LEVEL, kind="full", reason="")
    for at, said in (("2026-02-27 09:00", LEVEL), ("2026-02-27 15:00", right), ("2026-03-01 08:00", LEVEL)):
        made = await service_levels.set_level(world.db, said, asked(COORDINATOR, at))
    again = await service_levels.set_level(world.db, LEVEL, asked(COORDINATOR, "2026-03-02 08:00"))
    assert again == made
    listed = (await service_levels.listed(world.db, code=CODE)).items
    assert {(each.kind, each.valid_from, each.valid_to, each.corrected_at) for each in listed} == {
        ("partial", date(2026, 2, 9), date(2026, 2, 28), None),
        ("partial", date(2026, 3, 1), None, instant("2026-02-27 15:00")),
        ("full", date(2026, 3, 1), None, instant("2026-03-01 08:00")),
        ("partial", date(2026, 3, 1), None, None),
    }
    assert [each.id for each in (await service_levels.listed(world.db, on=date(2026, 3, 1))).items] == [
        made.id
    ]
    assert dict((await reads.counts(world.db, "", day=date(2026, 3, 9))).service_levels) == {"partial": 1}
    for late in (right, replace(right, valid_from=early.valid_from)):
        with pytest.raises(refusals.LevelBeginsEarlier):
            await service_levels.set_level(world.db, late, asked(COORDINATOR, "2026-03-02 09:00"))
    kinds = await world.db.rows(
        "select kind from administration_event where kind like 'service_level%' order by number"
    )
    assert [row.kind.removeprefix("service_level_") for row in kinds] == [
        "set",
        "set",
        "corrected",
        "corrected",
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(LEVEL, kind="3"), "kind"),
        (replace(LEVEL, reason=" "), "reason"),
        (replace(LEVEL, decision_no=""), "decision_no"),
        (replace(LEVEL, valid_to=date(2026, 2, 1)), "valid_to"),
    ],
)
async def test_what_is_wrong_with_a_level_is_told_at_its_field(
    world: World, wrong: Setting, field: str
) -> None:
    await published(world)
    with pytest.raises(errors.FormRefused) as refused:
        await service_levels.set_level(world.db, wrong, asked(COORDINATOR))
    assert [each.field for each in refused.value.faults] == [field]


async def test_what_differs_from_the_declared_procedure_is_told(world: World) -> None:
    await published(world)
    (found,) = await checking.check(world.db, world.service.reference_data, date(2026, 3, 2))
    assert (found.code, found.missing, found.declared) == (CODE, (), 1)
    assert [each.field for each in found.differences] == ["name", "field", "components", "term"]
    (term,) = (each for each in found.differences if each.field == "term")
    assert (term.entry, term.declared) == (("5 working_days",), ("3 working_days",))
    entry = await reads.entry(world.db, CODE, date(2026, 3, 2), reference=world.service.reference_data)
    assert entry.declared is not None
    assert (entry.declared.number, len(entry.declared.cases)) == (1, 1)


async def test_a_system_is_entered_and_followed_until_it_is_integrated(world: World) -> None:
    by = asked(await appointed(world))
    made = await systems.enter(world.db, SYSTEM, asked(person("head")))
    assert made == await systems.enter(world.db, SYSTEM, by)
    assert await systems.not_integrated(world.db) == 1
    done = await systems.change(
        world.db, made.id, Integration.INTEGRATED, date(2026, 3, 1), by, note="Đã nối"
    )
    assert (done.state, done.note, await systems.not_integrated(world.db)) == (
        Integration.INTEGRATED,
        "Đã nối",
        0,
    )
    assert (await systems.listed(world.db, unit=DEPARTMENT)).items == (done,)
    for since in (date(2026, 3, 3), date(2026, 1, 1)):
        with pytest.raises(errors.FormRefused):
            await systems.change(world.db, made.id, Integration.ENDED, since, by)
    with pytest.raises(errors.Forbidden):
        await systems.enter(world.db, replace(SYSTEM, unit=OTHER), asked(person("head")))
    kinds = await world.db.rows("select kind from administration_event where subject = $1", [str(made.id)])
    assert [row.kind for row in kinds] == ["agency_system_entered", "agency_system_changed"]
