"""Several servers of one database: each way to write them, the one that takes changes, and the other when it is gone."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from hoso_models import errors
from hoso_models.postgres import binaries, dumps, os_user
from hoso_models.roles import Role
from hoso_models.storage import database
from support import databases, replicas
from support.replicas import Pair

FORMS = {
    "postgresql://u:p@h1:5432,h2:5433/db": "h1,h2 5432,5433",
    "postgres://u:p@h1,h2:5433/db?sslmode=require": "h1,h2 5432,5433",
    "postgresql://u:p@[::1]:5433,h2/db": "::1,h2 5433,5432",
    "postgresql://u:p@/db?host=h1:5432&host=h2:5433": "h1,h2 5432,5433",
    "postgresql://u:p@/db?host=h1,h2&port=5432,5433": "h1,h2 5432,5433",
    "postgresql://u:p@/db?host=/a,/b&port=5433": "/a,/b 5433,5433",
}


@pytest.mark.parametrize("url", FORMS)
def test_several_hosts_are_written_in_any_usual_way(url: str) -> None:
    found = database.connect(url).url
    read = f"{found.query['host']} {found.query['port']}", found.query["target_session_attrs"]
    assert read == (FORMS[url], "read-write")
    assert (found.username, found.password, found.database) == ("u", "p", "db")
    # What was read is read again as the same.
    assert database.address(found.render_as_string(hide_password=False)) == found


def test_which_of_several_servers_is_wanted_may_be_said() -> None:
    found = database.address("postgresql://h1,h2/db?target_session_attrs=any")
    assert found.query["target_session_attrs"] == "any"


@pytest.mark.parametrize(
    "url", ["postgresql://u:secret@h1:x,h2/db", "postgresql://u:secret@h1,h2/db?port=1,2,3"]
)
def test_what_cannot_be_read_is_said_without_a_word_that_is_false(url: str) -> None:
    with pytest.raises(database.NotPostgreSQL, match="host1:port1,host2:port2; this one reads on otherwise"):
        database.address(url)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with replicas.pair() as found:
        yield found


@pytest.mark.server
async def test_changes_go_to_the_primary_wherever_it_stands_and_to_its_successor(pair: Pair) -> None:
    url = pair.url(databases.TEMPLATE)
    turned = replicas.Pair(pair.standby, pair.primary).url(databases.TEMPLATE)
    await pair.confirm()
    kept = "insert into watermark values ($1, now())"
    async with database.connect(url) as one, database.connect(turned) as other:
        await one.one_statement(kept, ["by one"])
        async with other.transaction() as tx:
            await tx.rows(kept, ["by the other"])
        owner = make_url(url).set(username=str(Role.OWNER), password=pair.secret(Role.OWNER))
        async with database.connect(owner) as migrating, migrating.transaction() as tx:
            (exported,) = await tx.rows("select pg_export_snapshot() as name")
            account = os_user.choose(Path("/"))
            programs = binaries.clients(account, binaries.find(account).version)
            assert [each async for each in dumps.dump(programs, migrating.url, exported.name)] != []
        pair.kill()
        with pytest.raises(errors.DatabaseAway):
            await one.one_statement(kept, ["nowhere"])
        await pair.promote()
        for each in (one, other):
            await each.one_statement(kept, [f"after it {id(each)}"])
        rows = await one.rows("select job from watermark where job like 'by %' order by job")
    assert rows == [("by one",), ("by the other",)]


async def test_a_server_that_is_silent_hides_no_other(database_url: str) -> None:
    """Nothing is ever answered there; each host has its share of the time to connect."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        at = make_url(database_url)
        hosts, ports = f"127.0.0.1,{at.query['host']}", f"{silent.getsockname()[1]},{at.query['port']}"
        url = at.update_query_dict({"host": hosts, "port": ports})
        settings = database.DatabaseSettings(database_connect_timeout="PT0.6S")
        async with database.connect(url, settings) as db:
            for _ in range(2):
                assert await db.rows("select 1") == [(1,)]
