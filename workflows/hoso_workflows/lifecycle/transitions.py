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
from hoso_calendar.messages import say
from hoso_workflows import errors, localtime
from hoso_workflows.events import Event, Kind
from hoso_workflows.frozen import changed
from hoso_workflows.lifecycle import (
    commands,
    corrections,
    statutory_terms,
    validation,
)
from hoso_workflows.lifecycle.acts import (
    consultations,
    disclosures,
    erasure,
    fees,
    files,
    interruptions,
    messages,
    reception,
    rectification,
    refusals,
    results,
    succession,
    supplements,
    tasks,
    terms,
)
from hoso_workflows.lifecycle.acts.terms import policy_of
from hoso_workflows.lifecycle.commands import Actor, Command
from hoso_workflows.lifecycle.decision import (
    Decision,
    Halted,
    aware,
    calendar_of,
    named,
    refusing,
    unit_of,
)
from hoso_workflows.lifecycle.drafts import Draft, DraftEvent, Number, Series, in_memory
from hoso_workflows.lifecycle.evolution import evolve, fold
from hoso_workflows.lifecycle.rules import RULES
from hoso_workflows.lifecycle.state import OpenTask, State, degree, portal_code

if TYPE_CHECKING:
    from hoso_bpmn.runs.run import Run
    from hoso_bpmn.runs.specification import Loaded

__all__ = [
    "Filing",
    "OpenTask",
    "State",
    "addressed",
    "begun_anew",
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
    "reception_term",
    "require_foreseen",
]


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
    #: Files that came with it.
    files: tuple[commands.Attach, ...] = ()


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

    Raises `UnitUnknown` for a part without unit or calendar, `BadVariable`, `CalendarEnds`; for its files what adding one raises.
    """
    with refusing():
        run = hoso_bpmn.start(
            filing.loaded.specification,
            at=aware(at),
            calendar=calendar_of_lane(filing.loaded, filing.units, filing.calendars),
            variables=dict(filing.variables),
        )
    filed = Event(Kind.FILED, at, actor.principal, _filed(filing, at), actor.on_behalf_of, actor.automatic)
    state = replace(fold([filed]), run=run, loaded=filing.loaded, calendars=filing.calendars)
    act = Decision(state, at, actor)
    assessed = fees.by_rule(act, "filing", "reception")
    opened = (act.opened(task) for task in run.tasks)
    timers = (act.timer_set(timer) for timer in run.timers)
    sent = (act.sent(message) for message in run.sent)
    attached = (event for each in filing.files for event in files.attach(act, each))
    return (filed, *assessed, *opened, *timers, *sent, *attached), run


def begun_anew(state: State, at: datetime, variables: Mapping[str, Any]) -> State:
    """The state of a dossier to be reopened, with a run begun anew.

    Raises `CannotStart`, `BadVariable`, `CalendarEnds`.
    """
    loaded = state.loaded
    if loaded is None:
        raise LookupError(f"the state of {state.reference} was given no specification")
    with refusing():
        run = hoso_bpmn.start(
            loaded.specification,
            at=max(aware(at), state.last_at),
            calendar=calendar_of_lane(loaded, state.places, state.calendars),
            variables=dict(variables),
        )
    return changed(state, run=run, former=state.run)


def reception_term(at: datetime) -> str:
    """Reception's term for a filing of that instant, as written."""
    return statutory_terms.on("reception", localtime.local_date(at)).text


def _filed(filing: Filing, at: datetime) -> dict[str, Any]:
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
        "reception_term": reception_term(at),
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
    files.no_result(command.attachments)
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
    """The command with its task and whom it names, which the state tells.

    Acceptance and refusal default to reception's task, a hand-over to the open step of the return.
    """
    if isinstance(command, commands.Accept | commands.Refuse) and command.task is None:
        return replace(command, task=state.reception)
    if isinstance(command, commands.HandOver) and command.task is None:
        return replace(command, task=results.return_task(state))
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
    require_kept(state)
    # Only a correction is stamped truly though what was stamped before it lies ahead.
    ahead = not isinstance(command, commands.Correct) and state.last_at > aware(at)
    act = Decision(state, state.last_at if ahead else at, actor)
    require_foreseen(act, command)
    with refusing():
        try:
            return Draft(tuple(_DECISIONS[type(command)](act, command)))
        except Halted as halted:
            return Draft((act.trouble(halted.incident),))


