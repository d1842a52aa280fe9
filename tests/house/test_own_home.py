"""The tests own their home: a run beside somebody's installation and settings neither uses nor changes them."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Tests that read settings and write keys in this process, and one that runs `hoso` as a program.
SOME = (
    "tests/api/pages/test_page_information.py::test_the_footer_names_the_owner_and_the_map_every_page_of_the_portal",
    "tests/api/pages/test_page_information.py::test_pages_that_inform_are_english_throughout",
    "tests/api/pages/test_page_board.py::test_a_demonstration_opens_no_board_that_the_settings_leave_closed",
    "tests/api/cli/test_cli_commands.py::test_an_unknown_dossier_is_a_finding_with_a_remedy",
)
#: Settings with which nothing starts, or which lead to what is somebody's.
HOSTILE = {
    "HOSO_DATABASE_URL": "postgresql://somebody@127.0.0.1:1/theirs",
    "HOSO_OPEN_BOARD": "perhaps",
    "HOSO_PORT": "none",
    "PREFECT_API_URL": "http://127.0.0.1:1/api",
    "PREFECT_SERVER_DATABASE_CONNECTION_URL": "nonsense",
}


def hostile(folder: Path) -> Path:
    """An installation's home with settings that cannot be read."""
    for name in ("hoso.toml", "ports.toml", "installation-id", "keys/master.key", "log/api.log"):
        (folder / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / name).write_bytes(f"\xff {name} is somebody's [[".encode("latin-1"))
        (folder / name).chmod(0o400)
    return folder


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Each file and folder: its mode, when it was changed, and what it holds."""
    return {
        str(path): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            b"" if path.is_dir() else path.read_bytes(),
        )
        for path in (folder, *folder.rglob("*"))
    }


@pytest.mark.slow
def test_a_run_beside_a_hostile_installation_is_green_and_leaves_it_as_it_is(tmp_path: Path) -> None:
    hostile(tmp_path / ".hoso")
    users = hostile(tmp_path / "user")
    folders = dict.fromkeys(
        ("HOME", "HOSO_HOME", "PREFECT_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(users)
    )
    given = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    before = state(tmp_path)
    command = [sys.executable, "-m", "pytest", "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]
    ran = subprocess.run(
        [*command, "-q", "-p", "no:cacheprovider", *(str(ROOT / each) for each in SOME)],
        cwd=tmp_path,
        env={**given, **HOSTILE, **folders},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, state(tmp_path)) == (0, before), ran.stdout + ran.stderr


def test_this_process_has_a_home_of_its_own() -> None:
    home = Path.home()
    assert (os.environ["HOSO_HOME"], home.parent) == (str(home / ".hoso"), Path(tempfile.gettempdir()))
