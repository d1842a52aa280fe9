"""Deletion of expired responses, sent messages, notices, access log lines, answers of portals.

Each is deleted in portions of a transaction each, through functions of the database that delete nothing young (ADR 0025).
The access log goes by whole days, which are closed before. Safe twice, late, at once and by hand; what a sweep misses, the
next one deletes. Erasures stay in the access log for ever.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field

from hoso_models.storage.database import Database
from hoso_models.storage.settings import EnvironmentSettings

#: Rows that one statement deletes.
PORTION = 5_000


class ExpirySettings(EnvironmentSettings):
    """Retention in days. Read from `HOSO_` and the name in capitals."""

    #: Responses of an `Idempotency-Key`; a later repetition is a new request.
    keep_answers_days: int = Field(default=30, ge=30)
    #: Messages after they were sent; unsent ones are never deleted.
    keep_sent_days: int = Field(default=90, ge=30)
    #: Notices in the lists of their readers.
    keep_notices_days: int = Field(default=730, ge=365)
    #: Lines of the access log.
    keep_access_days: int = Field(default=730, ge=365)
    #: What portals of other authorities have said.
    keep_portal_answers_days: int = Field(default=365, ge=90)


@dataclass(frozen=True, slots=True)
class Expired:
    """Numbers of deleted rows."""

    answers: int = 0
    messages_gone: int = 0
    notices: int = 0
    accesses: int = 0
    portal_answers: int = 0


async def expire(db: Database, settings: ExpirySettings, *, at: datetime) -> Expired:
    """Delete everything whose retention has ended at `at`, portion by portion."""
    await close_days(db, at)
    kept = (
        *(settings.keep_answers_days, settings.keep_sent_days),
        *(settings.keep_notices_days, settings.keep_access_days, settings.keep_portal_answers_days),
    )
    return Expired(
        *[
            await _in_portions(db, statement, at - timedelta(days=days))
            for statement, days in zip(_EXPIRY_STATEMENTS, kept, strict=True)
        ]
    )


async def close_days(db: Database, at: datetime) -> int:
    """Close the days of the access log that are over; return their number.

    Three hours after their end, in a transaction each, so that what was missed for long is closed too (ADR 0087).
    """
    closed = 0
    while (await db.one_statement("select access_log_close($1) as day", [at]))[0].day is not None:
        closed += 1
    return closed


async def _in_portions(db: Database, statement: str, before: datetime) -> int:
    total: int = 0
    while True:
        ((gone,),) = await db.one_statement(statement, [before, PORTION])
        total += gone
        if gone < PORTION:
            return total


_EXPIRY_STATEMENTS = (
    "select idempotency_expire($1, $2)",
    "select outbox_expire($1, $2)",
    "select notice_expire($1, $2)",
    "select access_log_expire($1, $2)",
    "select portal_answer_expire($1, $2)",
)
