"""Decide commands on a dossier in memory: drive the engine, return events.

    events, run = lifecycle.file(filing, at, actor)
    state = lifecycle.fold(events)
    events = lifecycle.decide(replace(state, run=run, …), command, at, actor)

There is no database access. A refused command raises an error with the reason. After an error the state's run may be
inconsistent, so discard that state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn import text_safety
from hoso_calendar.messages import say
from hoso_models import DossierStatus as Status
from hoso_workflows import errors
from hoso_workflows.clock import term_count
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands, corrections, messages, succession, validation
from hoso_workflows.lifecycle.commands import Actor, Command, Result
from hoso_workflows.lifecycle.decision import (
    AWAITING,
    WORKING,
    Completed,
    Decision,
    Halted,
    aware,
    calendar_of,
    named,
    refusing,
    unit_of,
)
from hoso_workflows.lifecycle.drafts import Draft, DraftEvent, Number, Series, in_memory
from hoso_workflows.lifecycle.state import OpenTask, State, degree, evolve, fold, portal_code

if TYPE_CHECKING:
    from hoso_bpmn.package.manifest import Case
    from hoso_bpmn.runs.run import Run
    from hoso_bpmn.runs.specification import Loaded

__all__ = [
    "Filing",
    "OpenTask",
    "State",
    "addressed",
    "calendar_of_lane",
    "decide",
    "degree",
    "draft",
    "evolve",
    "file",
    "fold",
    "interpret",
    "policy_of",
    "portal_code",
]


#: Within which reception has to answer.
RECEPTION_TERM = "8 giờ làm việc"


@dataclass(frozen=True, slots=True)
class Filing:
    """A dossier at its filing."""

    #: Unguessable; what the applicant holds before there is a code.
    reference: str
    #: The procedure's case with its specification.
    loaded: Loaded
    #: Number of the procedure's version.
    version: int
    #: `online`, `desk` or `post`.
    channel: str
    #: Codes of the units that play `receiving`, `handling` and `deciding`.
    units: Mapping[str, str]
    #: The working calendar of each unit, by its code.
    calendars: Mapping[str, wt.WorkCalendar]
    #: Who applies, as a principal or party id.
    applicant: UUID
    #: sha256 of the form's canonical JSON, in hex.
    form_sha256: str
    #: Codes of the components that came with it.
    components: tuple[str, ...] = ()
    #: The portal it was filed on, where there was one.
    portal: str | None = None
    #: Form values; those that the drawing's expressions name enter the engine.
    variables: Mapping[str, Any] = field(default_factory=dict)
    #: Further words of the event about what is stored beside it: wishes as they are, personal data as digests.
    further: Mapping[str, Any] = field(default_factory=dict)


def calendar_of_lane(
    loaded: Loaded, units: Mapping[str, str], calendars: Mapping[str, wt.WorkCalendar]
) -> Callable[[str | None], wt.WorkCalendar]:
    """The calendar lookup by lane for `hoso_bpmn.start` and `resume`.

    A lane uses the calendar of its unit; without a lane, that of the handling unit applies.
    """

    def of(lane: str | None) -> wt.WorkCalendar:
        declared = loaded.specification.lanes.get(lane or "")
        return calendar_of(calendars, unit_of(units, (declared and declared.unit) or "handling"))

    return of


def file(filing: Filing, at: datetime, actor: Actor) -> tuple[tuple[Event, ...], Run]:
    """The first events of a dossier, and its run with reception's task open.

    Raises `UnitUnknown` for a part without unit or calendar, `BadVariable`, `CalendarEnds`.
    """
    with refusing():
        run = hoso_bpmn.start(
            filing.loaded.specification,
            at=aware(at),
            calendar=calendar_of_lane(filing.loaded, filing.units, filing.calendars),
            variables=dict(filing.variables),
        )
    filed = Event(Kind.FILED, at, actor.principal, _filed(filing), actor.on_behalf_of, actor.automatic)
    state = replace(fold([filed]), run=run, loaded=filing.loaded, calendars=filing.calendars)
    act = Decision(state, at, actor)
    opened = (act.opened(task) for task in run.tasks)
    timers = (act.timer_set(timer) for timer in run.timers)
    sent = (act.sent(message) for message in run.sent)
    return (filed, *opened, *timers, *sent), run


def _filed(filing: Filing) -> dict[str, Any]:
    case = filing.loaded.case
    return {
        "reference": filing.reference,
        "procedure": filing.loaded.package.code,
        "version": filing.version,
        "case": case.id,
        "channel": filing.channel,
        "portal": filing.portal,
        "units": dict(filing.units),
        "applicant": str(filing.applicant),
        "form_sha256": filing.form_sha256,
        "components": list(filing.components),
        "supplement": case.supplement,
        "reception_term": RECEPTION_TERM,
        "calendar": named(calendar_of(filing.calendars, unit_of(filing.units, "receiving"))),
        **filing.further,
    }


def interpret(state: State, command: Command) -> Command:
    """Resolve a completion of reception's task to the command of its outcome.

    The outcome accepts, refuses, or asks for a supplement. Raises `OutcomeRefused` for any other outcome.
    """
    if not isinstance(command, commands.Complete) or command.task not in state.tasks:
        return command
    task = state.tasks[command.task]
    if task.milestone != "accept":
        return command
    if command.outcome in ("refuse", "supplement"):
        what = say("{element} with the outcome {outcome}", element=task.element, outcome=command.outcome)
        validation.nothing(what, command.variables)
    match command.outcome:
        case "accept":
            return commands.Accept(command.task, command.note, command.variables, command.confirm_missing)
        case "refuse":
            return commands.Refuse(command.task, command.reason)
        case "supplement":
            return commands.AskSupplement(command.reason)
    raise errors.OutcomeRefused(task.element, command.outcome, ("accept", "refuse", "supplement"))


def addressed(state: State, command: Command) -> Command:
    """The command with its task; acceptance and refusal default to reception's task."""
    if isinstance(command, commands.Accept | commands.Refuse) and command.task is None:
        return replace(command, task=state.reception)
    return command


