"""Backups that an installation knows of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from hoso_models.storage.database import Database
from hoso_workflows.operation import backup_history
from hoso_workflows.operation.backup_history import OLDEST, OLDEST_REHEARSAL, History, Taken
from support.builders.histories import local

AT = local("2026-03-02 01:30")
DAY = timedelta(days=1)


async def test_the_newest_whole_backup_and_the_last_proof_are_known_beside_what_came_since(
    db: Database,
) -> None:
    assert await backup_history.read(db) == History(None, None, None, None, None)
    whole, lacking = Taken(uuid4(), AT, 0, 0), Taken(uuid4(), AT + DAY, 2, 1)
    for taken in (whole, lacking):
        await backup_history.record(db, taken)
    known = History(lacking, AT, None, None, None)
    assert await backup_history.read(db) == known
    await backup_history.record_rehearsal(db, whole, 0, at=AT + DAY)
    await backup_history.record_rehearsal(db, lacking, 3, at=AT + 2 * DAY)
    assert await backup_history.read(db) == replace(
        known, rehearsed_at=AT + 2 * DAY, differences=3, proved_at=AT + DAY
    )
    # One of which the installation has not heard, since it was taken before it was restored.
    elsewhere = Taken(uuid4(), AT - DAY, 0, 0)
    await backup_history.record_rehearsal(db, elsewhere, 0, at=AT + 3 * DAY)
    assert await backup_history.read(db) == replace(
        known, rehearsed_at=AT + 3 * DAY, differences=0, proved_at=AT + 3 * DAY
    )


def test_a_backup_and_a_proof_grow_old_at_their_limits() -> None:
    known = History(Taken(uuid4(), AT, 0, 0), AT, AT, 0, AT)
    moment = timedelta(seconds=1)
    assert [known.stale(AT + OLDEST), known.stale(AT + OLDEST + moment)] == [False, True]
    assert [known.unproved(AT + OLDEST_REHEARSAL), known.unproved(AT + OLDEST_REHEARSAL + moment)] == [
        False,
        True,
    ]
    assert replace(known, differences=1).unproved(AT)
    nothing = History(None, None, None, None, None)
    assert (nothing.stale(AT), nothing.unproved(AT), nothing.ages(AT)) == (
        True,
        True,
        {"whole": None, "rehearsed": None},
    )
    assert known.ages(AT + DAY) == {"whole": 86_400, "rehearsed": 86_400}
