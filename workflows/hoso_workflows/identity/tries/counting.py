"""Counting of tries to sign in: guessing is slowed, and locks nobody out.

A device that has signed the account in counts its own tries and no others; only when those are used up is it a stranger. A stranger
is counted by network and by account. What many networks together have guessed at an account stops those of them that have guessed
lately; a code comes after the right password, so it is counted by account alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hoso_workflows import errors
from hoso_workflows.operation.rate_limit import Common, Counted, Networks, Purpose, RateLimit


@dataclass(frozen=True, slots=True)
class Whence:
    """The networks and the device from which somebody tries."""

    networks: Networks
    #: The account names that the device has signed in, each with the device's id.
    devices: Mapping[str, str] = field(default_factory=dict)


async def count_password(
    limits: RateLimit, account: str, whence: Whence, *, at: datetime
) -> Sequence[Counted]:
    """Count a password that is to be checked. Raises TooManyRequests.

    Returns what to give back if it is right.
    """
    # Without the end of a name between them, one name and network could be written like another.
    here = limits.of(Purpose.ACCOUNT, f"{account}\0{whence.networks.widest}")
    everywhere = Common(limits.of(Purpose.ACCOUNT_HOUSE, account), asking=here, kept=None)
    return await _count(limits, account, whence, here, [everywhere], at)


async def count_code(limits: RateLimit, account: str, whence: Whence, *, at: datetime) -> Sequence[Counted]:
    """The same for a code after the right password."""
    return await _count(limits, account, whence, limits.of(Purpose.SECOND_FACTOR, account), [], at)


async def _count(
    limits: RateLimit,
    account: str,
    whence: Whence,
    tried: Counted,
    common: Sequence[Common],
    at: datetime,
) -> Sequence[Counted]:
    device = whence.devices.get(account)
    if device is not None and (own := await _own(limits, device, at)):
        return own
    networks = limits.of_networks(Purpose.SIGN_IN, whence.networks)
    share = limits.share(Purpose.SIGN_IN_HOUSE, whence.networks)
    house = limits.of_house(Purpose.SIGN_IN_HOUSE, networks[-1])
    counted = await limits.take_all([*networks, tried, *share], [*common, house], at=at)
    # A check costs the house the same whoever is right.
    return [each for each in counted if each.purpose != Purpose.SIGN_IN_HOUSE]


async def _own(limits: RateLimit, device: str, at: datetime) -> Sequence[Counted]:
    try:
        return await limits.take_all([limits.of(Purpose.DEVICE, device)], at=at)
    except errors.TooManyRequests:
        return []
