"""The doctor looks whether the key of the installation opens what is sealed in its database."""

from pathlib import Path
from uuid import UUID

import pytest

from hoso_api.installation import master_key
from hoso_models.storage import database
from hoso_workflows.identity import factors, sealing
from support import world as worlds
from support.command_line import hoso
from support.world import FOUNDED

CLERK = worlds.person("reception", worlds.DESK)
HEAD = worlds.person("head")


async def enrolled(url: str, home: Path, *people: UUID) -> None:
    """Give people changing codes, sealed by the key of this home."""
    seal = sealing.Seal(lambda: master_key.read(home, None))
    async with database.connect(url) as db, db.transaction() as tx:
        for each in people:
            await factors.set_totp(tx, each, seal.close(b"secret", each.bytes), 1, at=FOUNDED)


def key(url: str, home: Path, **settings: str) -> tuple[str, str, str]:
    """The doctor's check of the key: state, detail and remedy."""
    checks = hoso("doctor", "--json", url=url, home=home, **settings).json
    ((state, detail, remedy),) = [
        (each["state"], each["detail"], each["remedy"]) for each in checks if each["name"] == "key"
    ]
    return state, detail.replace(str(home), "…"), remedy.replace(str(home), "…")


BACK = "Put back …/keys/master.key from the day of the dump; without it, each person needs a recovery."


def test_no_key_is_needed_before_somebody_chooses_codes(world_url: str, tmp_path: Path) -> None:
    assert key(world_url, tmp_path) == ("ok", "made when somebody first needs it", "")
    assert not (tmp_path / "keys").exists()


async def test_a_key_opens_what_it_sealed(world_url: str, tmp_path: Path) -> None:
    await enrolled(world_url, tmp_path, CLERK, HEAD)
    assert key(world_url, tmp_path) == ("ok", "…/keys/master.key opens 2 of 2 secrets", "")


async def test_a_dump_that_came_back_without_its_key_is_told(world_url: str, tmp_path: Path) -> None:
    await enrolled(world_url, tmp_path, CLERK)
    file = master_key.path(tmp_path, None)
    file.unlink()
    lost = key(world_url, tmp_path)
    await enrolled(world_url, tmp_path, HEAD)
    assert lost == ("failing", "…/keys/master.key opens 0 of 1 secrets", BACK)
    assert key(world_url, tmp_path) == ("failing", "…/keys/master.key opens 1 of 2 secrets", BACK)


@pytest.mark.parametrize(
    ("text", "mode", "why"),
    [
        ("00" * 31, 0o400, "it holds no key of 32 bytes in hex"),
        ("khóa", 0o400, "it holds no key of 32 bytes in hex"),
        ("00" * 32, 0o444, "others may read it; make it yours alone by `chmod 400`"),
    ],
)
def test_a_file_that_is_no_key_is_told(
    world_url: str, tmp_path: Path, text: str, mode: int, why: str
) -> None:
    file = tmp_path / "own.key"
    file.write_text(text)
    file.chmod(mode)
    state, detail, _ = key(world_url, tmp_path, HOSO_MASTER_KEY_FILE=str(file))
    assert (state, detail) == ("failing", f"…/own.key cannot be used as the key that seals secrets: {why}")
