"""Who may do what: the one place where a command is allowed or refused, for every way in alike.

Rights are read in the statement that loads the dossier, valid on the local date of the act; a substitute has the rights
of the absent officer between the dates of the substitution, and every event then says for whom. Who has left lends nothing,
and an office goes over to a substitute only where the substitution names it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import PrincipalKind
from hoso_models.database import Database, Transaction
from hoso_workflows import commands, refusals
from hoso_workflows.act import unit_of
from hoso_workflows.commands import Actor, Command
from hoso_workflows.state import State
from hoso_workflows.words import either

if TYPE_CHECKING:
    from hoso_bpmn.run import Awaited

RECEPTION = "reception"
#: Roles that may hand a task of their unit to somebody, or take it back.
ASSIGNERS = ("head", "division_head", "agency_head")
#: Roles of publication and administration.
DECLARER = "procedure_declarer"
APPROVER = "procedure_approver"
ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
#: Given to a person, not to a desk: a substitute holds one only where the substitution names it.
OFFICES = (ADMINISTRATOR, AUDITOR, APPROVER, DECLARER)


@dataclass(frozen=True, slots=True)
class Right:
    """A role in a unit, one's own or that of the absent officer for whom one stands in."""

    unit: str
    role: str
    on_behalf_of: UUID | None = None
    #: Of an office that watches over units: the unit and all below it.
    below: frozenset[str] = frozenset()

    def rank(self, assignee: UUID | None) -> int:
        """Which right is relied on first where several would do."""
        if self.on_behalf_of is None:
            return 1
        return 0 if self.on_behalf_of == assignee else 2


@dataclass(frozen=True, slots=True)
class Rights:
    """What a principal may rely on at the instant of an act."""

    principal: UUID
    kind: PrincipalKind
    held: tuple[Right, ...] = ()
    #: True when the dossier is theirs.
    applicant: bool = False

    @classmethod
    def of(
        cls, principal: UUID, row: Mapping[str, Any] | None, *, applicant: bool = False, act: str = "acting"
    ) -> "Rights":
        """The rights in a row of `RIGHTS`. Raises Forbidden for a principal that is unknown or closed."""
        if row is None:
            raise refusals.Forbidden(principal, act, "principal", "hoso")
        held = (
            Right(unit, role, UUID(absent) if absent else None, frozenset(below or ()))
            for unit, role, absent, below in row["held"] or ()
        )
        return cls(principal, PrincipalKind(row["kind"]), tuple(held), applicant)

    def find(self, unit: str, *roles: str | None, assignee: UUID | None = None) -> Right | None:
        """The right to play one of the roles (none named: any) in a unit: that of the assignee first, one's own before a
        substitute's."""
        fitting = [right for right in self.held if right.unit == unit and (not roles or right.role in roles)]
        return min(fitting, key=lambda right: right.rank(assignee), default=None)

    def own(self) -> "Rights":
        """Without what is held for absent officers."""
        return replace(self, held=tuple(right for right in self.held if right.on_behalf_of is None))

    @property
    def house(self) -> bool:
        """True for the house itself; an authority's machine has the rights of its roles only."""
        return self.principal == commands.SYSTEM.principal

    @property
    def units(self) -> frozenset[str]:
        """The units where the principal works: plays a role that is no office."""
        return frozenset(right.unit for right in self.held if right.role not in OFFICES)

    def over(self, *offices: str) -> frozenset[str]:
        """The units over which the principal holds one of the offices: their own and all below it."""
        return frozenset().union(*(right.below for right in self.held if right.role in offices))

    def inside(self, units: Collection[str]) -> bool:
        """True when the principal is told of a dossier of these units what its officers are."""
        return self.house or bool(self.units.intersection(units))

    def has(self, role: str) -> bool:
        """Whether the principal plays a role anywhere."""
        return any(right.role == role for right in self.held)


