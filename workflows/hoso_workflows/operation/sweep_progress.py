"""Progress of each kind of sweep: the instant of its last success."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from hoso_models.storage.database import Database


class Sweep(StrEnum):
    """Sweeps that run regularly; each is a job in `watermark`."""

    #: Due timers fire.
    FIRE_TIMERS = "fire-timers"
    #: Escalations are created.
    ESCALATE = "escalate"
    #: Messages are sent; also successful while the mail server is away.
    DELIVER = "deliver-outbox"


#: How old a sweep's last success may be: three rounds and the start of a process on a busy machine, or, for a delivery, its
#: longest round.
OLDEST: Mapping[Sweep, timedelta] = {
    Sweep.FIRE_TIMERS: timedelta(minutes=5),
    Sweep.ESCALATE: timedelta(minutes=15),
    Sweep.DELIVER: timedelta(minutes=15),
}


async def record_success(db: Database, sweep: Sweep, at: datetime) -> None:
    """Record that a sweep has done everything due at an instant."""
    await db.one_statement(_REACHED, [sweep, at])


async def last(db: Database) -> dict[Sweep, datetime | None]:
    """The last success of each sweep. None for one that never succeeded."""
    found = {row.job: row.at for row in await db.rows(_LAST, [[str(sweep) for sweep in Sweep]])}
    return {sweep: found.get(sweep) for sweep in Sweep}


async def stalled(db: Database, *, at: datetime) -> dict[Sweep, datetime | None]:
    """Sweeps without a success for too long at `at`, with their last one. Empty when all run."""
    return {
        sweep: when for sweep, when in (await last(db)).items() if when is None or at - when > OLDEST[sweep]
    }


_REACHED = "insert into watermark (job, at) values ($1, $2) on conflict (job) do update set at = excluded.at"
_LAST = "select job, at from watermark where job = any($1::text[])"
