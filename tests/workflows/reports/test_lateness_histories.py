"""Histories of every kind in the tables, and a report that is judged by folding their events again."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import hoso_calendar as wt
from hoso_models import postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_workflows import events
from hoso_workflows.clock import clock
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.reports import lateness, lateness_dossiers
from hoso_workflows.reports.lateness import Figures
from hoso_workflows.reports.lateness_dossiers import CAME, Cell, Column, Counted
from support import instants
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import History, local, task_id

CLERK = worlds.person("reception", worlds.DESK)
AFTER = local("2026-06-01 08:00")
NOTHING = Figures(0, 0, 0, 0, 0, 0, 0, 0)

#: The national calendar in a version that knows of the days on which a storm closed all offices.
STORM = "".join(
    f'\n[[closure]]\ndate = 2026-{day}\nname = "Bão"\nbasis = "Công điện"\n'
    for day in ("02-27", "03-31", "04-01")
)
STORMY = wt.compile({"vn": wt.sources("vn")["vn"] + STORM.encode()}, "vn")


class Drawn(History):
    """A history that knows what may happen next."""

    def __init__(self) -> None:
        super().__init__()
        self.now = local("2026-02-02 08:00")
        self.grounds: set[str] = set()
        self.opened_steps = 0
        self.ended = False

    def may(self) -> list[str]:
        """Acts that are possible now; the same past gives the same order."""
        switches = [("ask", "receive"), ("suspend", "resume"), ("exclude", "include")]
        words = [off if off in self.grounds else on for on, off in switches]
        return (
            []
            if self.ended
            else [*words, "extend", "revise", "withdraw", *([] if "receive" in self.grounds else ["ready"])]
        )

    def happens(self, word: str) -> None:
        getattr(self, f"_{word}")()

    def _ask(self) -> None:
        self.asked(self.now)
        self.grounds.add("receive")

    def _receive(self) -> None:
        self.received(self.now, restart="3 ngày làm việc" if len(self.events) % 2 else None)
        self.grounds.remove("receive")

    def _suspend(self) -> None:
        self.suspended(self.now)
        self.grounds.add("resume")

    def _resume(self) -> None:
        self.suspension_ended(self.now)
        self.grounds.remove("resume")

    def _exclude(self) -> None:
        self.opened_steps += 1
        self.opened(self.now, self.opened_steps, clock="excluded")
        self.grounds.add("include")

    def _include(self) -> None:
        self.closed(self.now, self.opened_steps)
        self.grounds.remove("include")

    def _revise(self) -> None:
        self.revised(self.now, STORMY)

    def _extend(self) -> None:
        self.extended(self.now, "2 ngày làm việc")

    def _withdraw(self) -> None:
        self.tell(Kind.WITHDRAWN, self.now, reason="đổi ý")
        self.ended = True

    def _ready(self) -> None:
        self.ready(self.now)
        self.ended = True


@st.composite
def histories(draw: st.DrawFn) -> Drawn:
    """A dossier accepted in February or March, to which things happen for some weeks."""
    told = Drawn()
    told.filed(told.now)
    told.now = draw(instants.within(STORMY, told.now, timedelta(days=55)))
    told.accepted(told.now, draw(st.sampled_from(["1 ngày làm việc", "5 ngày làm việc", "20 ngày làm việc"])))
    for _ in range(draw(st.integers(0, 8))):
        told.now = draw(instants.within(STORMY, told.now + timedelta(minutes=1), timedelta(days=12)))
        if told.may():
            told.happens(draw(st.sampled_from(told.may())))
    return told


def late_in_march_and_excused_in_april() -> Drawn:
    """Due on the 31st, which is found to be a day off only afterwards."""
    told = Drawn()
    told.filed(told.now).accepted("2026-03-24 09:00").revised("2026-04-02 09:00", STORMY)
    return told


def happened(told: History, kind: Kind) -> datetime | None:
    return next((event.at for event in told.events if event.kind is kind), None)


def expected(told: History, start: datetime, end: datetime) -> Counter[str]:
    """Columns of a dossier in the report of a period, from its events alone."""
    accepted, ready, withdrawn = (
        happened(told, k) for k in (Kind.ACCEPTED, Kind.RESULT_READY, Kind.WITHDRAWN)
    )
    ended = ready or withdrawn
    if accepted is None or accepted >= end or (ended and ended < start):
        return Counter()
    came = "received" if accepted >= start else "carried_over"
    if ended and ended < end:
        return Counter([came, str(told.dates.verdict) if ready else "closed_otherwise"])
    then = clock.fold([event for event in told.events if event.at < end], told.calendars)
    late = then.late_since or (then.due_legal and then.due_legal < end)
    return Counter([came, "open_overdue" if late else "open_within"])


async def stored(db: Database, referred: dict[str, Any], told: Drawn, unit: str) -> None:
    """The history's projection and events, as the service writes them."""
    dates = told.dates
    ready, ended = happened(told, Kind.RESULT_READY), happened(told, Kind.WITHDRAWN)
    accepted = happened(told, Kind.ACCEPTED)
    assert accepted is not None
    dossier = await dossier_rows.dossier(
        db,
        referred,
        accepted,
        filed_at=told.events[0].at,
        handling_unit=unit,
        due_first=dates.due_first,
        due_legal=dates.due_legal,
        due_promised=dates.due_promised,
        clock_running=dates.running,
        cycle=dates.cycle,
        late_since=dates.late_since,
        verdict=dates.verdict,
        result_ready_at=ready,
        closed_at=ended,
    )
    for row in Projection.of(told.events, told.calendars).stops():
        await dossier_rows.stop(db, dossier, **{"started": row.pop("started_at"), **row})
    for number in range(1, told.opened_steps + 1):
        opened, closed = (_step(told, kind, number) for kind in (Kind.TASK_OPENED, Kind.TASK_CLOSED))
        assert opened is not None
        status = "closed" if closed else "open"
        await dossier_rows.step(db, dossier, opened, clock="excluded", status=status, closed_at=closed)
    await db.one_statement(
        _EVENTS,
        [
            dossier,
            CLERK,
            *zip(*map(_row, events.chain(told.events, dossier, events.GENESIS, 0)), strict=True),
        ],
    )
    await db.one_statement(
        _APPOINTMENTS,
        [
            dossier,
            CLERK,
            [made.number for made in dates.appointments],
            [str(made.kind) for made in dates.appointments],
            [made.due_legal for made in dates.appointments],
            [made.made_at for made in dates.appointments],
        ],
    )


