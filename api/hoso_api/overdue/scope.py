"""The units whose work a reader may survey: their own, for administrators and auditors those below."""

from http import HTTPStatus

from hoso_api.security import Caller
from hoso_calendar.messages import say
from hoso_workflows import authority, lookup, refusals

#: Offices that survey a unit with all below it.
_OVERSEERS = (authority.ADMINISTRATOR, authority.AUDITOR)


class UnitNeeded(refusals.Refusal):
    """The reader works in several units and has not said which one is meant."""

    slug = "unit-needed"
    http_status = HTTPStatus.BAD_REQUEST
    remedy = "Name one of your units in `unit`."

    def __init__(self, units: frozenset[str]) -> None:
        super().__init__(say("Choose one of your units: {units}.", units=", ".join(sorted(units))))
        self.units = units


def overseen(rights: authority.Rights) -> frozenset[str]:
    """The units that the reader surveys by an office."""
    return rights.over(*_OVERSEERS)


def surveys(rights: authority.Rights, unit: str) -> bool:
    """True when the reader surveys the unit."""
    return unit in rights.units or unit in overseen(rights)


async def surveyed(caller: Caller, wanted: str | None) -> str | list[str]:
    """The unit that a caller looks into, or all of those that they oversee.

    Raises what `units` raises, and NotFound for a unit that is none.
    """
    rights = await lookup.rights(caller.office.db, caller.principal, caller.at)
    return units(rights, await lookup.unit(caller.office.db, wanted))


def units(rights: authority.Rights, wanted: str | None) -> str | list[str]:
    """The unit to look into, or all of those that the reader oversees when none is named.

    Raises Forbidden for another's and for who has none, UnitNeeded.
    """
    if wanted is None and (seen := overseen(rights)):
        return sorted(seen | rights.units)
    return _one(rights, wanted, rights.units)


async def reported(caller: Caller, wanted: str | None) -> str:
    """The unit that a report for the caller is of, with those below it: the one named, else that of their only office or work.

    Raises what `surveyed` raises.
    """
    rights = await lookup.rights(caller.office.db, caller.principal, caller.at)
    wanted = await lookup.unit(caller.office.db, wanted)
    offices = frozenset(right.unit for right in rights.held if right.role in _OVERSEERS)
    return _one(rights, wanted, offices or rights.units)


def _one(rights: authority.Rights, wanted: str | None, own: frozenset[str]) -> str:
    if wanted is not None:
        if not surveys(rights, wanted):
            raise refusals.Forbidden(rights.principal, say("surveying"), "any role", wanted)
        return wanted
    if not own:
        raise refusals.Forbidden(rights.principal, say("surveying"), "any role", "any unit")
    if len(own) != 1:
        raise UnitNeeded(own)
    return next(iter(own))
