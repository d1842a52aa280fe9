"""Where the embedded server keeps its things: data, socket, passwords, locks."""

import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .account import Account
from .complaints import NotRunning, Unreachable

#: The number in the socket's name; nothing listens on a network port.
PORT = 5432
#: `sun_path` holds 108 bytes with its closing zero.
_SOCKET_LIMIT = 107
_SOCKET_NAME = f".s.PGSQL.{PORT}"


@dataclass(frozen=True, slots=True)
class Place:
    """A directory of the account that the server runs as."""

    directory: Path
    account: Account

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory; there only when it is whole."""
        return self.directory / "data"

    @property
    def socket_directory(self) -> Path:
        """Beside the data, or a short directory where that path is too long for a socket."""
        if len(os.fsencode(self.directory / _SOCKET_NAME)) <= _SOCKET_LIMIT:
            return self.directory
        digest = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:16]
        return Path("/tmp") / f"hoso-{self.account.uid}-{digest}"  # noqa: S108 - used only when it is our own

    def prepare(self) -> None:
        """Makes the directories. Raises Unreachable when they are somebody else's or the account cannot enter them."""
        home = self.directory.parent
        if not home.exists():
            home.mkdir(parents=True)
            home.chmod(0o755)
        for directory in {self.directory, self.socket_directory}:
            self._make(directory)
            if not self.account.reaches(directory / _SOCKET_NAME):
                raise Unreachable(directory, self.account.uid)

    def file(self, name: str) -> IO[bytes]:
        """A file to lock. Raises NotRunning where nothing was ever started."""
        try:
            return (self.directory / name).open("ab")
        except FileNotFoundError:
            raise NotRunning(self.directory.parent) from None

    def secret(self, name: str) -> str:
        """A password that was written here. Raises NotRunning where there is none."""
        try:
            return (self.directory / name).read_text()
        except FileNotFoundError:
            raise NotRunning(self.directory.parent) from None

    def new_secret(self, name: str) -> Path:
        """Writes a fresh password that only the account reads."""
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

    def forget_pid(self) -> None:
        """Removes what a killed server wrote, so that a stranger with its number cannot keep the next one out."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _make(self, directory: Path) -> None:
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            found = directory.lstat()
            if found.st_uid != self.account.uid or found.st_mode & 0o022:
                raise Unreachable(directory, self.account.uid) from None
        else:
            self.account.own(directory)


def listed(directory: Path) -> str:
    """A directory as an element of one of PostgreSQL's lists."""
    return '"{}"'.format(str(directory).replace('"', '""'))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