_OFFICES = ", ".join(f"'{office}'" for office in OFFICES)
#: One jsonb object for principal $1 on local date $2 at instant $3: kind, and [unit, role, absent officer, units below
#: it where the role is an office that watches over them] as held. In an order of its own, so that the same rights are
#: equal whatever plan has read them.
RIGHTS = f"""
(select jsonb_build_object('kind', p.kind, 'held', (
    select jsonb_agg(jsonb_build_array(
       unit_code, role, absent, case when role in ('{ADMINISTRATOR}', '{AUDITOR}') then to_jsonb(units_below(unit_code)) end
    ) order by unit_code, role, absent)
    from (
      select r.unit_code, r.role, null::uuid as absent
      from role_assignment r
      where r.principal_id = p.id and {{day}} between r.valid_from and coalesce(r.valid_to, 'infinity')
      union all
      select r.unit_code, r.role, r.principal_id
      from substitution s join role_assignment r on r.principal_id = s.principal_id
      join principal a on a.id = s.principal_id
      where s.substitute_id = p.id and {{day}} between s.valid_from and s.valid_to
        and {{day}} between r.valid_from and coalesce(r.valid_to, 'infinity')
        and (s.unit_code is null or s.unit_code = r.unit_code)
        and (s.role = r.role or s.role is null and r.role not in ({_OFFICES}))
        and (a.closed_at is null or a.closed_at > {{at}})
    ) held))
 from principal p where p.id = {{principal}} and (p.closed_at is null or p.closed_at > {{at}}))
"""  # noqa: S608 - fixed text of this module


def rights_sql(principal: str, day: str, at: str) -> str:
    """`RIGHTS` as a scalar sub-select over the named parameters."""
    return RIGHTS.format(principal=principal, day=day, at=at)


def actor(command: Command, state: State, rights: Rights, competent: Collection[str]) -> Actor:
    """In whose name the command is carried out. Raises Forbidden, or NotCompetent for a unit that is so no more.

    The state comes with its run: who may send a message is decided by what awaits it.
    """
    for right in _RULES[type(command)](command, state, rights):
        if right is not None:
            _competent(right.unit, state, competent)
            return Actor(rights.principal, right.on_behalf_of, automatic=rights.house)
    raise _forbidden(command, state, rights)


def _competent(unit: str, state: State, competent: Collection[str]) -> None:
    """A unit that plays a part of the dossier is competent for it on that day; one that the procedure names always is."""
    for part, playing in state.units.items():
        if playing == unit and unit not in competent:
            raise refusals.NotCompetent(state.procedure, part, unit, sorted(set(competent)))


def assignable(command: Command, state: State, row: Mapping[str, Any] | None) -> None:
    """Raise Forbidden when a task is to be handed to somebody who may not complete it."""
    if isinstance(command, commands.Claim) and command.assignee is not None and command.task in state.tasks:
        task = state.tasks[command.task]
        if Rights.of(command.assignee, row).find(task.unit, task.role) is None:
            raise refusals.Forbidden(command.assignee, say("taking the task"), task.role or "", task.unit)


def files(rights: Rights, channel: str, receiving: str) -> Actor:
    """In whose name a dossier is filed: a citizen or partner online for themselves, else the desk of the receiving unit."""
    if channel == "online" and rights.kind in (PrincipalKind.CITIZEN, PrincipalKind.PARTNER):
        return Actor(rights.principal)
    right = rights.find(receiving, RECEPTION)
    if right is None:
        raise refusals.Forbidden(
            rights.principal, say("filing ({channel})", channel=channel), RECEPTION, receiving
        )
    return Actor(rights.principal, right.on_behalf_of)


def holds(rights: Rights, act: str, units: Collection[str], where: str, *roles: str) -> Right:
    """The right to one of the offices in one of the units. Raises Forbidden that says `where` and names no unit."""
    fitting = (right for unit in units for right in (rights.find(unit, *roles),) if right is not None)
    found = min(fitting, key=lambda right: right.rank(None), default=None)
    if found is None:
        raise refusals.Forbidden(rights.principal, act, either(roles), where)
    return found


def reads(rights: Rights, units: Sequence[str]) -> bool:
    """True for the applicant, officers who work in the units, auditors over one of them."""
    return rights.applicant or not (rights.units | rights.over(AUDITOR)).isdisjoint(units)


def tracks(rights: Rights, units: Sequence[str]) -> bool:
    """True for administrators over one of the units, who see dates and no contents."""
    return not rights.over(ADMINISTRATOR).isdisjoint(units)


#: Acts of those, too, who do not read the dossier: the procedure itself says whose a message is, and the house keeps itself going.
_FROM_OUTSIDE = (commands.Send, commands.Retry, commands.Advance, commands.Correct)


def outside(rights: Rights, command: Command) -> bool:
    """True when the act may be theirs without reading the dossier; only its run tells."""
    return (bool(rights.held) or rights.house) and isinstance(command, _FROM_OUTSIDE)


def readable(
    reader: UUID, row: Mapping[str, Any] | None, units: Sequence[str], *, applicant: bool = False
) -> bool:
    """True when the principal in a row of `RIGHTS` reads a dossier of these units."""
    return row is not None and reads(Rights.of(reader, row, applicant=applicant), units)


