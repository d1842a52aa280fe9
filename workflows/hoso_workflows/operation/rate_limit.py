"""Rate limits: a burst, then one request per interval.

GCRA (the generic cell rate algorithm, ITU-T I.371) in one statement: a row holds the theoretical arrival time of its
subject; a request too far ahead of it is refused, and a refusal changes nothing. A request that several limits concern is
counted by all of them or by none, in the same statement. The table is unlogged, since after a crash its rows are not needed,
so no commit waits for the disk; it holds no names: its keys are digests.

What everybody shares is of no use to anybody when one network may use it up. So a network is counted as narrow and as wide as
it may be somebody's (`Networks`), the widest has a share at most, and a part is kept for networks that asked for nothing lately.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hoso_calendar.messages import say
from hoso_models.storage import standbys
from hoso_models.storage.database import Database
from hoso_workflows import errors

#: A row further ahead than its limit allows, by this, was written by a wrong clock and is ignored.
WRONG_CLOCK = timedelta(days=1)
#: How long ago a network's last request has to be counted, so that it asks as if for the first time.
LATELY = timedelta(minutes=10)
#: The part of what everybody shares that is kept for such networks.
KEPT = 1 / 4
#: The part of it that one of the widest networks may use.
SHARE = 1 / 2
#: The subject of everybody.
EVERYBODY = ""


class Purpose(StrEnum):
    """Requests that are counted."""

    #: A wrong password, code or invitation at sign-in, by address.
    SIGN_IN = "sign_in"
    #: A sign-in that is begun with a provider or a passkey, by address.
    SIGN_IN_BEGUN = "sign_in_begun"
    #: A wrong password of an account, by account name and address.
    ACCOUNT = "account"
    #: The same from all addresses together.
    ACCOUNT_HOUSE = "account_house"
    #: A wrong code of an account after its right password, by account name.
    SECOND_FACTOR = "second_factor"
    #: A wrong password or code on a device that has signed the account in before, by device.
    DEVICE = "device"
    #: A password or a code that is checked on another device, of everybody together.
    SIGN_IN_HOUSE = "sign_in_house"
    #: An unknown token, or a signature that does not hold, by address.
    CREDENTIALS = "credentials"
    #: A look-up by code without sign-in, by address.
    LOOK_UP = "look_up"
    #: The same of everybody together.
    LOOK_UP_HOUSE = "look_up_house"
    #: A paper that is checked as a file without sign-in, by address.
    PAPER = "paper"
    #: The same of everybody together.
    PAPER_HOUSE = "paper_house"
    #: A dossier filed online by its applicant, by principal.
    FILING = "filing"
    #: The same over a day.
    FILING_DAY = "filing_day"
    #: A dossier filed by the system of a partner, by principal.
    FILING_PARTNER = "filing_partner"
    #: What an applicant writes to the desk, by principal.
    WRITING = "writing"
    #: Feedback that somebody gives, by address.
    FEEDBACK = "feedback"
    #: The same of everybody together.
    FEEDBACK_HOUSE = "feedback_house"
    #: A code that is mailed to prove an address, by principal.
    CONTACT_CODE = "contact_code"
    #: The same by address, whoever asks.
    CONTACT_ADDRESS = "contact_address"


@dataclass(frozen=True, slots=True)
class Limit:
    """One request per interval, after a burst of so many. An interval of 0 seconds is no limit."""

    every: timedelta
    burst: int

    def __post_init__(self) -> None:
        if self.every < timedelta(0) or self.burst < 1:
            raise ValueError("a limit has a time of 0 or more and a burst of 1 or more")

    @property
    def advance(self) -> timedelta:
        """The time by which a subject may be ahead when it asks."""
        return self.every * (self.burst - 1)

    def times(self, factor: float) -> "Limit":
        """So many times as much of it, or a part."""
        return Limit(self.every / factor, max(1, round(self.burst * factor)))


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks that an address is in."""

    #: What logs call it.
    name: str
    #: Each network by which it is counted, the narrowest first, and how many times the limit it has.
    counted: tuple[tuple[str, int], ...]
    #: The network that has a share of what everybody shares, if any.
    sharing: str | None = None

    @property
    def widest(self) -> str:
        """The widest network by which it is counted."""
        return self.counted[-1][0]


