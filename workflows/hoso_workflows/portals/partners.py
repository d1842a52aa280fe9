"""The systems that speak for portals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.organisation.permissions import table


async def speaking(asked: Database | Transaction, act: str, code: str, principal: UUID, at: datetime) -> Any:
    """The entry of a portal for which a principal speaks on the day.

    Raises NotFound for every other one, whether it exists or not.
    """
    rows = await asked.rows(IN_FORCE, [code, principal, localtime.local_date(at)])
    if not rows or not table.of_oneself(act):
        raise errors.NotFound("portal", code)
    return rows[0]


#: $1 code, $2 principal or null for any, $3 local date.
IN_FORCE = """
select id, code, unit_code, principal_id, receiver_id, resend_minutes from partner_portal
where code = $1 and ($2::uuid is null or principal_id = $2) and $3::date between valid_from and coalesce(valid_to, 'infinity')
"""
