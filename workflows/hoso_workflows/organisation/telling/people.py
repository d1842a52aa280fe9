"""Holders of roles, and who acts for them: one message to each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Transaction
from hoso_workflows import localtime
from hoso_workflows.organisation.permissions import ASSIGNERS, OFFICES
from hoso_workflows.organisation.permissions.rights import passes_sql

#: A unit, and the role whose holders are meant; None for its heads, and where it has none for all who work there.
Place = tuple[str, str | None]
#: SQL of whoever acts for principal {principal} in {unit} and {role} on local date $2 at instant $1, themselves when nobody does.
ACTING = f"""
coalesce((
  select s.substitute_id from substitution s join principal a on a.id = s.substitute_id
  where s.principal_id = {{principal}} and $2 between s.valid_from and s.valid_to and (a.closed_at is null or a.closed_at > $1)
    and {passes_sql("{unit}", "$2")} and (s.role is null or s.role = {{role}})
  order by s.valid_from desc, s.id limit 1
), {{principal}})
"""  # noqa: S608 - fixed text of this module


async def people_of(tx: Transaction, places: Sequence[Place], at: datetime) -> list[list[UUID]]:
    """The people of each place, or who acts for them. An empty list where there is nobody."""
    units, roles = [unit for unit, _ in places], [role for _, role in places]
    asked = [at, localtime.local_date(at), units, roles, list(ASSIGNERS), list(OFFICES)]
    found: list[list[UUID]] = [[] for _ in places]
    for row in await tx.rows(_PEOPLE, asked):
        found[row.place - 1].append(row.principal_id)
    return found


async def officers_below(tx: Transaction, unit: str, at: datetime) -> list[UUID]:
    """Every officer with a role in the unit or below it."""
    rows = await tx.rows(_OFFICERS, [at, localtime.local_date(at), unit])
    return [row.principal_id for row in rows]


async def tell(
    tx: Transaction,
    topic: str,
    key: str,
    people: Iterable[UUID],
    payload: Mapping[str, Any],
    at: datetime,
) -> int:
    """Write a message to each of the people once; returns how many they are."""
    readers = list(dict.fromkeys(people))
    if readers:
        await tx.rows(_TELL, [topic, f"{topic}/{key}", readers, dict(payload), at])
    return len(readers)


#: $1 instant, $2 local date, $3 and $4 the units and roles of the places, $5 roles of a head, $6 offices.
_PEOPLE = f"""
with working as (
  select p.place, p.role as asked, r.principal_id, r.unit_code, r.role, r.role = any($5::text[]) as first,
    bool_or(r.role = any($5::text[])) over (partition by p.place) as some_first
  from unnest($3::text[], $4::text[]) with ordinality as p(unit_code, role, place)
  join role_assignment r on r.unit_code = p.unit_code and $2 between r.valid_from and coalesce(r.valid_to, 'infinity')
    and (r.role = p.role or p.role is null and r.role <> all($6::text[]))
), reached as (
  select distinct w.place, {ACTING.format(principal="w.principal_id", unit="w.unit_code", role="w.role")} as principal_id
  from working w where w.asked is not null or w.first or not w.some_first
)
select r.place::int, r.principal_id from reached r join principal p on p.id = r.principal_id
where p.closed_at is null or p.closed_at > $1
order by r.place, r.principal_id
"""  # noqa: S608 - fixed text of this module
_OFFICERS = """
select distinct r.principal_id from role_assignment r join principal p on p.id = r.principal_id
where r.unit_code = any(units_below($3)) and $2 between r.valid_from and coalesce(r.valid_to, 'infinity')
  and p.kind = 'officer' and (p.closed_at is null or p.closed_at > $1)
order by 1
"""
#: $1 topic, $2 the beginning of the keys, $3 readers, $4 payload, $5 instant.
_TELL = """
insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)
select concat_ws('/', $2::text, reader), $1::text, reader, $4::jsonb, $5, $5 from unnest($3::uuid[]) as reader
on conflict (dedup_key) do nothing
"""
