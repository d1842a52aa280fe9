"""The embedded server: created once, started when needed, shared by all processes."""

import fcntl
import logging
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from hoso_models import log_rotation, roles
from hoso_models.errors import StorageError
from hoso_models.postgres import binaries, cluster, os_user, ownership, paths, process
from hoso_models.postgres.errors import NoRoom, NoSuperuser, OwnerRefused, ServerFailed, full, recovers
from hoso_models.roles import Role

#: Seconds in which a server has to answer, and one that recovers from a crash.
_START_TIMEOUT = 30.0
_RECOVERY_TIMEOUT = 600.0
#: Seconds after which orphaned backends are terminated.
_GRACE = 5.0
_PAUSE = 0.05
_log = logging.getLogger(__name__)


class Server:
    """A PostgreSQL server whose data, socket and passwords are in `<home>/postgres`.

    Processes that `start()` it share one server; the last one that calls `stop()` ends it. What is committed survives
    the death of any of them, and of the server. `options` are settings of PostgreSQL.
    """

    def __init__(
        self, home: Path | str, *, options: Mapping[str, str] | None = None, version: int | None = None
    ):
        home = Path(home).absolute()
        self._account = os_user.choose(home)
        self._paths = paths.ServerPaths(home, self._account)
        self._options = dict(options or {})
        self._version = version
        self._child: subprocess.Popen[bytes] | None = None
        self._use: IO[bytes] | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self._paths.data

    @property
    def log(self) -> Path:
        """The path of the server's log."""
        return self._paths.directory / "server.log"

    def url(self, database: str = Role.OWNER, role: str = Role.APPLICATION) -> str:
        """The address of a database of this server for a role, with its password.

        Raises NotRunning before the first start.
        """
        directory = quote(str(self._paths.socket_directory), safe="/")
        password = self._paths.secret(cluster.SECRETS[role])
        return f"postgresql+asyncpg://{role}:{password}@/{quote(database)}?host={directory}&port={paths.PORT}"

    @contextmanager
    def telling_room(self) -> Iterator[None]:
        """Raise NoRoom where a full disk has made the block or the server fail."""
        read = self.log.stat().st_size if self.log.exists() else 0
        try:
            yield
        except StorageError as failed:
            if full(str(failed)) or full(self._logged(read)):
                raise NoRoom(self._paths.home) from failed
            raise

    def start(self) -> Self:
        """Start the server; return when it answers a query and its roles exist.

        Its data are created first where there are none; data of an earlier release get their roles now. Safe twice and
        at once.
        """
        self.prepare()
        with self._lock():
            if not self.data.exists():
                cluster.initialise(self._paths, self._programs)
            # First, so that `stop` ends also what an interrupt keeps from coming up.
            self._join()
            self._await_start()
        return self

    def prepare(self) -> None:
        """Create the server's missing directories, owned by its user. Raises Unreachable and StillRuns.

        Root does so for a server that its user starts, who could not go around a home that it does not reach.
        """
        self._account.make(self._paths.home)
        with self._lock():
            self._paths.prepare()

    def stop(self) -> None:
        """Stop the server unless another process uses it. Safe twice."""
        if self._use is None:
            return
        with self._lock():
            if self._leave():
                self._end()
            elif self._reap():
                self._reap_later()

    def answers(self) -> bool:
        """True when the server answers a query now."""
        return self._failure() is None

    def ensure_database(self, name: str, extensions: tuple[str, ...] = (), owner: str = Role.OWNER) -> str:
        """Create a database with extensions where it is missing; return its working address.

        The owner works with it where that is not our own, which connects only to migrate.
        """
        ours, database = owner == Role.OWNER, cluster.named(name)
        with self._lock():
            if not self._has(database):
                self._command(f"create database {database} owner {roles.name(owner)}")
            self._command(
                roles.restrict_connections(database, *((Role.APPLICATION, Role.AUDITOR) if ours else ()))
            )
            for extension in extensions:
                self._command(f"create extension if not exists {roles.name(extension)}", database)
        return self.url(database, Role.APPLICATION if ours else owner)

    def query(self, sql: str, database: str = "postgres") -> str:
        """The output of psql for a statement, run as the owner of the databases. Raises ServerFailed."""
        ended = self._psql(sql, database, 60)
        if ended.returncode != 0:
            raise ServerFailed("answer", ended.stderr)
        return ended.stdout.strip()

    @contextmanager
    def supervised(self) -> Iterator[Self]:
        """Run the server during the block, and restart it whenever it dies."""
        stopping = threading.Event()
        watch = threading.Thread(
            target=self._supervise, args=(stopping,), name="postgres-supervisor", daemon=True
        )
        with self:
            watch.start()
            try:
                yield self
            finally:
                stopping.set()
                watch.join()

    def pid(self) -> int | None:
        """The living postmaster, or None."""
        self._reap()
        written = self._paths.written_pid()
        return written if written is not None and process.runs_in(written, self.data) else None

    @property
    def use(self) -> int | None:
        """The descriptor by which this process uses the server. A child that inherits it uses it too."""
        return None if self._use is None else self._use.fileno()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @cached_property
    def _programs(self) -> binaries.Binaries:
        made_with = self.data / "PG_VERSION"
        return binaries.find(
            self._account, int(made_with.read_text()) if made_with.exists() else self._version
        )

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with self._paths.lock() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_roles(self) -> None:
        """Create the roles. Databases that an earlier release made for Prefect in the owner's name become Prefect's."""
        self._command(cluster.create_roles(self._paths))
        if self._has(roles.PREFECT_DATABASE):
            transfer = roles.transfer_ownership(roles.PREFECT_DATABASE, Role.OWNER, Role.PREFECT)
            self._command(
                transfer + roles.restrict_connections(roles.PREFECT_DATABASE), roles.PREFECT_DATABASE
            )
        cluster.record_roles(self._paths)

    def _has(self, database: str) -> bool:
        return database in self.query("select datname from pg_database").split()

    def _command(self, sql: str, database: str = "postgres") -> None:
        """Run SQL as the superuser. Raises ServerFailed, and NoSuperuser without its password."""
        secret = self._paths.directory / cluster.SECRETS[cluster.SUPERUSER]
        if not secret.exists():
            raise NoSuperuser(secret)
        ended = self._psql(sql, database, 60, cluster.SUPERUSER)
        if ended.returncode != 0:
            raise ServerFailed("make its roles and databases", ended.stderr)

    def _join(self) -> None:
        if self._use is None:
            self._use = self._paths.file("users")
            fcntl.flock(self._use, fcntl.LOCK_SH)

    def _leave(self) -> bool:
        """Give up this process's use; true when no other process uses the server."""
        assert self._use is not None  # noqa: S101 - `stop` asked
        use, self._use = self._use, None
        with use:
            return _lock_exclusively(use)

    def _supervise(self, stopping: threading.Event) -> None:
        looked = 0.0
        while not stopping.wait(_PAUSE):
            if time.monotonic() - looked > log_rotation.INTERVAL:
                looked = time.monotonic()
                log_rotation.rotate(self.log)
            if self.pid() is not None:
                continue
            _log.warning("PostgreSQL died; starting it again")
            try:
                self.start()
            except ServerFailed as failed:
                _log.error("%s; trying again in %s s", failed, _GRACE)
                stopping.wait(_GRACE)

    def _await_start(self) -> None:
        try:
            self._await_answer()
            if not cluster.roles_current(self._paths):
                self._make_roles()
        except BaseException as error:
            # What was started here and is no use, or was interrupted, does not stay behind.
            if self._child is not None:
                self._end()
            # An interrupt may have come in the middle of this, so then `stop` looks again.
            if isinstance(error, Exception):
                self._leave()
            raise

    def _await_answer(self) -> None:
        """Start the server until it answers. Processes of a killed one have some time to end."""
        begun = time.monotonic()
        while (failure := self._failure()) is not None:
            waited = time.monotonic() - begun
            busy = recovers(failure)
            if waited > (_RECOVERY_TIMEOUT if busy else _START_TIMEOUT):
                raise ServerFailed("start", self._log_tail() or failure)
            if "FATAL" in failure and not busy:
                raise OwnerRefused(failure, self._paths.directory)
            if not self._reap() and self.pid() is None:
                self._spawn(force=waited > _GRACE)
            time.sleep(_PAUSE)

    def _reap(self) -> bool:
        """True while our postmaster runs. A dead one is reaped, so that its number is free."""
        if self._child is not None and self._child.poll() is not None:
            self._child = None
        return self._child is not None

    def _spawn(self, *, force: bool) -> None:
        """Start a postmaster. Processes of an earlier one are awaited first, then terminated.

        The server and each of its backends inherit a lock, so whoever gets it knows that none of them is left, however
        process numbers were given out again since.
        """
        with self._paths.file("alive") as alive:
            if not _lock_exclusively(alive):
                for pid in process.processes_in(self.data) if force else ():
                    process.send(pid, signal.SIGQUIT)
                return
            if self.pid() is None:
                self._paths.remove_lock_files()
            self._child = self._popen(alive.fileno())

    def _popen(self, alive: int) -> subprocess.Popen[bytes]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": paths.listed(self._paths.socket_directory),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            **self._options,
        }
        with self._open_log() as log:
            return subprocess.Popen(
                [
                    self._programs["postgres"],
                    "-D",
                    str(self.data),
                    *(f"--{name}={value}" for name, value in options.items()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(alive,),
                env=process.environment(),
                cwd="/",
                **self._account.options(),
            )

    def _end(self) -> None:
        """Shut down fast: sessions are ended, committed work is kept."""
        for sign in (signal.SIGINT, signal.SIGQUIT):
            deadline, signalled = time.monotonic() + _START_TIMEOUT, None
            while not self._all_ended() and time.monotonic() < deadline:
                # One that was started this moment has not written its number yet.
                if (pid := self.pid()) is not None and pid != signalled:
                    process.send(pid, sign)
                    signalled = pid
                time.sleep(_PAUSE)
        if self._child is not None:
            self._child.wait(_START_TIMEOUT)

    def _reap_later(self) -> None:
        """Reap the server in a thread, since another process stops it."""
        child, self._child = self._child, None
        if child is not None:
            threading.Thread(target=child.wait, name="postgres-reaper", daemon=True).start()

    def _all_ended(self) -> bool:
        with self._paths.file("alive") as alive:
            return _lock_exclusively(alive)

    def _failure(self) -> str | None:
        """The reason why no query is answered; None when one is."""
        ended = self._psql("select 1", "postgres", 5)
        return None if ended.returncode == 0 else ended.stderr

    def _psql(
        self, sql: str, database: str, timeout: int, role: str = Role.OWNER
    ) -> subprocess.CompletedProcess[str]:
        """Run SQL by psql, through standard input: everybody can read a command line."""
        socket = ["-h", str(self._paths.socket_directory), "-p", str(paths.PORT)]
        single = ["-v", "ON_ERROR_STOP=1"]
        return subprocess.run(
            [self._programs["psql"], "-XAtq", *socket, *single, "-U", role, "-d", database],
            input=sql,
            capture_output=True,
            text=True,
            check=False,
            env=process.environment(
                PGPASSWORD=self._paths.secret(cluster.SECRETS[role]), PGCONNECT_TIMEOUT=str(timeout)
            ),
        )

    def _open_log(self) -> IO[bytes]:
        log_rotation.rotate(self.log)
        return ownership.opened(self.log, self._account)

    def _log_tail(self) -> str:
        return "\n".join(self._logged().splitlines()[-5:])

    def _logged(self, read: int = 0) -> str:
        """The log after its first bytes, or all of it where begun anew."""
        if not self.log.exists():
            return ""
        with self.log.open(errors="replace") as log:
            log.seek(read if read <= self.log.stat().st_size else 0)
            return log.read()


def _lock_exclusively(file: IO[bytes]) -> bool:
    """Take the exclusive lock of a file; false when another process holds one."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
