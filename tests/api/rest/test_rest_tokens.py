"""Tokens: the principal they stand for, and their period."""

from datetime import timedelta

import pytest

from hoso_api.http import authentication
from hoso_workflows.organisation import credentials
from support import api_client as rests
from support.api_client import CLERK, Rest, problem
from support.world import FOUNDED

READ = "/v1/procedures"
PROTECTING = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types hoso"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


async def test_without_a_token_nothing_is_answered_but_how_to_send_one(rest: Rest):
    for headers in (
        {},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
    ):
        refused = await rest.get(READ, headers=headers)
        found = problem(refused)
        assert (found["status"], found["type"]) == (401, "urn:hoso:problem:token-missing")
        assert refused.headers["www-authenticate"] == 'Bearer realm="hoso"'


async def test_an_unknown_token_is_refused_without_saying_why(rest: Rest):
    known = await rest.token(CLERK)
    for token in ("hs_nothing", known[:-1], known + "x", "ế", "x" * 5000):
        headers = {"Authorization": f"Bearer {token}".encode()}
        found = problem(await rest.get(READ, headers=headers))
        assert (found["status"], found["detail"]) == (401, "The token is not valid.")


async def test_a_token_ends_when_it_expires_is_revoked_or_its_principal_is_closed(rest: Rest):
    async with rest.world.db.transaction() as tx:
        expiring = await credentials.give_token(tx, CLERK, "t", at=FOUNDED, expires_at=rest.clock.at)
        closing = await credentials.give_token(tx, rests.HEAD, "t", at=FOUNDED)
    revoked = await rest.token(CLERK)
    await credentials.revoke_token(rest.world.db, revoked[:11], at=rest.clock.at)
    await rest.world.changed("update principal set closed_at = $2 where id = $1", rests.HEAD, FOUNDED)
    for token in (expiring, revoked, closing):
        found = problem(await rest.get(READ, headers={"Authorization": f"Bearer {token}"}))
        assert (found["status"], found["type"]) == (401, "urn:hoso:problem:token-refused")


async def test_a_token_is_remembered_no_longer_than_it_may_be(rest: Rest, monkeypatch: pytest.MonkeyPatch):
    instant = 1000.0
    monkeypatch.setattr(authentication.time, "monotonic", lambda: instant)
    tokens = authentication.Credentials(rest.world.service, keep_seconds=2)
    token = await rest.token(CLERK)
    first = await tokens.bearer(token, rest.clock.at)
    await credentials.revoke_token(rest.world.db, token[:11], at=rest.clock.at)
    assert await tokens.bearer(token, rest.clock.at) == first
    instant += 2.5
    with pytest.raises(authentication.TokenRefused):
        await tokens.bearer(token, rest.clock.at + timedelta(seconds=3))


async def test_every_answer_keeps_browsers_from_being_misused(rest: Rest):
    for path in ("/health/live", READ, "/v1/nothing", "/v1/openapi.json"):
        headers = (await rest.get(path)).headers
        assert "access-control-allow-origin" not in headers
        assert {name: headers[name] for name in PROTECTING} == PROTECTING
