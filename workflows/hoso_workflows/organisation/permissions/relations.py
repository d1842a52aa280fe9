"""Relations of a principal to the subject of an act. Pure: rights in, a right or units out.

Every relation has one sentence (`SAYS`). What it means for a list or a read is a set of units (`UNITS`); what it means for a
command is a right that the state of the dossier decides on (`RULES`). `table` says which relations each act takes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from hoso_calendar.messages import Message, say
from hoso_models import PrincipalKind
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.decision import unit_of
from hoso_workflows.lifecycle.state import State
from hoso_workflows.organisation.permissions.rights import (
    ADMINISTRATOR,
    APPROVER,
    ASSIGNERS,
    AUDITOR,
    CATALOGUE_EDITOR,
    COORDINATOR,
    DECLARER,
    OFFICES,
    RECEPTION,
    Right,
    Rights,
)

if TYPE_CHECKING:
    from hoso_bpmn.runs.run import Awaited


class Relation(StrEnum):
    """A relation of a principal to the subject of an act."""

    #: Nobody is asked who they are.
    ANYBODY = "anybody"
    #: A principal that is known and not closed.
    SIGNED_IN = "signed_in"
    #: Whose own data it is.
    SELF = "self"
    #: From inside an authority: an officer, the installation, a machine that holds a role.
    INSIDE = "inside"
    #: A citizen or partner who files online for themselves.
    FILER = "filer"
    #: The applicant of the dossier.
    APPLICANT = "applicant"
    #: The officer who has taken the task, or their substitute.
    ASSIGNEE = "assignee"
    #: The officer who has delegated the task, or their substitute.
    OWNER = "owner"
    #: The officer who has added the file, or in whose name it was added, while they work in a unit of the dossier.
    ADDER = "adder"
    #: Plays the role of the task in its unit.
    ROLE_OF_TASK = "role_of_task"
    #: Plays the role of any task of the dossier that is open.
    ROLE_OF_OPEN_TASK = "role_of_open_task"
    #: The role and unit of a step that decides, whether it is open or done.
    DECIDER = "decider"
    #: Plays the role by which the drawing names the sender of a message.
    SENDER = "sender"
    #: Plays a role that is no office in the unit that was asked for its opinion.
    CONSULTED = "consulted"
    #: Plays reception in the receiving unit.
    RECEPTION = "reception"
    #: A head of the unit concerned, who hands its tasks to its people.
    ASSIGNER = "assigner"
    #: A head of the unit concerned, or of one above it, who follows what is done there.
    HEAD_ABOVE = "head_above"
    #: Plays a role that is no office in a unit of the dossier, or in the unit asked for.
    WORKER = "worker"
    #: Administrator of a unit at or above the unit concerned.
    ADMINISTRATOR = "administrator"
    #: Administrator over every unit concerned.
    ADMINISTRATOR_OF_ALL = "administrator_of_all"
    #: Auditor of a unit at or above the unit concerned.
    AUDITOR = "auditor"
    #: Has the coordinating function of a unit at or above the unit concerned.
    COORDINATOR = "coordinator"
    #: Keeps the catalogue of a unit at or above the unit concerned.
    CATALOGUE_EDITOR = "catalogue_editor"
    #: Declarer in the unit that answers for the procedure.
    DECLARER = "declarer"
    #: Declarer in the unit that owns the procedure, or above it.
    OWNERS_DECLARER = "owners_declarer"
    #: Approver in the unit that owns the procedure, or above it.
    OWNERS_APPROVER = "owners_approver"
    #: Administrator in the unit that owns the procedure, or above it.
    OWNERS_ADMINISTRATOR = "owners_administrator"
    #: Administrator at the top of the tree, above both owners.
    TOP_ADMINISTRATOR = "top_administrator"
    #: The installation itself.
    INSTALLATION = "installation"
    #: Whoever has the host's shell.
    OPERATOR = "operator"


#: Each relation as a sentence, in the reader's language.
SAYS: Mapping[Relation, Message] = {
    Relation.ANYBODY: say("anybody, without signing in"),
    Relation.SIGNED_IN: say("whoever has signed in"),
    Relation.SELF: say("the person whose own it is"),
    Relation.INSIDE: say("an officer, or a machine that holds a role in a unit"),
    Relation.FILER: say("a citizen or another authority's system, online, for themselves"),
    Relation.APPLICANT: say("the applicant of the dossier"),
    Relation.ASSIGNEE: say("the officer who has taken the task"),
    Relation.OWNER: say("the officer who has delegated the task"),
    Relation.ADDER: say("the officer who has added the file"),
    Relation.ROLE_OF_TASK: say("an officer of the task's role in its unit"),
    Relation.ROLE_OF_OPEN_TASK: say("an officer of the role and unit of an open task"),
    Relation.DECIDER: say("an officer of the role and unit of the step that decides"),
    Relation.SENDER: say("the role that the drawing names as the sender"),
    Relation.CONSULTED: say("an officer of the unit that was asked for its opinion"),
    Relation.RECEPTION: say("reception of the receiving unit"),
    Relation.ASSIGNER: say("a head of the unit concerned"),
    Relation.HEAD_ABOVE: say("a head of a unit concerned, or of one above it"),
    Relation.WORKER: say("an officer of a unit concerned"),
    Relation.ADMINISTRATOR: say("an administrator over a unit concerned"),
    Relation.ADMINISTRATOR_OF_ALL: say("an administrator over every unit concerned"),
    Relation.AUDITOR: say("an auditor over a unit concerned"),
    Relation.COORDINATOR: say("a coordinator over a unit concerned"),
    Relation.CATALOGUE_EDITOR: say("a catalogue editor over a unit concerned"),
    Relation.DECLARER: say("a declarer in the unit concerned"),
    Relation.OWNERS_DECLARER: say("a declarer in the unit that owns the procedure, or above it"),
    Relation.OWNERS_APPROVER: say("an approver in the unit that owns the procedure, or above it"),
    Relation.OWNERS_ADMINISTRATOR: say("an administrator in the unit that owns the procedure, or above it"),
    Relation.TOP_ADMINISTRATOR: say("an administrator at the top of the tree, above both owners"),
    Relation.INSTALLATION: say("the installation itself"),
    Relation.OPERATOR: say("whoever has the shell of the host, as operator"),
}


def _units_of(roles: tuple[str, ...]) -> Callable[[Rights], frozenset[str]]:
    return lambda rights: frozenset(right.unit for right in rights.held if right.role in roles)


#: Units in which the holder of rights stands in a relation: the scope of a list, and what a read is compared with.
UNITS: Mapping[Relation, Callable[[Rights], frozenset[str]]] = {
    Relation.WORKER: lambda rights: rights.units,
    Relation.RECEPTION: _units_of((RECEPTION,)),
    Relation.ASSIGNER: _units_of(ASSIGNERS),
    Relation.HEAD_ABOVE: lambda rights: rights.over(*ASSIGNERS),
    Relation.ADMINISTRATOR: lambda rights: rights.over(ADMINISTRATOR),
    Relation.AUDITOR: lambda rights: rights.over(AUDITOR),
    Relation.COORDINATOR: lambda rights: rights.over(COORDINATOR),
    Relation.CATALOGUE_EDITOR: lambda rights: rights.over(CATALOGUE_EDITOR),
    Relation.DECLARER: _units_of((DECLARER,)),
}
#: The office of a relation that is one: with its unit all units below it are concerned.
OFFICE: Mapping[Relation, str] = {
    Relation.ADMINISTRATOR: ADMINISTRATOR,
    Relation.ADMINISTRATOR_OF_ALL: ADMINISTRATOR,
    Relation.AUDITOR: AUDITOR,
    Relation.COORDINATOR: COORDINATOR,
    Relation.CATALOGUE_EDITOR: CATALOGUE_EDITOR,
    Relation.DECLARER: DECLARER,
    Relation.OWNERS_DECLARER: DECLARER,
    Relation.OWNERS_APPROVER: APPROVER,
    Relation.OWNERS_ADMINISTRATOR: ADMINISTRATOR,
    Relation.TOP_ADMINISTRATOR: ADMINISTRATOR,
}


def by_role(relation: Relation, role: str) -> bool:
    """True when holding a role in a unit puts somebody into the relation there.

    An administrator at the top of the tree is not known by the role alone.
    """
    if relation is Relation.TOP_ADMINISTRATOR:
        return False
    if relation in OFFICE:
        return OFFICE[relation] == role
    if relation is Relation.RECEPTION:
        return role == RECEPTION
    if relation in (Relation.ASSIGNER, Relation.HEAD_ABOVE):
        return role in ASSIGNERS
    return relation in _OF_STEPS and role not in OFFICES


def reach(relation: Relation, right: Right) -> frozenset[str]:
    """The units that a right reaches in a relation.

    Of an office that watches, and of a head above, those below as well.
    """
    below = right.below if relation in OFFICE or relation is Relation.HEAD_ABOVE else None
    return below or frozenset({right.unit})


_OF_STEPS = frozenset(
    {
        Relation.WORKER,
        Relation.ASSIGNEE,
        Relation.OWNER,
        Relation.ADDER,
        Relation.ROLE_OF_TASK,
        Relation.ROLE_OF_OPEN_TASK,
        Relation.DECIDER,
        Relation.SENDER,
        Relation.CONSULTED,
    }
)


def files_online(rights: Rights) -> bool:
    """True for a principal who may file for themselves."""
    return rights.kind in (PrincipalKind.CITIZEN, PrincipalKind.PARTNER)


def is_inside(rights: Rights) -> bool:
    """True for an officer, the installation, and a machine that holds a role."""
    if rights.kind is PrincipalKind.SYSTEM:
        return rights.is_system or bool(rights.held)
    return rights.kind is PrincipalKind.OFFICER


Rule = Iterator[Right | None]
#: The closed task's answer: only members of the dossier's units may learn that a task is closed.
_MEMBER = Right("", "")


def _role_of_task(command: Any, state: State, rights: Rights) -> Rule:
    task = state.tasks.get(command.task)
    if task is None:
        yield _MEMBER if rights.units.intersection(state.units.values()) else None
        return
    yield rights.find(task.unit, task.role, assignee=task.assignee)


def _assignee(command: Any, state: State, rights: Rights) -> Rule:
    task = state.tasks.get(command.task)
    if task is None or task.assignee is None:
        # Nobody has taken it: whose task it could be learns so.
        yield from _role_of_task(command, state, rights)
        return
    right = rights.find(task.unit, task.role, assignee=task.assignee)
    yield right if right and task.assignee in (rights.principal, right.on_behalf_of) else None


def _owner(command: Any, state: State, rights: Rights) -> Rule:
    task = state.tasks.get(command.task)
    if task is None or task.owner is None:
        return
    right = rights.find(task.unit, task.role, assignee=task.owner)
    yield right if right and task.owner in (rights.principal, right.on_behalf_of) else None


def _role_of_open_task(_: Any, state: State, rights: Rights) -> Rule:
    for task in state.tasks.values():
        yield rights.find(task.unit, task.role)


def _decider(_: Any, state: State, rights: Rights) -> Rule:
    for unit, role in _deciding(state):
        yield rights.find(unit, role)


def _applicant(_: Any, __: State, rights: Rights) -> Rule:
    yield Right("", "applicant") if rights.applicant else None


def _reception(_: Any, state: State, rights: Rights) -> Rule:
    yield rights.find(state.units["receiving"], RECEPTION)


def _worker(_: Any, state: State, rights: Rights) -> Rule:
    for unit in dict.fromkeys((*state.units.values(), *(task.unit for task in state.tasks.values()))):
        roles = {right.role for right in rights.held if right.unit == unit and right.role not in OFFICES}
        yield rights.find(unit, *roles) if roles else None


def _adder(command: Any, state: State, rights: Rights) -> Rule:
    file = state.files.get(command.supersedes)
    if file is None:
        # Only who sees the dossier learns that it has no such file.
        yield _MEMBER if rights.units.intersection(state.units.values()) else None
    elif rights.principal in file.added_by:
        yield from _worker(command, state, rights)


def _consulted(command: Any, state: State, rights: Rights) -> Rule:
    asked = state.consultations.get(command.consultation)
    if asked is None:
        # Only who sees the dossier learns that a consultation is over.
        yield _MEMBER if rights.units.intersection(state.units.values()) else None
        return
    roles = {right.role for right in rights.held if right.role not in OFFICES}
    yield rights.find(asked.unit, *roles) if roles else None


def _assigner(command: Any, state: State, rights: Rights) -> Rule:
    for unit in _concerned(command, state):
        yield rights.find(unit, *ASSIGNERS)


def _administrator(command: Any, state: State, rights: Rights) -> Rule:
    """Administrators are competent whatever unit plays a part, among the units that they administer."""
    units = set(_concerned(command, state))
    keepers = (right for right in rights.held if right.role == ADMINISTRATOR and right.below & units)
    yield from (replace(right, unit="") for right in sorted(keepers, key=lambda it: it.rank(None)))


def _administrator_of_all(command: Any, _: State, rights: Rights) -> Rule:
    """Administrators over both units; the installation acts in their name."""
    keepers = [right for right in rights.held if right.role == ADMINISTRATOR]
    for absent in sorted({right.on_behalf_of for right in keepers}, key=str):
        over = frozenset[str]().union(*(right.below for right in keepers if right.on_behalf_of == absent))
        yield Right("", ADMINISTRATOR, absent) if over >= {command.old, command.new} else None


def _installation(_: Any, __: State, rights: Rights) -> Rule:
    yield Right("", "system") if rights.is_system else None


def _concerned(command: Any, state: State) -> tuple[str, ...]:
    """Units that a command concerns: its task's, incident's, letter's or decision's, else the dossier's."""
    if isinstance(command, commands.Retry):
        return incident_unit(command, state), state.units["handling"]
    if isinstance(command, commands.SignLetter):
        return (command.unit,)
    if isinstance(command, commands.ExchangeResult):
        return decision_units(state)
    if hasattr(command, "task"):
        task = state.tasks.get(command.task)
        return (task.unit,) if task else ()
    return tuple(state.units.values())


