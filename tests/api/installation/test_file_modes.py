"""Files of an installation: readable by their owner only, under any umask."""

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hoso_api.installation import file_modes
from hoso_api.server import supervision
from hoso_models.postgres import os_user
from support import databases, unprivileged

pytestmark = pytest.mark.slow

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands anything over")
CALLED = "from hoso_api.cli.main import main; main()"


@AS_ROOT
def test_what_root_left_in_the_home_is_handed_over(tmp_path: Path) -> None:
    home = earlier(tmp_path)
    own = file_modes.settle(home)
    assert (own.name, {path.stat().st_uid for path in (home, *home.rglob("*"))}) == (os_user.NAME, {own.uid})


def test_files_of_an_earlier_version_are_closed_to_others() -> None:
    def act() -> None:
        os.umask(0o022)
        home = earlier(Path(folder))
        assert file_modes.loose(home) != []
        file_modes.settle(home)
        modes = {path.name: stat.filemode(path.stat().st_mode) for path in (home, *home.rglob("*"))}
        assert modes == {
            ".hoso": "drwx------",
            "log": "drwx------",
            "api.log": "-rw-------",
            # Its writer's own choice; the doctor tells it.
            "hoso.toml": "-rw-r--r--",
            "prefect-auth": "-rw-------",
            "prefect": "drwx------",
        }
        assert file_modes.loose(home) == [home / "hoso.toml"]

    with databases.home() as folder:
        folder.chmod(0o777)
        unprivileged.run(act)


def earlier(folder: Path) -> Path:
    """A home as an earlier version left it."""
    home = folder / ".hoso"
    for name in ("log", "prefect"):
        (home / name).mkdir(parents=True)
    for name in ("log/api.log", "hoso.toml", "prefect-auth"):
        (home / name).write_text("")
    return home


def test_a_file_that_its_caller_asked_for_is_read_by_whom_the_caller_lets_read(tmp_path: Path) -> None:
    output = tmp_path / "days.ics"
    script = f"umask 022; exec {sys.executable} -c '{CALLED}' calendar export -o {output}"
    subprocess.run(["/bin/sh", "-c", script], check=True)
    assert stat.filemode(output.stat().st_mode) == "-rw-r--r--"


async def test_what_a_service_says_is_read_by_nobody_else(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        stop = asyncio.Event()
        stop.set()
        logs = tmp_path / "log"
        await supervision.Supervisor([], logs, print).run(stop)
        child = supervision.Child(
            supervision.Service("said", [sys.executable, "-c", ""], ready=_never), logs / "said.log"
        )
        await child.stop()
    finally:
        os.umask(before)
    modes = [stat.filemode(path.stat().st_mode) for path in (logs, logs / "said.log")]
    assert modes == ["drwx------", "-rw-------"]


async def _never(_: float) -> bool:
    return False