@dataclass(frozen=True, slots=True)
class Counted:
    """A subject that a request is counted for."""

    purpose: str
    subject: str
    limit: Limit

    @property
    def key(self) -> bytes:
        """The key of its row."""
        return hashlib.sha256(f"{self.purpose}\0{self.subject}".encode(errors="replace")).digest()


@dataclass(frozen=True, slots=True)
class Common:
    """A subject that many use, with the part kept for newcomers."""

    counted: Counted
    #: Of whom it is told whether they asked lately.
    asking: Counted
    #: Counted in its place for who did not; None where such a one passes.
    kept: Counted | None


#: A province of 60,000 dossiers a day has its busiest hour at five times the average of its eight: 10 dossiers a second are filed,
#: half of them through one portal, and each is looked up three times, 31 times a second. Its 5,000 officers sign in within a quarter
#: of an hour, 11 passwords and codes a second. What everybody shares holds that without the part that is kept.
DEFAULTS: Mapping[Purpose, Limit] = {
    Purpose.SIGN_IN: Limit(timedelta(seconds=6), 20),
    Purpose.SIGN_IN_BEGUN: Limit(timedelta(seconds=2), 20),
    Purpose.ACCOUNT: Limit(timedelta(seconds=30), 5),
    # Of a password of the least strength that is taken (1e8 guesses) a thousandth a day, and then there is the second factor.
    Purpose.ACCOUNT_HOUSE: Limit(timedelta(seconds=1), 300),
    # Of the million codes three are right at once: one in 116 is met in a day, by who knows the password.
    Purpose.SECOND_FACTOR: Limit(timedelta(seconds=30), 5),
    Purpose.DEVICE: Limit(timedelta(minutes=6), 10),
    # A password takes a tenth of a second of a processor: two processors hold no more.
    Purpose.SIGN_IN_HOUSE: Limit(timedelta(seconds=0.05), 100),
    Purpose.CREDENTIALS: Limit(timedelta(seconds=2), 30),
    Purpose.LOOK_UP: Limit(timedelta(seconds=6), 10),
    Purpose.LOOK_UP_HOUSE: Limit(timedelta(seconds=0.02), 750),
    Purpose.PAPER: Limit(timedelta(seconds=6), 10),
    Purpose.PAPER_HOUSE: Limit(timedelta(seconds=1), 60),
    Purpose.FILING: Limit(timedelta(minutes=6), 5),
    Purpose.FILING_DAY: Limit(timedelta(minutes=48), 30),
    # Twice what the busiest portal of a province files.
    Purpose.FILING_PARTNER: Limit(timedelta(seconds=0.1), 300),
    Purpose.WRITING: Limit(timedelta(minutes=2), 10),
    Purpose.FEEDBACK: Limit(timedelta(minutes=5), 5),
    # One of ten who file says something.
    Purpose.FEEDBACK_HOUSE: Limit(timedelta(seconds=0.7), 100),
    Purpose.CONTACT_CODE: Limit(timedelta(minutes=10), 5),
    Purpose.CONTACT_ADDRESS: Limit(timedelta(minutes=20), 3),
}
_WHY: Mapping[Purpose, str] = {
    Purpose.SIGN_IN: say("too many wrong passwords or codes came from this network"),
    Purpose.SIGN_IN_BEGUN: say("too many sign-ins were begun from this network"),
    Purpose.ACCOUNT: say("too many wrong passwords came for this account from this network"),
    Purpose.ACCOUNT_HOUSE: say("too many wrong passwords came for this account"),
    Purpose.SECOND_FACTOR: say("too many wrong codes came for this account"),
    Purpose.DEVICE: say("too many wrong passwords or codes came from this device"),
    Purpose.SIGN_IN_HOUSE: say("too many people sign in at once"),
    Purpose.CREDENTIALS: say("too many wrong tokens or signatures came from this network"),
    Purpose.LOOK_UP: say("too many codes were looked up from this network"),
    Purpose.LOOK_UP_HOUSE: say("too many codes are looked up by everybody together"),
    Purpose.PAPER: say("too many papers were checked from this network"),
    Purpose.PAPER_HOUSE: say("too many papers are checked by everybody together"),
    Purpose.FILING: say("you have filed many dossiers within a short time"),
    Purpose.FILING_DAY: say("you have filed many dossiers within a day"),
    Purpose.FILING_PARTNER: say("your system files faster than dossiers are taken in"),
    Purpose.WRITING: say("you have written often within a short time"),
    Purpose.FEEDBACK: say("much feedback came from this network within a short time"),
    Purpose.FEEDBACK_HOUSE: say("much feedback is given by everybody together"),
    Purpose.CONTACT_CODE: say("you have asked for many codes within a short time"),
    Purpose.CONTACT_ADDRESS: say("many codes were sent to this address within a short time"),
}


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The rate limits of an installation, counted in its database. All of its processes share them."""

    db: Database
    limits: Mapping[Purpose, Limit]

    def of(self, purpose: Purpose, subject: str) -> Counted:
        """A subject with its limit."""
        return Counted(purpose, subject, self.limits[purpose])

    def of_networks(self, purpose: Purpose, networks: Networks) -> list[Counted]:
        """Each network of an address with its limit, the narrowest first."""
        limit = self.limits[purpose]
        return [Counted(purpose, network, limit.times(times)) for network, times in networks.counted]

    def of_house(self, purpose: Purpose, asking: Counted) -> Common:
        """The limit that everybody shares, divided."""
        whole = self.limits[purpose]
        kept = whole.burst - whole.times(1 - KEPT).burst
        if not kept or not asking.limit.every:
            undivided = Counted(purpose, EVERYBODY, whole)
            return Common(undivided, asking, undivided)
        return Common(
            Counted(purpose, EVERYBODY, whole.times(1 - KEPT)),
            asking,
            Counted(purpose, "kept", whole.times(KEPT)),
        )

    async def take(self, purpose: Purpose, subject: str, *, at: datetime) -> None:
        """Count one request. Raises TooManyRequests when it comes too soon; it is not counted then."""
        await self.take_all([self.of(purpose, subject)], at=at)

    async def take_of_network(
        self, purpose: Purpose, networks: Networks, *, at: datetime, house: Purpose | None = None
    ) -> None:
        """Count one request of an address, and of everybody. Raises TooManyRequests."""
        counted = self.of_networks(purpose, networks)
        if house is None:
            await self.take_all(counted, at=at)
            return
        await self.take_all(
            [*counted, *self.share(house, networks)], [self.of_house(house, counted[-1])], at=at
        )

    def share(self, house: Purpose, networks: Networks) -> list[Counted]:
        """The share that an address's widest network has of what everybody shares."""
        if networks.sharing is None:
            return []
        return [Counted(house, networks.sharing, self.limits[house].times(SHARE))]

    async def take_all(
        self, counted: Sequence[Counted], common: Sequence[Common] = (), *, at: datetime
    ) -> Sequence[Counted]:
        """Count one request for all of them, and tell for whom. Raises TooManyRequests when one has to wait.

        Then it is counted for none.
        """
        rows = [*counted, *(each.counted for each in common)]
        waits, fresh = await _take(self.db, rows, at=at)
        kept = {each.counted: each.kept for each in common if each.asking in fresh}
        if waits and waits.keys() <= kept.keys():
            instead = (kept[each] if each in waits else each for each in rows)
            rows = [each for each in instead if each is not None]
            waits, _ = await _take(self.db, rows, at=at)
        if waits:
            first = next(each for each in rows if each in waits)
            raise errors.TooManyRequests(_WHY[Purpose(first.purpose)], max(waits.values()))
        return rows

    async def give_back(self, counted: Collection[Counted], *, at: datetime) -> None:
        """Take back one request that was counted and turned out to be right."""
        for each in counted:
            await self.db.one_statement(_GIVE_BACK, [each.key, at, each.limit.every])