def decide(
    state: State,
    command: Command,
    at: datetime,
    actor: Actor = commands.SYSTEM,
    numbers: Callable[[Series], Number] = in_memory,
) -> tuple[Event, ...]:
    """The events of `draft`, numbered in memory without allocation. Raises the same errors as `draft`."""
    decided = draft(state, command, at, actor)
    return decided.numbered({series: numbers(series) for series in decided.needs})


def draft(state: State, command: Command, at: datetime, actor: Actor = commands.SYSTEM) -> Draft:
    """The draft of a command: its events, in a fixed order. Drives the state's run.

    If the engine cannot go on, the only event is an `incident`.
    Raises a `Refusal` (see `hoso_workflows.errors`), after which the state's run must not be used. An instant before the newest
    event counts as that event's: two machines' clocks may differ, a history does not run backwards.
    """
    # Only a correction is stamped truly though what was stamped before it lies ahead.
    ahead = not isinstance(command, commands.Correct) and state.last_at > aware(at)
    act = Decision(state, state.last_at if ahead else at, actor)
    with refusing():
        try:
            return Draft(tuple(_DECISIONS[type(command)](act, command)))
        except Halted as halted:
            return Draft((act.trouble(halted.incident),))


def _correct(act: Decision, command: corrections.Meant) -> Iterator[Event]:
    """Record the true instant of a command; nothing else changes."""
    yield act.tell(
        Kind.CORRECTED,
        **command.said(),
        reason=_reason("the correction of an instant", command.reason),
    )


def _accept(act: Decision, command: commands.Accept) -> Iterator[DraftEvent]:
    act.needs("acceptance", Status.FILED)
    identity, task = act.reception_task(command.task, "acceptance")
    validation.completion(act.loaded, task.element, command.variables)
    case = act.loaded.case
    missing = validation.lacking(case, act.state.components)
    if missing and not command.confirm_missing:
        raise errors.PapersMissing((part.code, part.name) for part in missing)
    change = act.done(act.run.complete(str(identity), "accept", command.variables, at=act.at))
    yield act.draft(
        Kind.ACCEPTED,
        {"code": act.codes, "receipt": act.letters("01")},
        **_term(act),
        basis=list(case.basis or act.loaded.package.legal_basis),
        **({"missing": [part.code for part in missing]} if missing else {}),
    )
    yield from act.follow(change, Completed(identity, "accept", command.note, command.variables))
    yield act.letter("01")


