"""Overdue and due soon, their recipients, and the report at the borders of a period, all through the API."""

import itertools
from datetime import date
from typing import Any

from hoso_workflows.organisation import units
from support.api_client import ADMINISTRATOR, CLERK, SPECIALIST, Rest
from support.procedures import law
from support.procedures.law import UNIT_HEAD, Walk
from support.world import DEPARTMENT, DESK, OTHER, PROVINCE, person

SOON, LATE = "escalation.due_soon", "escalation.overdue"
FATES = (
    "received",
    "carried_over",
    "early",
    "on_time",
    "late",
    "open_within",
    "open_overdue",
    "closed_otherwise",
)


async def ready(walk: Walk, at: str) -> Walk:
    """All steps are done and the result is there, at once."""
    for said in ({}, {}, {}, {"outcome": "Trình UBND tỉnh"}, {}):
        await walk.completes(at, **said)
    return walk


async def late(rest: Rest, at: str, by: Any = ADMINISTRATOR, **asked: Any) -> Any:
    """The dossiers that are overdue at an instant."""
    rest.clock.turn(at)
    return (await rest.get("/v1/overdue", by, params=asked)).json()["items"]


async def lateness(rest: Rest, walk: Walk, at: str) -> Any:
    """Lateness of a dossier: days, hours, minutes of work; None for one that is not late."""
    found = {each["code"]: each["lateness"] for each in await late(rest, at)}.get(walk.code)
    return found and tuple(found.values())


async def test_a_dossier_is_overdue_from_the_second_after_its_due_minute(rest: Rest):
    walk = await Walk.accepted(rest, "2026-02-10 09:00")
    assert walk.standing["due_legal"] == "2026-02-13T17:00:00+07:00"
    expected = {
        "2026-02-13 16:59:59": None,
        "2026-02-13 17:00": None,
        "2026-02-13 17:00:01": (0, 0, 0),
        # Tết is nobody's working time
        "2026-02-22 23:59": (0, 0, 0),
        "2026-02-23 09:00": (0, 2, 120),
        "2026-02-25 09:00": (2, 2, 1080),
    }
    assert {at: await lateness(rest, walk, at) for at in expected} == expected


async def test_only_what_runs_is_overdue(rest: Rest):
    asked, done, taken, renewed, open_still = [
        await Walk.accepted(rest, "2026-02-26 09:00") for _ in range(5)
    ]
    await asked.does("supplement-request", "2026-03-03 16:00", reason="Thiếu")
    await ready(done, "2026-03-04 09:00")
    await taken.does("withdrawal", "2026-03-04 09:00", reason="Đổi ý")
    await renewed.asked_and_received("2026-03-04 10:00", "2026-03-05 09:00")
    await Walk.filed(rest, "2026-02-26 09:00")
    refused = await Walk.filed(rest, "2026-02-26 09:00")
    await refused.does("refusal", "2026-02-26 10:00", reason="Không thuộc thẩm quyền")

    (found,) = await late(rest, "2026-03-06 09:00")
    assert (found["code"], found["due"], found["step_name"], found["provisional"]) == (
        open_still.code,
        "2026-03-03T17:00:00+07:00",
        "B2. Chuyển hồ sơ về Phòng QLBCXB",
        False,
    )
    # its term began again, and it had been late before
    again = {each["code"]: each["late_since"] for each in await late(rest, "2026-03-10 17:00:01")}
    assert set(again) == {open_still.code, renewed.code}
    assert law.read(again[renewed.code]) == law.read("2026-03-03T17:00:00+07:00")
    assert await late(rest, "2026-03-06 09:00", SPECIALIST) != []
    assert await late(rest, "2026-03-06 09:00", person("specialist", OTHER), unit=OTHER) == []
    assert [each["code"] for each in await late(rest, "2026-03-06 09:00", officer=str(CLERK))] == []


async def test_a_due_date_that_relies_on_an_expected_day_is_told_as_provisional(rest: Rest):
    before = await Walk.accepted(rest, "2026-11-18 09:00")
    over = await Walk.accepted(rest, "2026-11-19 09:00")
    found = {each["code"]: each["provisional"] for each in await late(rest, "2026-11-26 09:00")}
    assert found == {before.code: False, over.code: True}


