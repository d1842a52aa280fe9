"""Officers as the pages of administrators show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoso_api.pages.register import administering
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors, localtime
from hoso_workflows.identity import sessions
from hoso_workflows.organisation import access_log, administration, permissions
from hoso_workflows.organisation.administration import Recorded
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.organisation.register import lists
from hoso_workflows.organisation.register.lists import (
    PersonListed,
    ProposalListed,
    RoleListed,
    SubstitutionListed,
)

ADDRESS = f"{administering.ADDRESS}/nguoi-dung"
#: Rows of each table of a person's page, and acts of administration that are told of them.
MOST, RECENT = 200, 10
#: Acts on a record that its page offers.
ACTS = (
    *("change_person", "close_person", "reopen_person", "enter_contact", "end_contact", "give_role"),
    *("invite_person", "ask_recovery", "end_sessions", "enter_key"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """Open tasks that an officer has in a unit."""

    unit: str
    name: str
    tasks: int
    #: True where the reader may take them back.
    within: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """An officer with what belongs to them."""

    person: PersonListed
    unit_name: str
    #: In the units that the reader oversees, the latest first; past ones among them.
    roles: Sequence[RoleListed]
    proposals: Sequence[ProposalListed]
    absences: Sequence[SubstitutionListed]
    signed_in: datetime | None
    recent: Sequence[Recorded]
    may: frozenset[str]
    #: Units in which the reader may end roles.
    ends: frozenset[str]


async def record(visit: Visit, person: UUID, act: str) -> PersonListed:
    """The record of an officer for an act of a page.

    Raises NotFound, also for a reader without an office over the unit that keeps it.
    """
    found = await lists.person(visit.service.db, str(person), visit.at)
    own = found.id == visit.principal and permissions.of_oneself(act)
    if not own and not administering.may(visit, act, found.unit):
        await access_log.record_refusal(
            visit.service.db, visit.principal, act, str(found.id), visit.at, visit.origin
        )
        raise errors.NotFound("person", person)
    return found


async def read(visit: Visit, person: UUID) -> Shown:
    """An officer with what the reader may see of them. Raises NotFound."""
    found = await record(visit, person, "get_person")
    if found.id != visit.principal:
        await listed(visit, "get_person", str(found.id), [found.id])
    db, today = visit.service.db, localtime.local_date(visit.at)
    seen = permissions.overseen(visit.rights, "list_substitutions")
    absences = await lists.substitutions(db, found.id, seen, since=today)
    signed_in = await sessions.sign_ins(db, found.id, at=visit.at)
    return Shown(
        found,
        await _name(visit, found.unit),
        await _roles(visit, found.id),
        [each for each in await proposals(visit) if each.person == found.id],
        [each for each in absences.items if found.id in (each.absent, each.acting)],
        signed_in[0].begun_at if signed_in else None,
        await _recent(visit, found.id),
        frozenset(act for act in ACTS if administering.may(visit, act, found.unit)),
        permissions.overseen(visit.rights, "end_role"),
    )


async def _roles(visit: Visit, person: UUID) -> Sequence[RoleListed]:
    units = permissions.overseen(visit.rights, "list_roles")
    found = await lists.roles(visit.service.db, units, person=person, limit=MOST)
    await listed(visit, "list_roles", str(person), [each.id for each in found.items])
    return sorted(found.items, key=lambda each: (each.valid_from, each.unit, each.role), reverse=True)


async def proposals(visit: Visit) -> Sequence[ProposalListed]:
    """Offices that wait for a second person in the reader's units, by age."""
    units = permissions.overseen(visit.rights, "list_proposals")
    found = await lists.proposals(visit.service.db, units, undecided=True, limit=MOST)
    await listed(visit, "list_proposals", None, [each.id for each in found.items])
    return sorted(found.items, key=lambda each: (each.proposed_at, str(each.id)))


async def held(visit: Visit, person: UUID) -> Sequence[Held]:
    """The open tasks that an officer has, by unit."""
    within = permissions.task_units(visit.rights, "hand_on_inbox")
    rows = await visit.service.db.rows(_HELD, [person])
    return [Held(row.code, row.name, row.n, row.code in within) for row in rows]


async def listed(visit: Visit, act: str, subject: str | None, ids: Sequence[object]) -> None:
    """Record that something of people was read, before it is shown."""
    reading = readings.of_list(visit.rights, act)
    seen = readings.access(act, visit.principal, subject, visit.at, visit.origin, reading=reading)
    await readings.record(visit.service.db, seen, ids)


def role(word: str) -> str:
    """A role or an office in words; others are shown as they are."""
    known = wording.ROLES.get(word) or wording.OFFICES.get(word)
    return spoken(known) if known else word


async def roles(visit: Visit) -> list[tuple[str, str]]:
    """The roles to choose from: those known, and those in use."""
    rows = await visit.service.db.rows("select distinct role from role_assignment order by role")
    found = dict.fromkeys([*wording.ROLES, *wording.OFFICES, *(row.role for row in rows)])
    return [(each, role(each)) for each in found]


async def _name(visit: Visit, unit: str | None) -> str:
    rows = await visit.service.db.rows("select name from unit where code = $1", [unit])
    return rows[0].name if rows else ""


async def _recent(visit: Visit, person: UUID) -> Sequence[Recorded]:
    authorities = sorted(visit.rights.over(*table.offices("list_administration_events")))
    if not authorities:
        return ()
    found = await administration.listed(visit.service.db, authorities, subject=str(person), limit=RECENT)
    return found.items


def names(found: Sequence[PersonListed]) -> Mapping[UUID, str]:
    """Each person's roles of today in words."""
    return {
        each.id: ", ".join(
            f"{role(word)} @ {unit}" for word, _, unit in (one.partition(" @ ") for one in each.roles)
        )
        for each in found
    }


_HELD = """
select u.code, u.name, count(*)::int as n from user_task t join unit u on u.code = t.unit_code
where t.status = 'open' and (t.assignee_id = $1 or t.owner_id = $1) group by u.code, u.name order by u.code
"""
