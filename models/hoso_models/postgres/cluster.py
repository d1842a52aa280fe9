"""Making of the embedded server's data and of its roles."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from hoso_models import roles
from hoso_models.postgres import process
from hoso_models.postgres.binaries import Binaries
from hoso_models.postgres.errors import ServerFailed
from hoso_models.postgres.paths import Place
from hoso_models.roles import Role

SUPERUSER = "postgres"
#: Role → the file beside the data with its password. The owner's had its name before there were others.
SECRETS = {
    SUPERUSER: "superuser",
    Role.OWNER: "password",
    Role.APPLICATION: "application",
    Role.PREFECT: "prefect",
    Role.AUDITOR: "auditor",
}
#: Written into the data when their roles are as `settled` makes them; another number makes them anew.
MARK = "hoso.roles"
SETTLED = "1"
#: A failed statement is logged whole, and these hold passwords.
_UNHEARD = "set log_min_error_statement = panic;\n"
_INITIAL = (
    f"--username={SUPERUSER}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--data-checksums",
    "--no-instructions",
)


def initialise(place: Place, programs: Binaries) -> None:
    """Create the data directory under a temporary name and rename it when complete. Half a database is never found."""
    fresh = Path(tempfile.mkdtemp(prefix="data.", dir=place.directory))
    try:
        place.account.own(fresh)
        superuser = place.new_secret("superuser")
        _run(place, [programs["initdb"], f"--pgdata={fresh}", f"--pwfile={superuser}", *_INITIAL])
        # Without a server, so that nobody ever sees one without its owner.
        _run(place, [programs["postgres"], "--single", "-D", str(fresh), "postgres"], _first_words(place))
        fresh.rename(place.data)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def settled(place: Place) -> bool:
    """True when the roles are there, as this release makes them."""
    mark = place.data / MARK
    return mark.exists() and mark.read_text() == SETTLED


def roles_made(place: Place) -> str:
    """SQL for the superuser that creates the roles and closes the databases.

    It creates every role but the owner, each with its password. Safe on data of an earlier release, and again after an
    interruption.
    """
    made = (
        roles.entered(role, place.kept_secret(SECRETS[role])) + _terse(role)
        for role in (Role.APPLICATION, Role.PREFECT, Role.AUDITOR)
    )
    closed = (
        roles.closed(Role.OWNER, Role.APPLICATION, Role.AUDITOR),
        roles.closed("postgres", Role.OWNER),
        roles.closed("template1"),
    )
    return _UNHEARD + "".join((*made, *closed))


def mark(place: Place) -> None:
    """Remembers that the roles are as this release makes them."""
    path = place.data / MARK
    path.write_text(SETTLED)
    place.account.own(path)


def named(database: str) -> str:
    """A database's name that needs no quotes. Raises ValueError."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", database):
        raise ValueError(f"{database!r} is not a database name: small letters, digits and _")
    return database


def _first_words(place: Place) -> str:
    password = place.new_secret("password").read_text()
    return "\n".join(
        (
            f"create role {Role.OWNER} login createdb password '{password}'",
            f"create database {Role.OWNER} owner {Role.OWNER}",
            _terse(Role.OWNER),
            "",
        )
    )


def _terse(role: Role) -> str:
    """SQL that keeps row contents out of the log. The rest of an error is the row that it is about: personal data."""
    return f"alter role {role} set log_error_verbosity = terse;\n"


def _run(place: Place, command: list[str], words: str = "") -> None:
    said = subprocess.run(
        command,
        input=words,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=process.environment(),
        **place.account.options(),
    )
    if said.returncode != 0:
        raise ServerFailed("make its data", said.stderr)
