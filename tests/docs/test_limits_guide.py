"""docs/limits.md is true: every limit stands there with its default, and nothing that is none."""

import re
import tomllib
from pathlib import Path

from hoso_api.http.middleware import connections, request_line
from hoso_api.settings import Settings
from hoso_bpmn import sandbox
from hoso_workflows.operation import rate_limit
from hoso_workflows.signatures import verification

GUIDE = (Path(__file__).parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
#: The settings that bound what a client sends, takes or holds.
BOUNDS = re.compile(r"_seconds$|_limit_bytes$|_per_second$|^connections")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    section = GUIDE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table[2:]]


def test_every_bound_of_the_settings_is_told_with_its_default():
    told = {cells[0]: float(cells[1]) for heading in ("Connections", "Bodies") for cells in rows(heading)}
    settings = Settings()
    names = {name for name in Settings.model_fields if BOUNDS.search(name)} - {
        "token_cache_seconds",
        "job_seconds",
    }
    assert told == {name: getattr(settings, name) for name in names}


def test_every_limit_of_the_throttle_is_told_with_its_default():
    told = {cells[0]: (float(cells[1]), int(cells[2])) for cells in rows("How often")}
    assert told == {
        purpose: (limit.every.total_seconds(), limit.burst) for purpose, limit in rate_limit.DEFAULTS.items()
    }


def test_what_is_no_setting_is_told_as_it_is():
    for figure in (request_line.LIMIT, sandbox.LIMITS.memory_bytes):
        assert f"{figure:,}" in GUIDE
    assert f"keeps {connections.RESERVED} of them" in GUIDE
    for limits in (sandbox.LIMITS, verification.ANYBODY.limits):
        assert f"{limits.processor_seconds} s of a processor" in GUIDE


def test_the_example_is_read_as_it_says():
    (example,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    limits = Settings.model_validate(tomllib.loads(example)).limits
    assert {purpose: (each.every.total_seconds(), each.burst) for purpose, each in limits.items()} == {
        "look_up": (3, 20),
        "look_up_house": (0, 1),
    }
