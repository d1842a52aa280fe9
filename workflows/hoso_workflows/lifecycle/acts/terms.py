"""The term of a dossier: counted, extended, promised anew, in a second appointment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import hoso_calendar as wt
from hoso_calendar.messages import say, sentence
from hoso_workflows import errors
from hoso_workflows.clock import clock, term_count
from hoso_workflows.errors import Fault
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.acts import refusals
from hoso_workflows.lifecycle.decision import Decision, calendar_of, closing, reason, unit_of
from hoso_workflows.lifecycle.drafts import DraftEvent

if TYPE_CHECKING:
    from hoso_bpmn.package.manifest import Case


def policy_of(case: Case, channel: str) -> wt.Policy:
    """The policy of a case for counting the term, by channel of filing."""
    # The last hour of the day is another day's for what comes in electronically, and for nothing else.
    return case.policy if channel == "online" else replace(case.policy, last_hour=0)


def whole(act: Decision) -> dict[str, Any]:
    """The whole term, which runs from acceptance and again after a supplement.

    A term that cannot be counted is refused here.
    """
    return _running(act, act.loaded.case.term)


def _running(act: Decision, term: wt.Term) -> dict[str, Any]:
    unit = unit_of(act.state.places, "handling")
    policy = policy_of(act.loaded.case, act.state.channel)
    term_count.deadline(calendar_of(act.state.calendars, unit), act.at, term, (), policy)
    # By these the clock knows what a day of a step's limit is worth; what an earlier release began has none.
    way = {"way": list(act.loaded.specification.total_limit.limits)} if clock.shares_limits(term) else {}
    return {"term": str(term), "policy": policy.to_mapping(), "calendar": act.calendar(unit), **way}


def extend(act: Decision, command: commands.Extend) -> Iterator[DraftEvent]:
    """Extend the term by law, before the legal date has passed.

    Raises `NotExtendable`, and `FormRefused` for a term that cannot be read.
    """
    why = reason(say("extending the term"), command.reason)
    basis = reason(say("extending the term"), command.basis)
    term = _read(command.term)
    due = act.dates.due_legal
    if due is None or act.at > due:
        raise refusals.NotExtendable(say("the legal due date has passed"))
    _within_the_law(act, term)
    _countable(act, term)
    yield act.tell(Kind.EXTENDED, term=str(term), kind="law", reason=why, basis=[basis])
    yield act.letter("extension", "handling")


def _read(text: str) -> wt.Term:
    try:
        term = wt.Term.parse(text)
    except wt.BadTerm as unread:
        raise errors.FormRefused([Fault("term", sentence(unread))]) from unread
    if term.amount <= 0:
        raise errors.FormRefused([Fault("term", say("must be longer than nothing"))])
    return term


def _countable(act: Decision, term: wt.Term) -> None:
    """Raise `FormRefused` for a term that cannot be counted."""
    assert act.state.clock is not None  # noqa: S101 - its dates were asked for before
    count = act.state.clock.count
    assert count is not None  # noqa: S101 - it has a due date
    try:
        count.extended(term).deadlines(act.state.clock.suspensions, act.at)
    except wt.BadTerm as beyond:
        raise errors.FormRefused([Fault("term", sentence(beyond))]) from beyond


def _within_the_law(act: Decision, term: wt.Term) -> None:
    """Raise `NotExtendable` above the procedure's `extension_max`, earlier extensions counted in."""
    written = act.policy.get("extension_max")
    if not written:
        return
    most = wt.Term.parse(written)
    granted = [wt.Term.parse(text) for text in act.state.extensions]
    if any(each.unit is not most.unit for each in (*granted, term)):
        raise refusals.NotExtendable(say("the law counts extensions as in {most}", most=str(most)))
    if sum((each.amount for each in granted), term.amount) > most.amount:
        raise refusals.NotExtendable(say("the law grants {most} at most", most=str(most)))


def reappoint(act: Decision, command: commands.Reappoint) -> Iterator[DraftEvent]:
    """Promise a new date with an apology. Raises `NotReappointable`, `FormRefused` for the date."""
    why = reason(say("making a new appointment"), command.reason)
    dates = act.dates
    clock.reappointable(dates, act.at)
    due = closing(act.work_calendar("handling"), command.due)
    if due is None:
        raise errors.FormRefused([Fault("due", say("{day} is no working day", day=command.due))])
    if dates.due_promised and due <= dates.due_promised:
        promised = dates.due_promised.date()
        raise errors.FormRefused([Fault("due", say("must be later than {promised}", promised=promised))])
    yield act.tell(Kind.REAPPOINTED, due=due.isoformat(), reason=why, before=_iso(dates.due_promised))
    yield act.letter("04", "handling")


def set_obligation(act: Decision, command: commands.SetObligation) -> Iterator[DraftEvent]:
    """Let the applicant meet a financial obligation; the clock stands still meanwhile."""
    why = reason(say("setting a financial obligation"), command.reason)
    basis = reason(say("setting a financial obligation"), command.basis)
    yield act.tell(
        Kind.OBLIGATION_SET,
        reason=why,
        basis=[basis],
        amount=command.amount,
        document=command.document.strip(),
    )
    yield act.letter("obligation", "handling")


def meet_obligation(act: Decision, command: commands.MeetObligation) -> Iterator[DraftEvent]:
    """Take the proof of payment; the second appointment's own term runs from now.

    It is the policy's `second_term`, else the whole term.
    """
    proof = reason(say("recording proof of payment"), command.proof)
    own = act.policy.get("second_term")
    running = _running(act, wt.Term.parse(own)) if own else whole(act)
    yield act.tell(Kind.OBLIGATION_MET, proof=proof, **running, basis=act.basis("second_term_basis"))
    yield act.letter("01")


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
