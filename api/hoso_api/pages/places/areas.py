"""Administrative areas as the pages of administrators show them."""

from hoso_api.pages.register import administering
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import ADMINISTRATOR, procedure_rights, readings, table
from hoso_workflows.organisation.register import lists

ADDRESS = f"{administering.ADDRESS}/dia-ban"
#: How many areas a list to choose from has at most; beyond, their codes are typed.
CHOICES = 150


async def rules(visit: Visit, act: str) -> bool:
    """True for who may do an act at the top of the tree."""
    tops = await procedure_rights.top_units(visit.service.db, localtime.local_date(visit.at))
    return bool(tops & permissions.overseen(visit.rights, act))


async def require(visit: Visit, act: str) -> None:
    """Raise Forbidden, which is recorded, unless the reader administers the top."""
    if await rules(visit, act):
        return
    async with readings.refusals(visit.service.db, act, visit.principal, None, visit.at, visit.origin):
        raise errors.Forbidden(visit.principal, table.ACTS[act].says, ADMINISTRATOR, None)


async def choices(visit: Visit, but: str | None = None) -> list[tuple[str, str]] | None:
    """The areas of today but one; None where they are too many to choose from."""
    today = localtime.local_date(visit.at)
    found = await lists.areas(visit.service.db, on=today, limit=CHOICES)
    if found.after is not None:
        return None
    return [(each.code, f"{each.name} ({each.code})") for each in found.items if each.code != but]


async def kinds(visit: Visit) -> list[tuple[str, str]]:
    """The kinds to choose from: those known, and those in use."""
    rows = await visit.service.db.rows("select distinct kind from area order by kind")
    found = dict.fromkeys([*wording.AREA_KINDS, *(row.kind for row in rows)])
    return [
        (each, spoken(wording.AREA_KINDS[each]) if each in wording.AREA_KINDS else each) for each in found
    ]
