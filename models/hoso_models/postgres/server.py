"""The embedded server: made once, started when needed, shared by all processes that ask for it."""

import fcntl
import hashlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import quote

from . import account, binaries, process

#: `sun_path` holds 108 bytes with its closing zero.
_SOCKET_LIMIT = 107
_SOCKET_NAME = ".s.PGSQL.5432"
_LOG_LIMIT = 10 * 2**20
#: How long a server that refuses to start is asked again, while what a killed one left behind goes away.
_PATIENCE = 30.0
#: After this, backends that outlived their server are told to go.
_GRACE = 5.0
_PAUSE = 0.05
_OWNER = "hoso"
_INITIAL = (
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--data-checksums",
    "--no-instructions",
)


class NotRunning(RuntimeError):
    """There is no embedded server in that home yet."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            f"No embedded database in {home}; start one with `hoso serve` or set HOSO_DATABASE_URL"
        )
        self.home = home


class ServerFailed(RuntimeError):
    """PostgreSQL did not come up; `output` is what it said."""

    def __init__(self, act: str, output: str) -> None:
        super().__init__(f"PostgreSQL failed to {act}: {output.strip() or 'it said nothing'}")
        self.act = act
        self.output = output


class Unreachable(RuntimeError):
    """The user the server has to run as cannot enter its directory."""

    def __init__(self, home: Path, uid: int) -> None:
        super().__init__(
            f"User {uid}, as whom PostgreSQL runs because root may not, cannot enter {home};"
            " set HOSO_HOME to a directory it can enter, or run hoso as an ordinary user"
        )
        self.home = home
        self.uid = uid


class Server:
    """A PostgreSQL server whose data, socket and password are in `<home>/postgres`.

    Processes that `start()` it share one server; the last one that calls `stop()` ends it. What is committed survives
    the death of any of them, and of the server.
    """

    def __init__(
        self, home: Path | str, *, options: Mapping[str, str] | None = None, version: int | None = None
    ):
        self.home = Path(home).absolute() / "postgres"
        self.data = self.home / "data"
        self._options = dict(options or {})
        self._account = account.choose(self.data)
        self._version = version
        self._child: subprocess.Popen[bytes] | None = None
        self._using: IO[bytes] | None = None

    @property
    def socket_directory(self) -> Path:
        """Where the socket is: beside the data, or in a short directory where that path is too long for a socket."""
        if len(os.fsencode(self.home / _SOCKET_NAME)) <= _SOCKET_LIMIT:
            return self.home
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"hoso-{self._account.uid}-{digest}"  # noqa: S108 - its owner is checked

    def url(self, database: str = _OWNER) -> str:
        """The address of a database of this server, with the password. Raises NotRunning before the first start."""
        try:
            password = (self.home / "password").read_text()
        except FileNotFoundError:
            raise NotRunning(self.home.parent) from None
        directory = quote(str(self.socket_directory), safe="/")
        return f"postgresql+asyncpg://{_OWNER}:{password}@/{quote(database)}?host={directory}"

    def start(self) -> Self:
        """Returns when the server answers a query; makes it first where there is none. Safe twice and at once."""
        with self._lock():
            if not self.data.exists():
                self._initialise()
            if not self.answers():
                self._launch()
            self._join()
        return self

    def stop(self) -> None:
        """Ends the server unless another process uses it. Safe twice."""
        if self._using is None:
            return
        with self._lock():
            if self._leave():
                self._end()

    def answers(self, database: str = "postgres") -> bool:
        """Whether a query is answered now."""
        return self._psql("select 1", database).returncode == 0

    def ensure_database(self, name: str, extensions: tuple[str, ...] = ()) -> str:
        """Makes a database with extensions where it is missing and returns its address."""
        if not re.fullmatch(r"[a-z_][a-z0-9_]*", name):
            raise ValueError(f"{name!r} is not a database name: small letters, digits and _")
        with self._lock():
            if name not in self.query("select datname from pg_database").split():
                self.query(f'create database "{name}"')
            for extension in extensions:
                self.query(f'create extension if not exists "{extension}"', name)
        return self.url(name)

    def supervise(self, stopping: threading.Event) -> None:
        """Starts the server again whenever it dies, until `stopping` is set. Blocks; meant for a thread."""
        while not stopping.wait(_PAUSE):
            if self.pid() is None:
                self.start()

    def pid(self) -> int | None:
        """The running postmaster, or None."""
        if self._child is not None:
            self._child.poll()
        found = self._pid_file_entry()
        return found if found is not None and process.lives_in(found, self.data) else None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._make_home()
        with (self.home / "lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_home(self) -> None:
        for directory in dict.fromkeys((self.home, self.socket_directory)):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._account.own(directory)
            if directory.lstat().st_uid != self._account.uid:
                raise Unreachable(directory, self._account.uid)
        if not self._account.reaches(self.data):
            raise Unreachable(self.home, self._account.uid)

    def _join(self) -> None:
        if self._using is None:
            self._using = (self.home / "users").open("wb")
        fcntl.flock(self._using, fcntl.LOCK_SH)

    def _leave(self) -> bool:
        """Gives up this process's use; true when nobody else uses the server."""
        assert self._using is not None  # noqa: S101 - `stop` asked
        using, self._using = self._using, None
        with using:
            try:
                fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    def _initialise(self) -> None:
        """Makes the data in a temporary directory and renames it when whole: half a database is never found."""
        programs = self._programs()
        fresh = Path(tempfile.mkdtemp(prefix="data.", dir=self.home))
        try:
            self._account.own(fresh)
            password = self._write_secret("password")
            superuser = self._write_secret("superuser")
            self._run(
                [programs["initdb"], "-D", str(fresh), f"--pwfile={superuser}", *_INITIAL],
                "initialise its data",
            )
            # The role that hoso logs in with owns its databases and is no superuser.
            self._run(
                [programs["postgres"], "--single", "-D", str(fresh), "postgres"],
                "create its first role",
                f"create role {_OWNER} login createdb password '{password.read_text()}'\n"
                f"create database {_OWNER} owner {_OWNER}\n",
            )
            fresh.rename(self.data)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise

    def _write_secret(self, name: str) -> Path:
        path = self.home / name
        path.unlink(missing_ok=True)
        with open(path, "x", opener=lambda file, flags: os.open(file, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(32))
        self._account.own(path)
        return path

    def _launch(self) -> None:
        """Starts the postmaster until it answers; a refusal is repeated while a killed server's remains go away."""
        begun = time.monotonic()
        while True:
            child = self._spawn()
            while child.poll() is None:
                if self.answers():
                    self._child = child
                    return
                time.sleep(_PAUSE)
            self._clear_remains(time.monotonic() - begun)
            if self.answers():
                return
            if time.monotonic() - begun > _PATIENCE:
                raise ServerFailed("start", self._last_words())

    def _clear_remains(self, waited: float) -> None:
        living = process.residents(self.data)
        if not living and self._pid_file_entry() is not None:
            # Its number now belongs to a stranger or to a corpse, and no backend is left.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        elif waited > _GRACE:
            for pid in living:
                process.send(pid, signal.SIGQUIT)
        time.sleep(_PAUSE)

    def _spawn(self) -> subprocess.Popen[bytes]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_directory),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            **self._options,
        }
        settings = [f"--{name}={value}" for name, value in options.items()]
        with self._log() as log:
            return subprocess.Popen(
                [self._programs()["postgres"], "-D", str(self.data), *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=_environment(),
                cwd="/",
                **self._account.options(),
            )

    def _end(self) -> None:
        """A fast shutdown: sessions are ended, what is committed is kept."""
        for sign, patience in ((signal.SIGINT, _PATIENCE), (signal.SIGQUIT, _PATIENCE)):
            pid = self.pid()
            if pid is None:
                break
            process.send(pid, sign)
            self._await_end(time.monotonic() + patience)
        if self._child is not None:
            self._child.wait(_PATIENCE)
            self._child = None

    def _await_end(self, deadline: float) -> None:
        while self.pid() is not None and time.monotonic() < deadline:
            time.sleep(_PAUSE)

    def _programs(self) -> binaries.Binaries:
        made_with = self.data / "PG_VERSION"
        version = int(made_with.read_text()) if made_with.exists() else self._version
        return binaries.find(self._account, version)

    def _pid_file_entry(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def query(self, sql: str, database: str = "postgres") -> str:
        """What psql prints for a statement, as the role that owns the databases. Raises ServerFailed."""
        said = self._psql(sql, database)
        if said.returncode != 0:
            raise ServerFailed("answer", said.stderr)
        return said.stdout.strip()

    def _psql(self, sql: str, database: str) -> subprocess.CompletedProcess[str]:
        secret = (self.home / "password").read_text()
        return subprocess.run(
            [
                self._programs()["psql"],
                "-XAtq",
                "-h",
                str(self.socket_directory),
                "-U",
                _OWNER,
                "-d",
                database,
                "-c",
                sql,
            ],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(PGPASSWORD=secret, PGCONNECT_TIMEOUT="5"),
        )

    def _run(self, command: list[str], act: str, words: str = "") -> None:
        said = subprocess.run(
            command,
            input=words,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_environment(),
            **self._account.options(),
        )
        if said.returncode != 0:
            raise ServerFailed(act, said.stderr)

    def _log(self) -> IO[bytes]:
        path = self.home / "server.log"
        if path.exists() and path.stat().st_size > _LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def _last_words(self) -> str:
        lines = (self.home / "server.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-5:])


def _environment(**more: str) -> dict[str, str]:
    """What a child of ours sees: no PG* variable of the caller changes what it does."""
    kept: dict[str, Any] = {
        name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ
    }
    return {**kept, "LC_ALL": "C", "TZ": "UTC", **more}
