"""Interruptions of the handling: suspended, withdrawn, stopped."""

from __future__ import annotations

from collections.abc import Iterator

from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.errors import Fault
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.decision import Decision, reason
from hoso_workflows.lifecycle.drafts import DraftEvent


def suspend(act: Decision, command: commands.Suspend) -> Iterator[DraftEvent]:
    """Suspend the handling on a legal ground. Raises `FormRefused` for an expected end that is not ahead."""
    why = reason(say("suspending the handling"), command.reason)
    basis = reason(say("suspending the handling"), command.basis)
    expected = command.expected_end
    if expected is not None and expected <= act.today("handling"):
        raise errors.FormRefused([Fault("expected_end", say("must lie ahead"))])
    yield act.tell(
        Kind.SUSPENDED,
        reason=why,
        basis=basis,
        expected_end=expected.isoformat() if expected else None,
    )
    yield act.letter("suspension", "handling")


def end_suspension(act: Decision, command: commands.EndSuspension) -> Iterator[DraftEvent]:
    """End the suspension; the clock goes on."""
    why = reason(say("ending a suspension"), command.reason)
    yield act.tell(Kind.SUSPENSION_ENDED, reason=why)
    yield act.letter("resumption", "handling")


def withdraw(act: Decision, command: commands.Withdraw) -> Iterator[DraftEvent]:
    """Take the dossier back for the applicant while no result exists."""
    why = reason("withdrawal", command.reason)
    change = act.done(act.run.cancel("withdrawn", at=act.at))
    yield act.tell(Kind.WITHDRAWN, reason=why)
    yield from act.follow(change)
    yield act.letter("stop")


def stop(act: Decision, command: commands.Stop) -> Iterator[DraftEvent]:
    """End the handling without a result, on a legal ground."""
    why = reason(say("stopping the handling"), command.reason)
    basis = reason(say("stopping the handling"), command.basis)
    change = act.done(act.run.cancel("stopped", at=act.at))
    yield act.tell(Kind.STOPPED, reason=why, ground=why, basis=[basis])
    yield from act.follow(change)
    yield act.letter("stop")
