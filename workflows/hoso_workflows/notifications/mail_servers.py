"""Back-off for unreachable mail servers.

The pause before the next attempt grows with each failure, so that a server that is down is not contacted every minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hoso_models.storage.database import Database

#: The first rest; doubled with each failure that follows, up to the second figure.
REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Rest:
    """A server that is away."""

    server: str
    #: Rounds of delivery that found it away, one after the other.
    failures: int
    since: datetime
    #: When it is tried again.
    again_at: datetime
    last_error: str


async def away(db: Database) -> tuple[Rest, ...]:
    """The servers that took nothing at their last trial."""
    return tuple(Rest(**dict(row.items())) for row in await db.rows(_AWAY))


async def resting(db: Database, servers: Sequence[str], *, at: datetime) -> bool:
    """True while one of the servers is not to be tried."""
    return bool(await db.rows(_RESTING, [list(servers), at, LONGEST_REST]))


async def rest(db: Database, servers: Sequence[str], reason: str, *, at: datetime) -> None:
    """Leave servers alone that take nothing now; the reason holds nothing personal."""
    await db.one_statement(_REST, [list(servers), reason, at, REST, LONGEST_REST])


async def recovered(db: Database, servers: Sequence[str]) -> None:
    """Forget that servers were away: one of them took a message."""
    await db.one_statement(_RECOVERED, [list(servers)])


async def forget_others(db: Database, servers: Sequence[str]) -> None:
    """Forget that servers were away to which no mail goes any more."""
    await db.one_statement(_FORGET, [list(servers)])


_AWAY = """
select server, failures, since, again_at, last_error from mail_server where failures > 0 order by since, server
"""
#: $1 servers, $2 instant, $3 the longest rest: one that lasts longer was begun by a clock that was wrong.
_RESTING = """
select 1 from mail_server where server = any($1::text[]) and failures > 0 and again_at > $2 and again_at <= $2 + $3::interval
"""
#: $1 servers, $2 what went wrong, $3 instant, $4 the first rest, $5 the longest one.
_REST = """
insert into mail_server as m (server, failures, since, again_at, last_error)
select server, 1, $3::timestamptz, $3::timestamptz + $4::interval, $2::text from unnest($1::text[]) server
on conflict (server) do update set
  failures = m.failures + 1, last_error = excluded.last_error,
  since = case when m.failures = 0 then excluded.since else m.since end,
  again_at = $3::timestamptz + least($4::interval * power(2, least(m.failures, 16)), $5::interval)
"""
_RECOVERED = "update mail_server set failures = 0 where server = any($1::text[]) and failures > 0"
_FORGET = "update mail_server set failures = 0 where server <> all($1::text[]) and failures > 0"
