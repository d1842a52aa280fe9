"""What can go wrong with the store, said in our words; and the one seam where the driver's errors become these."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from sqlalchemy import exc

#: SQLSTATE classes and codes after which the same work may succeed a little later.
_AWAY = ("08", "25006", "25P03", "25P04", "53", "57")
_CONFLICT = ("40", "55P03")
_REFUSED = ("28", "3D000", "42501")


class StorageError(Exception):
    """Anything this package raises about the database."""


class DatabaseAway(StorageError):
    """The database cannot be reached or cannot serve now; the work may have been done or not, so ask again by key."""

    def __init__(self, reason: str, retry_after: int = 2) -> None:
        super().__init__(f"The database is away ({reason}); try again in {retry_after} s")
        self.reason = reason
        #: Seconds after which to try again.
        self.retry_after = retry_after


class DatabaseRefused(StorageError):
    """The server answers but does not let us in: the name, the password or the rights are wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The database refuses us ({reason}); check HOSO_DATABASE_URL")
        self.reason = reason


class ConstraintViolated(StorageError):
    """A constraint of the schema kept a row out; `name` says which, and nothing of the transaction was stored."""

    def __init__(self, name: str, detail: str | None = None) -> None:
        super().__init__(f"{name}: {detail or 'the row was refused'}")
        self.name = name
        self.detail = detail


class Conflict(StorageError):
    """Somebody else was faster (serialization failure, deadlock, lock); nothing was stored, and a retry may succeed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The work collided with other work ({reason}); nothing was stored, try again")
        self.reason = reason


class StalePlan(Conflict):
    """A migration changed a table under a prepared statement; a retry prepares it anew."""


class NaiveInstant(ValueError):
    """A parameter is a datetime without an offset, which the driver would read in the host's time zone."""

    def __init__(self, place: int) -> None:
        super().__init__(f"Parameter ${place} is a datetime without an offset; give an aware one")
        #: The number of the parameter, as in `$1`.
        self.place = place


@contextmanager
def translated() -> Iterator[None]:
    """Raises our errors in place of the driver's and SQLAlchemy's; what it does not know passes unchanged."""
    try:
        yield
    except (exc.SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        ours = translate(error)
        if ours is None:
            raise
        raise ours from error


def translate(error: BaseException) -> StorageError | None:
    """Our error for one of the driver's, or None where the fault is in the program."""
    driver = _driver_error(error)
    if isinstance(driver, asyncpg.PostgresError):
        return _by_state(driver)
    if isinstance(driver, (OSError, exc.TimeoutError, asyncpg.InterfaceError)) and _lost(error, driver):
        return DatabaseAway(str(driver) or type(driver).__name__)
    return None


def _driver_error(error: BaseException) -> BaseException:
    if isinstance(error, exc.DBAPIError):
        return error.driver_exception
    return error


def _lost(error: BaseException, driver: BaseException) -> bool:
    if not isinstance(driver, asyncpg.InterfaceError):
        return True
    return getattr(error, "connection_invalidated", False) or "clos" in str(driver)


def _by_state(error: Any) -> StorageError | None:
    state: str = error.sqlstate or ""
    if isinstance(error, (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)):
        return StalePlan(str(error))
    if state.startswith(_CONFLICT):
        return Conflict(str(error))
    if state.startswith(_AWAY):
        return DatabaseAway(str(error))
    if state.startswith(_REFUSED):
        return DatabaseRefused(str(error))
    if state.startswith("23"):
        name = error.constraint_name or f"{error.table_name}.{error.column_name}"
        return ConstraintViolated(name, error.detail or str(error))
    return None
