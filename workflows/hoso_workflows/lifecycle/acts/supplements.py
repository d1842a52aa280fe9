"""Supplements: proposed, asked for, received, returned, and closed when unanswered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import hoso_calendar as wt
from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.clock import term_count
from hoso_workflows.errors import Fault
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands, validation
from hoso_workflows.lifecycle.acts import fees, refusals, terms
from hoso_workflows.lifecycle.decision import Decision, closing, reason
from hoso_workflows.lifecycle.drafts import DraftEvent


def propose(act: Decision, command: commands.ProposeSupplement) -> Iterator[Event]:
    """Propose to the desk that it asks for a supplement."""
    why = reason("proposing a supplement", command.reason)
    yield act.tell(Kind.SUPPLEMENT_PROPOSED, reason=why, items=list(command.items))


def ask(act: Decision, command: commands.AskSupplement) -> Iterator[DraftEvent]:
    """Ask for a supplement. Raises `SupplementAlreadyAsked` without a justification for a further one."""
    why = reason("asking for a supplement", command.reason)
    times = act.state.supplements
    justification = command.justification.strip()
    if times and not justification:
        raise errors.SupplementAlreadyAsked(times)
    yield act.tell(
        Kind.SUPPLEMENT_ASKED,
        reason=why,
        items=list(command.items),
        number=times + 1,
        justification=justification,
        **_answered_by(act, command.answer_by),
    )
    yield act.letter("02")
    yield from fees.by_rule(act, "supplement")


def give_back(act: Decision, command: commands.ReturnSupplement) -> Iterator[DraftEvent]:
    """Return a supplement that does not answer, within the law's term. Raises `ReturnTooLate`."""
    why = reason("returning a supplement", command.reason)
    came = act.state.supplement_at
    until = None if came is None else _end(act, came, "supplement_return")
    if until is None or act.at > until:
        raise refusals.ReturnTooLate(until)
    yield act.tell(
        Kind.SUPPLEMENT_RETURNED,
        reason=why,
        items=list(command.items),
        number=act.state.supplements,
        **_answered_by(act, command.answer_by),
    )
    yield act.letter("02")


def _answered_by(act: Decision, wanted: date | None) -> dict[str, Any]:
    """The end of the time for the answer.

    It is the law's term, or a later working day that the desk names. Where the calendar's years end before, no date is told:
    it is counted when the dossier is to be closed.
    """
    try:
        least = _end(act, act.at, "answer")
    except wt.MissingCalendarData:
        return {"answer_due": None}
    until = least if wanted is None else closing(act.work_calendar("receiving"), wanted)
    if until is None:
        raise errors.FormRefused([Fault("answer_by", say("{day} is no working day", day=wanted))])
    if until < least:
        earliest = f"{least.astimezone(until.tzinfo):%d/%m/%Y}"
        raise errors.FormRefused(
            [
                Fault(
                    "answer_by",
                    say("the law gives the applicant until {earliest} at least", earliest=earliest),
                )
            ]
        )
    return {"answer_due": until.isoformat()}


def _end(act: Decision, start: datetime, name: str) -> datetime:
    """The end of a term of the law, counted by reception's calendar."""
    calendar = act.work_calendar("receiving")
    return term_count.end(term_count.deadline(calendar, start, act.term_of_law(name), (), wt.Policy()))


def receive(act: Decision, command: commands.ReceiveSupplement) -> Iterator[Event]:
    """Take the supplement in; the term restarts or resumes."""
    validation.supplement(act.loaded, command.components)
    accepted = act.state.accepted_at is not None
    yield act.tell(
        Kind.SUPPLEMENT_RECEIVED,
        note=command.note,
        components=list(command.components),
        **(terms.whole(act) if accepted and act.state.supplement == "restart" else {}),
        **({"basis": act.basis("supplement_basis")} if accepted else {}),
    )


def close_unanswered(act: Decision, command: commands.CloseUnanswered) -> Iterator[DraftEvent]:
    """Close the dossier when the time for the answer has passed. Raises `AnswerAwaited`."""
    # A request of an earlier release says no date: the law's term runs from it.
    until = act.state.answer_due or _end(act, act.state.asked_at or act.at, "answer")
    if act.at <= until:
        raise refusals.AnswerAwaited(until)
    change = act.done(act.run.cancel("stopped", at=act.at))
    yield act.tell(
        Kind.CLOSED_UNANSWERED,
        reason=command.note.strip(),
        answer_due=until.isoformat(),
    )
    yield from act.follow(change)
    yield act.letter("stop")
