"""A figure of a report and of a trend is the number of the dossiers behind it, whatever stands in the house."""

import random
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from hoso_models import Appointment
from hoso_workflows import localtime
from hoso_workflows.reports import lateness, lateness_dossiers, weeks
from hoso_workflows.reports.lateness import Part
from hoso_workflows.reports.lateness_dossiers import CAME, Cell, Column, Counted
from support import world as worlds
from support.builders import dossier_rows

FIRST = date(2026, 1, 5)
UNITS, PROCEDURES = [*worlds.UNITS], ["1.014464", "1.013871"]
DOSSIERS, DAYS, STATES = 120, 90, 200
WENT = tuple(each for each in Column if each not in CAME)
#: The columns of what was resolved.
RESOLVED = (Column.EARLY, Column.ON_TIME, Column.LATE)


async def drawn(world: worlds.World, chance: random.Random) -> None:
    """Dossiers of a quarter that are open, resolved or withdrawn, late or not, some with a clock that stands still."""
    referred = await dossier_rows.refers(world.db)
    for _ in range(DOSSIERS):
        accepted = _instant(chance.randrange(DAYS), chance)
        due = accepted + timedelta(hours=chance.randrange(1, 600))
        ended = accepted + timedelta(hours=chance.randrange(1, 900))
        given = {"handling_unit": chance.choice(UNITS), "procedure_code": chance.choice(PROCEDURES)}
        given["receiving_unit"] = chance.choice(UNITS)
        given["entry_channel"] = chance.choice(["online", "desk", "post"])
        fate = chance.choice(["open", "ready", "ready", "withdrawn"])
        if fate == "ready":
            given |= {"result_ready_at": ended, "verdict": _verdict(ended, due), "clock_running": False}
        elif fate == "withdrawn":
            given |= {"status": "withdrawn", "closed_at": ended, "clock_running": False}
        elif chance.random() < 0.3:
            given["late_since"] = due
        dates = {"due_first": due, "due_legal": due, "due_promised": due}
        made = await dossier_rows.dossier(world.db, referred, accepted, **{**referred, **given, **dates})
        await _appointed(world, made, accepted, dates)
        if chance.random() < 0.2:
            stood = accepted + timedelta(hours=chance.randrange(1, 300))
            length = timedelta(hours=chance.randrange(1, 300))
            again = stood + length if chance.random() < 0.5 else None
            await dossier_rows.stop(world.db, made, stood, ended_at=again)


async def test_each_figure_of_the_report_and_of_the_weeks_is_the_number_of_the_dossiers_behind_it(
    world: worlds.World,
) -> None:
    chance = random.Random(35)  # noqa: S311 - a seed, no secret
    await drawn(world, chance)
    of_report = of_weeks = 0
    for _ in range(STATES):
        unit = chance.choice([None, *UNITS])
        first = FIRST + timedelta(days=chance.randrange(DAYS))
        last = first + timedelta(days=chance.randrange(40))
        # Now and then the period is not over.
        at = _instant((last - FIRST).days + chance.randrange(-5, 20), chance)
        if localtime.local_date(at) < first:
            at = _instant((first - FIRST).days, chance)
        of_report += await _report_adds_up(world, first, last, unit, chance.choice([*Part]), at)
        of_weeks += await _weeks_add_up(world, chance.choice(UNITS), at)
    assert of_report > STATES * 10
    assert of_weeks > STATES * 10


async def _report_adds_up(
    world: worlds.World, first: date, last: date, unit: str | None, part: Part, at: datetime
) -> int:
    """Compare every line and the total with the lists behind them; how many dossiers they have."""
    made = await lateness.report_lateness(world.db, first, last, at=at, unit=unit, part=part)
    places = {row.id: row.unit for row in await world.db.rows(f"select id, {part}_unit as unit from dossier")}  # noqa: S608 - of an enumeration
    behind: Counter[tuple[str, str, Column]] = Counter()
    listed: dict[Column, set[UUID]] = {}
    for column in Column:
        rows = await _behind(world, first, last, column, unit, at, part)
        behind.update((places[each.id], each.procedure, column) for each in rows)
        listed[column] = {each.id for each in rows}
        assert getattr(made.total, column) == len(rows) == len(listed[column]), (
            column,
            first,
            last,
            unit,
            at,
        )
    said = {
        (line.unit, line.procedure, column): getattr(line, column)
        for line in made.lines
        for column in Column
        if getattr(line, column)
    }
    assert said == behind, (first, last, unit, at)
    came = set().union(*(listed[each] for each in CAME))
    assert came == set().union(*(listed[each] for each in WENT)), (first, last, unit, at)
    assert made.total.taken == made.total.accounted == len(came)
    return len(came)


async def _weeks_add_up(world: worlds.World, unit: str, at: datetime) -> int:
    """Compare the trend of a unit with the lists of its weeks; how many dossiers they have."""
    found = 0
    for week in await weeks.of_unit(world.db, unit, at=at):
        sunday = week.begin + timedelta(days=6)
        if week.begin < FIRST:
            assert (week.received, week.resolved, week.late) == (0, 0, 0)
            continue
        received = await _behind(world, week.begin, sunday, Column.RECEIVED, unit, at)
        ready = {
            column: len(await _behind(world, week.begin, sunday, column, unit, at)) for column in RESOLVED
        }
        behind = len(received), sum(ready.values()), ready[Column.LATE]
        assert (week.received, week.resolved, week.late) == behind, (unit, week.begin, at)
        found += len(received) + sum(ready.values())
    return found


async def _behind(
    world: worlds.World,
    first: date,
    last: date,
    column: Column,
    unit: str | None,
    at: datetime,
    part: Part = Part.HANDLING,
) -> tuple[Counted, ...]:
    listed = await lateness_dossiers.dossiers(
        world.db, first, last, Cell(column), at=at, unit=unit, part=part, limit=None
    )
    assert listed.number == len(listed.page.items)
    return listed.page.items


async def _appointed(world: worlds.World, of: UUID, accepted: datetime, dates: dict[str, Any]) -> None:
    made = {"dossier_id": of, "number": 1, "kind": "accepted", "cycle": 1, "why": {}, "made_at": accepted}
    counted = {"calendar": "vn", "calendar_version": "1", "made_by": worlds.person("reception", worlds.DESK)}
    async with world.db.transaction() as tx:
        tx.add(Appointment.model_validate({**made, **counted, **dates}))


def _instant(day: int, chance: random.Random) -> datetime:
    hour = time(chance.randrange(8, 17), chance.randrange(60))
    return datetime.combine(FIRST + timedelta(days=day), hour, tzinfo=localtime.ZONE)


def _verdict(ready: datetime, due: datetime) -> str:
    """As rule 3 judges: by local date, on the day itself by the minute."""
    if localtime.local_date(ready) < localtime.local_date(due):
        return "early"
    return "on_time" if ready <= due else "late"
