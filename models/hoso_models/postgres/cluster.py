"""How the data of the embedded server are made."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from . import process
from .binaries import Binaries
from .complaints import ServerFailed
from .place import Place

#: The role that hoso logs in with. It owns its databases and is no superuser.
OWNER = "hoso"
_INITIAL = (
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--data-checksums",
    "--no-instructions",
)


def initialise(place: Place, programs: Binaries) -> None:
    """Makes the data in a temporary directory and renames it when whole: half a database is never found."""
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


def _first_words(place: Place) -> str:
    password = place.new_secret("password").read_text()
    return "\n".join(
        (
            f"create role {OWNER} login createdb password '{password}'",
            f"create database {OWNER} owner {OWNER}",
            # The rest of an error is the row that it is about: personal data, which are not kept in a log.
            f"alter role {OWNER} set log_error_verbosity = terse",
            "",
        )
    )


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
