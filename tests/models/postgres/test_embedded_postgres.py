"""The embedded server lives through what happens to servers: kills, corpses, crowds, strange places, other users."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from hoso_models import errors, postgres
from hoso_models.postgres import Role, paths, process
from hoso_models.postgres.cluster import SECRETS
from hoso_models.storage import database
from support import databases, disks, unprivileged

pytestmark = pytest.mark.server

NOBODY = unprivileged.NOBODY
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs a server as somebody else")


@pytest.fixture
def home() -> Iterator[Path]:
    with databases.home() as directory:
        yield directory


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """The home of a server that was made once, copied by nobody, started by each test for itself."""
    with databases.home() as directory:
        with postgres.Server(directory):
            pass
        yield directory


async def fetch(server: postgres.Server, sql: str, *parameters: object) -> object:
    async with database.connect(server.url(role=Role.OWNER)) as db:
        return (await db.rows(sql, parameters))[0][0]


def ask(server: postgres.Server, sql: str, *parameters: object) -> object:
    return asyncio.run(fetch(server, sql, *parameters))


def kill(server: postgres.Server) -> int:
    """Kills the postmaster and says which one."""
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def modes(directory: Path) -> dict[str, str]:
    return {name: stat.filemode((directory / name).stat().st_mode) for name in ("data", *SECRETS.values())}


def test_a_server_is_made_started_and_stopped(home: Path) -> None:
    server = postgres.Server(home)
    with pytest.raises(postgres.NotRunning):
        server.url()
    with server:
        assert ask(server, "select current_user::text") == "hoso"
        assert server.answers()
    assert server.pid() is None
    assert modes(home / "postgres") == {
        "data": "drwx------",
        "superuser": "-rw-------",
        "password": "-rw-------",
        "application": "-rw-------",
        "prefect": "-rw-------",
        "auditor": "-rw-------",
    }
    assert [entry.name for entry in (home / "postgres").glob("data*")] == ["data"]


def test_a_warm_start_finds_what_was_stored(made: Path) -> None:
    with postgres.Server(made) as server:
        server.query("create table warm as select 7 as n", "hoso")
        address = server.url()
    with postgres.Server(made) as server:
        assert server.url() == address
        assert ask(server, "select n from warm") == 7


def test_it_listens_on_a_socket_only_and_wants_the_password(made: Path) -> None:
    with postgres.Server(made) as server:
        assert ask(server, "show listen_addresses") == ""
        wrong = database.connect(database.connect(server.url()).url.set(password="wrong"))
        with pytest.raises(errors.DatabaseRefused, match="password authentication failed"):
            asyncio.run(wrong.rows("select 1"))
        powers = "select bool_or(rolsuper or rolcreaterole or rolreplication or rolbypassrls) from pg_roles where rolname ~ '^hoso'"
        assert ask(server, powers) is False


def test_the_server_never_runs_as_root(made: Path) -> None:
    with postgres.Server(made) as server:
        pid = server.pid()
        assert pid is not None
        owner = Path(f"/proc/{pid}").stat().st_uid
        assert owner != 0
        assert owner == server.data.stat().st_uid


def test_whoever_comes_last_stops_it(made: Path) -> None:
    first, second = postgres.Server(made).start(), postgres.Server(made).start()
    assert first.pid() == second.pid()
    first.stop()
    assert second.answers()
    second.stop()
    assert (first.pid(), second.pid()) == (None, None)
    second.stop()


def test_many_who_ask_at_once_share_one_server(home: Path) -> None:
    servers = [postgres.Server(home) for _ in range(6)]
    with ThreadPoolExecutor(len(servers)) as pool:
        pids = {server.pid() for server in pool.map(postgres.Server.start, servers)}
    assert len(pids) == 1
    assert None not in pids
    for server in servers:
        server.stop()
    assert {server.pid() for server in servers} == {None}


def test_processes_that_ask_at_once_share_one_server(made: Path) -> None:
    script = (
        "import sys; from hoso_models import postgres\n"
        "with postgres.Server(sys.argv[1]) as s: print(s.pid(), flush=True); sys.stdin.read()"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(made)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    pids = {child.stdout.readline().strip() for child in started if child.stdout}
    assert len(pids) == 1
    for child in started:
        child.communicate()
        assert child.returncode == 0
    assert postgres.Server(made).pid() is None


def test_what_a_killed_server_wrote_does_not_keep_the_next_one_out(made: Path) -> None:
    server = postgres.Server(made).start()
    killed = kill(server)
    assert server.start().pid() not in {None, killed}
    assert server.answers()
    server.stop()


def test_a_process_number_that_now_belongs_to_a_stranger_does_not_keep_it_out(made: Path) -> None:
    server = postgres.Server(made).start()
    killed = kill(server)
    with subprocess.Popen(["/bin/sleep", "1000"], **account_of(server)) as stranger:
        for lock in (server.data / "postmaster.pid", made / "postgres" / ".s.PGSQL.5432.lock"):
            lock.write_text(lock.read_text().replace(str(killed), str(stranger.pid), 1))
        assert server.pid() is None
        server.start()
        assert server.answers()
        stranger.kill()
    server.stop()


def account_of(server: postgres.Server) -> dict[str, int]:
    owner = server.data.stat().st_uid
    return {} if owner == os.geteuid() else {"user": owner}


def test_backends_that_outlive_their_server_are_awaited_then_sent_away(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hoso_models.postgres.server._GRACE", 0.2)
    server = postgres.Server(made).start()

    async def orphan() -> int:
        """A backend that computes and so does not notice that its server died."""
        connection = await asyncpg.connect(server.url(role=Role.OWNER).replace("+asyncpg", ""))
        backend = await connection.fetchval("select pg_backend_pid()")
        busy = asyncio.ensure_future(
            connection.fetchval("select count(*) from generate_series(1, 10000000000)")
        )
        while (await on_cpu(backend)) != "active":
            pass
        kill(server)
        assert process.runs_in(backend, server.data)
        await asyncio.to_thread(server.start)
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
            await busy
        return int(backend)

    async def on_cpu(backend: int) -> object:
        return await fetch(server, "select state from pg_stat_activity where pid = $1", backend)

    assert not process.runs_in(asyncio.run(orphan()), server.data)
    assert server.answers()
    server.stop()


def test_a_kill_in_the_middle_of_writing_loses_nothing_acknowledged(made: Path) -> None:
    server = postgres.Server(made).start()
    server.query("create table written (n int primary key)", "hoso")
    acknowledged: list[int] = []

    async def write(db: database.Database, first: int, enough: asyncio.Event) -> None:
        for n in range(first, first + 100_000):
            try:
                await db.one_statement("insert into written values ($1)", (n,))
            except errors.DatabaseAway:
                return
            acknowledged.append(n)
            if len(acknowledged) >= 300:
                enough.set()

    async def killed_while_writing() -> None:
        enough = asyncio.Event()
        async with database.connect(server.url(role=Role.OWNER)) as db:
            writers = [asyncio.ensure_future(write(db, k * 1_000_000, enough)) for k in range(4)]
            await enough.wait()
            kill(server)
            await asyncio.gather(*writers)

    asyncio.run(killed_while_writing())
    server.start()
    lost = "select count(*) from unnest($1::int[]) n where n not in (table written)"
    assert ask(server, lost, acknowledged) == 0
    server.stop()


def test_a_supervised_server_comes_back_by_itself(made: Path) -> None:
    async def until_it_answers() -> object:
        async with database.connect(server.url()) as db:
            while True:
                try:
                    return (await db.rows("select pg_postmaster_start_time() is not null"))[0][0]
                except errors.DatabaseAway:
                    await asyncio.sleep(0.05)

    with postgres.Server(made).supervised() as server:
        killed = kill(server)
        assert asyncio.run(until_it_answers()) is True
        assert server.pid() not in {None, killed}
    assert server.pid() is None


def test_a_half_made_server_is_made_anew(home: Path) -> None:
    server = postgres.Server(home)
    with server:
        pass
    server.data.rename(home / "postgres" / "data.interrupted")
    with server:
        assert server.answers()


def test_a_path_too_long_for_a_socket_gets_a_short_one(home: Path) -> None:
    deep = home.joinpath(*("directory-with-a-long-name",) * 5)
    deep.mkdir(parents=True)
    with postgres.Server(deep) as server:
        socket = paths.ServerPaths(deep, server._account).socket_directory
        assert socket.parent == Path(tempfile.gettempdir())
        assert ask(server, "select 1") == 1
    socket.rmdir()


def test_a_socket_directory_that_is_somebody_elses_is_not_used(home: Path) -> None:
    deep = home.joinpath(*("directory-with-a-long-name",) * 5)
    deep.mkdir(parents=True)
    server = postgres.Server(deep)
    socket = paths.ServerPaths(deep, server._account).socket_directory
    socket.mkdir(mode=0o777)
    socket.chmod(0o777)
    try:
        with pytest.raises(postgres.Unreachable, match="HOSO_HOME"):
            server.start()
    finally:
        socket.rmdir()


def test_a_home_with_quotes_commas_and_vietnamese_letters_works(home: Path) -> None:
    for odd in ('hồ sơ "tạm" & 100%', "two, with a comma"):
        with postgres.Server(home / odd) as server:
            assert ask(server, "select 1") == 1
            socket = paths.ServerPaths(home / odd, server._account).socket_directory
    socket.rmdir()


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_home_that_only_its_owner_may_enter_works(
    home: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, mask: int
) -> None:
    request.addfinalizer(partial(os.umask, os.umask(mask)))
    state = home / "state"
    monkeypatch.setattr(paths, "STATE", state)
    (home / "private").mkdir(mode=0o700)
    with postgres.Server(home / "private" / ".hoso") as server:
        assert ask(server, "select 1") == 1
        assert server.data.is_relative_to(state if os.geteuid() == 0 else home / "private")
    with postgres.Server(home / "private" / ".hoso") as again:
        assert again.data == server.data


def test_a_database_is_made_once_with_its_extensions(made: Path) -> None:
    with postgres.Server(made) as server:
        address = server.ensure_database("prefect", ("pg_trgm",), Role.PREFECT)
        assert server.ensure_database("prefect", ("pg_trgm",), Role.PREFECT) == address
        assert server.ensure_database("another", ("pg_trgm",)) == server.url("another", Role.APPLICATION)
        listed = "select count(*) from pg_extension where extname = 'pg_trgm'"
        assert server.query(listed, "another") == "1"
        owners = "select datname, pg_get_userbyid(datdba) from pg_database where datname in ('another', 'prefect') order by 1"
        assert server.query(owners) == "another|hoso\nprefect|hoso_prefect"
        with pytest.raises(ValueError, match="not a database name"):
            server.ensure_database('x"; drop database hoso; --')


CONNECTS = {
    ("hoso", Role.OWNER): True,
    ("hoso", Role.APPLICATION): True,
    ("hoso", Role.AUDITOR): True,
    ("hoso", Role.PREFECT): False,
    ("prefect", Role.OWNER): False,
    ("prefect", Role.APPLICATION): False,
    ("prefect", Role.AUDITOR): False,
    ("prefect", Role.PREFECT): True,
    ("postgres", Role.OWNER): True,
    ("postgres", Role.APPLICATION): False,
    ("postgres", Role.AUDITOR): False,
    ("postgres", Role.PREFECT): False,
    ("template1", Role.OWNER): False,
    ("template1", Role.APPLICATION): False,
    ("template1", Role.AUDITOR): False,
    ("template1", Role.PREFECT): False,
}


def test_prefect_finds_no_way_into_our_database_nor_we_into_its(made: Path) -> None:
    """Each role with its own right password: not the password keeps it out, but PostgreSQL."""

    async def enters(server: postgres.Server, name: str, role: Role) -> bool:
        async with database.connect(server.url(name, role)) as db:
            try:
                return await db.rows("select current_user::text") == [(role,)]
            except errors.DatabaseRefused as refused:
                return "permission denied for database" not in refused.reason

    with postgres.Server(made) as server:
        server.ensure_database("prefect", ("pg_trgm",), Role.PREFECT)
        found = {place: asyncio.run(enters(server, *place)) for place in CONNECTS}
    assert found == CONNECTS


def test_what_was_interrupted_while_its_roles_were_made_is_made_whole(made: Path) -> None:
    """State left behind: no mark, no role, no password file, half a password."""
    secrets = made / "postgres"
    with postgres.Server(made) as server:
        server._command("drop database if exists prefect; drop owned by hoso_prefect; drop role hoso_prefect")
        (server.data / "hoso.roles").unlink()
    (secrets / "auditor").unlink()
    (secrets / "prefect").write_text("")
    kept = (secrets / "application").read_text()
    with postgres.Server(made) as server:
        for role in (Role.APPLICATION, Role.AUDITOR, Role.PREFECT):
            server.ensure_database("own", owner=role)
            assert asyncio.run(named(server.url("own", role))) == role
            server._command("drop database own")
    assert (secrets / "application").read_text() == kept
    assert modes(secrets)["auditor"] == "-rw-------"


async def named(url: str) -> object:
    async with database.connect(url) as db:
        return (await db.rows("select current_user::text"))[0][0]


def test_roles_that_cannot_be_made_say_which_file_is_missing(made: Path) -> None:
    secret = made / "postgres" / "superuser"
    kept = secret.rename(secret.with_name("superuser.kept"))
    with postgres.Server(made) as server:
        (server.data / "hoso.roles").unlink()
    try:
        with pytest.raises(postgres.NoSuperuser, match="put that file back"):
            postgres.Server(made).start()
    finally:
        kept.rename(secret)
    with postgres.Server(made) as server:
        assert server.answers()


def test_no_password_is_written_into_the_log_of_the_server(home: Path) -> None:
    with postgres.Server(home) as server:
        server.query("select 1")
    log = server.log.read_text()
    assert [name for name in SECRETS.values() if (home / "postgres" / name).read_text() in log] == []


def test_a_changed_password_file_is_said(made: Path) -> None:
    secret = made / "postgres" / "password"
    kept = secret.read_text()
    server = postgres.Server(made).start()
    secret.write_text("changed")
    refused = postgres.Server(made)
    try:
        with pytest.raises(postgres.OwnerRefused, match="password authentication failed"):
            refused.start()
    finally:
        secret.write_text(kept)
        server.stop()
    # Who was refused uses nothing, so the server ended with its only user.
    assert server.pid() is None


def test_a_setting_that_postgresql_refuses_is_said_in_its_words(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hoso_models.postgres.server._START_TIMEOUT", 5.0)
    with pytest.raises(postgres.ServerFailed, match="shared_bufers"):
        postgres.Server(made, options={"shared_bufers": "1GB"}).start()


def test_data_of_a_version_that_is_not_installed_are_left_alone(home: Path) -> None:
    (home / "postgres" / "data").mkdir(parents=True)
    (home / "postgres" / "data" / "PG_VERSION").write_text("9\n")
    server = postgres.Server(home)
    os.chown(home / "postgres", server._account.uid, server._account.gid)
    with pytest.raises(postgres.NoBinaries, match="PostgreSQL 9"):
        server.start()


@pytest.mark.parametrize("version", [15, 18])
def test_both_versions_serve(home: Path, version: int) -> None:
    with postgres.Server(home, version=version, options=databases.HASTY) as server:
        assert int(str(ask(server, "show server_version_num"))) // 10000 == version
    # The data choose the programs from now on.
    with postgres.Server(home, options=databases.HASTY) as server:
        assert int(str(ask(server, "show server_version_num"))) // 10000 == version


@pytest.mark.slow
@pytest.mark.rotating("models/hoso_models/postgres")
@disks.MOUNTS
def test_data_that_find_no_room_are_told_and_are_made_whole_once_there_is_room(home: Path) -> None:
    # So much that the first database is there, and the owner's is not.
    with disks.mounted(home, "size=40m") as folder:
        server = postgres.Server(folder / "installation")
        with pytest.raises(postgres.NoRoom), server.telling_room(), server:
            pass
        disks.remount(folder, "size=400m")
        with server:
            assert ask(server, "select current_database()") == Role.OWNER
