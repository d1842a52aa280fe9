"""The engine, and the only two ways to change anything: `transaction()` and `one_statement()`."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any, Self, cast

import asyncpg
import orjson
from sqlalchemy import URL, AsyncAdaptedQueuePool, ExceptionContext, event, exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from hoso_models import errors, postgres
from hoso_models.storage import outcomes, servers, standbys, time_limits
from hoso_models.storage.pool import Pool
from hoso_models.storage.settings import DatabaseSettings
from hoso_models.storage.standbys import Standbys

Parameters = Sequence[Any]
#: Rows are read by index, by name (`row.name`), and compare equal to tuples.
Rows = Sequence[Any]
#: Errors instead of a connection: of the network, the server, or an exhausted pool.
_NO_CONNECTION = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    exc.TimeoutError,
    exc.DBAPIError,
    exc.EmulatedDBAPIException,
)
_SCHEMES = frozenset({"postgresql", "postgres"})
#: Within a transaction: the next statements are planned for their own parameters.
_PLANNED = "set local plan_cache_mode = force_custom_plan"


class Row(asyncpg.Record):  # type: ignore[misc]  # the driver has no types
    """A row whose columns are also attributes."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class NotPostgreSQL(errors.StorageError, ValueError):
    """The address is not one of PostgreSQL. It is not repeated, since it may hold a password."""

    def __init__(self, scheme: str) -> None:
        wrong = "reads on otherwise" if scheme in _SCHEMES else f"starts with {scheme!r}"
        super().__init__(
            "HOSO_DATABASE_URL must start with postgresql:// and read on as user:password@host:port/database, with several"
            f" hosts as host1:port1,host2:port2; this one {wrong}"
        )
        self.scheme = scheme


class Transaction(AsyncSession):
    """A session that stores its work when its `transaction()` succeeds, else nothing."""

    async def rows(self, sql: str, parameters: Parameters = ()) -> Rows:
        """The rows of a statement. Parameters are `$1`, `$2` …; jsonb goes in and comes out as Python values."""
        connection = await self.connection()
        result = await connection.exec_driver_sql(sql, aware(parameters))
        return result.fetchall() if result.returns_rows else ()


