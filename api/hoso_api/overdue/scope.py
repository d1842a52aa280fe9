"""Whose work a reader may survey: their own units', or everybody's as administrator or auditor."""

from http import HTTPStatus

from hoso_api.security import Caller
from hoso_workflows import authority, lookup, refusals


class UnitNeeded(refusals.Refusal):
    """The reader works in several units and has not said which one is meant."""

    slug = "unit-needed"
    http_status = HTTPStatus.BAD_REQUEST
    remedy = "Name one of your units in `unit`."

    def __init__(self, units: frozenset[str]) -> None:
        super().__init__(f"Choose one of your units: {', '.join(sorted(units))}.")
        self.units = units


def everywhere(rights: authority.Rights) -> bool:
    """Whether the reader surveys all units."""
    return rights.has(authority.ADMINISTRATOR) or rights.has(authority.AUDITOR)


async def surveyed(caller: Caller, wanted: str | None) -> str | None:
    """The unit that a caller looks into, None for all. Raises what `unit` raises, and NotFound for one that is none."""
    rights = await lookup.rights(caller.office.db, caller.principal, caller.at)
    return await lookup.unit(caller.office.db, unit(rights, wanted))


def unit(rights: authority.Rights, wanted: str | None) -> str | None:
    """The unit to look into, None for all. Raises Forbidden for another's and for who has none, UnitNeeded."""
    if everywhere(rights):
        return wanted
    if wanted is not None:
        if wanted not in rights.units:
            raise refusals.Forbidden(rights.principal, "surveying", "any role", wanted)
        return wanted
    if not rights.units:
        raise refusals.Forbidden(rights.principal, "surveying", "any role", "any unit")
    if len(rights.units) != 1:
        raise UnitNeeded(rights.units)
    return next(iter(rights.units))
