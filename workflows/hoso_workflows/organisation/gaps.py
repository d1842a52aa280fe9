"""Gaps of the register, in words, that keep an authority from its work."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hoso_calendar.messages import Message, say
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.organisation.duty_roster import AVAILABLE
from hoso_workflows.organisation.permissions import ADMINISTRATOR, ASSIGNERS, OFFICES
from hoso_workflows.organisation.permissions.rights import HOLDERS, passes_sql
from hoso_workflows.vocabulary import word

#: How long before its end the last key of a system is missed, and how long after.
RENEWED = timedelta(days=30)
#: How many recipients are to be told of an outage at once (S-30).
RECIPIENTS = 2


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing, and where."""

    #: As `unit-without-head`.
    kind: str
    #: The unit that it concerns.
    unit: str | None
    subject: str
    message: Message
    remedy: Message


async def gaps(db: Database, units: Collection[str] | None, at: datetime) -> list[Gap]:
    """The gaps of these units on a local day; None for all units."""
    day, within = localtime.local_date(at), None if units is None else sorted(units)
    found = [
        *[_headless(row) for row in await db.rows(_HEADLESS, [day, within, list(ASSIGNERS)])],
        *[_unadministered(row) for row in await db.rows(_UNADMINISTERED, [day, within, ADMINISTRATOR])],
        *[_unattended(row) for row in await db.rows(_UNATTENDED, [day, within, sorted(OFFICES)])],
        *[_waiting(row) for row in await db.rows(_WAITING, [within])],
    ]
    outages = [day, within, sorted(OFFICES), RECIPIENTS]
    found += [_few_recipients(row) for row in await db.rows(_FEW_RECIPIENTS, outages)]
    found += [_unheard(row) for row in await db.rows(_UNHEARD, [within])]
    found += [_off_duty(row) for row in await db.rows(_OFF_DUTY, [day, within, at])]
    found += [_left_behind(row) for row in await db.rows(_LEFT_BEHIND, [day, within])]
    found += [_other_hours(row) for row in await db.rows(_OTHER_HOURS, [day, within])]
    found += [_empty_role(row) for row in await db.rows(_EMPTY_ROLES, [day, within])]
    found += [_empty_substitution(row) for row in await db.rows(_EMPTY_SUBSTITUTIONS, [day, within])]
    ending = [at - RENEWED, at + RENEWED, within]
    found += [_key_ends(row, at) for row in await db.rows(_ENDING_KEYS, ending)]
    if units is None:
        found += [_unhandled(row) for row in await db.rows(_UNHANDLED, [day])]
    return found


def _headless(row: Any) -> Gap:
    return Gap(
        "unit-without-head",
        row.code,
        row.code,
        say("{code} {name} works on dossiers and has no head.", code=row.code, name=row.name),
        say("Give somebody a role of a head there: hoso roles give PERSON {code} head", code=row.code),
    )


def _unadministered(row: Any) -> Gap:
    return Gap(
        "authority-without-administrator",
        row.code,
        row.code,
        say(
            "The authority {code} {name} has no administrator, neither of its own nor above it.",
            code=row.code,
            name=row.name,
        ),
        say(
            "Propose one, and let a second person confirm: hoso roles give PERSON {code} administrator",
            code=row.code,
        ),
    )


def _unattended(row: Any) -> Gap:
    return Gap(
        "competence-without-officer",
        row.unit,
        row.unit,
        say(
            "{unit} is competent for {part} of {n} procedures and nobody plays a role there.",
            unit=row.unit,
            part=word(row.part),
            n=row.n,
        ),
        say("Give officers their roles there: hoso roles give PERSON {unit} ROLE", unit=row.unit),
    )


def _waiting(row: Any) -> Gap:
    return Gap(
        "office-unconfirmed",
        row.unit_code,
        str(row.id),
        say(
            "The office {role} in {unit} waits for a second person.", role=word(row.role), unit=row.unit_code
        ),
        say(
            "An administrator at the top who has not proposed it confirms: hoso roles confirm {id}", id=row.id
        ),
    )


def _left_behind(row: Any) -> Gap:
    return Gap(
        "dossiers-at-closed-unit",
        row.code,
        row.code,
        say("{n} open dossiers are still at {code}, which has been closed.", n=row.n, code=row.code),
        say(
            "Move them: hoso units rehome {code} {successor}",
            code=row.code,
            successor=row.successor or "UNIT",
        ),
    )


def _other_hours(row: Any) -> Gap:
    return Gap(
        "unit-with-other-hours",
        row.code,
        row.code,
        say(
            "{code} {name} counts by the calendar {calendar}, and {above} above it by {theirs}.",
            code=row.code,
            name=row.name,
            calendar=row.calendar,
            above=row.above,
            theirs=row.theirs,
        ),
        say(
            "Let it keep the same, or one that extends it: hoso calendar keep {theirs} {code}",
            theirs=row.theirs,
            code=row.code,
        ),
    )


