"""Libraries are loaded by what uses them: neither by the application nor by what is pure."""

import subprocess
import sys

import pytest

from hoso_api.server import workers

LOOK = """
import sys
from importlib import import_module
for name in sys.argv[1:]:
    import_module(name)
print(*sys.modules)
"""
#: What few requests or only limited children need.
SELDOM = {
    "PIL",
    "aiohttp",
    "alembic",
    "asn1crypto",
    "fido2",
    "icalendar",
    "markdown_it",
    "nh3",
    "obstore",
    "openpyxl",
    "pkcs11",
    "prefect",
    "prometheus_client",
    "pyhanko",
    "pypdfium2",
    "segno",
    "typer",
    "typst",
    "zxcvbn",
}
#: What no rule about time, procedures or dossiers needs.
OUTSIDE = {*SELDOM, "asyncpg", "fastapi", "hoso_api", "httpx", "jinja2", "starlette", "uvicorn"}
STORAGE = {"hoso_models", "sqlalchemy", "sqlmodel"}


def loaded_by(*modules: str) -> set[str]:
    ran = subprocess.run([sys.executable, "-c", LOOK, *modules], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_the_application_loads_no_library_that_few_requests_need() -> None:
    assert loaded_by("hoso_api.app") & {*SELDOM, *workers.LATER} == set()


@pytest.mark.parametrize(
    ("module", "outside"),
    [
        ("hoso_calendar.deadlines.deadline", OUTSIDE | STORAGE | {"hoso_bpmn", "hoso_workflows", "pydantic"}),
        ("hoso_calendar.revisions", OUTSIDE | STORAGE | {"hoso_bpmn", "hoso_workflows", "pydantic"}),
        ("hoso_bpmn.runs.run", OUTSIDE | STORAGE | {"hoso_workflows"}),
        ("hoso_bpmn.checks.inspection", OUTSIDE | STORAGE | {"hoso_workflows"}),
        ("hoso_workflows.lifecycle.transitions", OUTSIDE),
        ("hoso_workflows.clock.clock", OUTSIDE),
    ],
)
def test_what_is_pure_loads_nothing_from_outside(module: str, outside: set[str]) -> None:
    assert loaded_by(module) & outside == set()


def test_a_stranger_s_paper_is_looked_at_without_its_libraries_in_the_parent() -> None:
    parents = ("hoso_workflows.attachments.looking", "hoso_workflows.letters.pool")
    parents += ("hoso_workflows.signatures.verification",)
    assert loaded_by(*parents) & {"PIL", "pyhanko", "pypdfium2", "typst"} == set()
