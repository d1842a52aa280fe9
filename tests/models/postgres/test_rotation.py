"""A log is set aside when it is full, while several processes write it; each of their lines is there once."""

import subprocess
import sys
from pathlib import Path

import pytest

from hoso_models import log_rotation

#: Goes on with its last lines when the log has been set aside at least once, however late that is.
WRITER = """
import os, sys, time
log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND)
for number in range(2000):
    while number == 1500 and not os.path.exists(sys.argv[1] + ".1"):
        time.sleep(0.001)
    os.write(log, f"{sys.argv[2]} {number}\\n".encode())
"""


def gaps(name: str, lost: set[str]) -> int:
    """Number of gaps in the lines of a process."""
    numbers = {int(line.split()[1]) for line in lost if line.startswith(name)}
    return sum(number - 1 not in numbers for number in numbers)


def aside(log: Path) -> list[str]:
    return sorted(each.name for each in log.parent.iterdir())


def test_a_full_log_is_copied_and_emptied_and_so_many_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_rotation, "LIMIT", 10)
    log = tmp_path / "api.log"
    with log.open("ab", buffering=0) as writing:
        for number in range(8):
            writing.write(f"line {number} of it\n".encode())
            assert log_rotation.rotate(log)
            assert not log_rotation.rotate(log)
        writing.write(b"last\n")
    assert log.read_text() == "last\n"
    assert aside(log) == ["api.log", *(f"api.log.{number}" for number in range(1, 6))]
    assert [log.with_name(f"api.log.{number}").read_text() for number in (1, 5)] == [
        "line 7 of it\n",
        "line 3 of it\n",
    ]
    assert log.with_name("api.log.1").stat().st_mode & 0o777 == 0o600


def test_lines_of_several_processes_are_all_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_rotation, "LIMIT", 10_000)
    monkeypatch.setattr(log_rotation, "KEPT", 50)
    log = tmp_path / "api.log"
    log.touch()
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(log), name]) for name in "ab"]
    locks = 0
    while any(writer.poll() is None for writer in writers):
        locks += log_rotation.rotate(log)
    assert [writer.wait() for writer in writers] == [0, 0]
    found = [line for each in tmp_path.iterdir() for line in each.read_text().splitlines()]
    whole = {f"{name} {number}" for name in "ab" for number in range(2000)}
    assert set(found) <= whole
    assert len(found) == len(set(found))
    # What is written while the file is emptied may be lost: one piece of each process at most, each time.
    assert locks > 0
    assert [gaps(name, whole - set(found)) <= locks for name in "ab"] == [True, True]


def test_what_is_no_file_of_ours_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_rotation, "LIMIT", 1)
    other = tmp_path / "other"
    other.write_text("theirs")
    (tmp_path / "api.log").symlink_to(other)
    assert not log_rotation.rotate(tmp_path / "api.log")
    assert not log_rotation.rotate(tmp_path / "none.log")
    assert other.read_text() == "theirs"