#: Accepted, due, and the instant from which that is within one working day.
WITHIN_A_DAY = [
    ("2026-02-11 09:00", "2026-02-23", "2026-02-12 23:59:59", "2026-02-13 00:00"),
    ("2026-03-02 09:00", "2026-03-05", "2026-03-03 23:59:59", "2026-03-04 00:00"),
    ("2026-03-04 09:00", "2026-03-09", "2026-03-05 23:59:59", "2026-03-06 00:00"),
    ("2026-08-19 09:00", "2026-08-22", "2026-08-20 23:59:59", "2026-08-21 00:00"),
    ("2026-08-26 09:00", "2026-09-03", "2026-08-27 23:59:59", "2026-08-28 00:00"),
]


async def test_the_head_hears_once_that_a_dossier_is_due_within_one_working_day(rest: Rest):
    for accepted, due, not_yet, soon in WITHIN_A_DAY:
        walk = await Walk.accepted(rest, accepted)
        assert walk.standing["due_legal"] == f"{due}T17:00:00+07:00"
        told = [
            [each for each in await dossiers_told(rest, at) if each[2] == walk.code]
            for at in (not_yet, soon, soon, f"{due} 17:00", f"{due} 17:00:01", f"{due} 17:00:02")
        ]
        head = UNIT_HEAD, walk.code
        assert told == [[], [(SOON, *head)], [], [], [(LATE, *head)], []]


async def dossiers_told(rest: Rest, at: str, now: str | None = None) -> list[Any]:
    """Notices of one sweep on dossiers."""
    return [each for each in await law.sweep(rest, at, now) if each[0] in (SOON, LATE)]


async def test_a_skipped_sweep_tells_what_is_still_true_and_a_new_cycle_tells_again(rest: Rest):
    walk = await Walk.accepted(rest, "2026-02-26 09:00")
    # a week without any sweep: it has long been late, and is announced as nothing less
    assert await dossiers_told(rest, "2026-03-10 09:00") == [(LATE, UNIT_HEAD, walk.code)]
    # by hand, for a day that has passed
    assert await dossiers_told(rest, "2026-03-02 09:00", now="2026-03-10 09:00") == []
    await walk.does("supplement-request", "2026-03-10 10:00", reason="Thiếu")
    assert await dossiers_told(rest, "2026-03-20 09:00") == []
    await walk.does("supplement", "2026-03-20 10:00")
    expected = {
        "2026-03-23 23:59:59": [],
        "2026-03-24 00:00": [(SOON, UNIT_HEAD, walk.code)],
        "2026-03-25 17:00": [],
        "2026-03-26 17:00": [(LATE, UNIT_HEAD, walk.code)],
    }
    assert walk.standing["due_legal"] == "2026-03-25T17:00:00+07:00"
    assert {at: await dossiers_told(rest, at) for at in expected} == expected
    await ready(walk, "2026-03-27 09:00")
    assert await law.sweep(rest, "2026-04-10 09:00") == []


async def test_who_stands_in_for_the_head_hears_in_their_place_on_the_last_day_too(rest: Rest):
    walk = await Walk.accepted(rest, "2026-03-02 09:00")
    other = await Walk.accepted(rest, "2026-03-03 09:00")
    clerk = person("clerk")
    async with rest.world.db.transaction() as tx:
        units.substitute(tx, UNIT_HEAD, clerk, date(2026, 3, 4), date(2026, 3, 4), reason="Nghỉ phép")
    assert await dossiers_told(rest, "2026-03-04 23:59:59") == [(SOON, clerk, walk.code)]
    assert await dossiers_told(rest, "2026-03-05 00:00") == [(SOON, UNIT_HEAD, other.code)]


async def report(rest: Rest, first: str, last: str, **asked: Any) -> Any:
    """A report as an administrator reads it."""
    params = {"from": first, "to": last, **asked}
    found = await rest.get("/v1/reports/lateness", ADMINISTRATOR, params=params)
    assert found.status_code == 200, found.text
    return found.json()


def figures(of: Any) -> tuple[int, ...]:
    """The eight figures, the identity of which holds."""
    taken = of["received"] + of["carried_over"]
    assert taken == sum(of[name] for name in FATES[2:])
    return tuple(of[name] for name in FATES)


