"""The mark of demonstration data. What is meant for them must never reach real data."""

from datetime import datetime

from hoso_models.storage.database import Database

#: The job of the watermark that is the mark.
MARK = "demo"
#: The job of the watermark with the progress of the simulation; data of earlier releases are complete without it.
PLAYED = "demo played"
#: Jobs of watermarks that belong to no sweep.
MARKS = (MARK, PLAYED)


async def marked(db: Database) -> bool:
    """True when the data are a demonstration's."""
    return await db.row("select 1 from watermark where job = $1", [MARK]) is not None


async def simulated_until(db: Database) -> datetime | None:
    """The end of the simulation that made the data. None where there are none, or it was interrupted."""
    rows = await db.rows("select job, at from watermark where job = any($1)", [list(MARKS)])
    found = {row.job: row.at for row in rows}
    end = found.get(MARK)
    return None if end is None or found.get(PLAYED, end) < end else end


async def mark(db: Database, *, at: datetime) -> None:
    """Mark the data. Only a caller that has just found no data may do so."""
    await db.one_statement("insert into watermark (job, at) values ($1, $2)", [MARK, at])


async def record_progress(db: Database, at: datetime) -> None:
    """Store the progress of the simulation."""
    await db.one_statement(_RECORD_PROGRESS, [PLAYED, at])


_RECORD_PROGRESS = """
insert into watermark (job, at) values ($1, $2) on conflict (job) do update set at = excluded.at
"""
