"""Audit of one dossier: verify its chain, compare each stored part with its events.

Each part is compared by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import hoso_bpmn
from hoso_calendar.messages import say, sentence
from hoso_workflows import events
from hoso_workflows.audit import finding, record_checks, stored_dossier
from hoso_workflows.audit.finding import Difference, Findings, Found
from hoso_workflows.audit.record_checks import Subject
from hoso_workflows.audit.records import StoredRows
from hoso_workflows.audit.rules import Rules
from hoso_workflows.clock.clock import Calendars
from hoso_workflows.dossiers import erased_payloads
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.events import Event, Kind, Link
from hoso_workflows.lifecycle import seals
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.notifications import rules as notices

#: Messages by their keys, each with its instant.
Told = dict[str, tuple[datetime, dict[str, Any]]]


async def compared(rules: Rules, row: Any, links: Sequence[Link], stored: StoredRows) -> list[Difference]:
    """Every difference of a dossier that `stored_dossier.rows` gave; raises StorageError only.

    What needs a damaged package or calendar is left out: `rules` has those as findings of their own.
    """
    found = Findings(row.reference, row.columns["code"])
    found.extend(_broken(row, links))
    subject = None
    with found.guarded(say("events")), rules.noting():
        subject = await _subject(rules, row, links, stored)
    if subject is not None:
        if not any(link.salt is None and link.event.kind in erased_payloads.UNCOUNTABLE for link in links):
            _projections(found, row, subject)
        for part, differing in record_checks.PARTS.items():
            with found.guarded(part):
                found.extend(differing(subject))
        if row.state is None:
            found.add("engine_state", finding.ABSENT, finding.PRESENT)
            return found.differences
        with found.guarded(say("engine state")), rules.noting():
            engine = list(_engine(row, subject))
            found.extend(engine)
            if stored.row.damaged and not engine and subject.loaded is not None:
                found.add("damaged_run", finding.PRESENT, finding.ABSENT)
            found.extend(await _incidents(rules.service, row, subject))
    return found.differences


def _broken(row: Any, links: Iterable[Link]) -> Iterator[Found]:
    try:
        events.verify(links, row.id, row.head)
    except events.ChainBroken as broken:
        yield say("chain"), sentence(broken), say("whole")


async def _subject(rules: Rules, row: Any, links: Sequence[Link], stored: StoredRows) -> Subject:
    """The input of the checks. Raises whatever error an impossible history causes."""
    history = await stored_dossier.history(rules.service, row, links)
    calendars, counted = await rules.calendars(history)
    told = Told() if counted and not _changed_since(links) else None
    projection = _folded(history, calendars, told)
    state = projection.state
    loaded = await rules.version(state.procedure, state.version, state.case)
    number = history[0].payload["version"]
    filed = loaded if number == state.version else await rules.version(state.procedure, number, state.case)
    return Subject(links, projection, projection.clock.dates(), counted, loaded, filed, stored, told)


def _changed_since(links: Iterable[Link]) -> bool:
    """True where acts or instants are no longer those of then.

    Payloads were erased, or an instant was corrected.
    """
    return any(link.salt is None or link.event.kind is Kind.CORRECTED for link in links)


def _folded(history: Sequence[Event], calendars: Calendars, told: Told | None) -> Projection:
    """The projection of a history; `told` is filled with the messages about steps that got the floor.

    A message follows from the clock around each act.
    """
    now = Projection.of(history[:1], calendars)
    if told is None:
        return now.after(history[1:])
    before = now.clock
    for event in history[1:]:
        now = now.after([event])
        if now.clock is not before and seals.ACT in event.payload:
            for message in notices.floors(now.state, before, now.clock, now.last_seq):
                told[str(message["dedup_key"])] = event.at, message
            before = now.clock
    return now


def _projections(found: Findings, row: Any, subject: Subject) -> None:
    projection, dates = subject.projection, subject.dates
    with found.guarded("dossier"):
        specification = subject.loaded.specification if subject.loaded else None
        document = subject.known(projection.dossier(dates, specification))
        if row.columns["degree"] is None:
            document["degree"] = None  # nobody has asked yet
        found.extend(finding.columns("dossier", row.columns, document))
    with found.guarded("tasks"):
        tasks = {str(task): subject.known(projection.task(task, dates)) for task in projection.tasks}
        found.extend(finding.rows("tasks", row.tasks or {}, tasks))
    with found.guarded("appointments"):
        made = {str(each["number"]): subject.known(each) for each in projection.appointments(dates)}
        found.extend(finding.rows("appointments", row.appointments or {}, made))
    with found.guarded("stops"):
        stops = {str(each["number"]): each for each in projection.stops()}
        found.extend(finding.rows("stops", row.stops or {}, stops))
    with found.guarded("timers"):
        found.extend(finding.rows("timers", row.timers or {}, projection.timers))
    with found.guarded("letters"):
        letters = {stored_dossier.letter_name(each): subject.known(each) for each in projection.letters}
        found.extend(finding.rows("letters", row.letters or {}, letters))
    with found.guarded("consultations"):
        asked = {str(identity): each for identity, each in projection.consultations.items()}
        found.extend(finding.rows("consultations", row.consultations or {}, asked))
    with found.guarded("disclosures"):
        given = {str(each["id"]): each for each in projection.disclosures}
        found.extend(finding.rows("disclosures", row.disclosures or {}, given))
    with found.guarded("attachments"):
        files = {str(identity): each for identity, each in projection.attachments.items()}
        found.extend(finding.rows("attachments", row.attachments or {}, files))
    stored, said = (row.procedure, row.number), (projection.state.procedure, projection.state.version)
    if stored != said:
        found.add(say("version"), *(" ".join(map(str, each)) for each in (stored, said)))


def _engine(row: Any, subject: Subject) -> Iterator[Found]:
    """Differences between the engine's state or open tasks and the newest event."""
    seal = seals.of(subject.links[-1].event)
    if subject.loaded is None:
        if "engine" in seal and (digest := hoso_bpmn.digest(row.state)) != seal["engine"]:
            yield say("engine state"), f"sha256 {digest}", f"sha256 {seal['engine']}"
        return
    look = hoso_bpmn.look(subject.loaded.specification, row.state)
    sealed = seal.get("engine", look.digest)
    finished, tasks = subject.stored.row.engine["finished"], sorted(map(str, subject.projection.state.tasks))
    if look.digest != sealed:
        yield say("engine state"), f"sha256 {look.digest}", f"sha256 {sealed}"
    if finished != look.finished:
        yield "engine_state finished", finished, look.finished
    if sorted(look.tasks) != tasks:
        yield say("engine's open tasks"), sorted(look.tasks), tasks


async def _incidents(service: DossierService, row: Any, subject: Subject) -> Iterable[Found]:
    """Differences between the engine's incidents and the events.

    The state is resumed only where no seal vouches for it.
    """
    state = subject.projection.state
    if seals.of(subject.links[-1].event) and not state.incidents:
        return ()
    there = sorted(str(incident.id) for incident in (await service.resumed(state, row))[0].incidents)
    return (
        ()
        if there == sorted(state.incidents)
        else [(say("engine's open incidents"), there, sorted(state.incidents))]
    )