async def remember(db: Database, principal: UUID, act: str, subject: str | None, at: datetime) -> None:
    """Keep a refused attempt in the access log; one by nobody we know is kept without a name."""
    await db.one_statement(_REFUSED, [principal, act, subject, at])


_REFUSED = """
insert into access_log (principal_id, act, subject, at, granted, detail)
values ((select id from principal where id = $1), $2, $3, $4, false, '{}')
"""


async def note(tx: Transaction, principal: UUID, act: str, subject: str, at: datetime, **detail: str) -> None:
    """Keep in the access log an act of administration that leaves no other record of who did it."""
    await tx.rows(_DONE, [principal, act, subject, at, detail])


_DONE = """
insert into access_log (principal_id, act, subject, at, granted, detail) values ($1, $2, $3, $4, true, $5::jsonb)
"""

_Rule = Iterator[Right | None]


def _of_task(command: Any, state: State, rights: Rights) -> _Rule:
    task = state.tasks.get(command.task)
    if task is None:
        # Whether it is gone is for those to know who could have had it.
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
        # It reaches every instance of the element, so it takes the right to each.
        found = [_sender(each, state, rights) for each in awaiting if each.element == element]
        yield found[0] if all(found) else None
    if not awaiting:
        # What is awaited instead is for those to know who could be asked for it.
        yield Right("", "") if rights.units.intersection(state.units.values()) else None


def _sender(awaited: "Awaited", state: State, rights: Rights) -> Right | None:
    if awaited.role:
        return rights.find(unit_of(state.units, awaited.unit or "handling"), awaited.role)
    system = Right("", "system") if rights.house else None
    return rights.find(state.units["handling"]) or system


def _awaiting(command: commands.Send, state: State) -> "list[Awaited]":
    if state.run is None:
        raise LookupError(f"the state of {state.reference} was given no run to look at")
    return [each for each in state.run.awaited if command.meets(each.name, each.item)]


def _retry(command: commands.Retry, state: State, rights: Rights) -> _Rule:
    yield rights.find(_looking(command, state), *ASSIGNERS)
    yield rights.find(state.units["handling"], *ASSIGNERS)
    # Whoever keeps the house is competent whatever unit plays a part, among the units that are theirs to keep.
    concerned = {_looking(command, state), state.units["handling"]}
    keepers = (right for right in rights.held if right.role == ADMINISTRATOR and right.below & concerned)
    yield from (replace(right, unit="") for right in sorted(keepers, key=lambda it: it.rank(None)))


def _correct(_: commands.Correct, state: State, rights: Rights) -> _Rule:
    """Whoever keeps the house says when it was; which unit plays a part does not matter."""
    units = set(state.units.values())
    keepers = (right for right in rights.held if right.role == ADMINISTRATOR and right.below & units)
    yield from (replace(right, unit="") for right in sorted(keepers, key=lambda it: it.rank(None)))


def _looking(command: commands.Retry, state: State) -> str:
    incident = state.incidents.get(command.incident)
    return incident.unit if incident else state.units["handling"]


def _system(_: Any, __: State, rights: Rights) -> _Rule:
    yield Right("", "system") if rights.house else None


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
}


def _forbidden(command: Command, state: State, rights: Rights) -> refusals.Refusal:
    act = commands.WORDS[type(command)]
    if isinstance(command, commands.ProposeSupplement) and (steps := _theirs(state, rights)):
        return refusals.NotYourTurn(act, steps)
    role, unit = _needed(command, state)
    return refusals.Forbidden(rights.principal, act, role, unit)


def _theirs(state: State, rights: Rights) -> list[str]:
    """The steps of the procedure that the principal may do when they are open, by their names."""
    steps = state.loaded.specification.steps.values() if state.loaded else ()
    return [
        step.name
        for step in steps
        if step.unit != "item"
        and step.milestone != "accept"
        and rights.find(state.units.get(step.unit or "handling", step.unit or ""), step.role)
    ]


def _needed(command: Command, state: State) -> tuple[str, str]:
    """The role that would do, and where."""
    task = state.tasks.get(getattr(command, "task", None))  # type: ignore[arg-type]  # None is no task
    if task is not None:
        return task.role or "", task.unit
    if isinstance(command, commands.Send):
        lanes = [(each.role, each.unit or "handling") for each in _awaiting(command, state) if each.role]
        role, part = next(iter(lanes), ("any role", "handling"))
        return role, unit_of(state.units, part)
    if isinstance(command, commands.Correct):
        return ADMINISTRATOR, state.units["handling"]
    if isinstance(command, commands.Retry):
        return either(ASSIGNERS), _looking(command, state)
    return RECEPTION, state.units["receiving"]
