"""Owner and modes of the files of an installation, which nobody else reads."""

import os
from collections.abc import Iterator
from pathlib import Path

from hoso_calendar.messages import say
from hoso_models.postgres import os_user, ownership

#: What hoso keeps in its home; `postgres` takes care of its own files.
OURS = frozenset(
    {
        *("postgres", "postgres.lock", "hoso.toml", "log", "prefect", "prefect-auth", "demo.lock"),
        *("serve.lock", "ports.toml", "installation-id", "keys"),
    }
)
#: The name of a home that nobody chose.
_USUAL = ".hoso"


class Refused(Exception):
    """Files of an installation cannot be given to its user."""


class ForeignFiles(Refused):
    """Root's folder holds files that are not hoso's. So it is neither given away nor closed to others."""

    def __init__(self, home: Path, strange: str, user: str) -> None:
        super().__init__(
            say(
                "{home} is root's and holds what is not hoso's ({strange}), so it is not handed to the user {user}; name a folder of its own with HOSO_HOME, or give it away yourself (`chown {user} {home}`)",
                home=home,
                strange=strange,
                user=user,
            )
        )
        self.home = home
        self.strange = strange


def settle(home: Path) -> os_user.Account:
    """Make a home, or close an existing one to others; gives its user.

    Raises ForeignFiles and NoServiceUser.
    Root hands over what it made there; what is in a folder that holds other things too keeps its mode.
    """
    owner = os_user.choose(home)
    owner.make(home)
    if owner.dropped:
        _hand_over(home, owner)
    elif home.stat().st_uid == owner.uid and _strange(home) is None:
        for path, mode in _modes(home):
            if path.stat().st_mode & 0o077:
                path.chmod(mode)
    return owner


def give(home: Path, *paths: Path) -> None:
    """Hand over what root has put into a home. Raises NotHandedOver."""
    owner = os_user.choose(home)
    for path in paths if owner.dropped else ():
        if os.path.lexists(path):
            ownership.hand_over(path, owner)


def shared(home: Path) -> list[Path]:
    """Files of the services that belong to root or to a shared user."""
    strangers = {home: {0}, home / "postgres" / "data": {0, *os_user.shared()}}
    return [path for path, users in strangers.items() if path.exists() and path.stat().st_uid in users]


def private(path: str, flags: int) -> int:
    """An `opener` for files with mode 0600, whatever the umask."""
    return os.open(path, flags, 0o600)


def loose(home: Path) -> list[Path]:
    """The files that others may read."""
    files = (path for path, _ in (*_modes(home), (home / "hoso.toml", 0o600)))
    return [path for path in files if path.exists() and path.stat().st_mode & 0o077]


def _hand_over(home: Path, owner: os_user.Account) -> None:
    if home.stat().st_uid == 0:
        if (strange := _strange(home)) is not None:
            raise ForeignFiles(home, strange, owner.name)
        owner.own(home)
        home.chmod(0o700)
    for path in (home / name for name in OURS - {"postgres"}):
        if os.path.lexists(path):
            ownership.hand_over(path, owner)


def _strange(home: Path) -> str | None:
    """Something in a home of an unusual name that hoso never puts there."""
    if home.name == _USUAL:
        return None
    return next((name for name in sorted(each.name for each in home.iterdir()) if name not in OURS), None)


def _modes(home: Path) -> Iterator[tuple[Path, int]]:
    """The private files that are there, with their modes."""
    for path in (home, home / "log", home / "prefect", home / "keys"):
        if path.is_dir():
            yield path, 0o700
    locks = home / "demo.lock", home / "serve.lock"
    for path in (home / "prefect-auth", *locks, *(home / "log").glob("*"), *(home / "keys").glob("*")):
        if path.is_file():
            yield path, 0o600
