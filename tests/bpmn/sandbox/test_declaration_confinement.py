"""The child that reads an untrusted file: under any caller, it has no rights worth taking over."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import pytest

from hoso_bpmn import conversion, sandbox
from hoso_bpmn.checks import inspection
from hoso_bpmn.drawing import apart
from hoso_bpmn.package import archive, package
from hoso_bpmn.package.bundle import Parcel
from hoso_workflows.scenarios import runner
from support.builders import packages

TESTS = Path(__file__).parents[2]
#: The entry of the child, with our own work within its reach.
ENTRY = (
    f"import sys; sys.path.append({str(TESTS)!r}); from hoso_bpmn import sandbox; sandbox.main(*sys.argv[1:])"
)
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has its rights to give up")
NOBODY = "65534"
#: A child may open no file but the three that it is given: it finds out whether all else was read before.
NO_FILES = replace(sandbox.LIMITS, open_files=3)


def seen(secret: Path, limits: sandbox.Limits = sandbox.LIMITS) -> dict[str, Any]:
    """Report of a child on itself and on a file that only its caller may read."""
    secret.write_text("secret")
    secret.chmod(0o600)
    told = ["support.looking_child:look", "{}", json.dumps(astuple(limits))]
    done = subprocess.run(
        [sys.executable, "-I", "-c", ENTRY, *told],
        input=os.fsencode(secret),
        env={},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_file_that_takes_over_its_reader_cannot_start_programs_or_win_rights(tmp_path: Path):
    found = seen(tmp_path / "secret")
    assert (found["forked"], found["status"]["NoNewPrivs"]) == ("BlockingIOError", ["1"])


def test_a_file_that_takes_over_its_reader_opens_no_more_files_than_it_may(tmp_path: Path):
    assert seen(tmp_path / "secret", replace(sandbox.LIMITS, open_files=4))["many"] == "OSError"


@pytest.mark.skipif(
    platform.machine() not in sandbox._CALLS, reason="the kernel's numbers are not known here"
)
def test_a_file_that_takes_over_its_reader_reaches_no_network(tmp_path: Path):
    assert seen(tmp_path / "secret")["connected"] == "PermissionError"


@AS_ROOT
def test_a_file_that_takes_over_the_reader_of_root_is_not_root(tmp_path: Path):
    found = seen(tmp_path / "secret")
    none = ["0" * 16]
    assert found["status"] == {
        "Uid": [NOBODY] * 4,
        "Gid": [NOBODY] * 4,
        "Groups": [],
        "CapPrm": none,
        "CapEff": none,
        "NoNewPrivs": ["1"],
    }
    assert found["read"] == "PermissionError"


PACKAGE = archive.to_zip(packages.package())


@pytest.mark.parametrize(
    ("function", "data", "arguments"),
    [
        (inspection.inspect_drawing, Parcel(packages.drawing()).packed(), {"file": "process.bpmn"}),
        (inspection.inspect_called, PACKAGE, {}),
        (inspection.inspect_parcel, Parcel(PACKAGE).packed(), {}),
        (apart.drawn, package.bundled("1.014464").files["process.bpmn"], {}),
        (conversion.convert_zipped, archive.to_zip({"drawing.bpmn": packages.drawing()}), {}),
    ],
    ids=["drawing", "called", "package", "picture", "import"],
)
def test_every_kind_of_work_is_done_without_rights(
    function: Callable[..., sandbox.Answer], data: bytes, arguments: dict[str, str]
):
    assert sandbox.run(function, data, NO_FILES, **arguments)


def test_scenarios_with_calendars_are_played_without_rights():
    whole = archive.to_zip(package.bundled("1.014464").files)
    answer = sandbox.run(runner.inspect_parcel, Parcel(whole).packed(), NO_FILES)
    assert answer["findings"] == []
