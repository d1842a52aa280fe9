"""Reception's decisions: accept, refuse, transfer."""

from __future__ import annotations

from collections.abc import Iterator

from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.errors import Fault
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle import commands, validation
from hoso_workflows.lifecycle.acts import fees, succession, terms
from hoso_workflows.lifecycle.decision import Completed, Decision, reason
from hoso_workflows.lifecycle.drafts import DraftEvent


def accept(act: Decision, command: commands.Accept) -> Iterator[DraftEvent]:
    """Accept the dossier: code, clock and receipt start. Raises `PapersMissing`, `FormRefused`."""
    identity, task = act.reception_task(command.task, "acceptance")
    validation.completion(act.loaded, task.element, command.variables)
    fees.settled(act, "acceptance")
    case = act.loaded.case
    missing = validation.lacking(case, act.state.components)
    if missing and not command.confirm_missing:
        raise errors.PapersMissing((part.code, part.name) for part in missing)
    change = act.done(act.run.complete(str(identity), "accept", command.variables, at=act.at))
    yield act.draft(
        Kind.ACCEPTED,
        {"code": act.codes, "receipt": act.letters("01")},
        **terms.whole(act),
        basis=list(case.basis or act.loaded.package.legal_basis),
        **({"missing": [part.code for part in missing]} if missing else {}),
    )
    yield from act.follow(change, Completed(identity, "accept", command.note, command.variables))
    yield act.letter("01")


def refuse(act: Decision, command: commands.Refuse) -> Iterator[DraftEvent]:
    """Refuse the dossier with a reason."""
    identity, _ = act.reception_task(command.task, "refusal")
    why = reason("refusal", command.reason)
    change = act.done(act.run.complete(str(identity), "refuse", at=act.at))
    yield act.tell(Kind.REFUSED, reason=why)
    yield from act.follow(change, Completed(identity, "refuse"))
    yield act.letter("03")


def transfer(act: Decision, command: commands.Transfer) -> Iterator[DraftEvent]:
    """Send the dossier to the competent authority; outside of the register it ends here.

    Of a unit of the register the three units are resolved before.
    """
    why = reason("transfer", command.reason)
    if (command.unit is None) == (command.authority is None):
        raise errors.FormRefused(
            [Fault("unit", say("name either a unit or an authority outside of the register"))]
        )
    told = act.tell(Kind.TRANSFERRED, reason=why, to=command.unit, authority=command.authority)
    if command.authority is not None:
        yield told
        yield act.letter("transfer")
        change = act.done(act.run.cancel("stopped", at=act.at))
        yield from act.follow(change)
        return
    places = {
        "receiving": command.unit,
        "handling": command.handling_unit,
        "deciding": command.deciding_unit,
    }
    # The parts move first: what starts again is counted by the calendar of who has it now.
    yield from succession.moved(act, {part: unit for part, unit in places.items() if unit}, why)
    yield told
    yield act.letter("transfer")
