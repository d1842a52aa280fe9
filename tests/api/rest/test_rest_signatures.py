"""Requests of another authority's system, signed by its own key."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hoso_api.app import create_app
from hoso_api.http import acts, signatures
from hoso_workflows.identity.access_keys import used_signatures
from hoso_workflows.organisation import credentials, units
from support import world as worlds
from support.api_client import CLERK, HEAD, Rest, over, problem
from support.signed_calls import Partner, entered
from support.world import DESK, FOUNDED, PROVINCE, SINCE

pytestmark = pytest.mark.world("shared")


@pytest.fixture
async def partner(rest: Rest) -> Partner:
    """A system that plays reception at the desk."""
    return await entered(rest)


async def waiting(rest: Rest) -> tuple[str, str]:
    """An accepted dossier: its reference, and the path on which its open task is completed."""
    accepted = await rest.accepts()
    (task,) = accepted["tasks"]
    return accepted["reference"], f"/v1/user-tasks/{task['id']}/completion"


async def test_a_signed_call_is_the_act_of_whose_key_it_is(rest: Rest, partner: Partner):
    reference, path = await waiting(rest)
    done = await partner.sends(partner.signed(path, {"note": "đã chuyển"}))
    assert (done.status_code, [task["step"] for task in done.json()["tasks"]]) == (200, ["B3"])
    actor = await rest.world.one(
        "select e.actor_id from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.reference = $1 and e.kind = 'task_closed' order by e.seq desc limit 1",
        reference,
    )
    assert actor == partner.principal


async def test_the_same_signed_call_again_gives_the_first_answer(rest: Rest, partner: Partner):
    _, path = await waiting(rest)
    request = partner.signed(path, {})
    first, again = await partner.sends(request), await partner.sends(request)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")


async def test_the_same_signed_call_again_is_told_that_it_came_before_where_no_answer_was_kept(
    rest: Rest, partner: Partner
):
    _, path = await waiting(rest)
    draft = path.replace("completion", "draft")
    request = partner.signed(draft, {"values": {}}, method="PUT")
    assert (await partner.sends(request)).status_code == 200
    before = await rest.content()
    found = problem(await partner.sends(request))
    assert (found["status"], found["type"]) == (401, "urn:hoso:problem:signature-used")
    assert await rest.content() == before


@pytest.mark.world("fresh")
async def test_a_nonce_is_good_once_on_every_process_and_as_long_as_its_signature(
    rest: Rest, partner: Partner
):
    read = "/v1/notifications/read"
    body = {"last": 1}
    first = partner.signed(read, body, nonce="n1")
    assert (await partner.sends(first)).status_code == 200
    async with over(rest.world, rest.clock.at) as other:
        answers = [
            await other.client.send(each) for each in (first, partner.signed(read, {"last": 2}, nonce="n1"))
        ]
        assert [problem(each)["type"] for each in answers] == ["urn:hoso:problem:signature-used"] * 2
        assert (await other.client.send(partner.signed(read, body, nonce="n2"))).status_code == 200
    good_for = signatures.MAX_AGE + used_signatures.CLOCKS_APART
    for later, left in ((good_for, 2), (good_for + timedelta(microseconds=1), 0)):
        await used_signatures.delete_old(rest.world.db, at=rest.clock.at + later)
        assert await rest.world.one("select count(*) from used_signature") == left


async def test_a_signature_makes_neither_a_token_nor_a_key(rest: Rest, partner: Partner):
    await rest.world.changed(
        "update principal set kind = 'system', home_unit_code = $2 where id = $1", partner.principal, DESK
    )
    async with rest.world.db.transaction() as tx:
        units.assign(tx, partner.principal, PROVINCE, "administrator", SINCE)
    before = await rest.content()
    pem = partner.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for path, body in (
        ("/v1/me/tokens", {"label": "t", "scopes": ["read"], "days": 365}),
        (
            "/v1/keys",
            {"principal": str(partner.principal), "public_key": pem, "label": "k", "days": 365},
        ),
    ):
        found = problem(await partner.sends(partner.signed(path, body)))
        assert (found["status"], found["type"]) == (403, "urn:hoso:problem:signature-not-enough")
    assert await rest.content() == before


def test_what_changes_nothing_although_it_is_posted_is_declared_where_it_is_routed():
    asked = {act for route, act in acts.routes(create_app()) if acts.only_asks(route.endpoint)}
    assert asked == {
        "search_user_tasks",
        "search_dossiers",
        "judge_eligibility",
        "preview_rehoming",
        "preview_calendar_revision",
    }


@pytest.mark.world("fresh")
async def test_a_signed_call_may_read_what_its_principal_may(rest: Rest, partner: Partner):
    await waiting(rest)
    found = await partner.sends(
        partner.signed(
            "/v1/user-tasks/search", {"filter": {"role": "reception"}}, covered=("@method", "@path")
        )
    )
    assert [task["step"] for task in found.json()["items"]] == ["B2"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_read_may_be_signed_whether_its_body_is_wanted_or_not(
    rest: Rest, partner: Partner, method: str
):
    reference, _ = await waiting(rest)
    way = f"/v1/dossiers/{reference}"
    done = await partner.sends(partner.signed(way, None, method=method, covered=("@method", "@path")))
    assert (done.status_code, done.headers["etag"], bool(done.content)) == (200, '"2"', method == "GET")


async def test_a_signature_for_one_method_is_none_for_another(rest: Rest, partner: Partner):
    reference, _ = await waiting(rest)
    for signed, method in (("GET", "HEAD"), ("HEAD", "GET")):
        request = partner.signed(
            f"/v1/dossiers/{reference}", None, method=signed, covered=("@method", "@path")
        )
        forged = httpx.Request(method, request.url, headers=request.headers)
        assert (await rest.client.send(forged)).status_code == 401


async def test_a_signature_gives_no_more_rights_than_its_principal_has(rest: Rest, partner: Partner):
    (task,) = (await rest.completes(await rest.accepts(), CLERK))["tasks"]
    before = await rest.content()
    request = partner.signed(f"/v1/user-tasks/{task['id']}/completion", {})
    assert problem(await partner.sends(request))["type"] == "urn:hoso:problem:forbidden"
    assert await rest.content() == before


def _tampered(request: httpx.Request) -> httpx.Request:
    content = b'{"note": "khac"}'
    headers = {**request.headers, "Content-Length": str(len(content))}
    return httpx.Request(request.method, request.url, headers=headers, content=content)


def _elsewhere(request: httpx.Request) -> httpx.Request:
    path = request.url.path.replace("completion", "assignment")
    return httpx.Request(
        "POST", request.url.copy_with(path=path), headers=request.headers, content=request.content
    )


def _with(request: httpx.Request, **headers: str) -> httpx.Request:
    changed = {**request.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx.Request("POST", request.url, headers=changed, content=request.content)


def _reworded(request: httpx.Request, created: str) -> httpx.Request:
    said = re.sub(r"created=(\d+)", created, request.headers["signature-input"])
    return _with(request, signature_input=said)


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda p, path: _tampered(p.signed(path, {})), id="another body"),
        pytest.param(lambda p, path: _elsewhere(p.signed(path, {})), id="another path"),
        pytest.param(
            lambda p, path: _with(p.signed(path, {}), idempotency_key="k2"), id="another key of the request"
        ),
        pytest.param(
            lambda p, path: p.signed(path, {}, key=Ed25519PrivateKey.generate()), id="another's key"
        ),
        pytest.param(lambda p, path: p.signed(path, {}, keyid=str(uuid4())), id="an unknown keyid"),
        pytest.param(lambda p, path: p.signed(path, {}, keyid="it is me"), id="a keyid that is none"),
        pytest.param(
            lambda p, path: p.signed(path, {}, covered=("@authority", "@path", "idempotency-key")),
            id="no method",
        ),
        pytest.param(
            lambda p, path: p.signed(path, {}, covered=("@method", "@authority", "@path")),
            id="a key of the request that is not covered",
        ),
        pytest.param(lambda p, path: p.signed(path, {}, nonce=""), id="an empty nonce"),
        pytest.param(
            lambda p, path: p.signed(path, {}, covered=("@method", "@path", "idempotency-key")),
            id="no authority",
        ),
        pytest.param(lambda p, path: _with(p.signed(path, {}), host="elsewhere.example"), id="another host"),
        pytest.param(lambda p, path: p.signed(path + "?a=1", {}), id="a query that is not covered"),
        pytest.param(
            lambda p, path: p.signed(path, {}, at=p.rest.clock.at - timedelta(minutes=6)), id="made long ago"
        ),
        pytest.param(
            lambda p, path: p.signed(path, {}, at=p.rest.clock.at + timedelta(seconds=61)), id="made later"
        ),
        pytest.param(
            lambda p, path: _reworded(p.signed(path, {}), 'created="today"'), id="a time that is none"
        ),
        pytest.param(
            lambda p, path: _reworded(p.signed(path, {}), r'created=\1;expires="soon"'),
            id="an end that is none",
        ),
        pytest.param(lambda p, path: _with(p.signed(path, {}), signature="sig=:AAAA:"), id="another label"),
        pytest.param(
            lambda p, path: _with(p.signed(path, {}), signature_input="(((", id="garbage"), id="garbage"
        ),
        pytest.param(lambda p, path: _with(p.signed(path, {}), signature_input=""), id="nothing"),
        pytest.param(lambda p, path: _with(p.signed(path, {}), signature_input="a=1, b=2"), id="two of them"),
    ],
)
async def test_a_signature_that_does_not_hold_is_refused_and_nothing_happens(
    rest: Rest, partner: Partner, broken: Any
):
    _, path = await waiting(rest)
    before = await rest.content()
    answer = await rest.client.send(broken(partner, path))
    found = problem(answer)
    assert (found["status"], found["type"]) == (401, "urn:hoso:problem:signature-refused")
    assert answer.headers["www-authenticate"] == 'Signature realm="hoso"'
    assert await rest.content() == before


@pytest.mark.parametrize("ended", ["revoked", "expired", "closed"])
async def test_a_key_ends_when_it_is_revoked_expires_or_its_principal_is_closed(
    rest: Rest, partner: Partner, ended: str
):
    _, path = await waiting(rest)
    if ended == "revoked":
        await credentials.revoke_key(rest.world.db, partner.keyid, at=rest.clock.at)
    elif ended == "expired":
        await rest.world.changed("update signing_key set expires_at = $1", rest.clock.at)
    else:
        await rest.world.changed(
            "update principal set closed_at = $2 where id = $1", partner.principal, FOUNDED
        )
    found = problem(await partner.sends(partner.signed(path, {})))
    assert found["type"] == "urn:hoso:problem:signature-refused"


async def test_a_token_that_comes_with_a_signature_counts_alone(rest: Rest, partner: Partner):
    _, path = await waiting(rest)
    request = _with(partner.signed(path, {}), authorization=f"Bearer {await rest.token(HEAD)}")
    assert problem(await rest.client.send(request))["type"] == "urn:hoso:problem:forbidden"


def test_the_clock_of_a_signature_is_the_applications(rest: Rest):
    assert rest.clock.at == worlds.instant("2026-03-02 09:00")
