"""The child that reads an untrusted file: under any caller, it has no rights worth taking over."""

import io
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from hoso_bpmn import confinement, conversion, sandbox
from hoso_bpmn.checks import inspection
from hoso_bpmn.conversion import scaffold
from hoso_bpmn.drawing import apart
from hoso_bpmn.package import archive, package
from hoso_bpmn.package.bundle import Parcel
from hoso_workflows import worksheet_cells
from hoso_workflows.attachments import examination
from hoso_workflows.scenarios import runner
from hoso_workflows.signatures import preparation, verification
from support import files, unprivileged
from support.builders import packages
from support.taken_over import EVERYTHING, REFUSED, TESTS, Secrets, ran, walled

#: The entry of the child, with our own work within its reach.
ENTRY = (
    f"import sys; sys.path.append({str(TESTS)!r}); from hoso_bpmn import sandbox; sandbox.main(*sys.argv[1:])"
)
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has its rights to give up")
NOBODY, ANOTHER = 65534, 65533
#: What is ours alone is tried as us alone.
OURS = pytest.mark.parametrize("secrets", ["us"], indirect=True)


@pytest.fixture(params=["us", "another"])
def secrets(request: pytest.FixtureRequest) -> Iterator[Secrets]:
    """Everything as ours, and where we are root as another user's too: no service runs as root."""
    user = os.geteuid() if request.param == "us" else ANOTHER
    if os.geteuid() not in (0, user):
        pytest.skip("only root may be another user")
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        for path in (home / "master.key", home / "other"):
            path.write_text("secret")
            path.chmod(0o600)
        if user != os.geteuid():
            for path in (home, *home.iterdir()):
                os.chown(path, user, user)
        other = {"user": user, "group": user, "extra_groups": ()} if user != os.geteuid() else {}
        with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, **other) as process:  # type: ignore[call-overload]  # as the table says
            yield Secrets(home / "master.key", home / "other", process.pid, user)
            # Stopped for good where somebody traced it.
            process.kill()


def seen(secrets: Secrets, limits: sandbox.Limits) -> dict[str, Any]:
    """Report of a child of ours on itself and on what only its caller may reach."""
    return ran(ENTRY, "support.looking_child:look", "{}", json.dumps(astuple(limits)), secrets=secrets)


KNOWN_CALLS = pytest.mark.skipif(not confinement.filters(), reason="the kernel's numbers are not known here")


@KNOWN_CALLS
def test_a_file_that_takes_over_its_reader_opens_reaches_and_starts_nothing(secrets: Secrets):
    assert walled(secrets, "sandbox.give_up_rights()") == EVERYTHING


@OURS
def test_a_child_of_anybody_s_paper_has_the_kernel_s_limits_and_no_rights(secrets: Secrets):
    limits = verification.ANYBODY.limits
    found = seen(secrets, limits)
    assert (found["tried"], limits.processor_seconds) == (EVERYTHING, 3)
    assert found["limits"] == {
        "CPU": limits.processor_seconds,
        "AS": limits.memory_bytes,
        **dict.fromkeys(("FSIZE", "NOFILE", "NPROC", "CORE"), 0),
    }
    assert (found["who"]["capabilities"], found["who"]["no_new_rights"]) == (0, 1)
    if os.geteuid() == 0:
        assert found["who"]["users"] == [NOBODY] * 6


PATHS = ("read", "write", "make", "rename", "delete")


def possible(tried: dict[str, str], *names: str) -> dict[str, str]:
    """Those of these that were not refused."""
    return {name: tried[name] for name in names if tried[name] != REFUSED}


def test_without_a_wall_a_process_reaches_what_is_its_user_s(secrets: Secrets):
    tried = walled(secrets)
    assert {name for name in (*PATHS, "list", "memory", "signal", "trace") if tried[name] != "done"} == set()


@OURS
@AS_ROOT
def test_where_nothing_else_is_had_a_user_of_its_own_keeps_the_child_from_its_caller(secrets: Secrets):
    assert possible(walled(secrets, "confinement.become_nobody()"), *PATHS, "memory", "signal", "trace") == {}


@pytest.mark.skipif(not confinement.landlock(), reason="the kernel has no Landlock")
def test_landlock_alone_keeps_a_child_from_files_of_its_own_user(secrets: Secrets):
    walls = ("confinement.win_no_rights()", "confinement.close_paths()")
    assert possible(walled(secrets, *walls), *PATHS, "list", "memory") == {}


@KNOWN_CALLS
def test_the_filter_alone_keeps_a_child_from_files_and_processes_of_its_own_user(secrets: Secrets):
    tried = walled(secrets, "confinement.win_no_rights()", "confinement.forbid_calls()")
    assert tried == EVERYTHING | {"fork": "done", "copy": "done"}


def test_no_other_process_of_a_user_reads_the_memory_of_one_that_has_closed_it():
    def closed() -> None:
        confinement.close_memory()
        assert Path("/proc/self/mem").stat().st_uid == 0

    unprivileged.run(closed)


def workbook() -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Sở", date(2026, 3, 2), True])
    book.save(made)
    return made.getvalue()


PACKAGE = archive.to_zip(packages.package())


@pytest.mark.parametrize(
    ("function", "data", "arguments"),
    [
        (inspection.inspect_drawing, Parcel(packages.drawing()).packed(), {"file": "process.bpmn"}),
        (inspection.inspect_called, PACKAGE, {}),
        (inspection.inspect_parcel, Parcel(PACKAGE).packed(), {}),
        (apart.drawn, package.bundled("1.014464").files["process.bpmn"], {}),
        (conversion.convert_zipped, archive.to_zip({"drawing.bpmn": packages.drawing()}), {}),
        (scaffold.outline, packages.drawing(), {}),
        (worksheet_cells.cells, workbook(), {"columns": "3", "most": "9"}),
        (examination.examine_file, files.pdf(), {}),
        (examination.examine_file, files.worded(), {}),
        (examination.examine_file, files.linked(), {}),
        (examination.examine_file, files.picture(), {}),
        (examination.examine_file, files.picture("JPEG"), {}),
        (examination.examine_file, files.document(), {}),
        (verification.examined, files.pdf(), {"roots": "", "at": "2026-03-02T09:00:00+07:00"}),
        (
            preparation.prepared,
            files.pdf(),
            {"name": "Sở", "reason": "", "at": "2026-03-02T09:00:00+07:00", "room": "8"},
        ),
    ],
    ids=[
        *(
            "drawing",
            "called",
            "package",
            "picture",
            "import",
            "outline",
            "sheet",
            "PDF",
            "words",
            "links",
            "PNG",
        ),
        *("JPEG", "document", "verification", "signature"),
    ],
)
def test_every_kind_of_work_is_done_without_rights(
    function: Callable[..., sandbox.Answer], data: bytes, arguments: dict[str, str]
):
    answer = sandbox.run(function, data, sandbox.LIMITS, **arguments)
    assert answer
    assert (answer.get("finding"), answer.get("readable", True), answer.get("trouble", "")) == (
        None,
        True,
        "",
    )


def test_scenarios_with_calendars_are_played_without_rights():
    whole = archive.to_zip(package.bundled("1.014464").files)
    answer = sandbox.run(runner.inspect_parcel, Parcel(whole).packed())
    assert answer["findings"] == []
