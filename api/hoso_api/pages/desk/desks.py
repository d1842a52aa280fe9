"""Units of the pages of desks, and the one asked for."""

from collections.abc import Mapping

from hoso_api.pages.desk import queue
from hoso_api.pages.shared.visit import Visit
from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings, table

#: The word of the query.
UNIT = "don-vi"


async def readable(visit: Visit, act: str) -> Mapping[str, str]:
    """Names of the units for which the reader may do an act, by code.

    Their own desks stand first.
    """
    own, units = set(queue.units(visit)), table.units(act, visit.rights)
    rows = await visit.service.db.rows(_NAMES, [sorted(units)])
    return {row.code: row.name for row in sorted(rows, key=lambda row: (row.code not in own, row.code))}


async def chosen(visit: Visit, act: str, asked: str, named: Mapping[str, str]) -> str:
    """The unit that is asked for, else the first. Raises NotFound, and Forbidden, which is recorded."""
    await permissions.existing_unit(visit.service.db, asked or None)
    unit = asked or next(iter(named), "")
    async with readings.refusals(
        visit.service.db, act, visit.principal, unit or None, visit.at, visit.origin
    ):
        if unit not in named:
            raise errors.Forbidden(visit.principal, say("reading this"), None, unit)
    return unit


_NAMES = "select code, name from unit where code = any($1::text[])"
