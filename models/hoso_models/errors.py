"""Errors of the storage, and their translation from the driver's errors."""

import re
from collections.abc import Iterator
from typing import Any

import asyncpg
from sqlalchemy import exc

#: SQLSTATE classes and codes after which the same work may succeed a little later.
_AWAY = ("08", "25006", "25P03", "25P04", "53", "57")
_LOCKED = "55P03"
_CANCELLED = "57014"
_CONFLICT = ("40", _LOCKED)
_REFUSED = ("28", "3D000", "42501")
_BROKEN = "23"
#: What cannot be read as a value repeats the value.
_UNREADABLE = "22"
_QUOTED = re.compile(r"([\"']).*\1", re.DOTALL)


class StorageError(Exception):
    """Anything this package raises about the database."""


class DatabaseAway(StorageError):
    """The database cannot be reached or cannot serve now; nothing of the work was stored."""

    def __init__(self, reason: str, retry_after: int = 2) -> None:
        super().__init__(f"The database is away ({reason}); try again in {retry_after} s")
        self.reason = reason
        #: Seconds after which to try again.
        self.retry_after = retry_after


class OutcomeUnknown(DatabaseAway):
    """The connection was lost while work was stored, so that nobody knows whether it was: ask again by key."""

    def __init__(self, reason: str, retry_after: int = 2) -> None:
        super().__init__(reason, retry_after)
        self.args = (
            f"The answer of the database was lost ({reason}); the work may have been stored: look before you repeat it",
        )


class NotConfirmed(OutcomeUnknown):
    """No standby has confirmed what was stored here: ask again by key, until one has."""

    def __init__(self, reason: str, retry_after: int = 2) -> None:
        super().__init__(reason, retry_after)
        self.args = (
            f"What was stored is here, and on no standby as far as is known ({reason}); it would be lost with this server",
        )


class TooSlow(DatabaseAway):
    """A statement was cancelled, by the server, for taking as long as one may; less at once may be done."""


class DatabaseRefused(StorageError):
    """The server answers but does not let us do this: the name, the password or the rights are wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The database refuses us ({reason}); check HOSO_DATABASE_URL")
        self.reason = reason


class ConstraintViolated(StorageError):
    """A row violates the constraint `name`; nothing of the transaction was stored.

    A missing value has no constraint of its own; its name is `table.column`. The row itself is not repeated here: it
    may hold personal data.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class Conflict(StorageError):
    """A concurrent transaction won (serialization failure, deadlock, lock). Nothing was stored; a retry may succeed."""

    def __init__(self, reason: str, *, waited: bool = False) -> None:
        super().__init__(f"The work collided with other work ({reason}); nothing was stored, try again")
        self.reason = reason
        #: Whether a lock was waited for as long as one may.
        self.waited = waited


class StalePlan(Conflict):
    """A migration changed a table under a statement of a transaction; a retry prepares it again."""


class NaiveInstant(ValueError):
    """A parameter is a datetime without an offset, which the driver would read in the host's time zone."""

    def __init__(self, place: int) -> None:
        super().__init__(f"Parameter ${place} is a datetime without an offset; give an aware one")
        #: The number of the parameter, as in `$1`.
        self.place = place


def translate(error: BaseException, *, lost: bool = False) -> StorageError | None:
    """Our error for the driver's, or None for a bug in the program. `lost`: the connection was lost with it."""
    cause = _cause(error)
    if isinstance(cause, asyncpg.InvalidCachedStatementError):
        return StalePlan(str(cause))
    if isinstance(cause, asyncpg.OutdatedSchemaCacheError):
        # The server has done the statement already; only its answer could not be read.
        return DatabaseAway(str(cause))
    if isinstance(cause, asyncpg.PostgresError):
        return _by_state(cause)
    # A cancelled task loses its connection too, but is no error of the database.
    if isinstance(cause, (OSError, exc.TimeoutError)) or (lost and isinstance(cause, Exception)):
        return DatabaseAway(str(cause) or type(cause).__name__)
    return None


def redact(error: BaseException | None) -> None:
    """Remove row contents and values from an error and its causes, before it is logged."""
    causes = list(_chain(error))
    unreadable = any((getattr(each, "sqlstate", None) or "").startswith(_UNREADABLE) for each in causes)
    for each in causes:
        if isinstance(each, asyncpg.PostgresError):
            each.detail = None
        if unreadable:
            each.args = tuple(_QUOTED.sub("…", arg) if isinstance(arg, str) else arg for arg in each.args)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__


def _cause(error: BaseException) -> BaseException:
    """The driver's own error, which SQLAlchemy wraps as `orig` or chains."""
    if isinstance(error, (exc.DBAPIError, exc.EmulatedDBAPIException)):
        return _cause(error.orig or error.__cause__ or Exception(str(error)))
    return error


def _by_state(error: Any) -> StorageError | None:
    state: str = error.sqlstate or ""
    reason: str = error.message or str(error)
    if state.startswith(_CONFLICT):
        return Conflict(reason, waited=state == _LOCKED)
    if state == _CANCELLED:
        return TooSlow(reason)
    if state.startswith(_AWAY):
        return DatabaseAway(reason)
    if state.startswith(_REFUSED):
        return DatabaseRefused(reason)
    if state.startswith(_BROKEN):
        return ConstraintViolated(error.constraint_name or f"{error.table_name}.{error.column_name}", reason)
    return None
