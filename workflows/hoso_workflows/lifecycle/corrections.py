"""Corrections of instants that were stamped by a wrong clock.

Nothing in the chain is rewritten: a correction is an event of its own, and every fold of the history applies its instant to the
events that it names. The engine keeps the instants that it received: a timer armed at the wrong instant stays.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hoso_calendar.messages import say
from hoso_workflows import errors, localtime
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands, seals
from hoso_workflows.lifecycle.decision import Decision, reason


@dataclass(frozen=True, slots=True)
class Meant(commands.Correct):
    """A correction with the details found in its dossier's history."""

    #: Numbers of the events of the act that is meant, all of one instant.
    seqs: tuple[int, ...] = ()
    #: The instant that they were stamped with, or corrected to before.
    stamped: datetime | None = None
    #: The newest instant of the history behind the correction.
    last: datetime | None = None

    def said(self) -> dict[str, Any]:
        """The event's payload; instants in Vietnam local time."""
        instants = {"at": self.at, "stamped": self.stamped, "last": self.last}
        return {
            "seqs": list(self.seqs),
            **{name: localtime.isoformat(each) for name, each in instants.items()},
        }


def correct(act: Decision, command: Meant) -> Iterator[Event]:
    """Record the true instant of a command; nothing else changes."""
    why = reason(say("the correction of an instant"), command.reason)
    yield act.tell(Kind.CORRECTED, **command.said(), reason=why)


def applied(history: Sequence[Event]) -> list[Event]:
    """The history with its corrections applied to the instants."""
    events = list(history)
    for event in history:
        if event.kind is Kind.CORRECTED and "seqs" in event.payload:
            at = datetime.fromisoformat(event.payload["at"])
            for seq in event.payload["seqs"]:
                events[seq - 1] = replace(events[seq - 1], at=at)
    return events


def meant(history: Sequence[Event], command: commands.Correct, now: datetime) -> Meant:
    """The correction of the command to which an event belongs.

    `history` has earlier corrections applied. Raises `NotCorrectable`.
    """
    seqs = _act(history, command.seq)
    if not seqs or not _may_change(history, seqs):
        raise errors.NotCorrectable(say("it is no event behind the filing that could be corrected"))
    event, at = history[command.seq - 1], command.at
    before = [each.at for each in history[: seqs[0] - 1] if each.kind is not Kind.CORRECTED]
    after = [each.at for each in history[seqs[-1] :] if each.kind is not Kind.CORRECTED]
    if at > now:
        raise errors.NotCorrectable(say("{at} lies in the future", at=localtime.isoformat(at)))
    if before and at < max(before):
        raise errors.NotCorrectable(say("the act before it was at {at}", at=localtime.isoformat(max(before))))
    if after and at > min(after):
        raise errors.NotCorrectable(say("the act behind it was at {at}", at=localtime.isoformat(min(after))))
    if at == event.at:
        raise errors.NotCorrectable(say("that is its instant already"))
    last = max([*before, at, *after])
    return Meant(command.seq, at, command.reason, seqs=seqs, stamped=event.at, last=last)


def correctable(history: Sequence[Event]) -> list[tuple[int, ...]]:
    """The numbers of the events of each act that can be corrected, in order."""
    return [act for act in _acts(history) if _may_change(history, act)]


def _may_change(history: Sequence[Event], act: Sequence[int]) -> bool:
    """True for an act behind the filing that is no correction itself."""
    return act[0] != 1 and history[act[0] - 1].kind is not Kind.CORRECTED


def _act(history: Sequence[Event], seq: int) -> tuple[int, ...]:
    """The numbers of all events of the command to which an event belongs.

    Empty if there is no such event.
    """
    return next((act for act in _acts(history) if seq in act), ())


def _acts(history: Sequence[Event]) -> list[tuple[int, ...]]:
    """The numbers of the events of each command."""
    acts: list[list[int]] = [[]]
    for number, event in enumerate(history, start=1):
        before = history[number - 2] if number > 1 else event
        if (event.at, event.actor) != (before.at, before.actor) or seals.of(before):
            acts.append([])
        acts[-1].append(number)
    return [tuple(act) for act in acts if act]