def incident_unit(command: commands.Retry, state: State) -> str:
    """The unit at which an incident holds the run up."""
    incident = state.incidents.get(command.incident)
    return incident.unit if incident else state.units["handling"]


def decision_units(state: State) -> tuple[str, ...]:
    """The units of the steps that decide; most procedures have one."""
    return tuple(dict.fromkeys(unit for unit, _ in _deciding(state)))


def _deciding(state: State) -> Iterator[tuple[str, str | None]]:
    """The unit and role of each step that decides."""
    steps = state.loaded.specification.steps.values() if state.loaded else ()
    for step in steps:
        if step.milestone == "result":
            yield unit_of(state.places, step.unit or "handling"), step.role


#: What a relation means for a command: the rights that suffice, the best first; None for one that is missing.
RULES: Mapping[Relation, Callable[[Any, State, Rights], Rule]] = {
    Relation.APPLICANT: _applicant,
    Relation.ASSIGNEE: _assignee,
    Relation.OWNER: _owner,
    Relation.ADDER: _adder,
    Relation.ROLE_OF_TASK: _role_of_task,
    Relation.ROLE_OF_OPEN_TASK: _role_of_open_task,
    Relation.DECIDER: _decider,
    Relation.CONSULTED: _consulted,
    Relation.WORKER: _worker,
    Relation.RECEPTION: _reception,
    Relation.ASSIGNER: _assigner,
    Relation.ADMINISTRATOR: _administrator,
    Relation.ADMINISTRATOR_OF_ALL: _administrator_of_all,
    Relation.INSTALLATION: _installation,
}


def _named_sender(awaited: "Awaited", state: State, rights: Rights) -> Right | None:
    if not awaited.role:
        return None
    return rights.find(unit_of(state.places, awaited.unit or "handling"), awaited.role)


def _any_handler(awaited: "Awaited", state: State, rights: Rights) -> Right | None:
    if awaited.role:
        return None
    roles = {right.role for right in rights.held if right.role not in OFFICES}
    return rights.find(state.units["handling"], *roles) if roles else None


def _installation_sends(awaited: "Awaited", _: State, rights: Rights) -> Right | None:
    return None if awaited.role or not rights.is_system else Right("", "system")


#: What a relation means for a message that is awaited; one whose drawing names no role is any handler's.
SENDERS: Mapping[Relation, Callable[["Awaited", State, Rights], Right | None]] = {
    Relation.SENDER: _named_sender,
    Relation.WORKER: _any_handler,
    Relation.INSTALLATION: _installation_sends,
}
