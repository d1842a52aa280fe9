"""Deletion of expired rows, and of nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hoso_models import errors
from hoso_models.storage.database import Database
from hoso_workflows.flows import expiring, run_log
from hoso_workflows.operation import retention
from hoso_workflows.operation.retention import Expired, ExpirySettings
from support import databases
from support.builders import rows

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
#: How old each row is, in days.
AGES = [0, 29, 31, 89, 91, 364, 366, 729, 731]
#: The ages of the rows that an expiry keeps.
KEPT = {
    "answers": [0, 29],
    "sent": [0, 29, 31, 89],
    "waiting": AGES,
    "notices": AGES[:-1],
    "accesses": AGES[:-1],
    "erasures": AGES,
}


async def aged(db: Database, ages: list[int] = AGES, now: datetime = NOW) -> None:
    """An answer, a sent message with its notice, one that waits, a line of the log and one of an erasure, for each age."""
    officer = await rows.officer(db)
    for age in ages:
        at = now - age * DAY
        await db.one_statement(_ANSWER, [officer, f"{age} {uuid4()}", at])
        await db.one_statement(_MESSAGE, [f"sent {age} {uuid4()}", at, at, officer])
        await db.one_statement(_MESSAGE, [f"waits {age} {uuid4()}", at, None, None])
        for act in ("Read", "erase"):
            await db.one_statement(_LINE, [act, str(age), at])


_ANSWER = "insert into idempotency (principal_id, key, request_hash, status, at) values ($1, $2, '', 200, $3)"
_MESSAGE = """
insert into outbox (dedup_key, topic, created_at, available_at, sent_at, recipient_id)
values ($1, 'applicant.filed', $2, $2, $3, $4)
"""
_LINE = "insert into access_log (act, subject, at, granted) values ($1, $2, $3, true)"


async def left(db: Database) -> dict[str, list[int]]:
    """The ages, in days, of what is still there."""
    asked = {
        "answers": "select split_part(key, ' ', 1)::int from idempotency order by 1",
        "sent": "select split_part(dedup_key, ' ', 2)::int from outbox where sent_at is not null order by 1",
        "waiting": "select split_part(dedup_key, ' ', 2)::int from outbox where sent_at is null order by 1",
        "notices": "select extract(day from $1 - at)::int from notice order by 1",
        "accesses": "select subject::int from access_log where act = 'Read' order by 1",
        "erasures": "select subject::int from access_log where act = 'erase' order by 1",
    }
    return {
        name: [row[0] for row in await db.rows(sql, [NOW] if "$1" in sql else [])]
        for name, sql in asked.items()
    }


async def test_each_is_kept_as_long_as_it_is_said_and_what_was_not_sent_or_tells_of_an_erasure_for_ever(
    db: Database,
) -> None:
    await aged(db)

    first = await retention.expire(db, ExpirySettings(), at=NOW)
    second = await retention.expire(db, ExpirySettings(), at=NOW)

    assert (first, second) == (Expired(7, 5, 1, 1), Expired())
    assert await left(db) == KEPT


async def test_in_portions_the_same_goes(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PORTION", 2)
    await aged(db)

    assert await retention.expire(db, ExpirySettings(), at=NOW) == Expired(7, 5, 1, 1)


async def test_settings_keep_longer(db: Database) -> None:
    await aged(db)
    longer = ExpirySettings(
        keep_answers_days=400, keep_sent_days=800, keep_notices_days=365, keep_access_days=365
    )

    assert await retention.expire(db, longer, at=NOW) == Expired(2, 0, 3, 3)


@pytest.mark.parametrize(
    "given",
    [
        {"keep_answers_days": 29},
        {"keep_sent_days": 29},
        {"keep_notices_days": 364},
        {"keep_access_days": 364},
    ],
)
def test_no_setting_keeps_less_than_the_database_lets_go(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(given))):
        ExpirySettings.model_validate(given)


async def test_a_clock_that_is_wrong_and_whoever_has_the_applications_password_delete_nothing_young(
    db: Database,
) -> None:
    await aged(db)

    assert await retention.expire(db, ExpirySettings(), at=NOW + 10_000 * DAY) == Expired(7, 7, 3, 3)
    assert await left(db) == {
        "answers": [0, 29],
        "sent": [0, 29],
        "waiting": AGES,
        "notices": AGES[:6],
        "accesses": AGES[:6],
        "erasures": AGES,
    }
    for table in ("idempotency", "outbox", "notice", "access_log"):
        with pytest.raises(errors.DatabaseRefused):
            await db.one_statement(f"delete from {table}")  # noqa: S608 - names of our own


async def test_the_flow_deletes_as_of_now(
    db: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOSO_DATABASE_URL", database_url)
    monkeypatch.setenv("HOSO_KEEP_SENT_DAYS", "500")
    await aged(db)

    assert await expiring.expire.fn() == Expired(7, 2, 1, 1)


async def test_what_keeps_lists_of_destruction_from_being_executed_keeps_nothing_else(
    db: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOSO_DATABASE_URL", database_url)
    await aged(db)
    await databases.changed(database_url, "alter table destruction_item rename column refused to elsewhere")

    with pytest.raises(run_log.FlowFailed, match=r"^UndefinedColumnError at "):
        await expiring.expire.fn()

    assert await left(db) == KEPT
