"""The user who serves, from any folder: a service never starts in another user's folder."""

import sys
from pathlib import Path

import pytest

from hoso_api.server import supervision


@pytest.mark.parametrize("enterable", [True, False])
async def test_a_service_starts_where_its_own_children_can_go_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enterable: bool
) -> None:
    monkeypatch.setattr(supervision.os, "access", lambda _path, _mode: enterable)
    told = tmp_path / "cwd"

    async def ready(_: float) -> bool:
        return told.exists() and told.read_text() != ""

    code = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(os.getcwd()); time.sleep(600)"
    service = supervision.Service("place", [sys.executable, "-c", code, str(told)], ready)
    (tmp_path / "log").mkdir()
    child = supervision.Child(service, tmp_path / "log" / "place.log")
    await child.answers()
    await child.stop()
    assert told.read_text() == str(Path.cwd() if enterable else tmp_path / "log")
