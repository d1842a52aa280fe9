"""Database migrations by Alembic: one process at a time, all or nothing."""

import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from hoso_models import errors
from hoso_models.migrations import locks
from hoso_models.roles import Roles
from hoso_models.storage import database, privileges, seals
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings

_HERE = Path(__file__).parent
#: Whoever migrates holds this lock; a second one waits and finds nothing left to do.
_LOCK = "select pg_advisory_xact_lock(hashtextextended('hoso migrations', 0))"
#: Whether we own what is there, or could make it where there is nothing.
_OWNS = """
select coalesce((select pg_has_role(relowner, 'USAGE') from pg_class where oid = to_regclass('alembic_version')),
  has_schema_privilege(current_schema(), 'CREATE'), false)
"""
#: Whether we may read where it stands; a database of a release without roles lets only its owner.
_READS = "select coalesce(has_table_privilege(to_regclass('alembic_version'), 'SELECT'), true)"
_THERE = "select to_regclass('alembic_version') is not null"
#: Where it stands, for whoever may read that.
STANDS = "select version_num from alembic_version"
#: How our revisions are named; what is said instead of one is none.
_revision = re.compile(r"[0-9a-z_]+")
#: The oldest PostgreSQL that is tested.
OLDEST = 15


class TooOld(errors.StorageError):
    """The server is older than the oldest PostgreSQL our statements are good for."""

    def __init__(self, version: int) -> None:
        super().__init__(f"PostgreSQL {version} is too old; hoso needs {OLDEST} or newer")
        self.version = version


class NotTheOwner(errors.StorageError):
    """The database is behind, and the role that migrates does not own it."""

    def __init__(self, role: str, current: str | None, wanted: str) -> None:
        super().__init__(
            f"The database stands at {current or 'nothing'}, and {role}, which does not own it, cannot bring it to {wanted};"
            " run `hoso db upgrade` with HOSO_DATABASE_OWNER_URL, the address of the role that owns it"
        )
        self.role = role
        self.current = current
        self.wanted = wanted


class Behind(errors.StorageError):
    """The database is older than this release, and the command changes no tables."""

    def __init__(self, current: str | None, wanted: str) -> None:
        stands = f"The database stands at {current}" if current else "The database has no tables"
        super().__init__(f"{stands}, and this hoso needs {wanted}; run `hoso db upgrade`, or `hoso serve`")
        self.current = current
        self.wanted = wanted


class Newer(errors.StorageError):
    """The database was migrated by a newer release, which this one does not know."""

    def __init__(self, current: str, known: str) -> None:
        super().__init__(
            f"This database was written by a newer hoso: it stands at {current}, and this one knows it up to {known};"
            " install that release, or a newer one"
        )
        self.current = current
        self.known = known


async def upgrade(db: Database, revision: str = "head", named: Roles | None = None) -> str:
    """Migrate the database to a revision in one transaction; return the revision reached.

    Safe twice and at once. `db` is connected as the owner. Then the roles may do what `privileges` declares, also where they
    could do more or less before, and the rows of the tables that `seals` declares are sealed. Any other role may call this
    where nothing is to be done; else it raises NotTheOwner. Raises LocksHeld when another session holds what it needs, and
    Newer.
    """
    # A migration, and waiting for one, may take as long as it takes.
    no_timeout = DatabaseSettings(database_pool_size=1, database_statement_timeout=timedelta(0))
    watch = locks.Watch()
    try:
        async with database.connect(db.url, no_timeout) as owner, owner.transaction() as tx:
            pid = (await tx.rows("select pg_backend_pid()"))[0][0]
            async with watch.over(pid, db):
                return await (await tx.connection()).run_sync(_upgrade, revision, named or Roles())
    except Exception as failed:
        # A script of many statements bypasses the translation of the driver's errors.
        ours = failed if isinstance(failed, errors.StorageError) else errors.translate(failed)
        if isinstance(ours, errors.Conflict) and ours.waited:
            raise locks.LocksHeld(watch.holders) from None
        raise


async def current(db: Database) -> str | None:
    """The database's revision; None when it has never been migrated."""
    async with db.transaction() as tx:
        return await (await tx.connection()).run_sync(_current)


async def require(db: Database) -> None:
    """Return when the database is at this release's revision. Raises Behind and Newer. Any role may ask."""
    may_read = await db.row(_READS)
    current = await _version(db) if may_read[0] else "what it may not read"
    if current != head():
        raise revision_error(current)


def revision_error(current: str | None) -> Behind | Newer:
    """The error for a database that is not at the newest revision."""
    if current is not None and _revision.fullmatch(current) and current not in revisions():
        return Newer(current, head())
    return Behind(current, head())


@cache
def revisions() -> frozenset[str]:
    """Every revision that this release knows; its number begins the name of its file."""
    return frozenset(file.name.partition("_")[0] for file in (_HERE / "versions").glob("[0-9]*.py"))


@cache
def head() -> str:
    """The newest revision there is."""
    return max(revisions())


def script(name: str) -> str:
    """The text of an SQL script beside the versions."""
    return (_HERE / "versions" / "sql" / name).read_text(encoding="utf-8")


def run(connection: Connection, sql: str) -> None:
    """Executes a script of many statements in the transaction of the connection."""
    driver: Any = connection.connection.dbapi_connection
    driver.run_async(lambda raw: raw.execute(sql))


def _upgrade(connection: Connection, revision: str, named: Roles) -> str:
    version = connection.dialect.server_version_info
    major = int(version[0]) if version else OLDEST
    if major < OLDEST:
        raise TooOld(major)
    connection.execute(text(_LOCK))
    # After the lock of migrations, for which there is no hurry.
    connection.execute(text(f"set local lock_timeout = {round(locks.TIMEOUT.total_seconds() * 1000)}"))
    _not_newer(connection)
    if not connection.execute(text(_OWNS)).scalar_one():
        return _require_revision(connection, head() if revision == "head" else revision)
    # Every command of the shell asks where the database stands; only one that migrates takes Alembic.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, revision)
    privileges.apply(connection, named)
    seals.apply(connection)
    return _current(connection) or ""


def _not_newer(connection: Connection) -> None:
    if connection.execute(text(_READS)).scalar_one():
        current = _current(connection)
        if isinstance(found := revision_error(current), Newer):
            raise found


def _require_revision(connection: Connection, wanted: str) -> str:
    """The revision of the database, which has to be the wanted one."""
    current = (
        _current(connection) if connection.execute(text(_READS)).scalar_one() else "what it may not read"
    )
    if current != wanted:
        raise NotTheOwner(str(connection.engine.url.username), current, wanted)
    return wanted


async def _version(db: Database) -> str | None:
    if not (await db.row(_THERE))[0]:
        return None
    row = await db.row(STANDS)
    return None if row is None else str(row.version_num)


def _current(connection: Connection) -> str | None:
    if not connection.execute(text(_THERE)).scalar_one():
        return None
    version = connection.execute(text(STANDS)).scalar()
    return None if version is None else str(version)
