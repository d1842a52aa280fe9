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
from hoso_models.postgres import binaries, cluster, os_user, ownership, paths, process
from hoso_models.postgres.errors import NoSuperuser, OwnerRefused, ServerFailed, recovers
from hoso_models.roles import Role

#: Seconds in which a server has to answer, and in which one that recovers from a crash has to.
_PATIENCE = 30.0
_RECOVERY = 600.0
#: After so many seconds, backends that outlived their server are told to go.
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
        self._place = paths.Place(home, self._account)
        self._options = dict(options or {})
        self._version = version
        self._child: subprocess.Popen[bytes] | None = None
        self._use: IO[bytes] | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self._place.data

    @property
    def log(self) -> Path:
        """The path of the server's log."""
        return self._place.directory / "server.log"

    def url(self, database: str = Role.OWNER, role: str = Role.APPLICATION) -> str:
        """The address of a database of this server for a role, with its password.

        Raises NotRunning before the first start.
        """
        directory = quote(str(self._place.socket_directory), safe="/")
        password = self._place.secret(cluster.SECRETS[role])
        return f"postgresql+asyncpg://{role}:{password}@/{quote(database)}?host={directory}&port={paths.PORT}"

    def start(self) -> Self:
        """Start the server; return when it answers a query and its roles exist.

        Its data are created first where there are none; data of an earlier release get their roles now. Safe twice and
        at once.
        """
        self.prepare()
        with self._lock():
            if not self.data.exists():
                cluster.initialise(self._place, self._programs)
            # First, so that `stop` ends also what an interrupt keeps from coming up.
            self._join()
            self._come_up()
        return self

    def prepare(self) -> None:
        """Makes the server's directories where they are missing, its user's own. Raises Unreachable and StillRuns.

        Root does so for a server that its user starts, who could not go around a home that it does not reach.
        """
        self._account.make(self._place.home)
        with self._lock():
            self._place.prepare()

    def stop(self) -> None:
        """Ends the server unless another process uses it. Safe twice."""
        if self._use is None:
            return
        with self._lock():
            if self._leave():
                self._end()
            elif self._reap():
                self._hand_over()

    def answers(self) -> bool:
        """True when the server answers a query now."""
        return self._complaint() is None

    def ensure_database(self, name: str, extensions: tuple[str, ...] = (), owner: str = Role.OWNER) -> str:
        """Create a database with extensions where it is missing; return its working address.

        The owner works with it where that is not our own, which connects only to migrate.
        """
        ours, database = owner == Role.OWNER, cluster.named(name)
        with self._lock():
            if not self._has(database):
                self._command(f"create database {database} owner {roles.name(owner)}")
            self._command(roles.closed(database, *((Role.APPLICATION, Role.AUDITOR) if ours else ())))
            for extension in extensions:
                self._command(f"create extension if not exists {roles.name(extension)}", database)
        return self.url(database, Role.APPLICATION if ours else owner)

    def query(self, sql: str, database: str = "postgres") -> str:
        """The output of psql for a statement, run as the owner of the databases. Raises ServerFailed."""
        said = self._psql(sql, database, 60)
        if said.returncode != 0:
            raise ServerFailed("answer", said.stderr)
        return said.stdout.strip()

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
        written = self._place.written_pid()
        return written if written is not None and process.lives_in(written, self.data) else None

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
        with self._place.lock() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_roles(self) -> None:
        """Create the roles. Databases that an earlier release made for Prefect in the owner's name become Prefect's."""
        self._command(cluster.roles_made(self._place))
        if self._has(roles.PREFECT_DATABASE):
            over = roles.handed_over(roles.PREFECT_DATABASE, Role.OWNER, Role.PREFECT)
            self._command(over + roles.closed(roles.PREFECT_DATABASE), roles.PREFECT_DATABASE)
        cluster.mark(self._place)

    def _has(self, database: str) -> bool:
        return database in self.query("select datname from pg_database").split()

    def _command(self, sql: str, database: str = "postgres") -> None:
        """Has the superuser do something. Raises ServerFailed, and NoSuperuser without its password."""
        secret = self._place.directory / cluster.SECRETS[cluster.SUPERUSER]
        if not secret.exists():
            raise NoSuperuser(secret)
        said = self._psql(sql, database, 60, cluster.SUPERUSER)
        if said.returncode != 0:
            raise ServerFailed("make its roles and databases", said.stderr)

    def _join(self) -> None:
        if self._use is None:
            self._use = self._place.file("users")
            fcntl.flock(self._use, fcntl.LOCK_SH)

    def _leave(self) -> bool:
        """Gives up this process's use; true when nobody else uses the server."""
        assert self._use is not None  # noqa: S101 - `stop` asked
        use, self._use = self._use, None
        with use:
            return _sole(use)

    def _supervise(self, stopping: threading.Event) -> None:
        looked = 0.0
        while not stopping.wait(_PAUSE):
            if time.monotonic() - looked > log_rotation.BEAT:
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

    def _come_up(self) -> None:
        try:
            self._await_answer()
            if not cluster.settled(self._place):
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
        while (complaint := self._complaint()) is not None:
            waited = time.monotonic() - begun
            busy = recovers(complaint)
            if waited > (_RECOVERY if busy else _PATIENCE):
                raise ServerFailed("start", self._last_words() or complaint)
            if "FATAL" in complaint and not busy:
                raise OwnerRefused(complaint, self._place.directory)
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
        with self._place.file("alive") as alive:
            if not _sole(alive):
                for pid in process.residents(self.data) if force else ():
                    process.send(pid, signal.SIGQUIT)
                return
            if self.pid() is None:
                self._place.forget()
            self._child = self._popen(alive.fileno())

    def _popen(self, alive: int) -> subprocess.Popen[bytes]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": paths.listed(self._place.socket_directory),
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
        """A fast shutdown: sessions are ended, what is committed is kept."""
        for sign in (signal.SIGINT, signal.SIGQUIT):
            deadline, told = time.monotonic() + _PATIENCE, None
            while not self._alone() and time.monotonic() < deadline:
                # One that was started this moment has not written its number yet.
                if (pid := self.pid()) is not None and pid != told:
                    process.send(pid, sign)
                    told = pid
                time.sleep(_PAUSE)
        if self._child is not None:
            self._child.wait(_PATIENCE)

    def _hand_over(self) -> None:
        """Leave the reaping of the server to its parent; others may stop it."""
        child, self._child = self._child, None
        if child is not None:
            threading.Thread(target=child.wait, name="postgres-burial", daemon=True).start()

    def _alone(self) -> bool:
        with self._place.file("alive") as alive:
            return _sole(alive)

    def _complaint(self) -> str | None:
        """The reason why no query is answered; None when one is."""
        said = self._psql("select 1", "postgres", 5)
        return None if said.returncode == 0 else said.stderr

    def _psql(
        self, sql: str, database: str, patience: int, role: str = Role.OWNER
    ) -> subprocess.CompletedProcess[str]:
        """Run SQL by psql, through standard input: everybody can read a command line."""
        socket = ["-h", str(self._place.socket_directory), "-p", str(paths.PORT)]
        single = ["-v", "ON_ERROR_STOP=1"]
        return subprocess.run(
            [self._programs["psql"], "-XAtq", *socket, *single, "-U", role, "-d", database],
            input=sql,
            capture_output=True,
            text=True,
            check=False,
            env=process.environment(
                PGPASSWORD=self._place.secret(cluster.SECRETS[role]), PGCONNECT_TIMEOUT=str(patience)
            ),
        )

    def _open_log(self) -> IO[bytes]:
        log_rotation.rotate(self.log)
        return ownership.opened(self.log, self._account)

    def _last_words(self) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])


def _sole(file: IO[bytes]) -> bool:
    """Takes a file's lock for ourselves alone; false when others hold it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
