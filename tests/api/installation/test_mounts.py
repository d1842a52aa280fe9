"""A way through a folder that only root may enter is there for one process, and nobody else sees anything change."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hoso_api.installation import mounts
from support import databases, unprivileged

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
NAMESPACE = Path("/proc/self/ns/mnt")


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that only its owner enters, in one that everybody does; a link within it and one outside lead in."""
    with databases.home() as home:
        folder = home / "closed"
        (folder / "needed" / "inner").mkdir(parents=True)
        (folder / "needed" / "inner" / "file").write_text("read")
        (folder / "secret").write_text("hidden")
        (folder / "here").mkdir()
        (folder / "link").symlink_to("needed")
        (home / "outside").symlink_to(folder / "link" / "inner")
        folder.chmod(0o700)
        yield folder


def everybody(folder: Path) -> bool:
    """True when other users may enter the folder."""
    return bool(folder.stat().st_mode & 0o001)


def opened(closed: Path, then: Callable[[], None]) -> Callable[[], None]:
    def act() -> None:
        os.umask(0o077)
        covered = mounts.open_up(
            [closed / "link" / "inner", closed.parent / "outside", closed / "secret" / ".." / "needed"],
            [closed / "here"],
            everybody,
        )
        assert covered == [closed]
        unprivileged.drop()
        then()

    return act


@AS_ROOT
def test_what_is_needed_is_read_in_its_old_place_and_the_rest_is_gone(closed: Path) -> None:
    def look() -> None:
        ways = [closed / "needed" / "inner", closed / "link" / "inner", closed.parent / "outside"]
        assert [(each / "file").read_text() for each in ways] == ["read"] * 3
        assert sorted(each.name for each in closed.iterdir()) == ["here", "link", "needed"]
        assert list((closed / "here").iterdir()) == []
        os.chdir(closed / "here")
        with pytest.raises(OSError, match=r"Read-only|Permission"):
            (closed / "new").write_text("x")

    unprivileged.apart(opened(closed, look))


@AS_ROOT
def test_nobody_else_sees_a_folder_change(closed: Path) -> None:
    unprivileged.apart(opened(closed, lambda: None))
    assert stat.filemode(closed.stat().st_mode) == "drwx------"
    assert (closed / "secret").read_text() == "hidden"
    assert str(closed) not in Path("/proc/self/mounts").read_text()


@AS_ROOT
def test_what_was_covered_can_be_uncovered(closed: Path) -> None:
    def act() -> None:
        mounts.undo(mounts.open_up([closed / "needed"], [], everybody))
        assert (closed / "secret").read_text() == "hidden"

    unprivileged.apart(act)


def test_where_nothing_is_closed_nothing_is_mounted(closed: Path) -> None:
    def act() -> None:
        before = NAMESPACE.readlink()
        assert mounts.open_up([closed / "needed"], [closed / "here"], lambda _: True) == []
        # A closed folder that nothing needed lies in keeps nobody from it.
        assert mounts.open_up([closed.parent], [closed / "here"], everybody) == []
        assert NAMESPACE.readlink() == before

    unprivileged.apart(act)


def test_where_the_kernel_refuses_it_is_said_and_nothing_is_covered(closed: Path) -> None:
    closed.chmod(0o755)

    def act() -> None:
        with pytest.raises(OSError, match="unshare: Operation not permitted"):
            mounts.open_up([closed / "needed"], [], lambda folder: folder != closed)
        assert (closed / "secret").read_text() == "hidden"

    unprivileged.run(act)


def test_a_way_ends_where_the_machine_says_that_it_ends(closed: Path) -> None:
    for path in (
        closed / "link" / "inner",
        closed.parent / "outside" / "file",
        closed / "needed" / ".." / "link",
    ):
        assert mounts.way(path).end == path.resolve()
    assert mounts.way(closed.parent / "outside").links == (
        (closed.parent / "outside", str(closed / "link" / "inner")),
        (closed / "link", "needed"),
    )
    (closed / "round").symlink_to("round")
    with pytest.raises(OSError, match="symbolic links"):
        mounts.way(closed / "round")
