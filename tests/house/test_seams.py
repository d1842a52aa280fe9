"""The "no commit, no now" check bites where it should and nowhere else."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("seams", ROOT / "tools" / "seams.py")
assert spec is not None
assert spec.loader is not None
seams = importlib.util.module_from_spec(spec)
spec.loader.exec_module(seams)

BREACHES = {
    "session.commit()": "commits",
    "await db.session.commit()": "commits",
    "datetime.now(UTC)": "reads the clock",
    "datetime.datetime.utcnow()": "reads the clock",
    "date.today()": "reads the clock",
    "pendulum.now('Asia/Ho_Chi_Minh')": "reads the clock",
    "time.time()": "reads the clock",
    "run('select * from dossier where due_legal < now()')": "reads the database's clock",
    "run('update outbox set sent_at = CURRENT_TIMESTAMP')": "reads the database's clock",
    "run('select clock_timestamp()')": "reads the database's clock",
}
PEACE = [
    "transaction.committed()",
    "commit(work)",
    "time.monotonic()",
    "at.astimezone(UTC)",
    "'the promise holds now (and later)'",
    "def f():\n    'select now() is what we never do'",
    "datetime.now(UTC)  # allow: the name of a temporary folder",
]


def breaches(folder: Path, package: str, code: str, name: str = "room.py") -> list[str]:
    path = folder / package / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")
    return [finding.message.split(":")[0].split(" (")[0] for finding in seams.findings(path)]


@pytest.mark.parametrize("code", BREACHES)
def test_a_breach_in_the_core_is_found(tmp_path: Path, code: str) -> None:
    wrapped = "async def f():\n    " + code
    assert breaches(tmp_path, "hoso_workflows", wrapped) == [BREACHES[code]]


@pytest.mark.parametrize("code", PEACE)
def test_what_only_looks_like_a_breach_passes(tmp_path: Path, code: str) -> None:
    assert breaches(tmp_path, "hoso_workflows", code) == []


def test_an_allowance_without_a_reason_allows_nothing(tmp_path: Path) -> None:
    assert breaches(tmp_path, "hoso_bpmn", "date.today()  # allow:") == ["reads the clock"]


def test_the_seam_may_commit_but_not_read_the_clock(tmp_path: Path) -> None:
    assert breaches(tmp_path, "hoso_models", "s.commit()\ndate.today()") == ["reads the clock"]


@pytest.mark.parametrize("package", ["hoso_api", "hoso_workflows/flows"])
def test_the_edge_may_read_the_clock_but_not_commit(tmp_path: Path, package: str) -> None:
    assert breaches(tmp_path, package, "s.commit()\ndate.today()") == ["commits"]


def test_sql_files_are_read_too(tmp_path: Path) -> None:
    assert breaches(tmp_path, "hoso_workflows", "select 1\nwhere due < now()", "sweep.sql") == [
        "reads the database's clock"
    ]


def test_the_project_itself_is_clean() -> None:
    roots = [str(ROOT / name) for name in ("api", "bpmn", "calendar", "models", "workflows")]
    assert seams.main(roots) == 0
