"""The way of a calendar's revision: entered, checked, previewed, approved by another person, applied to the open dossiers."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Any

import pytest

import hoso_calendar as wt
from hoso_models import RevisionStatus
from hoso_workflows import audit, errors, recompute
from hoso_workflows.calendars import (
    application,
    change,
    closures,
    coverage,
    effects,
    plain_counts,
    preview,
    register,
    revisions,
)
from hoso_workflows.calendars.dates import Act, folded
from hoso_workflows.calendars.refusals import (
    AnotherApplies,
    CalendarExists,
    CalendarRefused,
    OwnRevision,
    PreviewMissing,
    PreviewOutdated,
    RevisionStands,
)
from hoso_workflows.calendars.revisions import Entry
from hoso_workflows.clock.clock import Clock
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import escalation
from hoso_workflows.organisation import register as organisation_register
from hoso_workflows.organisation.register.commands import EnterUnit
from support import calendars
from support.calendars import ADMINISTRATOR, BASIS, ENTERED, LOCAL, SECOND, Way, closed
from support.world import DEPARTMENT, DESK, OTHER, PROVINCE, World, instant, person

LATER = {"actor": ADMINISTRATOR, "at": instant("2026-03-03 11:00")}


@pytest.fixture
async def way(world: World) -> Way:
    await calendars.administrators(world.db)
    return Way(world)


async def differences(world: World) -> list[audit.Difference]:
    return [each async for each in audit.differences(world.service)]


async def dates(world: World) -> list[tuple[str, ...]]:
    """Legal and promised due dates of all dossiers, in Vietnam, as `03-05 17:00`."""
    sql = (
        "select to_char(due_legal at time zone 'Asia/Ho_Chi_Minh', 'MM-DD HH24:MI'),"
        " to_char(due_promised at time zone 'Asia/Ho_Chi_Minh', 'MM-DD HH24:MI') from dossier order by filed_at, id"
    )
    return [tuple(row) for row in await world.db.rows(sql)]


def figures(found: dict[str, Any] | None) -> dict[str, Any]:
    """The figures that are not nothing."""
    return {name: n for name, n in (found or {}).items() if n and name not in ("digest", "complete")}


async def test_a_storm_moves_the_dates_of_an_open_dossier_and_its_chain_tells_it(way: Way) -> None:
    filed = await way.world.accepts(await way.world.files())
    await way.entered(closed("2026-03-04"))
    seen = await way.previewed()
    assert await dates(way.world) == [("03-05 17:00", "03-05 17:00")]
    await way.approved()
    applied = await way.applied()
    assert figures(seen.preview) == {"counted": 1, "moved": 1, "later": 1, "promised": 1}
    assert figures(applied.result) == {**figures(seen.preview), "as_previewed": 1, "notices": 1}
    assert (applied.status, await dates(way.world)) == (
        RevisionStatus.APPLIED,
        [("03-06 17:00", "03-06 17:00")],
    )
    made = await way.world.db.rows("select kind, cycle, why from appointment order by number")
    assert [(row.kind, row.cycle) for row in made] == [("accepted", 1), ("calendar_revision", 1)]
    assert made[-1].why == {"event": "calendar_revised", "basis": BASIS}
    topics = await way.world.db.rows("select topic from outbox where topic like '%calendar%'")
    assert topics == [("applicant.calendar_revised",)]
    assert await differences(way.world) == []
    assert filed.code is not None


async def test_a_level_that_a_storm_makes_untrue_is_taken_back_and_told_anew_in_its_time(way: Way) -> None:
    world = way.world
    await world.accepts(await world.files())

    async def told(at: str) -> list[str]:
        last = await world.one("select coalesce(max(id), 0) from outbox")
        found = await world.service.reference_data.unit_calendars()
        await escalation.sweep(world.db, found, at=instant(at))
        rows = await world.db.rows(
            "select dedup_key from outbox where id > $1 and topic like 'escalation.%'", [last]
        )
        return sorted(re.sub(r"/[0-9a-f-]{36}", "/…", row.dedup_key) for row in rows)

    assert await told("2026-03-04 00:00") == [
        "escalation/dossier/…/1/due_soon/…",
        "escalation/task/…/1/step_unclaimed/…",
    ]
    # The day before the date is closed after all: the date goes to Friday.
    await way.whole(closed("2026-03-04"))

    aside = await world.db.rows("select topic, aside, last_error from outbox where aside is not null")
    assert [tuple(row) for row in aside] == [("escalation.due_soon", "overtaken", "its date has moved")]
    assert await world.one("select count(*) from escalation_withdrawn") == 1
    assert await told("2026-03-04 23:59") == []
    assert await told("2026-03-05 00:00") == ["escalation/dossier/…/1/due_soon/…/again 1"]
    assert await told("2026-03-06 17:01") == [
        "escalation/dossier/…/1/overdue/…",
        "escalation/dossier/…/1/overdue_received/…",
    ]
    assert await differences(world) == []


async def test_the_explanation_shows_the_revision_and_a_stranger_recounts_it(way: Way) -> None:
    filed = await way.world.accepts(await way.world.files())
    await way.whole(closed("2026-03-04"))
    explained = await views.explain(way.world.service, filed.reference, reader=person("head"), at=LATER["at"])
    assert [cycle["kind"] for cycle in explained["cycles"]] == ["accepted", "calendar_revision"]
    assert explained["cycles"][-1]["basis"] == BASIS
    assert (
        recompute.dates(explained)["due_legal"]
        == explained["dates"]["due_legal"]
        == "2026-03-06T17:00:00+07:00"
    )


async def test_a_dossier_goes_on_after_a_revision_and_is_judged_by_the_moved_date(way: Way) -> None:
    before = await way.world.at_the_specialists()
    await way.whole(closed("2026-03-04"))
    while await way.world.one("select result_ready_at from dossier") is None:
        (task,) = await way.world.open_tasks(before)
        choice = "Trình UBND tỉnh" if task["element"] == "B5" else None
        before = await way.world.completes(before, "2026-03-06 16:00", outcome=choice)
    assert await way.world.one("select verdict from dossier") == "on_time"
    assert await differences(way.world) == []


async def test_steps_move_and_a_dossier_at_reception_too(way: Way) -> None:
    await way.world.at_the_specialists()
    await way.world.files("2026-03-03 09:00")
    await way.entered(closed("2026-03-04"))
    seen = await way.previewed()
    assert figures(seen.preview) == {
        "counted": 2,
        "moved": 2,
        "later": 1,
        "promised": 1,
        "reception": 1,
        **({"steps": seen.preview["steps"]} if seen.preview and seen.preview["steps"] else {}),
    }
    page = await preview.moves(way.world.db, seen)
    assert {tuple(sorted(move.dates)) for move in page.items} >= {("reception_due",)}
    await way.approved()
    await way.applied()
    assert await differences(way.world) == []


async def test_a_re_appointed_dossier_keeps_its_promise_and_a_suspended_one_counts_when_it_goes_on(
    way: Way,
) -> None:
    waiting = await way.world.accepts(await way.world.files())
    desk = person("reception", DESK)
    waiting = await way.world.does(waiting, commands.AskSupplement("thiếu bản sao"), desk, "2026-03-03 08:00")
    await way.whole(closed("2026-03-04"))
    assert await dates(way.world) == [(None, None)]
    await way.world.does(waiting, commands.ReceiveSupplement(), desk, "2026-03-03 15:00")
    assert await dates(way.world) == [("03-09 17:00", "03-09 17:00")]
    assert await differences(way.world) == []


async def test_a_dossier_with_a_supplement_in_the_middle_is_recounted_as_its_history_tells(way: Way) -> None:
    before = await way.world.at_the_specialists()
    desk = person("reception", DESK)
    asked = await way.world.does(before, commands.AskSupplement("thiếu bản sao"), desk, "2026-03-02 14:00")
    back = await way.world.does(asked, commands.ReceiveSupplement(), desk, "2026-03-03 08:00")
    await way.world.completes(replace(back, body={}), "2026-03-03 09:30")
    applied = await way.whole(closed("2026-03-04"))
    assert figures(applied.result)["as_previewed"] == 1
    assert await dates(way.world) == [("03-09 17:00", "03-09 17:00")]
    assert await differences(way.world) == []


async def test_a_closed_dossier_keeps_its_dates_and_its_verdict(way: Way) -> None:
    filed = await way.world.accepts(await way.world.files())
    desk = person("reception", DESK)
    await way.world.does(filed, commands.Withdraw("đổi ý"), desk, "2026-03-02 11:00")
    await way.entered(closed("2026-03-04"))
    seen = await way.previewed()
    assert figures(seen.preview) == {}


async def test_children_inherit_what_is_revised_above_them(way: Way) -> None:
    await way.world.accepts(await way.world.files())
    national = Way(way.world, "vn")
    applied = await national.whole(closed("2026-03-04", calendar="vn"))
    assert applied.base is not None
    assert sorted(applied.base["versions"]) == ["ha-tinh", "vn"]
    assert await dates(way.world) == [("03-06 17:00", "03-06 17:00")]
    units = await way.world.service.reference_data.unit_calendars()
    assert not units[DEPARTMENT].is_working(date(2026, 3, 4))
    assert await differences(way.world) == []


async def test_a_unit_keeps_a_child_of_its_own_from_then_on(way: Way) -> None:
    await way.world.accepts(await way.world.files())
    await way.world.accepts(await way.world.files(procedure="1.013871"))
    await register.create(
        way.world.db, "so-vh", "Lịch Sở Văn hóa", unit=DEPARTMENT, actor=LOCAL, at=instant(ENTERED)
    )
    text = (
        'schema = "lich-lam-viec/1"\nid = "so-vh"\nname = "Lịch Sở Văn hóa"\nextends = "ha-tinh"\n'
        f'closure = [\n  {{ date = 2026-03-04, name = "Ngập", basis = "{BASIS}" }},\n]\n'
    )
    child = Way(way.world, "so-vh")
    await child.entered(text.encode(), DEPARTMENT, actor=LOCAL)
    seen = await child.previewed(actor=LOCAL)
    assert figures(seen.preview)["counted"] == 1
    await child.approved()
    await child.applied(actor=LOCAL)
    assert await way.world.one("select calendar from unit where code = $1", DEPARTMENT) == "so-vh"
    assert await way.world.one("select calendar from unit where code = $1", OTHER) == "ha-tinh"
    moved = await way.world.db.rows(
        "select procedure_code, due_legal > due_first as moved from dossier order by 1"
    )
    assert [(row.procedure_code, row.moved) for row in moved] == [("1.013871", False), ("1.014464", True)]
    assert await differences(way.world) == []
    again = await child.whole(text.replace("2026-03-04", "2026-03-05").encode())
    assert again.status is RevisionStatus.APPLIED
    assert await differences(way.world) == []


#: A unit below another, and the calendar that it keeps.
BELOW = """
insert into unit (code, name, kind, level, parent_code, calendar, valid_from, identifiers, duty)
values ($1, $1, 'division', 'province', $2, $3, '2026-01-01', '{}', '{}')
"""


async def test_units_below_that_keep_their_parents_calendar_follow_it_and_stand_in_the_preview(
    way: Way,
) -> None:
    await way.world.accepts(await way.world.files())
    await register.create(
        way.world.db, "tinh-moi", "Lịch tỉnh", unit=None, actor=ADMINISTRATOR, at=instant(ENTERED)
    )
    text = (
        'schema = "lich-lam-viec/1"\nid = "tinh-moi"\nname = "Lịch tỉnh"\nextends = "ha-tinh"\n'
        f'closure = [\n  {{ date = 2026-03-04, name = "Ngập", basis = "{BASIS}" }},\n]\n'
    )
    # The health department has a calendar of its own: it and its station do not follow.
    await way.world.db.one_statement("update unit set calendar = 'vn' where code = $1", [OTHER])
    for code, above, calendar in (
        ("H27.SYT.TRAM", OTHER, "ha-tinh"),
        ("H27.SVHTTDL.1", DEPARTMENT, "ha-tinh"),
    ):
        await way.world.db.one_statement(BELOW, [code, above, calendar])
    province = Way(way.world, "tinh-moi")
    made = await province.entered(text.encode(), PROVINCE)
    assert made.units == (PROVINCE, DESK, DEPARTMENT, "H27.SVHTTDL.1")
    assert (await province.entered(text.encode(), PROVINCE)).id == made.id
    seen = await province.previewed()
    assert (figures(seen.preview)["counted"], figures(seen.preview)["moved"]) == (1, 1)
    assert await way.world.db.rows("select code from unit where calendar = 'tinh-moi'") == []
    await province.approved()
    await province.applied()
    kept = await way.world.db.rows("select code, calendar from unit order by code")
    assert [(row.code, row.calendar) for row in kept] == [
        (PROVINCE, "tinh-moi"),
        (DESK, "tinh-moi"),
        (DEPARTMENT, "tinh-moi"),
        ("H27.SVHTTDL.1", "tinh-moi"),
        (OTHER, "vn"),
        ("H27.SYT.TRAM", "ha-tinh"),
    ]
    assert await dates(way.world) == [("03-06 17:00", "03-06 17:00")]
    assert await differences(way.world) == []


async def test_a_unit_that_is_entered_after_the_draft_follows_its_parent_or_the_preview_is_made_again(
    way: Way,
) -> None:
    await register.create(
        way.world.db, "so-vh", "Lịch Sở Văn hóa", unit=DEPARTMENT, actor=LOCAL, at=instant(ENTERED)
    )
    text = (
        'schema = "lich-lam-viec/1"\nid = "so-vh"\nname = "Lịch Sở Văn hóa"\nextends = "ha-tinh"\n'
        f'closure = [\n  {{ date = 2026-03-04, name = "Ngập", basis = "{BASIS}" }},\n]\n'
    )
    child = Way(way.world, "so-vh")
    made = await child.entered(text.encode(), DEPARTMENT, actor=LOCAL)
    assert made.units == (DEPARTMENT,)
    await unit_entered(way.world, "H27.SVHTTDL.1", "2026-03-03 09:10")
    await child.previewed(actor=LOCAL)
    await child.approved()
    await unit_entered(way.world, "H27.SVHTTDL.2", "2026-03-03 10:30")
    await unit_entered(way.world, "H27.SVHTTDL.3", "2026-03-03 10:30", calendar="vn")
    with pytest.raises(PreviewOutdated):
        await child.applied(actor=LOCAL)
    again = await child.entered(text.encode(), DEPARTMENT, actor=LOCAL)
    assert again.units == (DEPARTMENT, "H27.SVHTTDL.1", "H27.SVHTTDL.2")
    await child.previewed(again.number, actor=LOCAL)
    await child.approved(again.number)
    await child.applied(again.number, actor=LOCAL)
    await unit_entered(way.world, "H27.SVHTTDL.4", "2026-03-03 11:10")
    kept = await way.world.db.rows("select calendar from unit where code like 'H27.SVHTTDL%' order by code")
    assert [row.calendar for row in kept] == ["so-vh", "so-vh", "so-vh", "vn", "so-vh"]


async def unit_entered(world: World, code: str, at: str, *, calendar: str | None = None) -> None:
    """An administrator enters a unit below the department."""
    done = EnterUnit(
        code=code,
        name=code,
        kind="division",
        level="province",
        parent=DEPARTMENT,
        valid_from=date(2026, 3, 3),
        calendar=calendar,
    )
    asker = organisation_register.Asker(ADMINISTRATOR, None)
    await organisation_register.perform(world.db, [done], asker, instant(at))


async def test_the_quick_way_of_counting_is_the_clocks_own(way: Way) -> None:
    """Both are asked of the same dossiers, at every step; one whose limits are shares of its term is always folded."""
    for hours, procedure in enumerate(("1.014464", "1.014464", "1.013871")):
        before = await way.world.accepts(
            await way.world.files(procedure=procedure), f"2026-03-02 1{hours}:00"
        )
        for _ in range(hours):
            before = await way.world.completes(before, f"2026-03-02 {14 + hours}:17")
    made = await way.entered(closed("2026-03-04", "2026-03-06"))
    service = way.world.service
    planned = await change.of(service.db, made, date(2026, 3, 3))
    effects.keep(service.reference_data, planned)
    units = await change.concerned_units(service.db, planned)
    rows = await effects.portion(service.db, service, units, planned)
    act = Act(ADMINISTRATOR, None, LATER["at"])
    assert sorted(row.plain for row in rows) == [False, True, True]
    for row in filter(attrgetter("plain"), rows):
        parts = {"receiving": row.receiving_unit, "handling": row.handling_unit, **dict(row.tasks)}
        whole = Clock(service.reference_data.calendars).after(await service.repository.history(row))
        quick = plain_counts.effect(row, service.reference_data.calendars, planned, parts, act)
        assert quick == folded(row, whole, parts, planned, act)
    moved = [bool(each.moves) for each in await effects.effects(service, rows, planned, act)]
    assert moved == [True, True, True]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"schema = ", "Invalid value"),
        (b"\xff\xfe", "utf-8"),
        (b'schema = "lich-lam-viec/1"\nid = "vn"\nextends = "vn"\n', "calls itself"),
        (
            b'schema = "lich-lam-viec/1"\nid = "ha-tinh"\nextends = "vn"\nswap = [{ off = 2026-03-04 }]\n',
            "work",
        ),
    ],
)
async def test_a_text_that_cannot_be_read_is_refused_with_its_line(
    way: Way, text: bytes, message: str
) -> None:
    with pytest.raises(CalendarRefused, match=message):
        await way.entered(text)
    assert await way.world.one("select count(*) from calendar_revision") == 0


async def found(way: Way, text: bytes) -> list[tuple[str, str]]:
    made = await way.entered(text)
    faults = await revisions.check(way.world.db, way.calendar, made.number, at=instant(ENTERED))
    return [(each.severity, each.message) for each in faults]


async def test_a_calendar_that_forgets_tet_is_told_so_and_not_previewed(way: Way) -> None:
    national = Way(way.world, "vn")
    text = b"\n".join(line for line in wt.sources("vn")["vn"].splitlines() if b"2027-02-0" not in line)
    faults = await found(national, text)
    assert faults[0][0] == "error"
    assert "2027" in faults[0][1]
    with pytest.raises(CalendarRefused, match="2027"):
        await national.previewed()


async def test_a_child_that_works_at_tet_is_told_so(way: Way) -> None:
    text = wt.sources("ha-tinh")["ha-tinh"] + (
        '\nspecial = [\n  { date = 2027-02-06, name = "Trực Tết", slots = ["07:00-11:30"], basis = "x" },\n]\n'.encode()
    )
    assert [severity for severity, message in await found(way, text) if "06/02/2027" in message] == ["error"]


async def test_a_calendar_that_loses_a_year_and_a_past_day_changed_are_told(way: Way) -> None:
    lost = wt.sources("ha-tinh")["ha-tinh"] + b"coverage = { from = 2018, to = 2026 }\n"
    assert next(severity for severity, _ in await found(way, lost)) == "error"
    assert [s for s, message in await found(way, closed("2026-02-27")) if "27/02/2026" in message] == [
        "warning"
    ]


async def test_a_circle_of_parents_is_told(way: Way) -> None:
    for name, above in (("a", "ha-tinh"), ("b", "a")):
        await register.create(way.world.db, name, name, unit=None, actor=ADMINISTRATOR, at=instant(ENTERED))
        text = f'schema = "lich-lam-viec/1"\nid = "{name}"\nname = "{name}"\nextends = "{above}"\n'.encode()
        await Way(way.world, name).whole(text)
    circle = b'schema = "lich-lam-viec/1"\nid = "a"\nname = "a"\nextends = "b"\n'
    faults = await found(Way(way.world, "a"), circle)
    assert faults[0][0] == "error"
    assert "circle" in faults[0][1]


async def test_an_id_that_exists_is_refused_and_so_is_one_that_is_none(way: Way) -> None:
    who = {"unit": None, "actor": ADMINISTRATOR, "at": instant(ENTERED)}
    with pytest.raises(CalendarExists):
        await register.create(way.world.db, "vn", "Lịch khác", **who)
    with pytest.raises(errors.FormRefused):
        await register.create(way.world.db, "Lịch 1", "Lịch khác", **who)


async def test_the_same_text_again_is_the_same_draft(way: Way) -> None:
    one, two = await way.entered(closed("2026-03-04")), await way.entered(closed("2026-03-04"))
    assert (one.id, one.number) == (two.id, 1)


async def test_nobody_approves_what_they_entered_nor_what_nobody_has_seen(way: Way) -> None:
    await way.entered(closed("2026-03-04"))
    with pytest.raises(PreviewMissing):
        await way.approved()
    await way.previewed()
    with pytest.raises(OwnRevision):
        await way.approved(actor=ADMINISTRATOR)
    await way.world.accepts(await way.world.files())
    seen = await way.previewed()
    with pytest.raises(PreviewMissing):
        await revisions.approve(
            way.world.db, "ha-tinh", 1, preview="0" * 64, actor=SECOND, at=instant(ENTERED)
        )
    assert (await way.approved()).preview == seen.preview


async def test_a_draft_is_not_applied_and_an_applied_one_is_not_applied_twice(way: Way) -> None:
    await way.world.accepts(await way.world.files())
    await way.entered(closed("2026-03-04"))
    with pytest.raises(RevisionStands):
        await way.applied()
    await way.previewed()
    await way.approved()
    first, second = await way.applied(), await way.applied()
    assert first == second
    assert await way.world.one("select count(*) from dossier_event where kind = 'calendar_revised'") == 1


async def test_only_administrators_over_the_calendar_revise_it(way: Way) -> None:
    for actor in (LOCAL, person("head"), person("reception", DESK)):
        with pytest.raises(errors.Forbidden):
            await way.entered(closed("2026-03-04"), actor=actor)
    assert (
        await way.world.one(
            "select count(*) from access_log where not granted and act = 'entering a calendar'"
        )
        == 3
    )


async def test_two_who_apply_at_once_share_the_work(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "BATCH", 2)
    for _ in range(7):
        await way.world.accepts(await way.world.files())
    await way.entered(closed("2026-03-04"))
    await way.previewed()
    await way.approved()
    one, two = await asyncio.gather(way.applied(), way.applied(actor=SECOND))
    assert one.status is two.status is RevisionStatus.APPLIED
    assert figures(one.result)["as_previewed"] == 7
    assert await way.world.one("select count(*) from dossier_event where kind = 'calendar_revised'") == 7
    assert await differences(way.world) == []


async def test_an_application_that_is_cut_off_goes_on_where_it_was(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "BATCH", 2)
    for _ in range(5):
        await way.world.accepts(await way.world.files())
    await way.entered(closed("2026-03-04"))
    await way.previewed()
    await way.approved()
    begun = await way.applied(most=3)
    assert (begun.status, figures(begun.result)["counted"]) == (RevisionStatus.APPLYING, 3)
    save = application.saving.save

    async def cut(*_: Any) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(application.saving, "save", cut)
    with pytest.raises(OSError, match="power cut"):
        await way.applied()
    monkeypatch.setattr(application.saving, "save", save)
    ended = await way.applied()
    assert (ended.status, figures(ended.result)["as_previewed"]) == (RevisionStatus.APPLIED, 5)
    assert await dates(way.world) == [("03-06 17:00", "03-06 17:00")] * 5
    assert await differences(way.world) == []


async def test_what_has_changed_since_the_preview_is_said(way: Way) -> None:
    gone = await way.world.accepts(await way.world.files())
    moved = await way.world.accepts(await way.world.files())
    await way.entered(closed("2026-03-04"))
    await way.previewed()
    await way.approved()
    desk = person("reception", DESK)
    await way.world.does(gone, commands.Withdraw("đổi ý"), desk, "2026-03-03 10:30")
    await way.world.does(moved, commands.AskSupplement("thiếu bản sao"), desk, "2026-03-03 10:30")
    await way.world.accepts(await way.world.files("2026-03-03 10:00"), "2026-03-03 10:40")
    applied = await way.applied()
    assert {
        name: n for name, n in figures(applied.result).items() if name in ("otherwise", "new", "counted")
    } == {
        "counted": 2,
        "otherwise": 1,
        "new": 1,
    }
    assert await differences(way.world) == []


async def test_a_dossier_that_is_written_while_it_is_moved_is_read_again(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = await way.world.accepts(await way.world.files())
    await way.entered(closed("2026-03-04"))
    await way.previewed()
    await way.approved()
    save, meanwhile = application.saving.save, [filed]

    async def later(tx: Any, made: Any) -> Any:
        if meanwhile:
            asked = commands.AskSupplement("thiếu bản sao")
            await way.world.does(meanwhile.pop(), asked, person("reception", DESK), "2026-03-03 10:50")
        return await save(tx, made)

    monkeypatch.setattr(application.saving, "save", later)
    applied = await way.applied()
    assert figures(applied.result) == {"counted": 1, "otherwise": 1}
    assert await dates(way.world) == [(None, None)]
    assert await differences(way.world) == []


async def test_one_revision_at_a_time_and_none_on_calendars_that_have_changed(way: Way) -> None:
    await way.world.accepts(await way.world.files())
    national = Way(way.world, "vn")
    for one in (way, national):
        await one.entered(closed("2026-03-04", calendar=one.calendar))
        await one.previewed()
        await one.approved()
    await way.applied(most=0)
    with pytest.raises(AnotherApplies):
        await national.applied()
    await way.applied()
    with pytest.raises(PreviewOutdated):
        await national.applied()


async def test_a_calendar_goes_back_to_an_earlier_text(way: Way) -> None:
    await way.world.accepts(await way.world.files())
    await way.whole(closed("2026-03-04"))
    await way.whole(wt.sources("ha-tinh")["ha-tinh"])
    assert await dates(way.world) == [("03-05 17:00", "03-05 17:00")]
    units = await way.world.service.reference_data.unit_calendars()
    assert units[DEPARTMENT].version == wt.load("ha-tinh").version
    assert await differences(way.world) == []


async def test_calendars_in_use_that_end_are_named(way: Way) -> None:
    assert await coverage.endings(way.world.db, date(2026, 3, 3)) == []
    (ending,) = await coverage.endings(way.world.db, date(2027, 11, 26))
    assert (ending.calendar, ending.until, ending.kept, ending.ended) == (
        "ha-tinh",
        date(2027, 12, 31),
        4,
        False,
    )
    assert "2028" in ending.sentence


async def test_an_entry_without_a_basis_or_without_anything_is_refused(way: Way) -> None:
    with pytest.raises(errors.FormRefused, match="basis"):
        await revisions.enter(
            way.world.db,
            "ha-tinh",
            Entry(closed("2026-03-04"), " "),
            actor=ADMINISTRATOR,
            at=instant(ENTERED),
        )
    with pytest.raises(errors.FormRefused, match="keeps ha-tinh already"):
        await way.entered(None, DEPARTMENT)


async def test_what_another_process_counts_by_the_version_before_is_caught_up_by_a_sweep(way: Way) -> None:
    stale = World(DossierService(way.world.db))
    await stale.service.reference_data.unit_calendars()
    stale.service.reference_data._until = float("inf")
    await way.whole(closed("2026-03-04"))
    await stale.accepts(await stale.files("2026-03-03 11:00"), "2026-03-03 11:00")
    assert await dates(way.world) == [("03-06 17:00", "03-06 17:00")]
    assert await application.catch_up(way.world.service, at=instant("2026-03-03 11:02")) == 1
    assert await dates(way.world) == [("03-09 17:00", "03-09 17:00")]
    assert await application.catch_up(way.world.service, at=instant("2026-03-03 11:03")) == 0
    assert await differences(way.world) == []


async def test_a_closure_writes_into_no_calendar_of_somebody_else(way: Way) -> None:
    taken = "ha-tinh-h27-svhttdl"
    await way.world.changed(
        "insert into calendar (id, name, unit_code, created_at, created_by) values ($1, 'X', $2, $3, $4)",
        taken,
        OTHER,
        instant(ENTERED),
        ADMINISTRATOR,
    )
    storm = closures.Closure(DEPARTMENT, date(2026, 3, 4), date(2026, 3, 4), "Ngập", basis=BASIS)
    with pytest.raises(errors.Forbidden):
        await closures.enter(way.world.db, storm, actor=LOCAL, at=instant(ENTERED))
    assert await way.world.db.rows("select from calendar_revision where calendar = $1", [taken]) == []


async def test_a_closure_that_is_refused_leaves_no_calendar_behind(way: Way) -> None:
    storm = closures.Closure(DEPARTMENT, date(2026, 3, 4), date(2026, 3, 4), "Ngập", basis=" ")
    stored = "select (select count(*) from calendar), (select count(*) from administration_event)"
    before = [tuple(row) for row in await way.world.db.rows(stored)]
    with pytest.raises(errors.FormRefused, match="basis"):
        await closures.enter(way.world.db, storm, actor=LOCAL, at=instant(ENTERED))
    assert [tuple(row) for row in await way.world.db.rows(stored)] == before
    (made,) = await closures.enter(
        way.world.db, replace(storm, basis=BASIS), actor=LOCAL, at=instant(ENTERED)
    )
    assert (made.calendar, made.units) == ("ha-tinh-h27-svhttdl", (DEPARTMENT,))
