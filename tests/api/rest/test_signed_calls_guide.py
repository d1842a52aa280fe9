"""`docs/signed-calls.md` and `docs/portals.md`, followed: from nothing to the first message, without SQL."""

import asyncio
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from hoso_workflows import localtime
from hoso_workflows.organisation import gaps
from support.api_client import ADMINISTRATOR, Rest, problem
from support.command_line import Ran, hoso
from support.world import DESK

DOCS = Path(__file__).parents[3] / "docs"
PAGE, PORTALS = ((DOCS / name).read_text(encoding="utf-8") for name in ("signed-calls.md", "portals.md"))
NAME = "Hệ thống thuế"
#: The house of the first hour, and what stands in its place in the world of tests.
HERE = {"XA01": DESK, "quan-tri": str(ADMINISTRATOR)}


def typed(page: str, url: str, folder: Path) -> list[Ran]:
    """The commands of a page, typed one after the other."""
    (session,) = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    said = session.replace("$(date +%F)", f"{datetime.now(localtime.ZONE):%Y-%m-%d}").replace(
        "public.pem", str(folder / "public.pem")
    )
    ran = []
    for line in said.splitlines():
        program, *words = shlex.split(line.removeprefix("$ "))
        assert program == "hoso"
        ran.append(hoso(*[HERE.get(each, each) for each in words], url=url))
        assert ran[-1].status == 0, ran[-1].err
    return ran


@pytest.fixture
def key(tmp_path: Path) -> Ed25519PrivateKey:
    """The partner's key, whose public half lies in a file."""
    made = Ed25519PrivateKey.generate()
    (tmp_path / "public.pem").write_bytes(pem(made))
    return made


@pytest.fixture
def partner(rest: Rest, world_url: str, key: Ed25519PrivateKey, tmp_path: Path) -> str:
    """The keyid of a partner's system, entered as the page says."""
    return typed(PAGE, world_url, tmp_path)[-1].out.strip()


def shown() -> dict[str, Any]:
    """The functions that the pages show."""
    names: dict[str, Any] = {}
    for page in (PAGE, PORTALS):
        (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
        exec(code, names)  # noqa: S102 - the page's own example
    return names


def pem(key: Any) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def private(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Bridge(httpx.BaseTransport):
    """Let the page's own client, which does not wait on a loop, ask the application on the loop of the test."""

    def __init__(self, rest: Rest, loop: asyncio.AbstractEventLoop) -> None:
        self._rest, self._loop = rest, loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Hand a request over."""
        asked = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        done = asyncio.run_coroutine_threadsafe(self._rest.client.send(asked), self._loop).result()
        return httpx.Response(
            done.status_code, content=done.content, headers={"Content-Type": "application/json"}
        )


def keys(url: str, *arguments: str) -> Ran:
    return hoso("keys", *arguments, url=url)


async def test_a_partner_that_follows_the_page_completes_a_task(
    rest: Rest, world_url: str, partner: str, key: Ed25519PrivateKey
):
    keyid, signed = partner, shown()["signed"]
    rest.clock.at = datetime.now(UTC)
    accepted = await rest.accepts()

    def call(once: str) -> Any:
        url = f"http://hoso.test/v1/user-tasks/{accepted['tasks'][0]['id']}/completion"
        return signed("POST", url, {"note": "xong"}, keyid=keyid, private_pem=private(key), once=once)

    done = await rest.client.send(call("a"))
    assert (done.status_code, [task["step"] for task in done.json()["tasks"]]) == (200, ["B3"])
    (row,) = keys(world_url, "list", "--json").json
    assert (row["id"], row["name"], row["label"], row["revoked_at"]) == (keyid, NAME, "kết nối thuế", None)
    assert keys(world_url, "revoke", keyid).status == 0
    assert problem(await rest.client.send(call("b")))["type"] == "urn:hoso:problem:signature-refused"


async def test_a_portal_that_follows_the_page_is_told_of_a_dossier_and_acknowledges_it(
    rest: Rest, world_url: str, key: Ed25519PrivateKey, tmp_path: Path
):
    _, entered, _ = typed(PORTALS, world_url, tmp_path)
    rest.clock.at = datetime.now(UTC)
    accepted = await rest.accepts()
    read, portal = shown()["read_once"], "dichvucong.gov.vn"
    with httpx.Client(transport=Bridge(rest, asyncio.get_running_loop())) as client:
        said = {"keyid": entered.out.strip(), "private_pem": private(key)}
        first = await asyncio.to_thread(read, client, "http://hoso.test", portal, 0, **said)
        then = await asyncio.to_thread(read, client, "http://hoso.test", portal, first["place"], **said)
    assert [
        (each["data"]["code"], each["data"]["number"], each["data"]["portal_code"]) for each in first["items"]
    ] == [(None, 1, 1), (accepted["code"], 2, 2), (accepted["code"], 3, 4)]
    assert then["items"] == []
    (listed,) = hoso("portals", "list", "--json", url=world_url).json["items"]
    assert (listed["code"], listed["waiting"], listed["unacknowledged"]) == (portal, 0, 0)


async def test_a_system_whose_last_key_ends_is_named_until_the_next_one_is_entered(
    rest: Rest, world_url: str, partner: str, tmp_path: Path
):
    assert partner

    async def named(at: datetime) -> list[tuple[str | None, str]]:
        found = await gaps.gaps(rest.world.db, [DESK], at)
        return [(each.unit, str(each.message)) for each in found if each.kind == "system-without-key"]

    ends = await rest.world.one("select expires_at from signing_key")
    day = localtime.local_date(ends)
    assert [await named(ends + timedelta(days=days)) for days in (-31, -29, 1, 31)] == [
        [],
        [(DESK, f"The last key of {NAME} ends on {day}.")],
        [(DESK, f"The last key of {NAME} ended on {day}; its signed calls are refused.")],
        [],
    ]
    assert keys(world_url, "enter", "thue", str(tmp_path / "public.pem"), "--days", "500").status == 0
    assert await named(ends - timedelta(days=29)) == []


async def test_a_file_that_is_no_ed25519_key_is_refused_with_what_to_do(world_url: str, tmp_path: Path):
    system = ("people", "enter", NAME, DESK, "--kind", "partner", "--by", str(ADMINISTRATOR))
    assert hoso(*system, url=world_url).status == 0
    file = tmp_path / "public.pem"
    for content, said in (
        (b"khong phai khoa", "holds no public key as PEM"),
        (pem(generate_private_key(SECP256R1())), "openssl genpkey -algorithm ed25519"),
    ):
        file.write_bytes(content)
        refused = keys(world_url, "enter", NAME, str(file))
        assert (refused.status, said in " ".join(refused.err.split())) == (2, True), refused.err
    assert keys(world_url, "list", "--json").json == []


async def test_a_key_for_nobody_or_of_no_id_is_refused(world_url: str, tmp_path: Path):
    file = tmp_path / "public.pem"
    file.write_bytes(pem(Ed25519PrivateKey.generate()))
    nobody = keys(world_url, "enter", "Không ai", str(file))
    unknown = keys(world_url, "revoke", "00000000-0000-4000-8000-000000000009")
    assert [(ran.status, "is known as" in ran.err) for ran in (nobody, unknown)] == [(1, True), (1, True)]
