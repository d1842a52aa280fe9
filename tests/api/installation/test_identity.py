"""The mark of a home that several begin to serve at once, as two containers with one volume do."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from hoso_api.installation import identity

AT_ONCE, HOMES = 4, 25


def test_of_several_who_serve_a_new_home_at_once_nobody_fails_and_one_mark_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = Barrier(AT_ONCE)

    def begin(_: int) -> None:
        together.wait()
        identity.ensure()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(HOMES):
            home = tmp_path / str(number)
            home.mkdir()
            monkeypatch.setenv("HOSO_HOME", str(home))
            list(pool.map(begin, range(AT_ONCE)))
            mark = identity.own()
            identity.ensure()
            assert mark is not None
            assert identity.own() == mark