def _term(act: Decision) -> dict[str, Any]:
    """The whole term, which runs from acceptance and again after a supplement.

    A term that cannot be counted is refused here.
    """
    case = act.loaded.case
    unit = unit_of(act.state.places, "handling")
    policy = policy_of(case, act.state.channel)
    term_count.deadline(calendar_of(act.state.calendars, unit), act.at, case.term, (), policy)
    return {"term": str(case.term), "policy": policy.to_mapping(), "calendar": act.calendar(unit)}


def policy_of(case: Case, channel: str) -> wt.Policy:
    """The policy of a case for counting the term, by channel of filing."""
    # The last hour of the day is another day's for what comes in electronically, and for nothing else.
    return case.policy if channel == "online" else replace(case.policy, last_hour=0)


def _refuse(act: Decision, command: commands.Refuse) -> Iterator[DraftEvent]:
    act.needs("refusal", Status.FILED)
    identity, _ = act.reception_task(command.task, "refusal")
    reason = _reason("refusal", command.reason)
    change = act.done(act.run.complete(str(identity), "refuse", at=act.at))
    yield act.tell(Kind.REFUSED, reason=reason)
    yield from act.follow(change, Completed(identity, "refuse"))
    yield act.letter("03")


def _propose_supplement(act: Decision, command: commands.ProposeSupplement) -> Iterator[Event]:
    act.needs("proposing a supplement", Status.IN_PROCESS)
    reason = _reason("proposing a supplement", command.reason)
    yield act.tell(Kind.SUPPLEMENT_PROPOSED, reason=reason, items=list(command.items))


def _ask_supplement(act: Decision, command: commands.AskSupplement) -> Iterator[DraftEvent]:
    act.needs("asking for a supplement", Status.FILED, Status.IN_PROCESS)
    reason = _reason("asking for a supplement", command.reason)
    times = act.state.supplements
    justification = command.justification.strip()
    if times and not justification:
        raise errors.SupplementAlreadyAsked(times)
    yield act.tell(
        Kind.SUPPLEMENT_ASKED,
        reason=reason,
        items=list(command.items),
        number=times + 1,
        justification=justification,
    )
    yield act.letter("02")


def _receive_supplement(act: Decision, command: commands.ReceiveSupplement) -> Iterator[Event]:
    act.needs("receiving a supplement", *AWAITING)
    validation.supplement(act.loaded, command.components)
    accepted = act.state.accepted_at is not None
    yield act.tell(
        Kind.SUPPLEMENT_RECEIVED,
        note=command.note,
        components=list(command.components),
        **(_term(act) if accepted and act.state.supplement == "restart" else {}),
        **({"basis": _supplement_basis(act)} if accepted else {}),
    )


def _supplement_basis(act: Decision) -> list[str]:
    """The legal basis on which the term restarts or resumes after a supplement.

    If none is declared, it is the legal basis of the term itself.
    """
    case = act.loaded.case
    declared = case.policy_text.get("supplement_basis")
    return [declared] if declared else list(case.basis or act.loaded.package.legal_basis)


def _withdraw(act: Decision, command: commands.Withdraw) -> Iterator[Event]:
    act.needs("withdrawal", Status.FILED, Status.IN_PROCESS, *AWAITING)
    act.foreseen("withdrawal")
    reason = _reason("withdrawal", command.reason)
    change = act.done(act.run.cancel("withdrawn", at=act.at))
    yield act.tell(Kind.WITHDRAWN, reason=reason)
    yield from act.follow(change)


def _claim(act: Decision, command: commands.Claim) -> Iterator[Event]:
    assignee = act.task(command.task).assignee
    chosen = command.assignee or act.actor.on_behalf_of or act.actor.principal
    if assignee:
        mine = assignee == chosen == (act.actor.on_behalf_of or act.actor.principal)
        raise (errors.AlreadyYours if mine else errors.AlreadyClaimed)(command.task, assignee)
    yield act.tell(Kind.TASK_CLAIMED, task=str(command.task), assignee=str(chosen))


