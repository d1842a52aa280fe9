"""Authorisation of commands by the table: the right required, and the principal acted for.

An event of an act by right of a substitution names that principal.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.commands import SYSTEM, Actor, Command
from hoso_workflows.lifecycle.decision import unit_of
from hoso_workflows.lifecycle.state import NOWHERE, State
from hoso_workflows.organisation.permissions import relations, table
from hoso_workflows.organisation.permissions.relations import Relation, Rule
from hoso_workflows.organisation.permissions.rights import ADMINISTRATOR, ASSIGNERS, RECEPTION, Right, Rights
from hoso_workflows.vocabulary import either

if TYPE_CHECKING:
    from hoso_bpmn.runs.run import Awaited

#: The act of whoever adds a file that the applicant does not see.
INTERNALLY = "attach_internally"


def authorise(command: Command, state: State, rights: Rights, competent: Collection[str]) -> Actor:
    """Authorise a command; return its actor. Raises Forbidden, or NotCompetent for a unit that is competent no longer.

    The state comes with its run: who may send a message is decided by what awaits it.
    """
    for right in _sufficient(command, state, rights):
        if right is not None:
            _competent(right.unit, state, competent)
            if isinstance(command, commands.ReplaceUnit):
                return Actor(SYSTEM.principal, right.on_behalf_of or rights.principal, automatic=True)
            return Actor(rights.principal, right.on_behalf_of, automatic=rights.is_system)
    raise _forbidden(command, state, rights)


def act_of(command: Command, principal: Any) -> str:
    """The act that a command is.

    Taking a task for oneself is another one than giving it to somebody.
    """
    if isinstance(command, commands.Claim) and command.assignee not in (None, principal):
        return "assign_to_others"
    return table.ACTS.by_command[type(command)].name


def _sufficient(command: Command, state: State, rights: Rights) -> Rule:
    if isinstance(command, commands.Send):
        yield from _send(command, state, rights)
        return
    for rule in table.ACTS.rules[act_of(command, rights.principal)]:
        yield from rule(command, state, rights)


def _competent(unit: str, state: State, competent: Collection[str]) -> None:
    """Raise NotCompetent for a unit not competent for its part on that day.

    A unit that the procedure names always is.
    """
    for part, playing in state.units.items():
        if playing == unit and unit not in competent:
            raise errors.NotCompetent(state.procedure, part, unit, sorted(set(competent)))


def authorise_assignee(command: Command, state: State, row: Mapping[str, Any] | None) -> None:
    """Raise Forbidden when the assignee of a task may not complete it."""
    if isinstance(command, _ASSIGNING) and command.assignee is not None and command.task in state.tasks:
        task = state.tasks[command.task]
        if Rights.of(command.assignee, row).find(task.unit, task.role) is None:
            raise errors.Forbidden(command.assignee, say("taking the task"), task.role or "", task.unit)


def authorise_mention(command: Command, state: State, row: Mapping[str, Any] | None) -> None:
    """Raise Forbidden when who is mentioned in a note may leave none."""
    if isinstance(command, commands.WriteNote) and command.mention is not None:
        rights = Rights.of(command.mention, row)
        if not any(_sufficient(command, state, rights)):
            raise errors.Forbidden(rights.principal, say("being mentioned"), None, state.units["handling"])


#: Commands that name who gets the task.
_ASSIGNING = (commands.Claim, commands.Reassign, commands.Delegate)


def authorise_filing(rights: Rights, channel: str, receiving: str) -> Actor:
    """Authorise a filing; return its actor.

    A citizen or partner online for themselves, else the desk of the receiving unit.
    """
    who = table.ACTS["file_dossier"].who
    if Relation.FILER in who and channel == "online" and relations.files_online(rights):
        return Actor(rights.principal)
    right = rights.find(receiving, RECEPTION) if Relation.RECEPTION in who else None
    if right is None:
        raise errors.Forbidden(
            rights.principal, say("filing ({channel})", channel=channel), RECEPTION, receiving
        )
    return Actor(rights.principal, right.on_behalf_of)


def authorise_draft(rights: Rights) -> None:
    """Raise Forbidden for a principal who files neither online nor at a desk."""
    act = "create_draft"
    if Relation.FILER in table.ACTS[act].who and relations.files_online(rights):
        return
    if not table.units(act, rights):
        raise errors.Forbidden(rights.principal, say("keeping drafts"), RECEPTION, None)


def require_role(rights: Rights, act: str, units: Collection[str], where: str, *roles: str) -> Right:
    """The right to one of the offices in one of the units. Raises Forbidden that says `where` and names no unit."""
    # Without a role nobody is meant, while `find` means any.
    asked = units if roles else ()
    fitting = (right for unit in asked for right in (rights.find(unit, *roles),) if right is not None)
    found = min(fitting, key=lambda right: right.rank(None), default=None)
    if found is None:
        raise errors.Forbidden(rights.principal, act, either(roles) if roles else "no role", where)
    return found


def allowed_without_reading(rights: Rights, command: Command) -> bool:
    """True when the command may be allowed without reading access to the dossier. Only its run tells."""
    act = table.ACTS.by_command[type(command)]
    return act.without_reading and (bool(rights.held) or rights.is_system)


def _send(command: commands.Send, state: State, rights: Rights) -> Rule:
    awaiting = _awaiting(command, state)
    for element in dict.fromkeys(each.element for each in awaiting):
        # The message reaches every instance of the element, so the right to each is required.
        found = [_sender(each, state, rights) for each in awaiting if each.element == element]
        yield found[0] if all(found) else None
    if not awaiting:
        # Only members of the dossier's units may learn what is awaited instead.
        yield Right("", "") if rights.units.intersection(state.units.values()) else None


def _sender(awaited: "Awaited", state: State, rights: Rights) -> Right | None:
    found = (sends(awaited, state, rights) for sends in table.ACTS.senders)
    return next((right for right in found if right is not None), None)


def _awaiting(command: commands.Send, state: State) -> "list[Awaited]":
    if state.run is None:
        raise LookupError(f"the state of {state.reference} was given no run to look at")
    return [each for each in state.run.awaited if command.meets(each.name, each.item)]


def _forbidden(command: Command, state: State, rights: Rights) -> errors.Refusal:
    act = commands.WORDS[type(command)]
    if isinstance(command, _OF_OPEN_STEPS) and (steps := _own_steps(state, rights)):
        return errors.NotYourTurn(act, steps)
    role, unit = _required_role(command, state)
    refused = errors.Forbidden(rights.principal, act, role, unit)
    if isinstance(command, commands.Attach) and _adds_internally(state, rights):
        refused.remedy = say(
            "Add it with `internal=true`: officers alone see it. What the applicant sees the desk adds."
        )
    return refused


def _adds_internally(state: State, rights: Rights) -> bool:
    """True for holders of an open step, who may add internal files."""
    holds = any(rights.find(task.unit, task.role) for task in state.tasks.values())
    return holds and Relation.ROLE_OF_OPEN_TASK in table.ACTS[INTERNALLY].who


#: Acts of whoever has an open step.
_OF_OPEN_STEPS = (
    commands.ProposeSupplement,
    commands.SetObligation,
    commands.Consult,
    commands.RecordVerification,
    commands.AttachInternally,
    commands.ProposeReply,
)
#: Acts of an administrator.
_OF_ADMINISTRATORS = (commands.Correct, commands.PlaceHold, commands.LiftHold, commands.OrderErasure)
#: Acts of a head.
_OF_HEADS = (
    commands.Suspend,
    commands.EndSuspension,
    commands.Extend,
    commands.Reappoint,
    commands.Stop,
    commands.Disclose,
    commands.Reopen,
    commands.ExemptFee,
    commands.CancelPayment,
    commands.RefundPayment,
)


def _own_steps(state: State, rights: Rights) -> list[str]:
    """Names of the procedure's steps that the principal may complete when they are open."""
    steps = state.loaded.specification.steps.values() if state.loaded else ()
    return [
        step.name
        for step in steps
        if step.unit != "item"
        and step.milestone != "accept"
        and rights.find(state.units.get(step.unit or "handling", step.unit or ""), step.role)
    ]


