"""The months of the event table."""

from datetime import date

from hoso_models.storage.database import Database


async def ensure_months(db: Database, first: date, last: date) -> int:
    """Create the missing partition of every month between two days; return their number.

    Events that were stored before their month had a partition move into it; writers wait meanwhile.
    """
    found = await db.one_statement("select dossier_event_ensure_months($1, $2)", (first, last))
    return int(found[0][0])
