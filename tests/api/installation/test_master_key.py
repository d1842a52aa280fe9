"""The key that seals secrets: made once, for its user alone, never replaced."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hoso_api.installation import master_key


def test_a_missing_key_is_made_once_whoever_asks_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as many:
        keys = set(many.map(lambda _: master_key.read(tmp_path, None), range(16)))
    (key,) = keys
    assert (len(key), master_key.read(tmp_path, None)) == (32, key)
    modes = {path.name: stat.filemode(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert modes == {"keys": "drwx------", "master.key": "-rw-------"}


def test_a_key_that_is_named_is_read_and_never_made(tmp_path: Path) -> None:
    named = tmp_path / "sealed.key"
    with pytest.raises(master_key.Unusable):
        master_key.read(tmp_path, named)
    named.write_text("ab" * 32 + "\n")
    named.chmod(0o400)
    assert master_key.read(tmp_path, named) == b"\xab" * 32
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("content", ["", "ab", "ab" * 33, "z" * 64, "é"])
def test_what_is_no_key_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    named = tmp_path / "sealed.key"
    named.write_text(content, encoding="utf-8")
    named.chmod(0o400)
    with pytest.raises(master_key.Unusable, match=r"sealed\.key"):
        master_key.read(tmp_path, named)
    assert named.read_text(encoding="utf-8") == content


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    named = tmp_path / "sealed.key"
    named.write_text("ab" * 32)
    named.chmod(0o440)
    with pytest.raises(master_key.Unusable, match="others may read it"):
        master_key.read(tmp_path, named)