def _required_role(command: Command, state: State) -> tuple[str | None, str]:
    """A sufficient role, None for any, and its unit."""
    task = state.tasks.get(getattr(command, "task", NOWHERE))
    if task is not None and isinstance(command, commands.SetPriority | commands.Reassign):
        return either(ASSIGNERS), task.unit
    if isinstance(command, commands.WriteNote | commands.AmendNote):
        return None, state.units["handling"]
    if task is not None:
        return task.role or "", task.unit
    if isinstance(command, commands.Send):
        lanes = [(each.role, each.unit or "handling") for each in _awaiting(command, state) if each.role]
        lane: tuple[str | None, str] = next(iter(lanes), (None, "handling"))
        role, part = lane
        return role, unit_of(state.places, part)
    if isinstance(command, commands.WriteToDesk | commands.SubmitProof):
        return "applicant", state.units["receiving"]
    if isinstance(command, _OF_ADMINISTRATORS):
        return ADMINISTRATOR, state.units["handling"]
    if isinstance(command, commands.ReplaceUnit):
        return ADMINISTRATOR, f"{command.old}, {command.new}"
    if isinstance(command, commands.Retry):
        return either(ASSIGNERS), relations.incident_unit(command, state)
    if isinstance(command, commands.ExchangeResult):
        return either(ASSIGNERS), next(iter(relations.decision_units(state)), state.units["deciding"])
    if isinstance(command, commands.AnswerConsultation):
        asked = state.consultations.get(command.consultation)
        return None, asked.unit if asked else state.units["handling"]
    if isinstance(command, _OF_OPEN_STEPS) and not isinstance(command, commands.ProposeSupplement):
        return None, state.units["handling"]
    if isinstance(command, _OF_HEADS):
        return either(ASSIGNERS), state.units["handling"]
    return RECEPTION, state.units["receiving"]