def _step(told: History, kind: Kind, number: int) -> datetime | None:
    named = str(task_id(number))
    return next((e.at for e in told.events if e.kind is kind and e.payload["task"] == named), None)


def _row(link: events.Link) -> tuple[int, datetime, str, bytes]:
    event: Event = link.event
    return link.seq, event.at, str(event.kind), link.hash


_EVENTS = """
insert into dossier_event (dossier_id, seq, at, kind, actor_id, automatic, digest, previous, hash)
select $1, seq, at, kind, $2, false, hash, hash, hash
from unnest($3::int[], $4::timestamptz[], $5::text[], $6::bytea[]) as e(seq, at, kind, hash)
"""
_APPOINTMENTS = """
insert into appointment (dossier_id, number, kind, cycle, due_first, due_legal, due_promised, why, calendar,
  calendar_version, made_at, made_by)
select $1, number, kind, 1, due, due, due, '{}', 'vn', '1', made_at, $2
from unnest($3::int[], $4::text[], $5::timestamptz[], $6::timestamptz[]) as a(number, kind, due, made_at)
"""


@pytest.fixture(scope="module")
def shared_world(server: postgres.Server) -> Iterator[str]:
    """One world for all examples; each example has a unit of its own in it."""
    with worlds.founded(server) as url:
        yield url


MONTHS = [(date(2026, month, 1), date(2026, month, last)) for month, last in ((2, 28), (3, 31), (4, 30))]


@example(told=[late_in_march_and_excused_in_april()])
@given(told=st.lists(histories(), min_size=1, max_size=6))
@settings(max_examples=3 * settings.default.max_examples // 5, deadline=None)
def test_every_history_is_where_its_events_say_and_the_sides_of_the_identity_are_equal(
    shared_world: str, told: list[Drawn]
) -> None:
    reported = asyncio.run(_reported(shared_world, told))
    made = [figures for figures, _ in reported]
    wanted = []
    for first, last in MONTHS:
        start, end = local(f"{first} 00:00"), local(f"{last + timedelta(days=1)} 00:00")
        counts = sum((expected(history, start, end) for history in told), Counter[str]())
        wanted.append(replace(NOTHING, **counts))
    assert made == wanted
    assert [each.received + each.carried_over for each in made] == [
        each.resolved + each.open + each.closed_otherwise for each in made
    ]
    assert [each.carried_over for each in made[1:]] == [each.open for each in made[:2]]
    for figures, lists in reported:
        _each_figure_is_the_length_of_its_list(figures, lists)


def _each_figure_is_the_length_of_its_list(figures: Figures, lists: dict[Column, list[Counted]]) -> None:
    assert {column: len(lists[column]) for column in Column} == {
        column: getattr(figures, column) for column in Column
    }
    came = [item for column in CAME for item in lists[column]]
    went = [item for column in Column if column not in CAME for item in lists[column]]
    assert sorted(item.id for item in came) == sorted(item.id for item in went)
    assert {item.id: item for item in came} == {item.id: item for item in went}
    late = {item.id for item in went if item.column in (Column.LATE, Column.OPEN_OVERDUE)}
    assert {item.id for item in went if item.late_since} == late
    assert all(item.lateness is None or item.lateness[0] < item.lateness[1] for item in went)


async def _reported(url: str, told: list[Drawn]) -> list[tuple[Figures, dict[Column, list[Counted]]]]:
    """The totals of each month over a new unit with these histories, and the list behind each figure."""
    unit = f"H27.{uuid4().hex}"
    async with database.connect(url) as db:
        await db.one_statement(
            "insert into unit select $1, name, kind, level, parent_code, calendar, valid_from from unit where code = $2",
            [unit, worlds.DEPARTMENT],
        )
        referred = await dossier_rows.refers(db)
        for history in told:
            await stored(db, referred, history, unit)
        return [
            (
                (await lateness.report_lateness(db, *month, at=AFTER, unit=unit)).total,
                await _lists(db, month, unit),
            )
            for month in MONTHS
        ]


async def _lists(db: Database, month: tuple[date, date], unit: str) -> dict[Column, list[Counted]]:
    """The list behind each figure, read two at a time."""
    lists: dict[Column, list[Counted]] = {}
    for column in Column:
        found: list[Counted] = []
        after = None
        while True:
            part = await lateness_dossiers.dossiers(
                db, *month, Cell(column, unit), at=AFTER, unit=unit, after=after, limit=2
            )
            found += part.page.items
            if (after := part.page.after) is None:
                break
        assert part.number == len(found)
        lists[column] = found
    return lists
