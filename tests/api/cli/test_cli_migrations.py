"""Only `serve` and `db upgrade` change tables: every other command refuses a database of another release in a sentence."""

import asyncio

import pytest

from hoso_models import migrations, postgres
from hoso_models.storage import database
from support import databases, ports
from support.command_line import hoso, owner, stored
from support.served import said, serving

COMMANDS = (("overdue",), ("tokens", "list"))
NEWER = "This database was written by a newer hoso: it stands at 9999"


def at_revision(url: str, revision: str) -> None:
    asyncio.run(databases.changed(url, f"update alembic_version set version_num = '{revision}'"))  # noqa: S608 - revisions of ours


@pytest.mark.parametrize(
    ("revision", "told"), [("0001", "The database stands at 0001, and this hoso needs"), ("9999", NEWER)]
)
def test_a_database_of_another_release_is_refused_in_a_sentence(
    database_url: str, revision: str, told: str
) -> None:
    at_revision(database_url, revision)
    ran = [hoso(*command, url=database_url, **owner(database_url)) for command in COMMANDS]
    assert [(each.status, each.out, told in each.err) for each in ran] == [(2, "", True)] * len(COMMANDS)
    assert [each.err.count("\n") for each in ran] == [1] * len(COMMANDS)
    assert stored(database_url, "select version_num from alembic_version") == [(revision,)]


def test_an_older_release_upgrades_and_serves_no_newer_database(database_url: str) -> None:
    at_revision(database_url, "9999")
    ran = [
        hoso(*command, url=database_url, **owner(database_url))
        for command in (("db", "upgrade"), ("serve", "flows"))
    ]
    assert [(each.status, NEWER in each.err) for each in ran] == [(2, True)] * 2
    current = hoso("db", "current", url=database_url)
    assert (current.status, current.out, NEWER in current.err) == (
        1,
        f"9999 (newest: {migrations.head()})\n",
        True,
    )
    (check,) = [
        each for each in hoso("doctor", "--json", url=database_url).json if each["name"] == "migrations"
    ]
    assert (check["state"], check["detail"], check["remedy"]) == (
        "failing",
        f"9999, written by a newer hoso; this one knows up to {migrations.head()}",
        "Install that release, or a newer one.",
    )


def test_what_upgrades_says_so(server: postgres.Server) -> None:
    server.query("create database behind")
    address = databases.as_owner(server.url("behind"))

    async def older() -> None:
        async with database.connect(address) as db:
            await migrations.upgrade(db, "0001")

    asyncio.run(older())
    url, newest = address.render_as_string(hide_password=False), migrations.head()
    with databases.home() as home, ports.kept() as port:
        told = {"HOSO_DATABASE_URL": url, "HOSO_PORT": str(port), "HOSO_WORKERS": "1"}
        with serving(home, "api", **told) as process:
            said(process, f"The database stood at 0001 and stands at {newest}.")
    again = hoso("db", "upgrade", url=url)
    assert (again.status, again.err) == (0, f"The database stands at {newest} already.\n")
    server.query("drop database behind with (force)")
