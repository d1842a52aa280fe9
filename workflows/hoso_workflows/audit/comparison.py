"""One dossier's audit: its chain verified, and every part that is stored compared with its events, each by itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hoso_bpmn.specification import Loaded
from hoso_workflows import events
from hoso_workflows.audit import finding, stored
from hoso_workflows.audit.finding import Difference, Findings, Found
from hoso_workflows.dates import Dates
from hoso_workflows.events import Link
from hoso_workflows.office import Office
from hoso_workflows.projections import Projection


@dataclass(frozen=True, slots=True)
class Told:
    """What a dossier's events amount to."""

    projection: Projection
    dates: Dates
    loaded: Loaded


async def compared(office: Office, row: Any) -> list[Difference]:
    """Every difference of a dossier that `stored.rows` gave; raises StorageError only."""
    found = Findings(row.reference, row.columns["code"])
    links: Sequence[Link] = ()
    with found.guarded("chain"):
        links = [stored.link(entry) for entry in row.links or ()]
        found.extend(_broken(row, links))
    if any(link.salt is None for link in links):
        # What the law had erased cannot be told again; that nothing else was altered, the chain still says.
        return found.differences
    told = None
    with found.guarded("events"):
        told = await _told(office, row, links)
    if told is not None:
        _projections(found, row, told)
        with found.guarded("engine state"):
            found.extend(await _engine(office, row, told.projection))
    return found.differences


def _broken(row: Any, links: Iterable[Link]) -> Iterator[Found]:
    try:
        events.verify(links, row.id, row.head)
    except events.ChainBroken as broken:
        yield "chain", str(broken), "whole"


async def _told(office: Office, row: Any, links: Iterable[Link]) -> Told:
    """Raises whatever a history that never happened leads to."""
    projection = await stored.projected(office, [link.event for link in links])
    loaded = (await office.cabinet.version(row.workflow_version_id)).case(row.case_id)
    return Told(projection, projection.clock.dates(), loaded)


def _projections(found: Findings, row: Any, told: Told) -> None:
    projection, dates = told.projection, told.dates
    with found.guarded("dossier"):
        said = projection.dossier(dates, told.loaded.specification)
        if row.columns["degree"] is None:
            said["degree"] = None  # nobody has asked yet
        found.extend(finding.columns("dossier", row.columns, said))
    with found.guarded("tasks"):
        tasks = {str(task): projection.task(task, dates) for task in projection.tasks}
        found.extend(finding.rows("tasks", row.tasks or {}, tasks))
    with found.guarded("appointments"):
        made = {str(each["number"]): each for each in projection.appointments(dates)}
        found.extend(finding.rows("appointments", row.appointments or {}, made))
    with found.guarded("timers"):
        found.extend(finding.rows("timers", row.timers or {}, projection.timers))
    with found.guarded("letters"):
        letters = {stored.letter_name(each): each for each in projection.letters}
        found.extend(finding.rows("letters", row.letters or {}, letters))
    if row.number != projection.state.version:
        found.add("version", row.number, projection.state.version)


async def _engine(office: Office, row: Any, projection: Projection) -> list[Found]:
    """Where the engine has other tasks and incidents open than the events tell."""
    run, state = await office.resumed(projection.state, row)
    pairs = {
        "tasks": ([task.id for task in run.tasks], [str(task) for task in state.tasks]),
        "incidents": ([str(incident.id) for incident in run.incidents], list(state.incidents)),
    }
    return [
        (f"engine's open {what}", sorted(open_there), sorted(said))
        for what, (open_there, said) in pairs.items()
        if sorted(open_there) != sorted(said)
    ]
