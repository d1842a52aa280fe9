"""Evolution of a dossier's state by its events: a pure fold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

from hoso_models import DossierStatus as Status
from hoso_models import Outcome
from hoso_workflows.events import Event, Kind, identity
from hoso_workflows.frozen import changed, with_fields
from hoso_workflows.lifecycle import fees, task_facts
from hoso_workflows.lifecycle.state import (
    AMENDABLE,
    AttachedFile,
    OpenConsultation,
    OpenIncident,
    OpenTask,
    RecentNote,
    State,
)

#: Fields of a state by name, as an event changes them.
Changes = dict[str, Any]


def fold(events: Iterable[Event]) -> State:
    """The state after a whole history, which begins with `filed`; without an engine."""
    history = iter(events)
    return reduce(evolve, history, _filed(next(history)))


def evolve(state: State, event: Event) -> State:
    """The state after one more event."""
    fields: Changes = {"last_at": event.at, "seq": state.seq + 1}
    if (changes := _CHANGES.get(event.kind)) is not None:
        fields |= changes(state, event)
    return with_fields(state, fields)


def _filed(event: Event) -> State:
    payload = event.payload
    return State(
        reference=payload["reference"],
        procedure=payload["procedure"],
        version=payload["version"],
        case=payload["case"],
        channel=payload["channel"],
        units=dict(payload["units"]),
        supplement=payload["supplement"],
        last_at=event.at,
        components=frozenset(payload.get("components", ())),
    )


def _noted(state: State, event: Event) -> Changes:
    by = frozenset(each for each in (event.actor, event.on_behalf_of) if each is not None)
    recent = {seq: note for seq, note in state.notes.items() if event.at - note.at <= AMENDABLE}
    return {"notes": {**recent, state.seq + 1: RecentNote(event.at, by)}}


def _accepted(_: State, event: Event) -> Changes:
    payload = event.payload
    return {
        "status": Status.IN_PROCESS,
        "code": payload["code"],
        "accepted_at": event.at,
        "term": payload["term"],
        "policy": dict(payload["policy"]),
        "missing": tuple(payload.get("missing", ())),
        "supplement_at": None,
    }


def _supplement_asked(state: State, event: Event) -> Changes:
    return {**_supplement_returned(state, event), "supplements": state.supplements + 1}


def _supplement_returned(state: State, event: Event) -> Changes:
    before = Status.AWAITING_SUPPLEMENT_BEFORE
    due = event.payload.get("answer_due")
    return {
        "status": Status.AWAITING_SUPPLEMENT if state.accepted_at else before,
        "asked_at": event.at,
        "answer_due": datetime.fromisoformat(due) if due else None,
    }


def _accounted(state: State, event: Event) -> Changes:
    return {"account": state.account.after(event)}


def _goes_on(state: State, _: Event) -> Changes:
    return {"status": Status.IN_PROCESS if state.accepted_at else Status.FILED}


def _supplement_received(state: State, event: Event) -> Changes:
    payload = event.payload
    again = {"extensions": ()} if "term" in payload else {}
    return {
        **_goes_on(state, event),
        **again,
        "components": state.components.union(payload.get("components", ())),
        "answer_due": None,
        "supplement_at": event.at,
    }


def _closed(status: Status) -> Callable[[State, Event], Changes]:
    return lambda _state, _event: {"status": status, "answer_due": None, "consultations": {}}


def _obligation_met(state: State, event: Event) -> Changes:
    return {**_goes_on(state, event), "extensions": ()}


def _extended(state: State, event: Event) -> Changes:
    return {"extensions": (*state.extensions, event.payload["term"])}


def _consultation_asked(state: State, event: Event) -> Changes:
    payload = event.payload
    due = datetime.fromisoformat(payload["due"])
    asked = OpenConsultation(payload["unit"], due, payload["silence"])
    return {
        "consulted": state.consulted + 1,
        "consultations": {**state.consultations, UUID(payload["id"]): asked},
    }


def _consultation_answered(state: State, event: Event) -> Changes:
    answered = UUID(event.payload["id"])
    return {"consultations": {key: each for key, each in state.consultations.items() if key != answered}}


def _consultation_passed(state: State, event: Event) -> Changes:
    if event.payload["silence"] == "consent":
        return _consultation_answered(state, event)
    passed = UUID(event.payload["id"])
    if passed not in state.consultations:
        return {}
    return {
        "consultations": {**state.consultations, passed: replace(state.consultations[passed], passed=True)}
    }


def _disclosed(state: State, _: Event) -> Changes:
    return {"disclosed": state.disclosed + 1}


def _attached(state: State, event: Event) -> Changes:
    payload = event.payload
    files, before = dict(state.files), payload.get("supersedes")
    exchanged = event.kind is Kind.RESULT_EXCHANGED
    if before is not None:
        old = files[UUID(before)]
        files[UUID(before)] = replace(old, superseded=True, result=old.result and not exchanged)
    added = AttachedFile(
        payload["title"],
        payload["component"],
        payload["internal"],
        payload["size"],
        frozenset(each for each in (event.actor, event.on_behalf_of) if each),
        result=payload["phase"] == "result",
        signed=payload.get("signed", False),
    )
    return {
        "files": {**files, UUID(payload["attachment"]): added},
        "components": state.components.union(payload.get("components", ())),
    }


def _result_corrected(state: State, event: Event) -> Changes:
    return {**_attached(state, event), "corrected": True}


def _correction_handed_over(_state: State, _event: Event) -> Changes:
    return {"corrected": False}


def _held(*, held: bool) -> Callable[[State, Event], Changes]:
    return lambda _state, _event: {"held": held}


def _erasure_ordered(state: State, _: Event) -> Changes:
    return {"erasures_ordered": state.erasures_ordered + 1}


def _erased(state: State, _: Event) -> Changes:
    return {"erased": True, "incidents": {}, "account": state.account.erased()}


def _transferred(state: State, event: Event) -> Changes:
    return _closed(Status.STOPPED)(state, event) if event.payload.get("authority") else {}


def _reopened(state: State, event: Event) -> Changes:
    payload = event.payload
    again = {"term": payload["term"], "policy": dict(payload["policy"])} if "term" in payload else {}
    return {
        **_goes_on(state, event),
        **again,
        "outcome": None,
        "extensions": (),
        "preparers": frozenset(),
        "supplement_at": None,
        "corrected": False,
    }


def _result_ready(state: State, event: Event) -> Changes:
    files = dict(state.files)
    for name in event.payload.get("attachments", ()):
        files[UUID(name)] = replace(files[UUID(name)], result=True)
    return {
        "files": files,
        "status": Status.RESULT_READY,
        # None in an earlier course of a reopened dossier whose payload was erased by law.
        "outcome": Outcome(given) if (given := event.payload["result"]) else None,
        "consultations": {},
    }


def _becomes(status: Status) -> Callable[[State, Event], Changes]:
    return lambda _state, _event: {"status": status}


def _task_opened(state: State, event: Event) -> Changes:
    payload = event.payload
    task = OpenTask(**task_facts.of_payload(payload))
    return {"tasks": {**state.tasks, event.task: task}}


def _task_closed(state: State, event: Event) -> Changes:
    closed = event.task
    left = dict(state.tasks)
    task = left.pop(closed, None)
    if event.payload["by"] != "completed":
        return {"tasks": left}
    if task is None:
        raise KeyError(closed)
    changes: Changes = {
        "tasks": left,
        "passed": task.plan,
        "completed_by": {**state.completed_by, task.element: event.on_behalf_of or event.actor},
    }
    # Who signs and sends back has prepared nothing.
    if task.milestone not in ("accept", "result"):
        people = {event.actor, event.on_behalf_of} - {None}
        changes["preparers"] = state.preparers.union(people)
    return changes


def _assigned(state: State, event: Event) -> Changes:
    task, given = event.task, event.payload.get("assignee")
    before, assignee = state.tasks[task], identity(given) if given else None
    had = before.owner or before.assignee
    previous = had if had not in (None, assignee) else before.previous
    hands = changed(before, assignee=assignee, owner=None, previous=previous)
    return {"tasks": {**state.tasks, task: hands}}


def _delegated(state: State, event: Event) -> Changes:
    payload = event.payload
    task, owner = event.task, identity(payload["owner"])
    hands = changed(state.tasks[task], assignee=identity(payload["assignee"]), owner=owner)
    return {"tasks": {**state.tasks, task: hands}}


def _resolved(state: State, event: Event) -> Changes:
    task, owner = event.task, identity(event.payload["assignee"])
    return {"tasks": {**state.tasks, task: changed(state.tasks[task], assignee=owner, owner=None)}}


def _prioritised(state: State, event: Event) -> Changes:
    task = event.task
    return {"tasks": {**state.tasks, task: changed(state.tasks[task], priority=event.payload["priority"])}}


def _corrected(state: State, event: Event) -> Changes:
    """Reset the newest instant, so that later commands may have true instants.

    The instants themselves are corrected before a history is folded.
    """
    payload = event.payload.get("last")
    return {"last_at": datetime.fromisoformat(payload) if payload else state.last_at}


def _migrated(state: State, event: Event) -> Changes:
    """Take the wording of open tasks from the new version.

    Their limits stay those with which they were opened.
    """
    tasks = dict(state.tasks)
    for document in event.payload["tasks"]:
        task = UUID(document["task"])
        tasks[task] = changed(tasks[task], **task_facts.of_payload(document))
    return {"version": event.payload["to"], "tasks": tasks}


def _unit_replaced(state: State, event: Event) -> Changes:
    payload = event.payload
    tasks, incidents = dict(state.tasks), dict(state.incidents)
    for each in payload["tasks"]:
        task = UUID(each["task"])
        tasks[task] = changed(tasks[task], unit=each["unit"])
    for each in payload["incidents"]:
        incidents[each["id"]] = replace(incidents[each["id"]], unit=each["unit"])
    consultations = dict(state.consultations)
    # Events of earlier releases name none.
    for each in payload.get("consultations", ()):
        asked = UUID(each["id"])
        consultations[asked] = replace(consultations[asked], unit=each["unit"])
    return {
        "units": {**state.units, **payload["units"]},
        "tasks": tasks,
        "incidents": incidents,
        "consultations": consultations,
        "replaced": succeeded(state.replaced, payload),
    }


def succeeded(places: Mapping[str, str], payload: Mapping[str, Any]) -> dict[str, str]:
    """The units in the places of others after one more replacement."""
    if "from" not in payload or payload.get("transfer"):
        return dict(places)  # its payload was erased by law, or nobody succeeds anybody
    old, new = payload["from"], payload["to"]
    later = {**{place: new if unit == old else unit for place, unit in places.items()}, old: new}
    return {place: unit for place, unit in later.items() if place != unit}


def _incident(state: State, event: Event) -> Changes:
    payload = event.payload
    identity = payload.get("id")
    if identity is None:
        return {}  # nothing waits: the command that failed can be given again
    known = state.incidents.get(identity)
    incident = OpenIncident(
        payload["element"], payload["message"], payload["unit"], known.since if known else event.at
    )
    return {"incidents": {**state.incidents, identity: incident}}


def _incident_resolved(state: State, event: Event) -> Changes:
    resolved = event.payload["id"]
    return {"incidents": {key: value for key, value in state.incidents.items() if key != resolved}}


_CHANGES: Mapping[Kind, Callable[[State, Event], Changes]] = {
    Kind.ACCEPTED: _accepted,
    Kind.REFUSED: _closed(Status.REFUSED),
    Kind.SUPPLEMENT_ASKED: _supplement_asked,
    Kind.SUPPLEMENT_RECEIVED: _supplement_received,
    Kind.SUPPLEMENT_RETURNED: _supplement_returned,
    Kind.CLOSED_UNANSWERED: _closed(Status.CLOSED_UNANSWERED),
    Kind.WITHDRAWN: _closed(Status.WITHDRAWN),
    Kind.SUSPENDED: _becomes(Status.SUSPENDED),
    Kind.SUSPENSION_ENDED: _goes_on,
    Kind.OBLIGATION_SET: _becomes(Status.FINANCIAL_OBLIGATION),
    Kind.OBLIGATION_MET: _obligation_met,
    Kind.EXTENDED: _extended,
    Kind.CONSULTATION_ASKED: _consultation_asked,
    Kind.CONSULTATION_ANSWERED: _consultation_answered,
    Kind.CONSULTATION_PASSED: _consultation_passed,
    Kind.DISCLOSED: _disclosed,
    Kind.ATTACHMENT_ADDED: _attached,
    Kind.ATTACHMENT_SUPERSEDED: _attached,
    Kind.RESULT_EXCHANGED: _attached,
    Kind.RESULT_CORRECTED: _result_corrected,
    Kind.CORRECTION_HANDED_OVER: _correction_handed_over,
    Kind.HOLD_PLACED: _held(held=True),
    Kind.HOLD_LIFTED: _held(held=False),
    Kind.ERASURE_ORDERED: _erasure_ordered,
    Kind.ERASED: _erased,
    Kind.TRANSFERRED: _transferred,
    Kind.REOPENED: _reopened,
    Kind.TASK_OPENED: _task_opened,
    Kind.TASK_CLOSED: _task_closed,
    Kind.TASK_CLAIMED: _assigned,
    Kind.TASK_UNCLAIMED: _assigned,
    Kind.TASK_PRIORITISED: _prioritised,
    Kind.NOTED: _noted,
    Kind.TASK_DELEGATED: _delegated,
    Kind.TASK_RESOLVED: _resolved,
    Kind.INCIDENT: _incident,
    Kind.INCIDENT_RESOLVED: _incident_resolved,
    Kind.RESULT_READY: _result_ready,
    Kind.RETURNED: _becomes(Status.RETURNED),
    Kind.STOPPED: _closed(Status.STOPPED),
    Kind.MIGRATED: _migrated,
    Kind.UNIT_REPLACED: _unit_replaced,
    Kind.CORRECTED: _corrected,
    **dict.fromkeys(fees.KINDS, _accounted),
}
