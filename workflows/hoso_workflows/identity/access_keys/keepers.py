"""Administrators over the tokens and keys of a principal.

They administer the unit that keeps the principal's record, else one in which it has a role; a principal without any is the top
administrators' to keep. Nobody touches what belongs to a holder of an office that they do not stand above.
"""

from datetime import datetime
from uuid import UUID

from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import permissions, register
from hoso_workflows.organisation.permissions import table
from hoso_workflows.organisation.permissions.rights import Rights

#: A condition on a principal p: $1 the units of an administrator, $2 whether all units at the top are among them.
KEPT = """
(p.home_unit_code = any($1::text[]) or p.home_unit_code is null and case
  when exists (select from role_assignment r where r.principal_id = p.id)
  then exists (select from role_assignment r where r.principal_id = p.id and r.unit_code = any($1::text[]))
  else $2::boolean end)
"""


async def reach(db: Database | Transaction, rights: Rights, act: str) -> tuple[list[str], bool]:
    """The units that an act reaches. True with them where all top units are among them.

    Raises Forbidden where there is none.
    """
    units = table.units(act, rights)
    if not units:
        raise errors.Forbidden(rights.principal, table.ACTS[act].says, permissions.ADMINISTRATOR, None)
    tops = await db.rows("select code from unit where parent_code is null")
    return sorted(units), {row.code for row in tops} <= units


async def require_office(tx: Transaction, act: str, *, by: UUID, at: datetime) -> None:
    """Raise Forbidden for whoever administers nobody. So they learn of no token or key."""
    await reach(tx, await permissions.held(tx, by, at, act=table.ACTS[act].says), act)


async def authorise(
    tx: Transaction, act: str, principal: UUID, *, by: UUID, at: datetime, every: bool = False
) -> Actor:
    """The actor of an act on a principal's tokens or keys. Raises Forbidden.

    With `every` all units in which the principal has a role are the administrator's, as for what lets it act there.
    """
    says = table.ACTS[act].says
    rights = await permissions.held(tx, by, at, act=says)
    units, top = await reach(tx, rights, act)
    asked = [units, top, principal, list(register.GUARDED), localtime.local_date(at)]
    (row,) = await tx.rows(_WITHIN, asked)
    within = set(row.roles or ()) <= set(units) if every else set(row.guarded or ()) <= set(units)
    if not (row.kept and within):
        raise errors.Forbidden(by, says, permissions.ADMINISTRATOR, row.unit)
    return Actor(by, register.absent(rights))


#: $3 the principal, $4 guarded offices, $5 today.
_WITHIN = f"""
select {KEPT} as kept, p.home_unit_code as unit,
  (select array_agg(distinct unit_code) from role_assignment
   where principal_id = p.id and (valid_to is null or valid_to >= $5)) as roles,
  (select array_agg(distinct unit_code) from role_assignment
   where principal_id = p.id and role = any($4::text[]) and (valid_to is null or valid_to >= $5)) as guarded
from principal p where p.id = $3
"""  # noqa: S608 - fixed text of this module