def _unclaim(act: Decision, command: commands.Unclaim) -> Iterator[Event]:
    if not act.task(command.task).assignee:
        raise errors.NotClaimed(command.task)
    yield act.tell(Kind.TASK_UNCLAIMED, task=str(command.task))


def _complete(act: Decision, command: commands.Complete) -> Iterator[Event]:
    task = act.task(command.task)
    outcome, status = _drawn(command.outcome, task), act.state.status
    _may_complete(act, replace(command, outcome=outcome), task)
    reached = act.reached(task, outcome)
    change = act.done(act.run.complete(str(command.task), outcome, command.variables, at=act.at))
    yield from act.follow(change, Completed(command.task, outcome, command.note, command.variables))
    if reached == "result" and status is Status.IN_PROCESS:
        status = Status.RESULT_READY
        yield act.tell(Kind.RESULT_READY, result=str(command.result), reason=command.reason.strip())
    elif reached == "return" and status is Status.RESULT_READY:
        yield act.tell(Kind.RETURNED)
    yield from act.ending(status)


def _drawn(outcome: str | None, task: OpenTask) -> str | None:
    """The outcome in the Unicode form of the diagram.

    The request may contain decomposed accents (NFD), which look the same on every screen.
    """
    if outcome is None or outcome in task.outcomes:
        return outcome
    composed = text_safety.text(outcome)
    same = (drawn for drawn in task.outcomes if text_safety.text(drawn) == composed)
    return next(same, outcome)


def _may_complete(act: Decision, command: commands.Complete, task: OpenTask) -> None:
    act.works("completion", command.task)
    act.free(command.task, task)
    if task.milestone == "accept":
        raise errors.AcceptanceNeeded(task.element)
    if command.result and task.milestone != "result":
        raise errors.WrongTask(say("a result"), task.element, "result")
    if command.result is Result.NOT_ELIGIBLE:
        _reason("a result that is not eligible", command.reason)
    if (command.outcome is None) == bool(task.outcomes) or command.outcome not in (None, *task.outcomes):
        raise errors.OutcomeRefused(task.element, command.outcome, task.outcomes)
    _has_result(command, task, reaches=act.reached(task, command.outcome) == "result")
    validation.completion(act.loaded, task.element, command.variables)


def _has_result(command: commands.Complete, task: OpenTask, *, reaches: bool) -> None:
    """Check that a result is given exactly if the milestone `result` is reached.

    Raises ResultNotReached or ResultMissing; there is no default result.
    """
    if command.result and not reaches:
        raise errors.ResultNotReached(task.element, str(command.outcome))
    if reaches and not command.result:
        raise errors.ResultMissing(task.element, tuple(Result))


def _advance(act: Decision, _: commands.Advance) -> Iterator[Event]:
    act.needs("going on", *WORKING)
    change = act.run.advance(at=act.at)
    yield from act.follow(change)
    if change.incident:
        # The timer behind which the run cannot go on is held by the engine: it is due no more until somebody retries.
        yield act.trouble(change.incident)
    yield from act.ending(act.state.status)


_DECISIONS: Mapping[type, Callable[[Decision, Any], Iterator[DraftEvent]]] = {
    commands.Accept: _accept,
    commands.Refuse: _refuse,
    commands.ProposeSupplement: _propose_supplement,
    commands.AskSupplement: _ask_supplement,
    commands.ReceiveSupplement: _receive_supplement,
    commands.Withdraw: _withdraw,
    commands.Claim: _claim,
    commands.Unclaim: _unclaim,
    commands.Complete: _complete,
    commands.Send: messages.send,
    commands.Fail: messages.fail,
    commands.Retry: messages.retry,
    commands.Advance: _advance,
    corrections.Meant: _correct,
    commands.ReplaceUnit: succession.replace_unit,
}


def _reason(act: str, given: str) -> str:
    if not given.strip():
        raise errors.ReasonMissing(act)
    return given.strip()