@dataclass(slots=True)
class CountedOnce:
    """Limits of one act, which is counted once however often it is tried."""

    #: None where nothing is limited.
    limits: RateLimit | None
    _counted: set[tuple[Purpose, str]] = field(default_factory=set)

    async def take(self, purpose: Purpose, subject: str, *, at: datetime) -> None:
        """Count the act unless it has been. Raises TooManyRequests."""
        if self.limits is not None and (purpose, subject) not in self._counted:
            await self.limits.take(purpose, subject, at=at)
            self._counted.add((purpose, subject))


async def take(db: Database, purpose: str, subject: str, limit: Limit, *, at: datetime) -> timedelta | None:
    """Count one request, or return the time to wait without counting it."""
    waits, _ = await _take(db, [Counted(purpose, subject, limit)], at=at)
    return next(iter(waits.values()), None)


async def _take(
    db: Database, counted: Sequence[Counted], *, at: datetime
) -> tuple[dict[Counted, timedelta], frozenset[Counted]]:
    """Count one request for all, or say how long who has to wait.

    Also tells who asked for nothing lately.
    """
    limited = {each.key: each for each in counted if each.limit.every}
    if not limited:
        return {}, frozenset(counted)
    # As texts, since the driver asks each new connection for the types of other arrays.
    rows = await db.rows(
        _TAKE,
        [
            [key.hex() for key in limited],
            at,
            [_interval(each.limit.every) for each in limited.values()],
            [_interval(each.limit.advance) for each in limited.values()],
            WRONG_CLOCK,
        ],
    )
    waits, taken = {}, []
    for row in rows:
        each = limited[bytes(row.key)]
        if row.taken:
            taken.append(each)
        elif not row.free:
            waits[each] = max(row.tat - each.limit.advance - at, timedelta(milliseconds=1))
    if not waits and len(taken) < len(limited):
        # Requests counted by concurrent transactions were not visible yet.
        waits = {each: each.limit.every for each in limited.values() if each not in taken}
        for each in taken:
            await db.one_statement(_GIVE_BACK, [each.key, at, each.limit.every])
    fresh = (limited[bytes(row.key)] for row in rows if row.tat is None or row.tat <= at - LATELY)
    return waits, frozenset(fresh)