class Database:
    """One PostgreSQL database with its connections. Safe to share between the tasks of one event loop.

    Transactions take theirs from SQLAlchemy; single statements have their own, since SQLAlchemy's overhead
    is as much as all the rest of them (ADR 0011, 0014).
    """

    def __init__(self, engine: AsyncEngine, single: Pool, standbys: Standbys) -> None:
        #: For what has to speak to SQLAlchemy itself.
        self.engine = engine
        self._single = single
        #: What is known of those who have to confirm what is stored.
        self.standbys = standbys

    @property
    def url(self) -> URL:
        """Its address, with the password; `str()` hides it."""
        return self.engine.url

    async def rows(self, sql: str, parameters: Parameters = ()) -> Rows:
        """The rows of a SELECT, or of a note about who asks."""
        return await self._single_statement(sql, aware(parameters))

    async def planned_rows(self, sql: str, parameters: Parameters = ()) -> Rows:
        """The rows of a SELECT, planned for these very parameters.

        For lists whose length changes the plan; PostgreSQL counts with ten once it keeps a plan for all values.
        """
        values = aware(parameters)
        try:
            return await self._single_statement(sql, values, _PLANNED)
        except errors.StalePlan:  # outside of a transaction the driver itself asks again
            return await self._single_statement(sql, values, _PLANNED)

    async def row(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first row that `rows` would give, or None."""
        found = await self.rows(sql, parameters)
        return found[0] if found else None

    async def one_statement(self, sql: str, parameters: Parameters = ()) -> Rows:
        """Execute one statement that is its own transaction; return its rows. It is a writable CTE.

        Raises ConstraintViolated, Conflict and DatabaseAway when nothing was stored, OutcomeUnknown when that is not known,
        NotConfirmed when no standby has it.
        """
        found = await self._single_statement(sql, aware(parameters), stores=True)
        outcomes.stored()
        return found

    async def _single_statement(
        self, sql: str, values: Sequence[Any], before: str | None = None, *, stores: bool = False
    ) -> Rows:
        """The rows of a statement; `before` is executed in its transaction first."""
        with outcomes.known(), time_limits.waiting():
            connection = await self._single.borrow()
            try:
                with outcomes.confirmed(), self.standbys.watching(connection):
                    if before is None:
                        # Outside of a transaction the driver commits each statement.
                        found = await connection.fetch(sql, *values)
                    else:
                        async with connection.transaction():
                            await connection.execute(before)
                            found = await connection.fetch(sql, *values)
                return cast(Rows, found)
            except errors.NotConfirmed:
                raise
            except Exception as error:
                errors.redact(error)
                ours = errors.translate(error, lost=connection.is_closed())
                if ours is None:
                    raise
                # An error that the server told of, and stayed, has undone the statement.
                undone = isinstance(error, asyncpg.PostgresError) and not connection.is_closed()
                outcomes.require_known(ours, under_way=stores and not undone)
                raise ours from error
            finally:
                self._single.give_back(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction, committed when the block ends and rolled back when it raises.

        Raises what `one_statement` raises.
        """
        committing = False
        try:
            with time_limits.waiting():
                async with (
                    _connected(self.engine) as connection,
                    Transaction(connection, expire_on_commit=False) as session,
                ):
                    # Outermost, so that it also ends a commit and a rollback to which nobody answers.
                    driver = _driver(connection)
                    with time_limits.cutting(driver.terminate), outcomes.confirmed(), ExitStack() as stored:
                        async with session.begin():
                            yield session
                            await session.flush()
                            committing = True
                            stored.enter_context(self.standbys.watching(driver))
        except errors.DatabaseAway as away:
            outcomes.require_known(away, under_way=committing)
            raise
        outcomes.stored()

    async def await_confirmation(self) -> None:
        """Return once a standby has everything stored so far, where one has to. Raises NotConfirmed."""
        await self.one_statement(standbys.CONFIRM)

    def connections(self) -> dict[str, int]:
        """Connections of this process by use: `statements` and `transactions` at work, `idle` of either."""
        pool = self.engine.pool
        assert isinstance(pool, AsyncAdaptedQueuePool)  # noqa: S101 - as `connect` makes it
        return {
            "statements": self._single.at_work,
            "transactions": pool.checkedout(),
            "idle": self._single.idle + pool.checkedin(),
        }

    async def close(self) -> None:
        """Close all connections. The object may be used again and reconnects."""
        await self.standbys.close()
        await self._single.close()
        await self.engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def connect(url: str | URL | None = None, settings: DatabaseSettings | None = None) -> Database:
    """The database at an address, without talking to it yet.

    Without an address it is `HOSO_DATABASE_URL`, and without that the embedded server under `HOSO_HOME`, as the
    application's role.
    """
    settings = settings or DatabaseSettings.read()
    found = address(url or settings.database_url or _embedded(settings))
    known = servers.Servers()
    arguments, pool_timeout = _arguments(settings), settings.database_pool_timeout.total_seconds()
    engine = create_async_engine(
        found,
        pool_size=settings.database_transactions,
        max_overflow=0,
        pool_timeout=pool_timeout,
        pool_use_lifo=True,
        json_serializer=_unchanged,
        hide_parameters=True,  # an error is logged, and they may be personal data
        connect_args={
            **arguments,
            "prepared_statement_cache_size": settings.database_prepared_statements,
            "async_creator_fn": known.connect,
        },
    )
    _, place = engine.dialect.create_connect_args(found)
    driven = {**place, **arguments}
    watched = Standbys(partial(known.connect, **driven))
    event.listen(engine.sync_engine, "connect", _json_as_values)
    event.listen(engine.sync_engine, "connect", partial(_listened, watched))
    event.listen(engine.sync_engine, "checkout", _require_open)
    event.listen(engine.sync_engine, "handle_error", _translated)
    single = Pool(partial(_opened, known, watched, driven), settings.database_pool_size, pool_timeout)
    return Database(engine, single, watched)


def address(url: str | URL) -> URL:
    """An address written in any usual way, as the driver wants it. Raises NotPostgreSQL.

    Of several hosts it is to be one that takes changes, unless the address says otherwise.
    """
    try:
        found = servers.one_form(url)
    except (exc.ArgumentError, ValueError) as error:
        raise NotPostgreSQL(str(url).partition(":")[0][:40]) from error
    if found.get_backend_name() not in _SCHEMES:
        raise NotPostgreSQL(found.drivername)
    query: Mapping[str, Any] = found.query
    if "sslmode" in query:
        found = found.difference_update_query(["sslmode"]).update_query_dict({"ssl": query["sslmode"]})
    return found.set(drivername="postgresql+asyncpg")


def aware(parameters: Parameters) -> tuple[Any, ...]:
    """The parameters as a tuple. Raises NaiveInstant for a datetime without an offset, also one in a list."""
    for place, value in enumerate(parameters, start=1):
        for each in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(each, datetime) and each.utcoffset() is None:
                raise errors.NaiveInstant(place)
    return tuple(parameters)


async def _opened(known: servers.Servers, watched: Standbys, arguments: Mapping[str, Any]) -> Any:
    try:
        connection = await known.connect(**arguments)
        try:
            watched.listen(connection)
            await _set_json_codec(connection)
        except BaseException:
            # Also of a task that was cancelled: nobody else knows of it.
            connection.terminate()
            raise
    except _NO_CONNECTION as error:
        raise errors.translate(error) or errors.DatabaseAway(str(error)) from error
    return connection


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(time_limits.left()):
                connection = await stack.enter_async_context(engine.connect())
        except _NO_CONNECTION as error:
            raise errors.translate(error) or errors.DatabaseAway(str(error)) from error
        yield connection


def _driver(connection: AsyncConnection) -> Any:
    """The driver's own connection."""
    raw = connection.sync_connection
    assert raw is not None  # noqa: S101 - it was entered
    return raw.connection.driver_connection


def _require_open(connection: Any, _record: object, _proxy: object) -> None:
    """Replace a connection that died while idle."""
    if connection.driver_connection.is_closed():
        raise exc.InvalidatePoolError


def _translated(context: ExceptionContext) -> errors.StorageError | None:
    errors.redact(context.original_exception)
    errors.redact(context.sqlalchemy_exception)
    return errors.translate(context.original_exception, lost=context.is_disconnect)


def _embedded(settings: DatabaseSettings) -> str:
    return postgres.Server(settings.home).url("hoso")


def _arguments(settings: DatabaseSettings) -> dict[str, Any]:
    statement = settings.database_statement_timeout
    return {
        "timeout": settings.database_connect_timeout.total_seconds(),
        "command_timeout": statement.total_seconds() + 2 if statement else None,
        "statement_cache_size": settings.database_prepared_statements,
        "max_cached_statement_lifetime": 0,
        "max_cacheable_statement_size": 0,
        "record_class": Row,
        "server_settings": {
            "application_name": "hoso",
            # What is changed on this connection is sealed: `seals`.
            "hoso.sealing": "on",
            "timezone": "UTC",
            "jit": "off",
            # What is asked by a connection that was cut ends soon.
            "client_connection_check_interval": "1000",
            "statement_timeout": _milliseconds(statement),
            "idle_in_transaction_session_timeout": _milliseconds(settings.database_idle_timeout),
        },
    }


def _milliseconds(duration: Any) -> str:
    return str(round(duration.total_seconds() * 1000))


def _listened(watched: Standbys, connection: Any, _record: object) -> None:
    watched.listen(connection.driver_connection)


def _unchanged(value: Any) -> Any:
    return value


def _json_as_values(connection: Any, _record: object) -> None:
    connection.run_async(_set_json_codec)


async def _set_json_codec(driver: Any) -> None:
    await driver.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=_to_jsonb, decoder=_from_jsonb
    )


def _to_jsonb(value: Any) -> bytes:
    """The wire form of a jsonb: a version byte, then text. Bytes are taken as JSON that was made already."""
    return b"\x01" + (value if isinstance(value, bytes) else orjson.dumps(value))


def _from_jsonb(wire: bytes) -> Any:
    return orjson.loads(memoryview(wire)[1:])
