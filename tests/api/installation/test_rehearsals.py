"""Rehearsals leave nothing behind, be it that one was killed."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from hoso_api.installation import backups


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_what_a_killed_rehearsal_left_is_removed_by_the_next_and_its_server_ended(temporary: Path) -> None:
    data = temporary / "hoso-rehearsal-killed" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "pg_wal").write_bytes(b"names of people")
    server = subprocess.Popen(["sleep", "600"], cwd=data)  # noqa: S607 - wherever the system has it
    try:
        with backups.rehearsed() as folder:
            assert {each.name for each in temporary.iterdir()} == {folder.name}
            assert server.wait(60) == -signal.SIGKILL
    finally:
        server.kill()
        server.wait()
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="nobody else gives files away")
def test_a_rehearsal_that_runs_and_what_is_no_rehearsal_of_ours_stay(temporary: Path) -> None:
    strangers = temporary / "hoso-rehearsal-of-another"
    strangers.mkdir()
    os.chown(strangers, 12_345, -1)
    (temporary / "hoso-rehearsal-file").touch()
    with backups.rehearsed() as running, backups.rehearsed() as beside:
        assert {each.name for each in temporary.iterdir()} == {
            running.name,
            beside.name,
            strangers.name,
            "hoso-rehearsal-file",
        }
