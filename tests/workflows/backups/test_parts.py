"""Parts of a backup that are not what the manifest says."""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import uuid4

import pytest

from hoso_workflows.backups import manifest, parts, refusals
from hoso_workflows.backups.manifest import Held, Manifest, Part
from support import backups

NAME = hashlib.sha256(b"sealed").hexdigest()


def described(folder: Path, listing: bytes) -> Manifest:
    """The manifest that fits a folder with an empty dump and that listing."""
    folder.mkdir()
    written = {manifest.DATABASE: b"", manifest.LISTING: listing}
    for name, content in written.items():
        (folder / name).write_bytes(content)
    return Manifest(
        id=uuid4(),
        taken_at=backups.AT,
        ended_at=backups.AT,
        release="test",
        revision="0001",
        server=18,
        programs=18,
        held=Held(dossiers=0, events=0, files=1, bytes=6),
        parts={
            name: Part(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
            for name, content in written.items()
        },
        master_key=None,
        left_out={},
    )


@pytest.mark.parametrize(
    "listing",
    [f"{NAME}\n", f"{NAME} many\n", f"{NAME} -6\n", "../../hoso.toml 6\n", f"{NAME} ٦\n", "\n"],
    ids=["no number", "a word", "less than nothing", "a place elsewhere", "foreign digits", "nothing"],
)
def test_a_listing_that_fits_its_digest_and_says_nothing_is_damaged(listing: str, tmp_path: Path) -> None:
    found = described(tmp_path / "backup", listing.encode())
    with pytest.raises(refusals.Damaged) as damaged:
        parts.verify(tmp_path / "backup", found)
    assert (damaged.value.part, "line 1 names no file and its size" in str(damaged.value)) == (
        "files.txt",
        True,
    )
