"""As whom the server runs: PostgreSQL refuses to run as root, so root hands it to somebody who may do less."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Who is asked first when hoso runs as root; any other ordinary user follows.
_PREFERRED = ("postgres", "nobody")
#: The number that means nobody where the machine names no user at all.
_NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the machine; `dropped` when the caller is root and has to become it."""

    uid: int
    gid: int
    dropped: bool

    def options(self) -> dict[str, Any]:
        """What subprocess needs to start a child as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}

    def own(self, path: Path) -> None:
        """Hands a file or directory to this user."""
        if self.dropped:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether this user may enter every directory on the way to a path."""
        return not self.dropped or all(self._enters(parent) for parent in path.resolve().parents)

    def _enters(self, directory: Path) -> bool:
        found = directory.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & 0o100)
        return bool(found.st_mode & (0o010 if found.st_gid == self.gid else 0o001))


def choose(data: Path) -> Account:
    """The caller itself; for root the owner of the data, or an ordinary user that the machine already has."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), dropped=False)
    if data.exists() and data.stat().st_uid != 0:
        found = data.stat()
        return Account(found.st_uid, found.st_gid, dropped=True)
    return _ordinary()


def _ordinary() -> Account:
    users = {user.pw_name: user for user in pwd.getpwall() if user.pw_uid != 0}
    named = [users[name] for name in _PREFERRED if name in users]
    chosen = next(iter([*named, *users.values()]), None)
    if chosen is None:
        return Account(_NOBODY, _NOBODY, dropped=True)
    return Account(chosen.pw_uid, chosen.pw_gid, dropped=True)
