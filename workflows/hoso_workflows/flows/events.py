"""Deletion of Prefect's stored events, which an earlier release recorded.

Nothing reads them, and Prefect's vacuum deletes none where none are added.
"""

import contextlib

from hoso_models import errors
from hoso_models.storage import database

#: Prefect's own tables.
TABLES = ("event_resources", "events")


async def truncate(database_url: str) -> None:
    """Empty Prefect's tables of events where they exist; its server must not run.

    A database that does not answer keeps its own until the next start: that is no reason not to serve.
    """
    with contextlib.suppress(errors.StorageError):
        async with database.connect(database_url) as db:
            for table in TABLES:
                if await db.rows("select 1 where to_regclass($1) is not null", [table]):
                    await db.one_statement(f"truncate {table}")
