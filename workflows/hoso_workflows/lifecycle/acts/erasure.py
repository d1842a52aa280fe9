"""Holds on a dossier, and the erasure of everything personal in it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

from hoso_calendar.messages import say
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.acts import refusals
from hoso_workflows.lifecycle.decision import Decision, reason
from hoso_workflows.lifecycle.state import State


def place_hold(act: Decision, command: commands.PlaceHold) -> Iterator[Event]:
    """Keep the dossier as it is. Raises `LegalHold` where a hold stands."""
    if act.state.held:
        raise refusals.LegalHold(act.state.reference)
    why = reason(say("placing a hold"), command.reason)
    yield act.tell(Kind.HOLD_PLACED, reason=why, basis=reason(say("placing a hold"), command.basis))


def lift_hold(act: Decision, command: commands.LiftHold) -> Iterator[Event]:
    """End the hold. Raises `NoHold`."""
    if not act.state.held:
        raise refusals.NoHold(act.state.reference)
    yield act.tell(Kind.HOLD_LIFTED, reason=reason(say("lifting a hold"), command.reason))


def order_erasure(act: Decision, command: commands.OrderErasure) -> Iterator[Event]:
    """Order the erasure, for a second person to confirm. Raises `LegalHold`."""
    _free(act.state)
    why = reason(say("ordering an erasure"), command.reason)
    basis = reason(say("ordering an erasure"), command.basis)
    order = order_of(act.state)
    yield act.tell(Kind.ERASURE_ORDERED, order=str(order), reason=why, basis=basis)


def order_of(state: State) -> UUID:
    """The id of the list that the next order of a dossier is."""
    return uuid5(_NAMES, f"{state.reference}/{state.erasures_ordered + 1}")


def erase(act: Decision, command: commands.Erase) -> Iterator[Event]:
    """Close what is still open, and empty the run. Raises `LegalHold`."""
    _free(act.state)
    if not act.run.finished:
        yield from act.follow(act.run.cancel("erased", at=act.at))
    act.run.forget()
    yield act.tell(Kind.ERASED, order=str(command.order), basis=command.basis)


def _free(state: State) -> None:
    if state.held:
        raise refusals.LegalHold(state.reference)


_NAMES = UUID("a3a1c2f4-1c55-4b0b-8a5e-7f2f2f0c9d61")
