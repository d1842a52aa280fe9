"""The house stands as designed: five source roots, one prefixed package in each, nothing shadowed."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = {
    "api": "hoso_api",
    "bpmn": "hoso_bpmn",
    "calendar": "hoso_calendar",
    "models": "hoso_models",
    "workflows": "hoso_workflows",
}


def test_a_source_root_is_never_a_package_itself() -> None:
    assert [root for root in ROOMS if (ROOT / root / "__init__.py").exists()] == []


def test_each_source_root_holds_exactly_its_package() -> None:
    packages = {root: sorted(p.parent.name for p in (ROOT / root).glob("*/__init__.py")) for root in ROOMS}
    assert packages == {root: [package] for root, package in ROOMS.items()}


def test_the_wheel_holds_the_five_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == [
        f"{root}/{package}" for root, package in ROOMS.items()
    ]


def test_no_test_folder_is_a_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_test_modules_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_the_standard_library_is_not_shadowed_at_the_root() -> None:
    code = "import calendar, http.cookiejar; print(calendar.__file__)"
    out = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.defpath},
    )
    assert str(ROOT) not in out.stdout


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils.py", "helpers.py", "common.py", "manager.py"}
    assert [str(p) for root in ROOMS for p in (ROOT / root).rglob("*.py") if p.name in drawers] == []


@pytest.mark.parametrize("folder", ["tools/description", "tests/provider"])
def test_locks_of_npm_name_no_host(folder: str) -> None:
    text = (ROOT / folder / "package-lock.json").read_text(encoding="utf-8")
    assert re.findall(r"https?://[^\"]*", text) == []
    assert '"integrity": "sha512-' in text


def test_locks_name_hashes_and_no_host_or_path() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        pinned = re.findall(r"^[a-z0-9].*?==", text, re.MULTILINE)
        hashed = re.findall(r"^[a-z0-9][^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)
        assert len(pinned) == len(hashed) > 50
        assert re.findall(r"https?://|--(?:index-url|extra-index-url|find-links)|file:|@ /", text) == []


def test_the_versions_that_prefect_needs_are_pinned() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "prefect==3.9.1 " in lock
    assert re.search(r"^fastapi==0\.150\.", lock, re.MULTILINE)
