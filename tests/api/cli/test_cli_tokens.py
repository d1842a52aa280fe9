"""`hoso tokens` and `hoso keys`: whose token it is, and no secret on a command line."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hoso_api.cli import operators
from hoso_models import PrincipalKind
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_workflows.organisation import principals, units
from support.command_line import hoso, stored
from support.world import DEPARTMENT, FOUNDED, SINCE

NAME = "Người trùng tên"
OFFICER, CITIZEN = UUID(int=11), UUID(int=12)


async def _namesakes(db: Database) -> None:
    async with db.transaction() as tx:
        for kind, identity in ((PrincipalKind.OFFICER, OFFICER), (PrincipalKind.CITIZEN, CITIZEN)):
            principals.principal(tx, kind, NAME, at=FOUNDED, identity=identity)
        await tx.flush()
        units.assign(tx, OFFICER, DEPARTMENT, "specialist", SINCE)


def entered(url: str, *work: Callable[[Database], object]) -> None:
    """Do something in the database that the command works on."""

    async def done() -> None:
        async with database.connect(url) as db:
            for each in work:
                await each(db)  # type: ignore[misc]  # each is a coroutine function

    asyncio.run(done())


def value(url: str, sql: str) -> object:
    """The first value that a SELECT finds."""
    return stored(url, sql)[0][0]


@pytest.fixture
def key(tmp_path: Path) -> str:
    """A public key as PEM."""
    public = Ed25519PrivateKey.generate().public_key()
    (tmp_path / "public.pem").write_bytes(
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return str(tmp_path / "public.pem")


def test_nobody_gets_the_token_or_key_of_a_namesake(world_url: str, key: str) -> None:
    entered(world_url, _namesakes)
    for asked in (("tokens", "create", NAME), ("keys", "enter", NAME, key)):
        ran = hoso(*asked, url=world_url)
        said = " ".join(ran.err.split())
        assert (ran.status, ran.out) == (1, "")
        assert f"{NAME} is the name of 2 principals" in said
        assert f"{OFFICER} (officer; specialist @ {DEPARTMENT})" in said
        assert f"{CITIZEN} (citizen; no role)" in said
    assert value(world_url, "select count(*) from api_token") == 0
    assert value(world_url, "select count(*) from signing_key") == 0
    assert hoso("tokens", "create", str(CITIZEN), url=world_url).status == 0
    assert value(world_url, "select principal_id from api_token") == CITIZEN


def test_a_citizen_who_is_called_like_an_officers_id_gets_nothing_of_theirs(world_url: str) -> None:
    async def named_like_an_id(db: Database) -> None:
        async with db.transaction() as tx:
            principals.principal(tx, PrincipalKind.CITIZEN, str(OFFICER), at=FOUNDED)

    entered(world_url, _namesakes, named_like_an_id)
    assert hoso("tokens", "create", str(OFFICER), url=world_url).status == 0
    assert value(world_url, "select principal_id from api_token") == OFFICER


def test_no_token_is_made_for_the_house_itself(world_url: str) -> None:
    for who in ("hoso", str(principals.SYSTEM)):
        ran = hoso("tokens", "create", who, url=world_url)
        assert (ran.status, f"No principal is known as {who}" in ran.err) == (1, True)
    assert value(world_url, "select count(*) from api_token") == 0


def test_a_whole_token_on_the_command_line_is_refused_and_said_to_be_in_the_history(world_url: str) -> None:
    entered(world_url, _namesakes)
    token = hoso("tokens", "create", str(OFFICER), url=world_url).out.strip()
    ran = hoso("tokens", "revoke", token, url=world_url)
    said = " ".join(ran.err.split())
    assert (ran.status, ran.out, token in said) == (2, "", False)
    assert f"it stays in the shell's history: hoso tokens revoke {token[:11]}" in said
    assert value(world_url, "select revoked_at is null from api_token") is True


def test_a_token_is_revoked_by_its_prefix_or_from_standard_input(world_url: str) -> None:
    entered(world_url, _namesakes)
    for way in ("argument", "input"):
        token = hoso("tokens", "create", str(OFFICER), "--label", way, url=world_url).out.strip()
        (row,) = [
            each for each in hoso("tokens", "list", "--json", url=world_url).json if each["label"] == way
        ]
        assert (row["prefix"], row["id"], row["name"], row["revoked"]) == (
            token[:11],
            str(OFFICER),
            NAME,
            None,
        )
        asked = ("tokens", "revoke", row["prefix"] if way == "argument" else "-")
        ran = hoso(*asked, url=world_url, given=token + "\n" if way == "input" else None)
        assert (ran.status, ran.out) == (0, "")
    assert value(world_url, "select count(*) from api_token where revoked_at is null") == 0


def test_a_token_is_revoked_by_its_label_where_one_alone_has_it(world_url: str) -> None:
    entered(world_url, _namesakes)
    for label in ("kết nối", "thử", "thử"):
        hoso("tokens", "create", str(OFFICER), "--label", label, url=world_url)
    several = hoso("tokens", "revoke", "--label", "thử", url=world_url)
    unknown = hoso("tokens", "revoke", "--label", "khác", url=world_url)
    done = hoso("tokens", "revoke", "--label", "kết nối", url=world_url)
    listed = hoso("tokens", "list", "--json", url=world_url).json
    assert (several.status, "2 tokens bear the label thử" in several.err) == (2, True)
    assert (unknown.status, "`hoso tokens list`" in unknown.err, done.status) == (1, True, 0)
    assert [row["label"] for row in listed if row["revoked"]] == ["kết nối"]
    assert [(row["made"] is None, row["used"]) for row in listed] == [(False, None)] * 3


def test_who_gives_out_and_takes_back_tokens_and_keys_is_kept(world_url: str, key: str) -> None:
    entered(world_url, _namesakes)
    token = hoso("tokens", "create", str(OFFICER), "--label", "thử", url=world_url).out.strip()
    keyid = hoso("keys", "enter", str(OFFICER), key, "--label", "thử", url=world_url).out.strip()
    assert hoso("tokens", "revoke", token[:11], url=world_url).status == 0
    assert hoso("keys", "revoke", keyid, url=world_url).status == 0
    kept = "select p.kind, p.name, e.kind, subject, payload from administration_event e join principal p on p.id = actor_id"
    by = ("operator", operators.name())
    assert stored(world_url, f"{kept} order by e.number") == [
        (*by, "token_given", str(OFFICER), {"prefix": token[:11], "label": "thử"}),
        (*by, "key_entered", str(OFFICER), {"key": keyid, "label": "thử"}),
        (*by, "token_revoked", str(OFFICER), {"prefix": token[:11]}),
        (*by, "key_revoked", str(OFFICER), {"key": keyid}),
    ]
