"""Messages to a run or a person, failed calls, retries of incidents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hoso_bpmn import errors as engine_errors
from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands, validation
from hoso_workflows.lifecycle.decision import Decision, Halted, reason


def send(act: Decision, command: commands.Send) -> Iterator[Event]:
    """Deliver a message to every element that awaits it. Raises `NobodyWaits`, `FormRefused`, `BadVariable`."""
    act.works("receiving a message")
    awaited = act.run.awaited
    elements = [each.element for each in awaited if command.meets(each.name, each.item)]
    if not elements:
        raise errors.NobodyWaits(command.message, sorted({each.name for each in awaited}))
    validation.completion(act.loaded, elements[0], command.variables)
    change = act.done(act.run.send(command.message, command.variables, item=command.item, at=act.at))
    names = act.loaded.specification.variables.intersection(command.variables)
    yield act.tell(Kind.MESSAGE_RECEIVED, message=command.message, elements=elements, variables=sorted(names))
    yield from act.follow(change)
    yield from act.ending(act.state.status)


def fail(act: Decision, command: commands.Fail) -> Iterator[Event]:
    """Record a failed call; its task stays open. Raises `NotExternal` for a task that waits for a person."""
    task = act.task(command.task)
    act.works("the failure of a call", command.task)
    act.free(command.task, task)
    message = command.message.strip()
    if not message:
        raise errors.ReasonMissing(say("the failure of a call"))
    try:
        change = act.run.fail(str(command.task), message, at=act.at)
    except engine_errors.NotExternal as person:
        raise errors.NotExternal(command.task, person.element) from person
    if change.incident:
        yield act.trouble(change.incident)


def retry(act: Decision, command: commands.Retry) -> Iterator[Event]:
    """Retry the timer of an incident; if that fails too, the incident stays.

    It then gets the new reason. Raises `IncidentNotOpen`, `TaskAwaited` for a failed call, `FormRefused`, `BadVariable`.
    """
    act.works("retrying")
    held = next((incident for incident in act.run.incidents if incident.id == command.incident), None)
    if held is None:
        raise errors.IncidentNotOpen(command.incident)
    validation.completion(act.loaded, held.element, command.variables)
    try:
        change = act.run.retry(command.incident, command.variables, at=act.at)
    except engine_errors.UnknownIncident as call:
        raise errors.TaskAwaited(command.incident) from call
    if change.incident:
        raise Halted(replace(change.incident, id=command.incident))
    yield from act.follow(change)
    if command.incident not in act.state.incidents:
        # Incidents of older programs have no id in the events that tell them, so that they are not among the open ones.
        yield act.resolved(command.incident)
    yield from act.ending(act.state.status)


def write_to_desk(act: Decision, command: commands.WriteToDesk) -> Iterator[Event]:
    """Write to the desk. Raises `ReasonMissing` for an empty text."""
    yield act.tell(Kind.APPLICANT_WROTE, text=reason(say("writing"), command.text))


def write_to_applicant(act: Decision, command: commands.WriteToApplicant) -> Iterator[Event]:
    """Write to the applicant. Raises `ReasonMissing` for an empty text."""
    yield act.tell(Kind.DESK_WROTE, text=reason(say("writing"), command.text))


def propose_reply(act: Decision, command: commands.ProposeReply) -> Iterator[Event]:
    """Propose a reply to the desk. Raises `ReasonMissing` for an empty text."""
    yield act.tell(Kind.REPLY_PROPOSED, text=reason(say("proposing a reply"), command.text))
