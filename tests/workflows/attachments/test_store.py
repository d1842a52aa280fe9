"""Objects of the store outlast a loss of power: whatever names them is flushed."""

import os
from pathlib import Path

import pytest

from hoso_workflows.attachments.store import Store


async def test_an_object_and_every_new_folder_on_the_way_to_it_are_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda number: flushed.append(os.fstat(number).st_ino))
    store = tmp_path / "home" / "files"
    await Store(store).put("ab" * 32, b"sealed")
    place = store / "objects" / "ab" / ("ab" * 32)
    on_the_way = [place, *(each for each in place.parents if each.is_relative_to(tmp_path))]
    assert set(flushed) == {each.stat().st_ino for each in on_the_way}
