"""Refusals of the storage are known sentence by sentence, so that they are told in Vietnamese."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hoso_api.translation import storage_errors
from hoso_calendar.messages import Message, translated
from hoso_models import errors, migrations
from hoso_models.migrations import locks
from hoso_models.postgres import binaries
from hoso_models.postgres import errors as complaints
from hoso_models.storage.database import NotPostgreSQL

HOME = Path("/srv/hoso")
HOLDER = locks.Holder(17, "pg_dump", "hoso", datetime(2026, 3, 2, 1, tzinfo=UTC))


def refusals() -> list[errors.StorageError]:
    """One of each kind that is told to people."""
    return [
        errors.DatabaseAway("connection refused"),
        errors.OutcomeUnknown("connection was closed"),
        errors.NotConfirmed("no standby confirms"),
        errors.TooSlow("canceling statement due to statement timeout"),
        errors.DatabaseRefused("password"),
        errors.Conflict("deadlock"),
        NotPostgreSQL("mysql"),
        NotPostgreSQL("postgresql"),
        migrations.TooOld(14),
        migrations.NotTheOwner("hoso", None, "0013"),
        migrations.Behind(None, "0013"),
        migrations.Behind("0001", "0013"),
        migrations.Newer("9999", "0013"),
        locks.LocksHeld([HOLDER]),
        locks.LocksHeld([]),
        complaints.NotRunning(HOME),
        complaints.ServerFailed("start", "out of memory"),
        complaints.NoRoom(HOME),
        complaints.OwnerRefused("password", HOME),
        complaints.Unreachable(HOME, 1000),
        complaints.NoServiceUser("hoso", "read-only"),
        complaints.StillRuns(HOME),
        complaints.NotHandedOver(HOME, "postgres"),
        complaints.NoSuperuser(HOME),
        binaries.NoBinaries(None),
        binaries.NoBinaries(17),
    ]


@pytest.mark.parametrize("error", refusals(), ids=lambda error: type(error).__name__)
def test_every_refusal_of_the_storage_has_its_vietnamese(error: errors.StorageError) -> None:
    said = storage_errors.sentence(error)
    told = translated(said, "vi")
    assert (isinstance(said, Message), str(said)) == (True, str(error))
    assert told != str(error)
    assert "{" not in told


def test_no_refusal_of_the_storage_is_missing_here() -> None:
    def below(kind: type[Exception]) -> set[type[Exception]]:
        kinds = {each for each in kind.__subclasses__() if each.__module__.startswith("hoso_models")}
        return kinds.union(*map(below, kinds))

    # A row that a constraint kept out and a plan that is stale are told as something else, or tried again.
    apart = {errors.ConstraintViolated, errors.StalePlan}
    assert below(errors.StorageError) - apart == set(map(type, refusals()))
