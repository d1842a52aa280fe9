"""Settings that are read from the environment; those of the database."""

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Self, TypeVar

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

T = TypeVar("T", bound="EnvironmentSettings")
PREFIX = "HOSO_"


class EnvironmentSettings(BaseSettings):
    """Settings of one concern.

    Each is read from `HOSO_` and its name in capitals; an empty one counts as absent.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    @classmethod
    def read(cls) -> Self:
        """Settings of the environment as it is now.

        The same object while it stays the same.
        """
        found: Self = _read(cls, frozenset(_named(os.environ)))
        return found


def _named(environment: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in environment.items() if name.upper().startswith(PREFIX)]


# To read and check them takes a millisecond, which many a request would pay.
@lru_cache(maxsize=64)
def _read(kind: type[T], _: frozenset[tuple[str, str]]) -> T:
    return kind()


class DatabaseSettings(EnvironmentSettings):
    """Settings of the connection."""

    #: `postgresql://user:password@host/name` of the role that works, not of the one that owns (`hoso db roles` tells how), or
    #: `…@host1:port1,host2:port2/name` of a primary and its standbys; without it the embedded server under `home` is used.
    database_url: str | None = Field(default=None, repr=False)
    #: Where hoso keeps its own server and its files.
    home: Path = Path(".hoso")
    #: Connections that a process keeps open at most: for single statements, which most work is, and for transactions.
    database_pool_size: int = Field(default=10, ge=1)
    database_transactions: int = Field(default=5, ge=1)
    #: How long a request waits for a free connection before it is told to come back.
    database_pool_timeout: timedelta = timedelta(seconds=5)
    database_connect_timeout: timedelta = timedelta(seconds=5)
    #: The server cancels a statement after this, and the driver gives up two seconds later; 0 is never.
    database_statement_timeout: timedelta = timedelta(seconds=30)
    #: So long a request of the API waits for its database, all its statements together, before it is told to come back.
    database_request_timeout: timedelta = timedelta(seconds=4)
    #: The server closes a transaction in which nothing happens for so long.
    database_idle_timeout: timedelta = timedelta(seconds=60)
    #: Statements kept prepared on each connection.
    database_prepared_statements: int = Field(default=200, ge=0)


class OwnerSettings(DatabaseSettings):
    """Settings for migrations, with the owner's address.

    The serving processes never read it, so they cannot leak the password.
    """

    #: The same database as `database_url` for the role that owns it; without it the latter is taken to own it.
    database_owner_url: str | None = Field(default=None, repr=False)
