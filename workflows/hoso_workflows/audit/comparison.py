"""One dossier's audit: its chain verified, and every part that is stored compared with its events, each by itself."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import hoso_bpmn
from hoso_bpmn.specification import Loaded
from hoso_workflows import events, seals
from hoso_workflows.audit import beside, finding, stored
from hoso_workflows.audit.beside import Subject
from hoso_workflows.audit.finding import Difference, Findings, Found
from hoso_workflows.audit.kept import Kept
from hoso_workflows.events import Link
from hoso_workflows.office import Office


async def compared(office: Office, row: Any, links: Sequence[Link], kept: Kept) -> list[Difference]:
    """Every difference of a dossier that `stored.rows` gave; raises StorageError only."""
    found = Findings(row.reference, row.columns["code"])
    found.extend(_broken(row, links))
    if any(link.salt is None for link in links):
        # What the law had erased cannot be told again; that nothing else was altered, the chain still says.
        return found.differences
    subject = None
    with found.guarded("events"):
        loaded = (await office.cabinet.version(row.workflow_version_id)).case(row.case_id)
        subject = await _subject(office, links, kept, loaded)
    if subject is not None:
        _projections(found, row, subject, loaded)
        for part, differing in beside.PARTS.items():
            with found.guarded(part):
                found.extend(differing(subject))
        with found.guarded("engine state"):
            found.extend(await _engine(office, row, subject, loaded))
    return found.differences


def _broken(row: Any, links: Iterable[Link]) -> Iterator[Found]:
    try:
        events.verify(links, row.id, row.head)
    except events.ChainBroken as broken:
        yield "chain", str(broken), "whole"


async def _subject(office: Office, links: Sequence[Link], kept: Kept, loaded: Loaded) -> Subject:
    """Raises whatever a history that never happened leads to."""
    projection = await stored.projected(office, [link.event for link in links])
    procedure, filed = projection.state.procedure, links[0].event.payload["version"]
    if filed != projection.state.version:
        loaded = await stored.version(office, procedure, filed, projection.state.case)
    return Subject(links, projection, projection.clock.dates(), loaded, kept)


def _projections(found: Findings, row: Any, subject: Subject, loaded: Loaded) -> None:
    projection, dates = subject.projection, subject.dates
    with found.guarded("dossier"):
        said = projection.dossier(dates, loaded.specification)
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


async def _engine(office: Office, row: Any, subject: Subject, loaded: Loaded) -> list[Found]:
    """Where the engine is in another state than the newest act left it in, or has other tasks and incidents open."""
    look, state = hoso_bpmn.look(loaded.specification, row.state), subject.projection.state
    sealed = seals.of(subject.links[-1].event).get("engine", look.digest)
    engine = subject.kept.row.engine
    pairs = {
        "engine state": (f"sha256 {look.digest}", f"sha256 {sealed}"),
        "engine_state finished": (engine["finished"], look.finished),
        "engine's open tasks": (sorted(look.tasks), sorted(map(str, state.tasks))),
    }
    if state.incidents or not seals.of(subject.links[-1].event):
        run, _ = await office.resumed(state, row)
        incidents = sorted(str(incident.id) for incident in run.incidents)
        pairs["engine's open incidents"] = (incidents, sorted(state.incidents))
    return [(what, there, said) for what, (there, said) in pairs.items() if there != said]
