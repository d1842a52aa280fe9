"""A disk that can only be read, or is full, is told in a sentence, whatever command meets it."""

from pathlib import Path

import pytest

from support import disks
from support.command_line import hoso

DIAGRAM = Path(__file__).parents[3] / "bpmn" / "hoso_bpmn" / "procedures" / "1.014464" / "process.bpmn"
READ_ONLY = (
    "it can only be read; name a folder on another disk, for the installation's own files with HOSO_HOME."
)
FULL = "the disk is full; make room there and repeat the command."
EXPORT = ("calendar", "export", "vn", "-o")


def written(kind: str, folder: Path) -> tuple[str, ...]:
    """A command that writes into a folder."""
    return {
        "demo": ("demo", "--no-serve", "--dossiers", "5"),
        "serve": ("serve", "api"),
        "overdue": ("overdue",),
        "tokens": ("tokens", "list"),
        "procedures import": ("procedures", "import", str(DIAGRAM), "-o", str(folder / "new")),
        "procedures draw": ("procedures", "draw", "1.014464", "-o", str(folder / "drawn.svg")),
        "calendar export": (*EXPORT, str(folder / "vn.ics")),
    }[kind]


@disks.MOUNTS
@pytest.mark.parametrize(
    "kind",
    ["demo", "serve", "overdue", "tokens", "procedures import", "procedures draw", "calendar export"],
)
def test_a_disk_that_can_only_be_read_is_told_in_a_sentence(kind: str, tmp_path: Path) -> None:
    ran = disks.hoso_beside(tmp_path, "ro", *written(kind, tmp_path), home=tmp_path / ".hoso")
    assert (ran.status, ran.err.count("\n"), ran.err.startswith(f"hoso: {tmp_path}/")) == (2, 1, True), (
        ran.err
    )
    assert ran.err.endswith(f": {READ_ONLY}\n")


@disks.MOUNTS
@pytest.mark.parametrize("kind", ["procedures import", "calendar export"])
def test_a_full_disk_is_told_in_a_sentence(kind: str, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    arguments = written(kind, tmp_path / "disk")
    ran = disks.hoso_beside(tmp_path / "disk", "size=4k", *arguments, home=tmp_path / ".hoso")
    assert (ran.status, ran.err.endswith(f"{FULL}\n"), "Traceback" in ran.err) == (2, True, False), ran.err


def test_a_path_that_goes_through_a_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    ran = hoso(*EXPORT, str(tmp_path / "file" / "vn.ics"))
    assert (ran.status, "a part of the path is a file" in ran.err, "Traceback" in ran.err) == (2, True, False)
