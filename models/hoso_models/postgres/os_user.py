"""The operating-system user of the services. PostgreSQL refuses to run as root, and no service ought to."""

import logging
import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoso_models.postgres.errors import NoServiceUser

#: The system user that root's installations belong to. It is made where the machine has none.
NAME = "hoso"
#: Earlier versions took one of these; what belongs to them, every other service that runs as them reads.
_SHARED = ("postgres", "nobody", "daemon")
#: The number that means nobody where the machine names no user at all.
_NOBODY = 65534
_ADMINISTRATION = "/usr/sbin:/sbin"
_SHELLS = ("/usr/sbin/nologin", "/sbin/nologin", "/bin/false")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the machine; `dropped` when the caller is root and has to become it."""

    uid: int
    gid: int
    dropped: bool

    @property
    def name(self) -> str:
        """Its name on this machine, or its number."""
        found = _entry(self.uid)
        return str(self.uid) if found is None else found.pw_name

    def options(self) -> dict[str, Any]:
        """Arguments for `subprocess` that start a child as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}

    def own(self, path: Path | int) -> None:
        """Hands a file or directory, or what a descriptor names, to this user."""
        if self.dropped:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """True when this user may enter every directory on the way to a path."""
        return not self.dropped or all(self.enters(parent) for parent in path.resolve().parents)

    def enters(self, directory: Path) -> bool:
        """True when this user may enter a directory by its mode. Access lists are ignored."""
        found = directory.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & 0o100)
        return bool(found.st_mode & (0o010 if found.st_gid == self.gid else 0o001))

    def make(self, directory: Path) -> None:
        """Create a directory that only this user enters, with its missing parents."""
        for missing in (*reversed(directory.parents), directory):
            with suppress(FileExistsError):
                missing.mkdir(mode=0o700)
                self.own(missing)


def caller() -> Account:
    """The user of this process, for programs that run as it."""
    return Account(os.geteuid(), os.getegid(), dropped=False)


def choose(home: Path) -> Account:
    """The operating-system user that runs the services. Raises NoServiceUser.

    The caller; for root the owner of the installation, else the system user `hoso`. A home that somebody else made is
    theirs. In one that root made, data may belong to a user of the operator's choice, though not to one that other
    services run as.
    """
    if os.geteuid() != 0:
        return caller()
    for owned, nobodys in ((home, {0}), (home / "postgres" / "data", {0, *shared()})):
        if owned.exists() and (uid := owned.stat().st_uid) not in nobodys:
            return _account(uid, owned.stat().st_gid)
    own = _named(NAME) or _made()
    return _account(own.pw_uid, own.pw_gid)


def shared() -> frozenset[int]:
    """Users of this machine that several services share."""
    return frozenset({_NOBODY, *(found.pw_uid for name in _SHARED if (found := _named(name)))})


def _account(uid: int, gid: int) -> Account:
    found = _entry(uid)
    return Account(uid, gid if found is None else found.pw_gid, dropped=True)


def _made() -> pwd.struct_passwd:
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', os.defpath)}:{_ADMINISTRATION}")
    if program is None:
        raise NoServiceUser(NAME, "this machine has no useradd")
    _log.warning("hoso makes the system user %s, as whom its services run", NAME)
    shell = next((each for each in _SHELLS if Path(each).exists()), _SHELLS[-1])
    words = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", shell]
    ended = subprocess.run([program, *words, NAME], capture_output=True, text=True, check=False)
    # Whoever was faster made the same one.
    if (made := _named(NAME)) is None:
        raise NoServiceUser(NAME, ended.stderr.strip() or f"useradd ended with {ended.returncode}")
    return made


def _named(name: str) -> pwd.struct_passwd | None:
    """The user of that name, unless it is root by another name."""
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return found if found.pw_uid != 0 else None


def _entry(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None
