"""Keys of systems over REST: a request that is sent twice enters one."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hoso_models import PrincipalKind
from hoso_workflows.organisation import principals, units
from support.api_client import ADMINISTRATOR, Rest, problem
from support.world import DEPARTMENT, FOUNDED, SINCE

# Each test has names of its own for its requests.
pytestmark = pytest.mark.world("shared")

SYSTEM = UUID(int=0xA11)


@pytest.fixture
async def system(rest: Rest) -> UUID:
    """A system with a role in the department."""
    if not await rest.world.db.rows("select 1 from principal where id = $1", [SYSTEM]):
        async with rest.world.db.transaction() as tx:
            principals.principal(tx, PrincipalKind.PARTNER, "Phần mềm sở", at=FOUNDED, identity=SYSTEM)
            await tx.flush()
            units.assign(tx, SYSTEM, DEPARTMENT, "clerk", SINCE)
    return SYSTEM


def order(system: UUID, label: str) -> dict[str, Any]:
    """The body that enters a new key."""
    key = Ed25519PrivateKey.generate().public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return {"principal": str(system), "public_key": pem, "label": label, "days": 30}


async def entered(rest: Rest, label: str) -> tuple[int, int]:
    """The number of keys of a label, and of acts that tell of one."""
    keys = await rest.world.one("select count(*) from signing_key where label = $1", label)
    acts = await rest.world.one(
        "select count(*) from administration_event where kind = 'key_entered' and payload ->> 'label' = $1",
        label,
    )
    return keys, acts


async def sent(rest: Rest, body: dict[str, Any], key: str) -> Any:
    """The answer to a request of that name."""
    return await rest.ask("POST", "/v1/keys", ADMINISTRATOR, json=body, headers={"Idempotency-Key": key})


async def test_a_request_of_one_name_enters_one_key_and_is_answered_as_before(rest: Rest, system: UUID):
    body = order(system, "Đồng bộ")
    first = await sent(rest, body, "k-1")
    rest.clock.at += timedelta(hours=1)
    again = await sent(rest, body, "k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert await entered(rest, "Đồng bộ") == (1, 1)
    assert (await sent(rest, body, "k-2")).json()["id"] != first.json()["id"]
    assert await entered(rest, "Đồng bộ") == (2, 2)


async def test_two_requests_of_one_name_at_once_enter_one_key(rest: Rest, system: UUID):
    body = order(system, "Cùng lúc")
    answers = await asyncio.gather(*(sent(rest, body, "k-3") for _ in range(2)))
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert await entered(rest, "Cùng lúc") == (1, 1)


async def test_another_request_under_the_same_name_is_refused(rest: Rest, system: UUID):
    body = order(system, "Một lần")
    assert (await sent(rest, body, "k-4")).status_code == 201
    for change in ({"label": "Khác"}, {"days": 31}, {"public_key": order(system, "")["public_key"]}):
        refused = problem(await sent(rest, {**body, **change}, "k-4"))
        assert (refused["status"], refused["type"]) == (422, "urn:hoso:problem:key-reused")
    assert await entered(rest, "Một lần") == (1, 1)
    assert await entered(rest, "Khác") == (0, 0)
