"""Creation of the embedded server's data and roles."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from hoso_models import roles
from hoso_models.postgres import process
from hoso_models.postgres.binaries import Binaries
from hoso_models.postgres.errors import ServerFailed
from hoso_models.postgres.paths import ServerPaths
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
#: File in the data with the version of their roles; another number creates them anew.
ROLES_FILE = "hoso.roles"
ROLES_VERSION = "1"
#: A failed statement is logged whole, and these hold passwords.
_NOT_LOGGED = "set log_min_error_statement = panic;\n"
_INITIAL = (
    f"--username={SUPERUSER}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--data-checksums",
    "--no-instructions",
)
#: A failed statement ends it, and is not logged: by itself it goes on, and ends well.
_SINGLE = ("-c", "exit_on_error=on", "-c", "log_min_error_statement=panic")


def initialise(paths: ServerPaths, programs: Binaries) -> None:
    """Create the data directory under a temporary name and rename it when complete. Half a database is never found."""
    temporary = Path(tempfile.mkdtemp(prefix="data.", dir=paths.directory))
    try:
        paths.account.own(temporary)
        superuser = paths.new_secret("superuser")
        _run(paths, [programs["initdb"], f"--pgdata={temporary}", f"--pwfile={superuser}", *_INITIAL])
        # Without a server, so that nobody ever sees one without its owner.
        alone = [programs["postgres"], "--single", *_SINGLE, "-D", str(temporary), "postgres"]
        _run(paths, alone, _initial_sql(paths))
        temporary.rename(paths.data)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def roles_current(paths: ServerPaths) -> bool:
    """True when the roles are those of this release."""
    record_roles = paths.data / ROLES_FILE
    return record_roles.exists() and record_roles.read_text() == ROLES_VERSION


def create_roles(paths: ServerPaths) -> str:
    """SQL for the superuser that creates the roles and closes the databases.

    It creates every role but the owner, each with its password. Safe on data of an earlier release, and again after an
    interruption.
    """
    made = (
        roles.create_role(role, paths.ensure_secret(SECRETS[role])) + _terse_errors(role)
        for role in (Role.APPLICATION, Role.PREFECT, Role.AUDITOR)
    )
    closed = (
        roles.restrict_connections(Role.OWNER, Role.APPLICATION, Role.AUDITOR),
        roles.restrict_connections("postgres", Role.OWNER),
        roles.restrict_connections("template1"),
    )
    return _NOT_LOGGED + "".join((*made, *closed))


def record_roles(paths: ServerPaths) -> None:
    """Record that the roles are those of this release."""
    path = paths.data / ROLES_FILE
    path.write_text(ROLES_VERSION)
    paths.account.own(path)


def named(database: str) -> str:
    """A database's name that needs no quotes. Raises ValueError."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", database):
        raise ValueError(f"{database!r} is not a database name: small letters, digits and _")
    return database


def _initial_sql(paths: ServerPaths) -> str:
    password = paths.new_secret("password").read_text()
    return "\n".join(
        (
            f"create role {Role.OWNER} login createdb password '{password}'",
            f"create database {Role.OWNER} owner {Role.OWNER}",
            _terse_errors(Role.OWNER),
            "",
        )
    )


def _terse_errors(role: Role) -> str:
    """SQL that keeps row contents out of the log. The rest of an error is the row that it is about: personal data."""
    return f"alter role {role} set log_error_verbosity = terse;\n"


def _run(paths: ServerPaths, command: list[str], sql: str = "") -> None:
    ended = subprocess.run(
        command,
        input=sql,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=process.environment(),
        **paths.account.options(),
    )
    if ended.returncode != 0:
        raise ServerFailed("make its data", ended.stderr)