def require_foreseen(act: Decision, command: Command) -> None:
    """Raise WrongStatus, NotForeseen or NothingCorrected where the state does not admit the command."""
    if not isinstance(command, _BY_THE_TASK):
        act.allowed(RULES[_ruled(command)])
    if isinstance(command, commands.HandOverCorrection) and not act.state.corrected:
        raise refusals.NothingCorrected


def require_kept(state: State) -> None:
    """Raise `Erased` for a dossier that was erased."""
    if state.erased:
        raise errors.Erased(state.reference)


_DECISIONS: Mapping[type, Callable[[Decision, Any], Iterator[DraftEvent]]] = {
    commands.Accept: reception.accept,
    commands.Refuse: reception.refuse,
    commands.Transfer: reception.transfer,
    commands.ProposeSupplement: supplements.propose,
    commands.AskSupplement: supplements.ask,
    commands.ReceiveSupplement: supplements.receive,
    commands.ReturnSupplement: supplements.give_back,
    commands.CloseUnanswered: supplements.close_unanswered,
    commands.Withdraw: interruptions.withdraw,
    commands.Suspend: interruptions.suspend,
    commands.EndSuspension: interruptions.end_suspension,
    commands.Stop: interruptions.stop,
    commands.Extend: terms.extend,
    commands.Reappoint: terms.reappoint,
    commands.SetObligation: terms.set_obligation,
    commands.MeetObligation: terms.meet_obligation,
    commands.Consult: consultations.ask,
    commands.AnswerConsultation: consultations.answer,
    commands.PassConsultation: consultations.pass_over,
    commands.RecordVerification: results.record_verification,
    commands.Disclose: disclosures.disclose,
    commands.PlaceHold: erasure.place_hold,
    commands.LiftHold: erasure.lift_hold,
    commands.OrderErasure: erasure.order_erasure,
    commands.Erase: erasure.erase,
    commands.SignLetter: results.sign_letter,
    commands.IssueCopy: results.issue_copy,
    commands.HandOver: results.hand_over,
    commands.WriteToDesk: messages.write_to_desk,
    commands.WriteToApplicant: messages.write_to_applicant,
    commands.ProposeReply: messages.propose_reply,
    commands.Reopen: results.reopen,
    rectification.Meant: rectification.rectify,
    commands.Attach: files.attach,
    commands.SubmitProof: files.prove,
    commands.AttachInternally: files.attach,
    commands.ExchangeResult: files.exchange,
    commands.CorrectResult: files.correct,
    commands.HandOverCorrection: results.hand_over_correction,
    commands.SignResult: tasks.sign_result,
    commands.AssessFee: fees.assess,
    commands.ExemptFee: fees.exempt,
    commands.RecordPayment: fees.record,
    commands.CancelPayment: fees.cancel,
    commands.RefundPayment: fees.refund,
    commands.Claim: tasks.claim,
    commands.Unclaim: tasks.unclaim,
    commands.Reassign: tasks.reassign,
    commands.Delegate: tasks.delegate,
    commands.Resolve: tasks.resolve,
    commands.ReturnTask: tasks.give_back,
    commands.SetPriority: tasks.prioritise,
    commands.WriteNote: tasks.note,
    commands.AmendNote: tasks.amend_note,
    commands.Complete: tasks.complete,
    commands.Advance: tasks.advance,
    commands.Send: messages.send,
    commands.Fail: messages.fail,
    commands.Retry: messages.retry,
    corrections.Meant: corrections.correct,
    commands.ReplaceUnit: succession.replace_unit,
}


def _ruled(command: Command) -> type:
    """The command's type in the rules; a resolved one goes by what it resolves."""
    kind = type(command)
    return kind if kind in RULES else kind.__bases__[0]


#: Commands whose own words refuse another status: they name the task that waits.
_BY_THE_TASK = (commands.Complete, commands.Send, commands.Fail, commands.Retry)
