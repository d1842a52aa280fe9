"""Permission rules of commands: the right required, and the principal acted for.

An event of an act by right of a substitution names that principal.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hoso_calendar.messages import say
from hoso_models import PrincipalKind
from hoso_workflows import errors
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.commands import SYSTEM, Actor, Command
from hoso_workflows.lifecycle.decision import unit_of
from hoso_workflows.lifecycle.state import NOWHERE, State
from hoso_workflows.organisation.permissions.rights import ADMINISTRATOR, ASSIGNERS, RECEPTION, Right, Rights
from hoso_workflows.vocabulary import either

if TYPE_CHECKING:
    from hoso_bpmn.runs.run import Awaited


def authorise(command: Command, state: State, rights: Rights, competent: Collection[str]) -> Actor:
    """Authorise a command; return its actor. Raises Forbidden, or NotCompetent for a unit that is competent no longer.

    The state comes with its run: who may send a message is decided by what awaits it.
    """
    for right in _RULES[type(command)](command, state, rights):
        if right is not None:
            _competent(right.unit, state, competent)
            if isinstance(command, commands.ReplaceUnit):
                return Actor(SYSTEM.principal, right.on_behalf_of or rights.principal, automatic=True)
            return Actor(rights.principal, right.on_behalf_of, automatic=rights.is_system)
    raise _forbidden(command, state, rights)


def _competent(unit: str, state: State, competent: Collection[str]) -> None:
    """Raise NotCompetent for a unit not competent for its part on that day.

    A unit that the procedure names always is.
    """
    for part, playing in state.units.items():
        if playing == unit and unit not in competent:
            raise errors.NotCompetent(state.procedure, part, unit, sorted(set(competent)))


def authorise_assignee(command: Command, state: State, row: Mapping[str, Any] | None) -> None:
    """Raise Forbidden when the assignee of a task may not complete it."""
    if isinstance(command, commands.Claim) and command.assignee is not None and command.task in state.tasks:
        task = state.tasks[command.task]
        if Rights.of(command.assignee, row).find(task.unit, task.role) is None:
            raise errors.Forbidden(command.assignee, say("taking the task"), task.role or "", task.unit)


def authorise_filing(rights: Rights, channel: str, receiving: str) -> Actor:
    """Authorise a filing; return its actor.

    A citizen or partner online for themselves, else the desk of the receiving unit.
    """
    if channel == "online" and rights.kind in (PrincipalKind.CITIZEN, PrincipalKind.PARTNER):
        return Actor(rights.principal)
    right = rights.find(receiving, RECEPTION)
    if right is None:
        raise errors.Forbidden(
            rights.principal, say("filing ({channel})", channel=channel), RECEPTION, receiving
        )
    return Actor(rights.principal, right.on_behalf_of)


def require_role(rights: Rights, act: str, units: Collection[str], where: str, *roles: str) -> Right:
    """The right to one of the offices in one of the units. Raises Forbidden that says `where` and names no unit."""
    fitting = (right for unit in units for right in (rights.find(unit, *roles),) if right is not None)
    found = min(fitting, key=lambda right: right.rank(None), default=None)
    if found is None:
        raise errors.Forbidden(rights.principal, act, either(roles), where)
    return found


#: Commands also of principals without reading access: messages by the procedure's rules, and the system's own.
_WITHOUT_READING = (commands.Send, commands.Retry, commands.Advance, commands.Correct, commands.ReplaceUnit)


def allowed_without_reading(rights: Rights, command: Command) -> bool:
    """True when the command may be allowed without reading access to the dossier. Only its run tells."""
    return (bool(rights.held) or rights.is_system) and isinstance(command, _WITHOUT_READING)


_Rule = Iterator[Right | None]


def _of_task(command: Any, state: State, rights: Rights) -> _Rule:
    task = state.tasks.get(command.task)
    if task is None:
        # Only members of the dossier's units may learn that the task is closed.
        yield Right("", "") if rights.units.intersection(state.units.values()) else None
        return
    yield rights.find(task.unit, task.role, assignee=task.assignee)


def _desk(_: Any, state: State, rights: Rights) -> _Rule:
    yield rights.find(state.units["receiving"], RECEPTION)


def _applicant_or_desk(command: Any, state: State, rights: Rights) -> _Rule:
    yield Right("", "applicant") if rights.applicant else None
    yield from _desk(command, state, rights)


def _handler(_: Any, state: State, rights: Rights) -> _Rule:
    for task in state.tasks.values():
        yield rights.find(task.unit, task.role)


def _claim(command: commands.Claim, state: State, rights: Rights) -> _Rule:
    if command.assignee in (None, rights.principal):
        yield from _of_task(command, state, rights)
    elif task := state.tasks.get(command.task):
        yield rights.find(task.unit, *ASSIGNERS)


def _unclaim(command: commands.Unclaim, state: State, rights: Rights) -> _Rule:
    task = state.tasks.get(command.task)
    right = rights.find(task.unit, task.role, assignee=task.assignee) if task else None
    if task is None or task.assignee is None:
        yield from _of_task(command, state, rights)
    elif right and task.assignee in (rights.principal, right.on_behalf_of):
        yield right
    else:
        yield rights.find(task.unit, *ASSIGNERS)


def _send(command: commands.Send, state: State, rights: Rights) -> _Rule:
    awaiting = _awaiting(command, state)
    for element in dict.fromkeys(each.element for each in awaiting):
        # The message reaches every instance of the element, so the right to each is required.
        found = [_sender(each, state, rights) for each in awaiting if each.element == element]
        yield found[0] if all(found) else None
    if not awaiting:
        # Only members of the dossier's units may learn what is awaited instead.
        yield Right("", "") if rights.units.intersection(state.units.values()) else None


def _sender(awaited: "Awaited", state: State, rights: Rights) -> Right | None:
    if awaited.role:
        return rights.find(unit_of(state.places, awaited.unit or "handling"), awaited.role)
    system = Right("", "system") if rights.is_system else None
    return rights.find(state.units["handling"]) or system


def _awaiting(command: commands.Send, state: State) -> "list[Awaited]":
    if state.run is None:
        raise LookupError(f"the state of {state.reference} was given no run to look at")
    return [each for each in state.run.awaited if command.meets(each.name, each.item)]


def _retry(command: commands.Retry, state: State, rights: Rights) -> _Rule:
    yield rights.find(_incident_unit(command, state), *ASSIGNERS)
    yield rights.find(state.units["handling"], *ASSIGNERS)
    # Administrators are competent whatever unit plays a part, among the units that they administer.
    concerned = {_incident_unit(command, state), state.units["handling"]}
    keepers = (right for right in rights.held if right.role == ADMINISTRATOR and right.below & concerned)
    yield from (replace(right, unit="") for right in sorted(keepers, key=lambda it: it.rank(None)))


def _correct(_: commands.Correct, state: State, rights: Rights) -> _Rule:
    """Administrators may correct an instant, regardless of unit competence."""
    units = set(state.units.values())
    keepers = (right for right in rights.held if right.role == ADMINISTRATOR and right.below & units)
    yield from (replace(right, unit="") for right in sorted(keepers, key=lambda it: it.rank(None)))


def _replace_unit(command: commands.ReplaceUnit, _: State, rights: Rights) -> _Rule:
    """Administrators over both units may order it; the installation does it in their name."""
    keepers = [right for right in rights.held if right.role == ADMINISTRATOR]
    for absent in sorted({right.on_behalf_of for right in keepers}, key=str):
        over = frozenset[str]().union(*(right.below for right in keepers if right.on_behalf_of == absent))
        yield Right("", ADMINISTRATOR, absent) if over >= {command.old, command.new} else None


def _incident_unit(command: commands.Retry, state: State) -> str:
    incident = state.incidents.get(command.incident)
    return incident.unit if incident else state.units["handling"]


def _system(_: Any, __: State, rights: Rights) -> _Rule:
    yield Right("", "system") if rights.is_system else None


_RULES: Mapping[type, Callable[[Any, State, Rights], _Rule]] = {
    commands.Accept: _of_task,
    commands.Refuse: _of_task,
    commands.ProposeSupplement: _handler,
    commands.AskSupplement: _desk,
    commands.ReceiveSupplement: _applicant_or_desk,
    commands.Withdraw: _applicant_or_desk,
    commands.Claim: _claim,
    commands.Unclaim: _unclaim,
    commands.Complete: _of_task,
    commands.Send: _send,
    commands.Fail: _of_task,
    commands.Retry: _retry,
    commands.Advance: _system,
    commands.Correct: _correct,
    commands.ReplaceUnit: _replace_unit,
}


def _forbidden(command: Command, state: State, rights: Rights) -> errors.Refusal:
    act = commands.WORDS[type(command)]
    if isinstance(command, commands.ProposeSupplement) and (steps := _own_steps(state, rights)):
        return errors.NotYourTurn(act, steps)
    role, unit = _required_role(command, state)
    return errors.Forbidden(rights.principal, act, role, unit)


def _own_steps(state: State, rights: Rights) -> list[str]:
    """Names of the procedure's steps that the principal may complete when they are open."""
    steps = state.loaded.specification.steps.values() if state.loaded else ()
    return [
        step.name
        for step in steps
        if step.unit != "item"
        and step.milestone != "accept"
        and rights.find(state.places.get(step.unit or "handling", step.unit or ""), step.role)
    ]


def _required_role(command: Command, state: State) -> tuple[str, str]:
    """A sufficient role and its unit."""
    task = state.tasks.get(getattr(command, "task", NOWHERE))
    if task is not None:
        return task.role or "", task.unit
    if isinstance(command, commands.Send):
        lanes = [(each.role, each.unit or "handling") for each in _awaiting(command, state) if each.role]
        role, part = next(iter(lanes), ("any role", "handling"))
        return role, unit_of(state.places, part)
    if isinstance(command, commands.Correct):
        return ADMINISTRATOR, state.units["handling"]
    if isinstance(command, commands.ReplaceUnit):
        return ADMINISTRATOR, f"{command.old}, {command.new}"
    if isinstance(command, commands.Retry):
        return either(ASSIGNERS), _incident_unit(command, state)
    return RECEPTION, state.units["receiving"]
