"""The mark by which a demonstration's data are known, so that nothing that is meant for them reaches real ones."""

from datetime import datetime

from hoso_models.database import Database

#: The job of the watermark that is the mark.
MARK = "demo"


async def marked(db: Database) -> bool:
    """True when the data are a demonstration's."""
    return await db.row("select 1 from watermark where job = $1", [MARK]) is not None


async def mark(db: Database, *, at: datetime) -> None:
    """Mark the data; only whoever has just seen that there are none may do so."""
    await db.one_statement("insert into watermark (job, at) values ($1, $2)", [MARK, at])
