"""Root's services run as the user who owns their installation.

The whole command is executed again as that user.
What that user cannot reach, since root's Python or the checkout lies in a folder that only root may enter, is put in
reach of this process and its children alone (`mounts`).
"""

import compileall
import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import hoso_api
import hoso_bpmn
import hoso_calendar
import hoso_models
import hoso_workflows
from hoso_api.installation import file_modes, installation, mounts
from hoso_calendar.messages import say, sentence
from hoso_models import postgres
from hoso_models.postgres.os_user import Account
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.notifications import email

_PACKAGES = (hoso_api, hoso_bpmn, hoso_calendar, hoso_models, hoso_workflows)
_PR_SET_NO_NEW_PRIVS = 38
#: Prints, as JSON, which of the paths that it is told on standard input it may not use.
_PROBE = """
import json, os, sys
read, written = json.load(sys.stdin)
may = lambda path, mode: os.access(path, mode | (os.X_OK if os.path.isdir(path) else 0))
refused = [path for path in read if not may(path, os.R_OK)] + [path for path in written if not may(path, os.R_OK | os.W_OK)]
print(json.dumps(refused))
"""


class RootRefused(file_modes.Refused):
    """Services open to other machines would run as root. No other user can read the files that they consist of."""

    def __init__(self, user: str, why: str) -> None:
        super().__init__(
            say(
                "hoso serves no other machine as root, and its user {user} cannot read what it consists of: {why}; install Python and hoso where every user may read them, in /opt for example, or listen on 127.0.0.1",
                user=user,
                why=why,
            )
        )
        self.user = user


class NotWritable(file_modes.Refused):
    """A folder that the services write to is not their user's."""

    def __init__(self, user: str, path: str) -> None:
        super().__init__(
            say(
                "{path} cannot be written by {user}, as whom hoso serves; `chown -R {user} {path}`",
                path=path,
                user=user,
            )
        )
        self.user = user
        self.path = path


class _OutOfReach(Exception):
    """The user cannot read the program, and no way there could be opened."""


def drop_root(report: Callable[[str], None], *, outward: bool) -> None:
    """Execute this command again as the installation's user if root called it.

    Returns where that is done already or impossible.
    `outward` services are refused where it is impossible (RootRefused); others go on as root, and that is reported.
    Raises NotWritable, `file_modes.ForeignFiles`, and what can keep the embedded server's folder from being made.
    """
    home = installation.home()
    owner = file_modes.settle(home)
    if not owner.dropped:
        return
    if DatabaseSettings.read().database_url is None:
        postgres.Server(home).prepare()
    try:
        _in_reach(owner, home)
    except _OutOfReach as why:
        if outward:
            raise RootRefused(owner.name, sentence(why)) from None
        report(
            say(
                "hoso goes on as ROOT: its user {user} cannot read what it consists of ({why});"
                " install Python and hoso where every user may read them, in /opt for example.",
                user=owner.name,
                why=sentence(why),
            )
        )
        return
    _begin_anew(owner, home)


def _in_reach(owner: Account, home: Path) -> None:
    _compile()
    code, written, here = _code(), [home, *_mail(owner)], Path.cwd()
    try:
        covered = mounts.open_up([*code, *written], [here], owner.enters)
    except OSError as refused:
        path = mounts.closed([*code, *written], owner.enters)[0]
        raise _OutOfReach(say("{path} is closed, {refused}", path=path, refused=refused)) from refused
    refused_paths = _refused(owner, [*code, *_modules()], written)
    if not refused_paths:
        # The folder by this name is another one now.
        os.chdir(here)
        return
    mounts.undo(covered)
    if refused_paths[0] in map(str, written):
        raise NotWritable(owner.name, refused_paths[0])
    raise _OutOfReach(say("{path} is closed", path=refused_paths[0]))


def _code() -> list[Path]:
    """The folders of Python and of its imports, without that of the called script."""
    folders = sys.path if sys.flags.safe_path else sys.path[1:]
    named = (sys.executable, sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *folders)
    return [path for path in map(Path, dict.fromkeys(named)) if path.exists()]


def _modules() -> list[Path]:
    """The installed modules: each may be private to root."""
    return [
        path for folder in map(Path, sys.path) if folder.name == "site-packages" for path in folder.iterdir()
    ]


def _mail(owner: Account) -> list[Path]:
    folder = email.MailSettings.read().mail_folder
    if folder is None:
        return []
    owner.make(folder.absolute())
    return [folder.absolute()]


def _compile() -> None:
    """Compile our modules if they are root's. The user who reads them next cannot store what it has compiled."""
    if sys.dont_write_bytecode:
        return
    with _mask(0o022):
        for package in _PACKAGES:
            compileall.compile_dir(str(package.__path__[0]), quiet=2)


def _refused(owner: Account, read: Sequence[Path], written: Sequence[Path]) -> list[str]:
    """The paths that the user may not use, found by trying as that user."""
    paths = json.dumps([[str(path) for path in read], [str(path) for path in written]])
    command = [sys.executable, "-I", "-S", "-c", _PROBE]
    try:
        ran = subprocess.run(
            command, input=paths.encode(), capture_output=True, check=False, cwd="/", **owner.options()
        )
    except OSError:
        return [sys.executable]
    refused: list[str] = json.loads(ran.stdout) if ran.returncode == 0 else [sys.executable]
    return refused


def _begin_anew(owner: Account, home: Path) -> NoReturn:
    os.setgroups([])
    os.setresgid(owner.gid, owner.gid, owner.gid)
    os.setresuid(owner.uid, owner.uid, owner.uid)
    if sys.platform == "linux":
        # None of them needs a program that gives it another's rights.
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    sys.stdout.flush()
    # Without the folder of a script before our own: it is whoever called.
    command = [sys.executable, "-P", "-m", "hoso_api.cli", *sys.argv[1:]]
    os.execve(command[0], command, _environment(owner, home))  # noqa: S606 - our own command, never a shell


def _environment(owner: Account, home: Path) -> Mapping[str, str]:
    """The caller's environment without root's own folders."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return {**kept, "HOME": str(home), "USER": owner.name, "LOGNAME": owner.name, "HOSO_HOME": str(home)}


@contextmanager
def _mask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)