def _empty_role(row: Any) -> Gap:
    return Gap(
        "role-without-effect",
        row.unit_code,
        str(row.id),
        say(
            "The role {role} in {unit} gives nothing: an account of its kind holds none.",
            role=word(row.role),
            unit=row.unit_code,
        ),
        say("End it, and give it to an officer where it is meant for one: hoso roles end {id}", id=row.id),
    )


def _empty_substitution(row: Any) -> Gap:
    return Gap(
        "substitution-without-effect",
        row.unit,
        str(row.id),
        say(
            "The substitution until {day} passes nothing on: the substitute does not work where it holds, or is no officer.",
            day=row.valid_to,
        ),
        say("End it, and enter a colleague of the unit: hoso roles end-substitution {id}", id=row.id),
    )


def _few_recipients(row: Any) -> Gap:
    return Gap(
        "outages-reach-too-few",
        row.code,
        row.code,
        say(
            "Outages in {code} {name} reach {n} of the {wanted} recipients that are to be told at once.",
            code=row.code,
            name=row.name,
            n=row.n,
            wanted=RECIPIENTS,
        ),
        say("Name who is told, where somebody works: hoso outages name {code} UNIT", code=row.code),
    )


def _unheard(row: Any) -> Gap:
    return Gap(
        "outage-told-to-nobody",
        row.unit_code,
        str(row.id),
        say(
            "The outage of {service} in {unit} lasts, and none of those who are to be told was reached.",
            service=row.service,
            unit=row.unit_code,
        ),
        say("Tell them, and name who is told from now on: hoso outages name {unit} UNIT", unit=row.unit_code),
    )


def _off_duty(row: Any) -> Gap:
    return Gap(
        "day-without-duty",
        row.unit_code,
        f"{row.unit_code}/{row.day}",
        say("Nobody who can be is on duty in {unit} on {day}.", unit=row.unit_code, day=row.day),
        say(
            "Enter an officer of the unit: hoso duty set {unit} {day} PERSON", unit=row.unit_code, day=row.day
        ),
    )


def _key_ends(row: Any, at: datetime) -> Gap:
    day = localtime.local_date(row.ends)
    return Gap(
        "system-without-key",
        row.unit,
        str(row.id),
        say("The last key of {name} ended on {day}; its signed calls are refused.", name=row.name, day=day)
        if row.ends <= at
        else say("The last key of {name} ends on {day}.", name=row.name, day=day),
        say("Enter the next one before; both are good meanwhile: hoso keys enter {id} public.pem", id=row.id),
    )


def _unhandled(row: Any) -> Gap:
    return Gap(
        "procedure-without-unit",
        None,
        row.code,
        say(
            "No unit is competent for {part} of the active procedure {code}.",
            part=word(row.part),
            code=row.code,
        ),
        say(
            "Make one competent: hoso competences give UNIT {part} --procedure {code}",
            part=row.part,
            code=row.code,
        ),
    )


