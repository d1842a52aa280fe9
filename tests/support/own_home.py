"""A home for this process and the programs that it starts: the caller's is neither read nor written."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

#: Settings of hoso and of Prefect, and the folders that count before those of `HOME`.
CALLERS = ("HOSO_", "PREFECT_", "XDG_")
#: Where hoso would be at home without its setting, and whether somebody's installation was there before us.
CALLERS_HOME = Path(".hoso").absolute()
_THERE = CALLERS_HOME.exists()
#: It names data of the tests themselves (`support.shared`).
KEPT = "HOSO_SHARED"


def settle() -> None:
    """Forget the caller's settings, and live in a new folder until this process ends."""
    for name in list(os.environ):
        if name.startswith(CALLERS) and name != KEPT:
            del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix="hoso-home-"))
    atexit.register(_remove, folder)
    _live(folder)


def move(name: str) -> None:
    """Live in a folder of this process, which was forked; who forked it removes the folder."""
    folder = Path(f"{os.environ['HOME']}-{name}")
    folder.mkdir()
    _live(folder)


def _live(folder: Path) -> None:
    # Services of root run as another user, who has to pass.
    folder.chmod(0o711)
    (folder / "files").mkdir(mode=0o700)
    # Files of dossiers are sealed where nobody else's are, until a test says where.
    os.environ |= {
        "HOME": str(folder),
        "HOSO_HOME": str(folder / ".hoso"),
        "HOSO_STORE_FOLDER": str(folder / "files"),
    }


def _remove(folder: Path) -> None:
    """Remove a home, and those of forked processes beside it."""
    for each in folder.parent.glob(f"{folder.name}*"):
        shutil.rmtree(each, ignore_errors=True)


def homeless() -> dict[str, str]:
    """The environment of who is at home in the folder where they work."""
    return {name: value for name, value in os.environ.items() if name != "HOSO_HOME"}


def intruded() -> bool:
    """True when a home lies where none was. One that was there may be served, and change, while tests run."""
    return CALLERS_HOME.exists() and not _THERE
