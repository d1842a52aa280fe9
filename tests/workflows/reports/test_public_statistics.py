"""Public statistics read the figures of the house's reports, and show no rating of few."""

from dataclasses import asdict
from datetime import date, timedelta

from hoso_models import EntryChannel
from hoso_models.tables.rating import CHANGEABLE
from hoso_workflows.operation.cached_figures import FigureCache
from hoso_workflows.reports import statistics
from hoso_workflows.reports.forms import accounting
from hoso_workflows.reports.forms.accounting import Scope
from hoso_workflows.reports.forms.satisfaction import Rated, satisfaction
from hoso_workflows.reports.statistics import FEWEST, Line, Served
from support import world as worlds
from support.builders.histories import local

AFTER = local("2026-06-01 08:00")
YEAR = Scope(date(2026, 1, 1), date(2026, 12, 31), None)
RATED = """
insert into rating (dossier_id, overall, convenience, timeliness, attitude, given_at, given_by)
select id, $2, 'satisfied', 'unsatisfied', 'very_satisfied', $3, $4 from dossier where reference = $1
"""


async def accepted(world: worlds.World, channel: str) -> worlds.Outcome:
    return await world.accepts(await world.files(channel=EntryChannel(channel)))


async def resolved(world: worlds.World, before: worlds.Outcome, at: str) -> worlds.Outcome:
    while True:
        (task,) = await world.open_tasks(before)
        before = await world.completes(before, at, outcome=worlds.DRAWN.get(task["element"]))
        if task["milestone"] == "result":
            return before


async def rates(world: worlds.World, of: worlds.Outcome, overall: str = "satisfied") -> None:
    await world.changed(RATED, of.reference, overall, local("2026-03-20 09:00"), worlds.CITIZEN)


async def counted(world: worlds.World) -> statistics.Statistics:
    return await statistics.of_year(world.db, 2026, at=AFTER, figures=FigureCache())


async def test_they_read_the_same_figures_as_the_forms_of_the_house(world: worlds.World) -> None:
    online = [await accepted(world, "online") for _ in range(3)]
    at_the_desk = [await accepted(world, "desk") for _ in range(FEWEST - 2)]
    for each in at_the_desk:
        await rates(world, each)
    await resolved(world, online[0], "2026-03-04 09:00")
    await resolved(world, online[1], "2026-03-16 09:00")
    await rates(world, online[0], "very_satisfied")
    await rates(world, online[1], "unsatisfied")

    found = await counted(world)

    (form,) = await accounting.account(world.db, YEAR, at=AFTER)
    (rated,) = await satisfaction(world.db, YEAR, at=AFTER)
    assert found.lines == (
        Line(
            online=form.online,
            received=form.new,
            online_resolved=form.resolved,
            online_on_time=form.early + form.on_time,
            rated=Rated.sum([rated]),
            unit=form.unit,
            unit_name=form.unit_name,
            procedure=form.procedure,
            procedure_name=form.procedure_name,
            field_name=form.field,
        ),
    )
    (line,) = found.by_procedure
    assert (line.online, line.received, line.on_time, line.rated.share, line.rated.timeliness) == (
        *(3, 6, "50,0"),
        *("80,0", "0,0"),
    )
    assert asdict(found.total) == {name: value for name, value in asdict(line).items() if name in FIGURES}


FIGURES = set(Served.__dataclass_fields__)


async def test_ratings_of_few_stand_nowhere_not_even_in_a_sum(world: worlds.World) -> None:
    for _ in range(FEWEST - 1):
        await rates(world, await accepted(world, "desk"))

    found = await counted(world)

    assert [(each.received, each.rated, each.few) for each in found.lines] == [(FEWEST - 1, Rated(), True)]
    assert (found.total.rated, found.total.few) == (Rated(), True)
    assert found.narrowed("H27.SYT", None).lines == ()


async def test_countings_differ_by_whole_groups_of_ratings_that_change_no_more(world: worlds.World) -> None:
    for _ in range(FEWEST + 1):
        await rates(world, await accepted(world, "desk"))
    given_at = await world.one("select max(given_at) from rating")
    settled = given_at + CHANGEABLE
    shown = []
    for at in (settled, settled + timedelta(seconds=1)):
        found = await statistics.of_year(world.db, 2026, at=at, figures=FigureCache())
        shown.append([(each.rated.rated, each.few) for each in found.lines])
    (form,) = await satisfaction(world.db, YEAR, at=settled)
    assert (shown, form.rated) == ([[(0, False)], [(FEWEST, False)]], FEWEST + 1)


async def test_a_year_is_counted_once_an_hour_however_many_ask(world: worlds.World) -> None:
    figures = FigureCache()
    before = await statistics.of_year(world.db, 2026, at=AFTER, figures=figures)
    await accepted(world, "online")
    soon = await statistics.of_year(world.db, 2026, at=local("2026-06-01 08:59"), figures=figures)
    later = await statistics.of_year(world.db, 2026, at=local("2026-06-01 09:00"), figures=figures)
    assert (before.lines, soon, later.total.received) == ((), before, 1)
    assert list(statistics.years(AFTER)) == [2022, 2023, 2024, 2025, 2026]