_EXISTS = "$1::date between u.valid_from and coalesce(u.valid_to, 'infinity') and ($2::text[] is null or u.code = any($2))"
_HELD = "$1::date between r.valid_from and coalesce(r.valid_to, 'infinity') and p.closed_at is null"
_HEADLESS = f"""
select u.code, u.name from unit u
where {_EXISTS}
  and exists (select from competence c where c.unit_code = u.code and $1::date between c.valid_from and coalesce(c.valid_to, 'infinity'))
  and not exists (
    select from role_assignment r join principal p on p.id = r.principal_id
    where r.unit_code = u.code and r.role = any($3::text[]) and {_HELD})
order by u.code
"""  # noqa: S608 - fixed text of this module
_UNADMINISTERED = f"""
with offices as (
  select distinct r.unit_code from role_assignment r join principal p on p.id = r.principal_id where r.role = $3 and {_HELD}
)
select u.code, u.name from unit u
where {_EXISTS} and u.is_authority
  and u.code not in (select below.code from offices cross join lateral unnest(units_below(unit_code)) below (code))
order by u.code
"""  # noqa: S608 - fixed text of this module
_UNATTENDED = f"""
select u.code as unit, c.part, count(distinct coalesce(c.procedure_code, c.field)) as n
from competence c join unit u on u.code = c.unit_code
where {_EXISTS} and c.part <> 'publishing' and $1::date between c.valid_from and coalesce(c.valid_to, 'infinity') and not exists (
    select from role_assignment r join principal p on p.id = r.principal_id
    where r.unit_code = u.code and r.role <> all($3::text[]) and {_HELD})
group by u.code, c.part order by u.code, c.part
"""  # noqa: S608 - fixed text of this module
_WAITING = """
select id, unit_code, role from role_proposal
where decision is null and ($1::text[] is null or unit_code = any($1)) order by proposed_at, id
"""
_LEFT_BEHIND = """
select u.code, u.successor_code as successor, count(*) as n
from unit u join dossier d on d.closed_at is null and u.code in (d.receiving_unit, d.handling_unit, d.deciding_unit)
where u.valid_to < $1::date and ($2::text[] is null or u.code = any($2))
group by u.code order by u.code
"""
#: Units of an authority that keep another calendar than the unit above, and none that extends it.
_OTHER_HOURS = f"""
select u.code, u.name, u.calendar, above.code as above, above.calendar as theirs
from unit u join unit above on above.code = u.parent_code
left join calendar c on c.id = u.calendar
left join calendar_version v on v.calendar = c.id and v.version = c.version
where {_EXISTS} and not u.is_authority and u.calendar <> above.calendar
  and not coalesce(v.documents ? above.calendar, false)
order by u.code
"""  # noqa: S608 - fixed text of this module
_EMPTY_ROLES = f"""
select r.id, r.unit_code, r.role from role_assignment r join principal p on p.id = r.principal_id
where p.kind not in ({HOLDERS}) and coalesce(r.valid_to, 'infinity') >= $1::date
  and ($2::text[] is null or r.unit_code = any($2)) order by r.id
"""  # noqa: S608 - names of our own
#: Those that last, and pass nothing on today or on the first day to come of what the absent officer has then.
_EMPTY_SUBSTITUTIONS = f"""
select s.id, s.valid_to, coalesce(s.unit_code, a.home_unit_code) as unit
from substitution s join principal a on a.id = s.principal_id join principal b on b.id = s.substitute_id
cross join lateral (select greatest($1::date, s.valid_from) as day) at
where s.valid_to >= $1::date and ($2::text[] is null or coalesce(s.unit_code, a.home_unit_code) = any($2))
  and (a.kind <> 'officer' or b.kind <> 'officer' or exists (
    select from role_assignment r where r.principal_id = s.principal_id and at.day between r.valid_from and coalesce(r.valid_to, 'infinity')
  ) and not exists (
    select from role_assignment r where r.principal_id = s.principal_id and at.day between r.valid_from and coalesce(r.valid_to, 'infinity')
      and {passes_sql("r.unit_code", "at.day")}))
order by s.id
"""  # noqa: S608 - fixed text of this module
#: The highest authorities whose outages reach too few recipients where somebody plays the role. $3 offices, $4 how many.
_FEW_RECIPIENTS = f"""
with reached as (
  select o.id, o.scope_unit from outage_recipient o
  where $1::date between o.valid_from and coalesce(o.valid_to, 'infinity') and exists (
    select from role_assignment r join principal p on p.id = r.principal_id
    where r.unit_code = o.unit_code and (r.role = o.role or o.role is null and r.role <> all($3::text[])) and {_HELD})
), few as (
  select u.code, u.name, count(told.id) as n
  from unit u left join (select id, code from reached cross join lateral unnest(units_below(scope_unit)) below (code)) told using (code)
  where u.is_authority and $1::date between u.valid_from and coalesce(u.valid_to, 'infinity')
  group by u.code having count(told.id) < $4
)
select code, name, n from few
where ($2::text[] is null or code = any($2)) and code not in (
  select below.code from few above cross join lateral unnest(units_below(above.code)) below (code) where below.code <> above.code)
order by code
"""  # noqa: S608 - fixed text of this module
_UNHEARD = """
select o.id, o.unit_code, o.service from outage o
where o.resolved_at is null and ($1::text[] is null or o.unit_code = any($1))
  and not exists (select from outage_told t where t.outage_id = o.id and t.people > 0)
order by o.reported_at, o.id
"""
#: Days of which the alarm of the roster has told, and that are still uncovered.
_OFF_DUTY = f"""
select a.unit_code, a.day from duty_alarm a
where a.day >= $1::date and ($2::text[] is null or a.unit_code = any($2)) and not exists (
  select from duty d where d.unit_code = a.unit_code and d.day = a.day
    and {AVAILABLE.format(principal="d.principal_id", unit="d.unit_code", day="d.day", at="$3")})
order by a.day, a.unit_code
"""  # noqa: S608 - fixed text of this module
#: $1 and $2 the instants between which the end is told, $3 units or null for all.
_ENDING_KEYS = """
select p.id, p.name, p.home_unit_code as unit, max(k.expires_at) as ends
from principal p join signing_key k on k.principal_id = p.id and k.revoked_at is null
where p.closed_at is null and ($3::text[] is null or p.home_unit_code = any($3))
group by p.id having bool_and(k.expires_at is not null) and max(k.expires_at) between $1 and $2 order by p.name, p.id
"""
_UNHANDLED = """
select v.procedure_code as code, p.part
from workflow_version v cross join unnest(array['receiving', 'handling', 'deciding']) p(part)
where v.status = 'active' and not exists (
    select from competence c
    where c.part = p.part and $1::date between c.valid_from and coalesce(c.valid_to, 'infinity')
      and (c.procedure_code = v.procedure_code or c.field = v.manifest ->> 'field'))
order by v.procedure_code, p.part
"""