def _interval(length: timedelta) -> str:
    return f"{length // timedelta(microseconds=1)} microseconds"


async def delete_unused(db: Database, *, at: datetime) -> int:
    """Delete the rows whose subjects had their whole burst again, and not lately.

    Returns their number.
    """
    return len(await db.one_statement("delete from throttle where tat <= $1 returning 1", [at - LATELY]))


#: $1 key, $2 now, $3 one every so long; whose whole burst is there again leaves no row.
_GIVE_BACK = """
with back as (update throttle set tat = tat - $3::interval where key = $1 and tat - $3::interval > $2 returning 1)
delete from throttle where key = $1 and tat - $3::interval <= $2
"""
#: $1 keys, $2 now, $3 one every so long, $4 how far ahead one may be, $5 how much further nobody can be. None is counted where one
#: has to wait. Each row is locked, in an order that is everybody's, and read anew where somebody else has just written it, so that of
#: many at once exactly the burst gets through. Who is counted waits for no disk and no standby.
_TAKE = f"""
with asked as (
  select decode(a.key, 'hex') as key, a.every::interval as every, $2::timestamptz + a.advance::interval as allowed,
    $2::timestamptz + a.advance::interval + a.every::interval + $5::interval as never
  from unnest($1::text[], $3::text[], $4::text[]) as a (key, every, advance)
), seen as (
  select a.*, t.tat, coalesce(t.tat <= a.allowed or t.tat > a.never, true) as free
  from asked a left join throttle t on t.key = a.key
), taken as (
  insert into throttle as t (key, tat)
  select s.key, $2::timestamptz + s.every from seen s, {standbys.UNHURRIED} where (select bool_and(free) from seen) order by s.key
  on conflict (key) do update set tat = excluded.tat - $2::timestamptz + case
    when t.tat > (select s.never from seen s where s.key = t.key) then $2::timestamptz else greatest(t.tat, $2::timestamptz) end
  where exists (select from seen s where s.key = t.key and (t.tat <= s.allowed or t.tat > s.never))
  returning key
)
select s.key, s.free, s.tat, s.key in (select key from taken) as taken from seen s
"""  # noqa: S608 - fixed text of this module
