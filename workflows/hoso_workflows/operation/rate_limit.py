"""Rate limits: a burst, then one request per interval.

GCRA (the generic cell rate algorithm, ITU-T I.371) in one statement: a row holds the theoretical arrival time of its
subject; a request too far ahead of it is refused, and a refusal changes nothing. The table is unlogged, since after a crash
its rows are not needed, and holds no names: its keys are digests.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import errors

#: A row further ahead than its limit allows, by this, was written by a wrong clock and is ignored.
WRONG_CLOCK = timedelta(days=1)


class Purpose(StrEnum):
    """Requests that are counted."""

    #: A wrong password, code or invitation at sign-in, by address.
    SIGN_IN = "sign_in"
    #: A sign-in that is begun with a provider or a passkey, by address.
    SIGN_IN_BEGUN = "sign_in_begun"
    #: A wrong password or code of an account, by account name.
    ACCOUNT = "account"
    #: A password or a code that is checked, of everybody together.
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


DEFAULTS: Mapping[Purpose, Limit] = {
    Purpose.SIGN_IN: Limit(timedelta(seconds=6), 20),
    Purpose.SIGN_IN_BEGUN: Limit(timedelta(seconds=2), 20),
    Purpose.ACCOUNT: Limit(timedelta(seconds=30), 5),
    Purpose.SIGN_IN_HOUSE: Limit(timedelta(seconds=0.05), 100),
    Purpose.CREDENTIALS: Limit(timedelta(seconds=2), 30),
    Purpose.LOOK_UP: Limit(timedelta(seconds=6), 10),
    Purpose.LOOK_UP_HOUSE: Limit(timedelta(seconds=0.2), 300),
    Purpose.PAPER: Limit(timedelta(seconds=6), 10),
    Purpose.PAPER_HOUSE: Limit(timedelta(seconds=1), 60),
    Purpose.FILING: Limit(timedelta(minutes=6), 5),
    Purpose.FILING_DAY: Limit(timedelta(minutes=48), 30),
    Purpose.FILING_PARTNER: Limit(timedelta(seconds=1), 100),
    Purpose.WRITING: Limit(timedelta(minutes=2), 10),
    Purpose.FEEDBACK: Limit(timedelta(minutes=5), 5),
    Purpose.FEEDBACK_HOUSE: Limit(timedelta(seconds=5), 100),
    Purpose.CONTACT_CODE: Limit(timedelta(minutes=10), 5),
    Purpose.CONTACT_ADDRESS: Limit(timedelta(minutes=20), 3),
}
_WHY: Mapping[Purpose, str] = {
    Purpose.SIGN_IN: say("too many wrong passwords or codes came from this network"),
    Purpose.SIGN_IN_BEGUN: say("too many sign-ins were begun from this network"),
    Purpose.ACCOUNT: say("too many wrong passwords or codes came for this account"),
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

    async def take(self, purpose: Purpose, subject: str, *, at: datetime) -> None:
        """Count one request. Raises TooManyRequests when it comes too soon; it is not counted then."""
        if wait := await take(self.db, purpose, subject, self.limits[purpose], at=at):
            raise errors.TooManyRequests(_WHY[purpose], wait)

    async def give_back(self, purpose: Purpose, subject: str, *, at: datetime) -> None:
        """Take back one request that was counted and turned out to be right."""
        await self.db.one_statement(_GIVE_BACK, [_key(purpose, subject), at, self.limits[purpose].every])


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
    if not limit.every:
        return None
    advance = limit.every * (limit.burst - 1)
    row = await db.row(
        _TAKE,
        [_key(purpose, subject), at, limit.every, at + advance, at + advance + limit.every + WRONG_CLOCK],
    )
    if row.taken:
        return None
    # Requests counted by concurrent transactions are not visible yet.
    return limit.every if row.tat is None else max(row.tat - advance - at, timedelta(milliseconds=1))


def _key(purpose: str, subject: str) -> bytes:
    return hashlib.sha256(f"{purpose}\0{subject}".encode(errors="replace")).digest()


async def delete_unused(db: Database, *, at: datetime) -> int:
    """Delete the rows whose subjects have their whole burst again; return their number."""
    return len(await db.one_statement("delete from throttle where tat <= $1 returning 1", [at]))


#: $1 key, $2 now, $3 one every so long; whose whole burst is there again leaves no row.
_GIVE_BACK = """
with back as (update throttle set tat = tat - $3::interval where key = $1 and tat - $3::interval > $2 returning 1)
delete from throttle where key = $1 and tat - $3::interval <= $2
"""
#: $1 key, $2 now, $3 one every so long, $4 how far ahead one may be, $5 how far nobody can be. The row is locked and read
#: anew where somebody else has just written it, so that of many at once exactly the burst gets through.
_TAKE = """
with taken as (
  insert into throttle as t (key, tat) values ($1, $2::timestamptz + $3::interval)
  on conflict (key) do update set tat = case when t.tat > $5 then $2 else greatest(t.tat, $2) end + $3
  where t.tat <= $4 or t.tat > $5
  returning 1
)
select exists (select from taken) as taken, (select tat from throttle where key = $1) as tat
"""
