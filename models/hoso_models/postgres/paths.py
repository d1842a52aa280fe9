"""Paths of the embedded server: data, socket, passwords, locks."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hoso_models.postgres import os_user as accounts
from hoso_models.postgres import ownership, process
from hoso_models.postgres.errors import NotRunning, StillRuns, Unreachable
from hoso_models.postgres.os_user import Account

#: The number in the socket's name; nothing listens on a network port.
PORT = 5432
#: `sun_path` holds 108 bytes with its closing zero.
_SOCKET_LIMIT = 107
_SOCKET_NAME = f".s.PGSQL.{PORT}"
#: Where root keeps what the server's user could not reach in a directory that only root may enter.
STATE = Path("/var/lib/hoso")


@dataclass(frozen=True, slots=True)
class ServerPaths:
    """`<home>/postgres`: a directory of the server's user, or a link to one."""

    home: Path
    account: Account

    @property
    def directory(self) -> Path:
        """The real directory, links resolved."""
        return (self.home / "postgres").resolve()

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory; there only when it is whole."""
        return self.directory / "data"

    @property
    def socket_directory(self) -> Path:
        """The socket's directory, beside the data.

        A short directory elsewhere where that path is too long for a socket or reads like a list of hosts.
        """
        beside = os.fsencode(self.directory / _SOCKET_NAME)
        if len(beside) <= _SOCKET_LIMIT and b"," not in beside:
            return self.directory
        digest = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:16]
        return Path("/tmp") / f"hoso-{self.account.uid}-{digest}"  # noqa: S108 - used only when it is our own

    def prepare(self) -> None:
        """Create the missing directories. Raises Unreachable when they are not the account's own."""
        if not (self.home / "postgres").exists():
            self._create_directory(self.home / "postgres")
        self._change_owner()
        if not self.socket_directory.exists():
            self.account.make(self.socket_directory)
        for directory in {self.directory, self.socket_directory}:
            found = directory.lstat()
            if (
                found.st_uid != self.account.uid
                or found.st_mode & 0o022
                or not self.account.reaches(directory)
            ):
                raise Unreachable(directory, self.account.uid)

    def lock(self) -> IO[bytes]:
        """The file whose lock is held while the server is created, started or stopped."""
        with self._made():
            return ownership.opened(self.home / "postgres.lock", self.account)

    def file(self, name: str) -> IO[bytes]:
        """A file of ours, opened to be locked. Raises NotRunning where nothing was ever started."""
        with self._made():
            return ownership.opened(self.directory / name, self.account)

    def secret(self, name: str) -> str:
        """A password that was written here. Raises NotRunning where nothing was ever started."""
        with self._made():
            return (self.directory / name).read_text()

    def ensure_secret(self, name: str) -> str:
        """The stored password of that name, or a new one. An incomplete file counts as none."""
        path = self.directory / name
        if not path.exists() or not path.read_text():
            self.new_secret(name)
        return path.read_text()

    def new_secret(self, name: str) -> Path:
        """Write a new password that only the account reads."""
        path = self.directory / name
        path.unlink(missing_ok=True)
        with open(path, "x", opener=_private) as file:
            file.write(secrets.token_urlsafe(32))
        self.account.own(path)
        return path

    def written_pid(self) -> int | None:
        """The process number in `postmaster.pid`, which may be long dead."""
        with suppress(FileNotFoundError, ValueError):
            return int((self.data / "postmaster.pid").read_text().partition("\n")[0])
        return None

    def remove_lock_files(self) -> None:
        """Remove the lock files of a killed server.

        Another process with its number cannot block the next start then.
        """
        for path in (self.data / "postmaster.pid", self.socket_directory / f"{_SOCKET_NAME}.lock"):
            path.unlink(missing_ok=True)

    @contextmanager
    def _made(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise NotRunning(self.home) from None

    def _create_directory(self, directory: Path) -> None:
        if self.account.reaches(directory):
            self.account.make(directory)
            return
        elsewhere = Path(tempfile.mkdtemp(prefix="postgres.", dir=state()))
        self.account.own(elsewhere)
        directory.symlink_to(elsewhere)

    def _change_owner(self) -> None:
        """Hand over what an earlier version gave to a user that other services share. Raises StillRuns."""
        if not self.account.dropped or self.directory.stat().st_uid not in accounts.shared():
            return
        if self.directory.stat().st_uid == self.account.uid:
            return
        if process.processes_in(self.data):
            raise StillRuns(self.data)
        ownership.hand_over(self.directory, self.account)


def state() -> Path:
    """`STATE`, created where it is missing. The server's user may enter it whatever the caller's umask."""
    with suppress(FileExistsError):
        STATE.mkdir(parents=True)
        STATE.chmod(0o755)
    return STATE


def listed(directory: Path) -> str:
    """A directory as an element of one of PostgreSQL's lists."""
    return '"{}"'.format(str(directory).replace('"', '""'))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
