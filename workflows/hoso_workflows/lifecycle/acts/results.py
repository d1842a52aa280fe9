"""The result handed over, a dossier reopened, a verification recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import DossierStatus as Status
from hoso_workflows import errors, localtime
from hoso_workflows.errors import Fault
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands, validation
from hoso_workflows.lifecycle.acts import fees, outcomes, refusals, terms
from hoso_workflows.lifecycle.decision import Completed, Decision, reason
from hoso_workflows.lifecycle.drafts import DraftEvent
from hoso_workflows.lifecycle.state import OpenTask, State

if TYPE_CHECKING:
    from hoso_bpmn.runs.run import Change


def hand_over(act: Decision, command: commands.HandOver) -> Iterator[Event]:
    """Hand the result over and complete its step. Raises `ReturnNotOpen`, `OutcomeRefused`."""
    identity, task = _return_task(act, command.task)
    act.completable(identity, task)
    fees.settled(act, "handover")
    outcome = outcomes.drawn(command.outcome, task)
    outcomes.fits(task, outcome)
    validation.completion(act.loaded, task.element, command.variables)
    change = act.done(act.run.complete(str(identity), outcome, command.variables, at=act.at))
    yield from act.follow(change, Completed(identity, outcome, command.note, command.variables))
    if act.reached(task, outcome) == "return":
        yield act.tell(Kind.RETURNED, **_handed(command))
    yield from act.ending(act.state.status)


def return_task(state: State) -> UUID | None:
    """The open task of the return, None without one."""
    return next((task for task, each in state.tasks.items() if each.milestone == "return"), None)


def _return_task(act: Decision, wanted: UUID | None) -> tuple[UUID, OpenTask]:
    """The task of the return with this id, or the open one."""
    wanted = wanted or return_task(act.state)
    if wanted is not None:
        return wanted, act.task(wanted)
    raise refusals.ReturnNotOpen(task.name for task in act.state.tasks.values())


def _handed(command: commands.HandOver) -> dict[str, Any]:
    """The hand-over as it was said; without a name, to the applicant."""
    return {**_said(command), "originals": command.originals}


def _said(command: commands.HandOver | commands.HandOverCorrection) -> dict[str, Any]:
    said = {
        "receiver": command.receiver.strip(),
        "identifier": command.identifier.strip(),
        "mode": str(command.mode) if command.mode else "",
        "postal_number": command.postal_number.strip(),
        "note": command.note.strip(),
    }
    return {key: text for key, text in said.items() if text}


def hand_over_correction(act: Decision, command: commands.HandOverCorrection) -> Iterator[Event]:
    """Record that the corrected result was handed over.

    The hand-over of the result itself stays as it was. Whether one waits is asked before, by `transitions.require_foreseen`.
    """
    yield act.tell(Kind.CORRECTION_HANDED_OVER, **_said(command))


def record_verification(act: Decision, command: commands.RecordVerification) -> Iterator[Event]:
    """Record a verification. Raises `FormRefused` for one that lies ahead or is not described."""
    faults = [
        Fault(name, say("is missing"))
        for name, text in (("finding", command.finding), ("place", command.place))
        if not text.strip()
    ]
    if command.held_at > act.at:
        faults.append(Fault("held_at", say("lies ahead")))
    if faults:
        raise errors.FormRefused(faults)
    yield act.tell(
        Kind.VERIFIED,
        finding=command.finding.strip(),
        place=command.place.strip(),
        held_at=localtime.isoformat(command.held_at),
        participants=list(command.participants),
    )


def sign_letter(act: Decision, command: commands.SignLetter) -> Iterator[Event]:
    """Record that a letter was signed, with the digest of the signed file."""
    yield act.tell(
        Kind.LETTER_SIGNED,
        **command.series,
        unit=command.unit,
        file=hashlib.sha256(command.content).hexdigest(),
        size=len(command.content),
        certificate=command.certificate,
        signer=command.signer,
        stamped=command.stamped,
    )


def issue_copy(act: Decision, command: commands.IssueCopy) -> Iterator[Event]:
    """Record a copy that was given out: its ordinal, who asked, the signed file.

    Raises `FormRefused` for somebody else than the applicant without a reason: they get the applicant's data.
    """
    if command.receiver.strip() and not command.reason.strip():
        raise errors.FormRefused([Fault("reason", say("is missing: a copy for somebody else needs one"))])
    said = {"receiver": command.receiver.strip(), "reason": command.reason.strip(), "file": command.file}
    given = {name: text for name, text in said.items() if text}
    yield act.tell(Kind.LETTER_COPIED, **command.series, copy=command.ordinal, **given)


def reopen(act: Decision, command: commands.Reopen) -> Iterator[DraftEvent]:
    """Take the dossier up again; the run was begun anew before.

    A dossier that was never accepted waits at reception again. An accepted one goes on behind its acceptance, with the
    whole term from now and a new appointment. Raises `NotReopenable`.
    """
    why = reason(say("reopening the dossier"), command.reason)
    basis = reason(say("reopening the dossier"), command.basis)
    accepted = act.state.accepted_at is not None
    sent = list(act.run.sent)
    if accepted:
        sent += act.done(_accepted_again(act)).messages
    if (former := act.state.former) is not None and not former.finished:
        yield from act.follow(former.cancel("reopened", at=act.at))
    again = terms.whole(act) if accepted else {"calendar": act.calendar(act.state.places["receiving"])}
    yield act.tell(Kind.REOPENED, reason=why, basis=[basis], **again)
    yield from (act.opened(task) for task in act.run.tasks)
    yield from (act.timer_set(timer) for timer in act.run.timers)
    yield from map(act.sent, sent)
    if accepted:
        yield act.letter("01")
        yield from act.ending(Status.IN_PROCESS)


def _accepted_again(act: Decision) -> Change:
    """Let the new run pass its acceptance."""
    open_now = list(act.run.tasks)
    receptions = [task for task in open_now if task.milestone == "accept"]
    if len(receptions) != 1 or len(open_now) != 1:
        raise refusals.NotReopenable(task.name for task in open_now)
    return act.run.complete(receptions[0].id, "accept", at=act.at)
