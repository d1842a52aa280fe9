"""A `.hoso` as an earlier release left it, laid out on the embedded server.

*Before the roles*: `tests/support/earlier/` holds what it had stored: a small demonstration that it played, and the database that it made for
Prefect, each as `pg_dump` wrote them, without Prefect's rows. One role, `hoso`, owned and did everything then, and
everybody who had a password came into every database. *Before the rooms* (migration 0014): `rooms.sql.xz` is the database of a
demonstration of 40 dossiers that the last release before the modules moved into rooms played.
"""

import lzma
from pathlib import Path

from hoso_models import postgres
from hoso_models.postgres import cluster

STORED = Path(__file__).parent / "earlier"
#: Where that release's migrations stood.
REVISION = "0005"
#: Where those of the release before the rooms stood.
REVISION_BEFORE_THE_ROOMS = "0014"


def laid_out(home: Path, options: dict[str, str]) -> None:
    """Make such a home; no server runs in it afterwards."""
    server = postgres.Server(home, options=options)
    home.mkdir(parents=True)
    server._paths.prepare()
    cluster.initialise(server._paths, server._programs)
    # That release made no roles, so while this is so, neither do we.
    cluster.record_roles(server._paths)
    with server:
        server.query(_dump("hoso"), "hoso")
        server.query("create database prefect")
        server.query(_dump("prefect"), "prefect")
    (server.data / cluster.ROLES_FILE).unlink()
    (home / "hoso.toml").write_text(
        "# Written by `hoso demo`: these data are a demonstration's.\nopen_board = true\n"
    )


def laid_out_before_the_rooms(home: Path, options: dict[str, str]) -> None:
    """Make a home as that release left it; no server runs in it afterwards."""
    with postgres.Server(home, options=options) as server:
        server.query(_dump("rooms"), "hoso")
    (home / "hoso.toml").write_text(
        "# Written by `hoso demo`: these data are a demonstration's.\nopen_board = true\n"
    )


def _dump(database: str) -> str:
    return lzma.decompress((STORED / f"{database}.sql.xz").read_bytes()).decode()