async def played(rest: Rest) -> None:
    """Dossiers that begin, stop and end on either side of the borders of March and April, to the second."""
    # accepted in February: taken back as March begins; resolved in February's last second; and returned in March
    taken = await Walk.accepted(rest, "2026-02-26 09:00")
    await taken.does("withdrawal", "2026-03-01 00:00", reason="Đổi ý")
    await ready(await Walk.accepted(rest, "2026-02-26 09:00"), "2026-02-28 23:59:59")
    returned = await ready(await Walk.accepted(rest, "2026-02-26 09:00"), "2026-02-27 09:00")
    await returned.completes("2026-03-02 09:00")
    # never accepted
    refused = await Walk.filed(rest, "2026-03-10 09:00")
    await refused.does("refusal", "2026-03-10 10:00", reason="Không thuộc thẩm quyền")
    await (await Walk.filed(rest, "2026-03-10 09:00")).does("withdrawal", "2026-03-10 10:00", reason="Đổi ý")
    # accepted and resolved in March: early, and in its last second late
    await ready(await Walk.accepted(rest, "2026-03-02 09:00"), "2026-03-04 09:00")
    await ready(await Walk.accepted(rest, "2026-03-26 09:00"), "2026-03-31 23:59:59")
    # open at the border: accepted in the last second; resolved as April begins; late and resolved in April
    await Walk.accepted(rest, "2026-03-31 23:59:59")
    await ready(await Walk.accepted(rest, "2026-03-31 09:00"), "2026-04-01 00:00")
    await ready(await Walk.accepted(rest, "2026-03-26 09:00"), "2026-04-02 09:00")
    # waiting over the border: in time, and late already, then taken back
    await (await Walk.accepted(rest, "2026-03-26 09:00")).asked_and_received(
        "2026-03-30 09:00", "2026-04-03 09:00"
    )
    waiting = await Walk.accepted(rest, "2026-03-25 09:00")
    await waiting.does("supplement-request", "2026-03-31 09:00", reason="Thiếu")
    await waiting.does("withdrawal", "2026-04-05 09:00", reason="Đổi ý")
    # accepted as April begins, resolved on the due minute
    await ready(await Walk.accepted(rest, "2026-04-01 00:00"), "2026-04-06 17:00")


async def test_what_is_received_and_carried_over_is_resolved_open_or_closed_otherwise(rest: Rest):
    await played(rest)
    rest.clock.turn("2026-04-30 23:59:59")
    running = await report(rest, "2026-04-01", "2026-04-30")
    rest.clock.turn("2026-05-01 00:00")
    months = [
        await report(rest, first, last)
        for first, last in (
            ("2026-02-01", "2026-02-28"),
            ("2026-03-01", "2026-03-31"),
            ("2026-04-01", "2026-04-30"),
            ("2026-02-01", "2026-04-30"),
        )
    ]
    assert [figures(month["total"]) for month in months] == [
        (3, 0, 2, 0, 0, 1, 0, 0),
        (7, 1, 1, 0, 1, 3, 2, 1),
        (1, 5, 1, 1, 1, 0, 2, 1),
        (11, 0, 4, 1, 2, 0, 2, 2),
    ]
    assert (running["final"], figures(running["total"])) == (False, figures(months[2]["total"]))
    assert [month["final"] for month in months] == [True] * 4
    for before, after in itertools.pairwise(months[:3]):
        left = before["total"]["open_within"] + before["total"]["open_overdue"]
        assert after["total"]["carried_over"] == left
    (line,) = months[1]["lines"]
    assert (line["unit"], line["procedure"]) == (DEPARTMENT, "1.014464")
    assert figures(line) == figures(months[1]["total"])


async def test_a_report_covers_a_unit_with_those_below_it_and_any_days(rest: Rest):
    await played(rest)
    rest.clock.turn("2026-05-01 00:00")
    march = {
        unit: figures((await report(rest, "2026-03-01", "2026-03-31", unit=unit))["total"])
        for unit in (PROVINCE, DEPARTMENT, DESK)
    }
    assert march == {
        PROVINCE: (7, 1, 1, 0, 1, 3, 2, 1),
        DEPARTMENT: (7, 1, 1, 0, 1, 3, 2, 1),
        DESK: (0,) * 8,
    }
    # day by day, what is left of one is carried over to the next
    left = 0
    for day in range(26, 32):
        told = (await report(rest, f"2026-03-{day}", f"2026-03-{day}"))["total"]
        figures(told)
        assert day == 26 or told["carried_over"] == left
        left = told["open_within"] + told["open_overdue"]
    # due at five on the 31st: within the limit on the 30th, late on the 31st
    over = [
        (await report(rest, "2026-03-01", f"2026-03-{day}"))["total"]["open_overdue"] for day in (29, 30, 31)
    ]
    assert over == [0, 1, 2]
