"""Owner of the embedded server's data: a user of its own, never root and never a user that others share."""

import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hoso_models import postgres
from hoso_models.postgres import os_user
from support import databases, unprivileged

pytestmark = pytest.mark.server

NOBODY = unprivileged.NOBODY
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs a server as somebody else")


@pytest.fixture
def home() -> Iterator[Path]:
    with databases.home() as directory:
        yield directory


@AS_ROOT
def test_data_of_root_are_read_by_no_other_service(home: Path) -> None:
    with postgres.Server(home, options=databases.HASTY) as server:
        runs_as = Path(f"/proc/{server.pid()}").stat().st_uid
        owners = {path.lstat().st_uid for path in (home / "postgres").rglob("*")}
    own = pwd.getpwnam(os_user.NAME).pw_uid
    assert (runs_as, owners) == (own, {own})
    assert own not in os_user.shared()


@AS_ROOT
def test_a_machine_that_gets_no_user_of_ours_is_refused_and_lends_none(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os_user, "NAME", "hoso-of-nobody")
    monkeypatch.setattr(os_user, "_ADMINISTRATION", "/nowhere")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(postgres.NoServiceUser, match="useradd --system --user-group hoso-of-nobody"):
        postgres.Server(home)
    assert list(home.iterdir()) == []


@AS_ROOT
@pytest.mark.parametrize("earlier", ["nobody", "postgres"])
def test_data_that_were_given_to_a_shared_user_are_handed_over_with_all_that_is_stored(
    home: Path, earlier: str
) -> None:
    with postgres.Server(home, options=databases.HASTY) as server:
        server.query("create table kept as select 7 as n", "hoso")
    give(home / "postgres", earlier)
    with postgres.Server(home, options=databases.HASTY) as server:
        assert server.query("select n from kept", "hoso") == "7"
    own = pwd.getpwnam(os_user.NAME).pw_uid
    assert {path.lstat().st_uid for path in [home / "postgres", *(home / "postgres").rglob("*")]} == {own}


@AS_ROOT
def test_data_in_use_are_not_handed_over(home: Path) -> None:
    with postgres.Server(home, options=databases.HASTY) as server:
        os.chown(home / "postgres", NOBODY, NOBODY)
        with pytest.raises(postgres.StillRuns, match="stop the hoso that started it"):
            postgres.Server(home).start()
        os.chown(home / "postgres", server.data.stat().st_uid, server.data.stat().st_gid)


@AS_ROOT
def test_a_strangers_file_linked_among_the_data_is_not_given_away(home: Path) -> None:
    with postgres.Server(home, options=databases.HASTY):
        pass
    theirs = home / "theirs"
    theirs.write_text("secret")
    os.link(theirs, home / "postgres" / "data" / "linked")
    give(home / "postgres", "nobody")
    os.chown(theirs, 0, 0)
    with pytest.raises(postgres.NotHandedOver, match=r"linked in .* is linked from elsewhere"):
        postgres.Server(home).start()
    assert theirs.stat().st_uid == 0


@AS_ROOT
def test_root_serves_the_home_of_a_user_as_that_user(home: Path) -> None:
    owned = home / "owned"
    owned.mkdir(mode=0o700)
    os.chown(owned, NOBODY, NOBODY)
    with postgres.Server(owned, options=databases.HASTY) as server:
        assert Path(f"/proc/{server.pid()}").stat().st_uid == NOBODY
    assert {path.lstat().st_uid for path in owned.rglob("*")} == {NOBODY}


@AS_ROOT
def test_a_link_in_the_place_of_a_log_is_not_followed_by_root(home: Path) -> None:
    server = postgres.Server(home, options=databases.HASTY)
    with server:
        pass
    (home / "theirs").write_text("kept")
    server.log.unlink()
    server.log.symlink_to(home / "theirs")
    with pytest.raises(OSError, match="symbolic links"):
        server.start()
    assert (home / "theirs").read_text() == "kept"


def give(directory: Path, name: str) -> None:
    """Make everything belong to a user that other services share, as an earlier version did."""
    for path in [directory, *directory.rglob("*")]:
        shutil.chown(path, name)


def test_an_unprivileged_user_runs_its_own_server(home: Path) -> None:
    owned = home / "owned"
    owned.mkdir()

    def serve() -> None:
        with postgres.Server(owned) as server:
            assert server.query("select 7") == "7"
            assert Path(f"/proc/{server.pid()}").stat().st_uid == os.geteuid()

    if os.geteuid() == 0:
        os.chown(owned, NOBODY, NOBODY)
    unprivileged.run(serve)
