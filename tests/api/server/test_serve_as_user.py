"""Root's services run as a user of their own, from wherever root calls them, and what they keep is private to it."""

import ctypes
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from hoso_models.postgres import os_user
from support import databases, own_home, ports
from support.command_line import hoso

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has a user to become")
#: Where it is decided who runs what.
CONCERNED = ("api/hoso_api/server", "api/hoso_api/installation", "models/hoso_models/postgres")
COMMAND = [sys.executable, "-c", "from hoso_api.cli.main import main; main()"]
#: Seconds after which something hangs.
PATIENCE = 300
_PR_CAPBSET_DROP, _CAP_SYS_ADMIN = 24, 21


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that only root may enter, as working directory of root."""
    with databases.home() as home:
        folder = home / "closed"
        folder.mkdir(mode=0o700)
        yield folder
        for elsewhere in folder.glob("**/postgres"):
            if elsewhere.is_symlink():
                shutil.rmtree(elsewhere.resolve())


@contextmanager
def serving(
    where: Path, words: Sequence[str], before: Callable[[], object] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """`hoso serve api` with these words, called in a folder, until it is ready or ends; then killed."""
    command = [*COMMAND, "serve", "api", "--workers", "1", *words]
    with subprocess.Popen(
        command, cwd=where, env=own_home.homeless(), stderr=subprocess.PIPE, text=True, preexec_fn=before
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def heard(process: subprocess.Popen[str]) -> str:
    """Output of the process until its API is ready, or it ends."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if "api is ready" in line:
            break
    return said


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """A supervisor and all that it has started."""
    leader = psutil.Process(process.pid)
    return [leader, *leader.children(recursive=True)]


def is_worker(process: psutil.Process) -> bool:
    """True for a worker of the API, a fork of its parent."""
    parent, command = process.parent(), process.cmdline()
    return "hoso_api.server.workers" in command and parent is not None and parent.cmdline() == command


def memory_of(process: psutil.Process) -> int:
    """The user whose the memory of a process is."""
    return Path(f"/proc/{process.pid}/mem").stat().st_uid


def owners(home: Path) -> set[int]:
    """Owners of the files of an installation."""
    stored = (home / "postgres").resolve().rglob("*")
    return {path.stat().st_uid for path in (home, *home.rglob("*"), *stored)}


def audit(folder: Path) -> subprocess.CompletedProcess[str]:
    """`hoso audit`, called in a folder."""
    return subprocess.run(
        [*COMMAND, "audit"],
        cwd=folder,
        env=own_home.homeless(),
        capture_output=True,
        text=True,
        check=False,
    )


def end(processes: Sequence[psutil.Process]) -> None:
    """Return when all of these have ended; fail when one never does."""
    _, left = psutil.wait_procs(
        [each for each in processes if "postgres" not in each.name()], timeout=PATIENCE
    )
    assert left == []


@AS_ROOT
@pytest.mark.slow
@pytest.mark.rotating(*CONCERNED)
def test_nothing_of_a_service_that_root_starts_runs_as_root(closed: Path) -> None:
    home = closed / ".hoso"
    with ports.kept() as port, serving(closed, ["--port", str(port)]) as process:
        assert "api is ready" in heard(process)
        running = family(process)
        users = {(each.uids().real, each.uids().saved, *each.gids()[:1]) for each in running}
        names = {each.name() for each in running}
        memories = {memory_of(each) for each in running if is_worker(each)}
        audited = audit(closed)
        looked = hoso("doctor", "--json", home=home)
        process.send_signal(signal.SIGKILL)
        end(running)
    after = audit(closed)
    own = pwd.getpwnam(os_user.NAME)
    assert users == {(own.pw_uid, own.pw_uid, own.pw_gid)}
    assert "postgres" in names
    # Not even a process of the same user reads it.
    assert memories == {0}
    assert (audited.returncode, after.returncode) == (0, 0), audited.stderr + after.stderr
    checks = {check["name"]: check["state"] for check in looked.json}
    assert (checks["services"], checks["files"]) == ("ok", "ok")
    assert owners(home) == {own.pw_uid}
    assert stat.filemode(closed.stat().st_mode) == "drwx------"


def without_mounts() -> None:
    """Take from root what it mounts with, as most containers do."""
    ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_SYS_ADMIN, 0, 0, 0)


@AS_ROOT
@pytest.mark.slow
@pytest.mark.rotating(*CONCERNED)
def test_services_whose_user_reaches_nothing_are_root_only_on_this_machine_and_say_so(closed: Path) -> None:
    with serving(closed, ["--host", "0.0.0.0"], without_mounts) as process:  # noqa: S104 - what must be refused
        refused = heard(process)
        assert process.wait(PATIENCE) == 2
    with ports.kept() as port, serving(closed, ["--port", str(port)], without_mounts) as process:
        told = heard(process)
        running = family(process)
        looked = hoso("doctor", "--json", home=closed / ".hoso", HOSO_PORT=str(port))
        process.send_signal(signal.SIGTERM)
        end(running)
    assert "hoso serves no other machine as root" in refused
    assert "Traceback" not in refused
    assert "hoso goes on as ROOT: its user hoso cannot read" in told.replace("\n", " ")
    checks = {check["name"]: check for check in looked.json}
    assert (checks["services"]["state"], checks["services"]["detail"]) == ("warning", "api run as root")


@AS_ROOT
def test_a_folder_that_holds_other_things_is_not_given_away(closed: Path) -> None:
    (closed / "accounts.xlsx").write_text("")
    ran = hoso("serve", "api", home=closed)
    assert (ran.status, "holds what is not hoso's (accounts.xlsx)" in ran.err) == (2, True)
    assert (closed.stat().st_uid, list(closed.iterdir())) == (0, [closed / "accounts.xlsx"])


@AS_ROOT
def test_mail_that_could_not_be_written_any_more_is_told_before_anything_serves(closed: Path) -> None:
    folder = closed / "mail"
    folder.mkdir(mode=0o700)
    ran = hoso("serve", "api", home=closed / ".hoso", HOSO_MAIL_FOLDER=str(folder))
    assert (ran.status, f"chown -R hoso {folder}" in ran.err.replace("\n", "")) == (2, True)
