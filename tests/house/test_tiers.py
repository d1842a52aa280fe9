"""Tests of the tier without servers: they have no database and cannot start one."""

from pathlib import Path

import pytest

from hoso_models import postgres

#: The fixtures with a database behind them, by what they give.
DATABASES = {
    "server",
    "database_url",
    "module_database_url",
    "db",
    "world_url",
    "world",
    "rest",
    "law_url",
    "law",
}


def test_no_test_of_the_core_asks_for_a_database(request: pytest.FixtureRequest) -> None:
    core = [
        item
        for item in request.session.items
        if not {"server", "slow", "proof"} & {mark.name for mark in item.iter_markers()}
    ]
    assert request.node in core
    assert [item.nodeid for item in core if DATABASES & set(getattr(item, "fixturenames", ()))] == []


def test_no_test_of_the_core_starts_a_postgresql(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="is to be marked `server`"):
        postgres.Server(tmp_path).start()
    assert not (tmp_path / "postgres").exists()
