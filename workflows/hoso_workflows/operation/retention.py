"""Deletion of expired responses, sent messages and access log lines.

Each is deleted in portions of a transaction each, through functions of the database that delete nothing young (ADR
0025). Safe twice, late, at once and by hand; what a sweep misses, the next one deletes. Erasures stay in the access log
for ever.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from hoso_models.storage.database import Database

#: Rows that one statement deletes.
PORTION = 5_000


class ExpirySettings(BaseSettings):
    """Retention in days. Read from `HOSO_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix="HOSO_", env_ignore_empty=True, extra="ignore")

    #: Answers under an `Idempotency-Key`; a request that comes again later is a new one.
    keep_answers_days: int = Field(default=30, ge=30)
    #: Messages after they were sent; what was not sent is never deleted.
    keep_sent_days: int = Field(default=90, ge=30)
    #: Lines of the access log.
    keep_access_days: int = Field(default=730, ge=365)


@dataclass(frozen=True, slots=True)
class Expired:
    """Numbers of deleted rows."""

    answers: int = 0
    messages_gone: int = 0
    accesses: int = 0


async def expire(db: Database, settings: ExpirySettings, *, at: datetime) -> Expired:
    """Delete everything that is older at `at` than it is kept, portion by portion."""
    kept = (settings.keep_answers_days, settings.keep_sent_days, settings.keep_access_days)
    return Expired(
        *[
            await _through(db, door, at - timedelta(days=days))
            for door, days in zip(_DOORS, kept, strict=True)
        ]
    )


async def _through(db: Database, door: str, before: datetime) -> int:
    total: int = 0
    while True:
        ((gone,),) = await db.one_statement(door, [before, PORTION])
        total += gone
        if gone < PORTION:
            return total


_DOORS = (
    "select idempotency_expire($1, $2)",
    "select outbox_expire($1, $2)",
    "select access_log_expire($1, $2)",
)
