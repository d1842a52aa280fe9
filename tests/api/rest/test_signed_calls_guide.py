"""`docs/signed-calls.md`, followed: a pair of keys, the key entered by `hoso keys`, the call that the page shows."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from hoso_models import PrincipalKind
from hoso_workflows.organisation import principals, units
from support.api_client import Rest, problem
from support.command_line import Ran, hoso
from support.world import DESK, FOUNDED, SINCE

PAGE = (Path(__file__).parents[3] / "docs" / "signed-calls.md").read_text(encoding="utf-8")
NAME = "Hệ thống 1 · cơ quan phối hợp"


@pytest.fixture
async def partner(rest: Rest) -> UUID:
    """A partner's system with a role."""
    async with rest.world.db.transaction() as tx:
        system = principals.principal(tx, PrincipalKind.PARTNER, NAME, at=FOUNDED)
        await tx.flush()
        units.assign(tx, system.id, DESK, "reception", SINCE)
    return system.id


def shown() -> Any:
    """The function that the page shows."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the page's own example
    return names["signed"]


def pem(key: Any) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def keys(url: str, *arguments: str) -> Ran:
    return hoso("keys", *arguments, url=url)


async def test_a_partner_that_follows_the_page_completes_a_task(
    rest: Rest, world_url: str, partner: UUID, tmp_path: Path
):
    key = Ed25519PrivateKey.generate()
    (tmp_path / "public.pem").write_bytes(pem(key))
    entered = keys(world_url, "enter", NAME, str(tmp_path / "public.pem"), "--label", "kết nối thuế")
    keyid = entered.out.strip()
    rest.clock.at = datetime.now(UTC)
    accepted = await rest.accepts()
    private_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def call(once: str) -> Any:
        url = f"http://hoso.test/v1/user-tasks/{accepted['tasks'][0]['id']}/completion"
        return shown()(url, {"note": "xong"}, keyid=keyid, private_pem=private_pem, once=once)

    done = await rest.client.send(call("a"))
    assert (done.status_code, [task["step"] for task in done.json()["tasks"]]) == (200, ["B3"])
    (row,) = keys(world_url, "list", "--json").json
    assert (row["id"], row["name"], row["label"], row["revoked_at"]) == (keyid, NAME, "kết nối thuế", None)
    assert keys(world_url, "revoke", keyid).status == 0
    assert problem(await rest.client.send(call("b")))["type"] == "urn:hoso:problem:signature-refused"


async def test_a_file_that_is_no_ed25519_key_is_refused_with_what_to_do(
    world_url: str, partner: UUID, tmp_path: Path
):
    file = tmp_path / "public.pem"
    for content, said in (
        (b"khong phai khoa", "holds no public key as PEM"),
        (pem(generate_private_key(SECP256R1())), "openssl genpkey -algorithm ed25519"),
    ):
        file.write_bytes(content)
        refused = keys(world_url, "enter", NAME, str(file))
        assert (refused.status, said in " ".join(refused.err.split())) == (2, True), refused.err
    assert keys(world_url, "list", "--json").json == []


async def test_a_key_for_nobody_or_of_no_id_is_refused(world_url: str, partner: UUID, tmp_path: Path):
    file = tmp_path / "public.pem"
    file.write_bytes(pem(Ed25519PrivateKey.generate()))
    nobody = keys(world_url, "enter", "Không ai", str(file))
    unknown = keys(world_url, "revoke", "00000000-0000-4000-8000-000000000009")
    assert [(ran.status, "is known as" in ran.err) for ran in (nobody, unknown)] == [(1, True), (1, True)]
