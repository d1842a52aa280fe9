"""Tokens: scopes that only narrow, an end within a year, a last use that is written."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hoso_api.app import create_app
from hoso_api.http import acts, scopes
from hoso_workflows.organisation import credentials
from hoso_workflows.organisation.credentials import Scope
from hoso_workflows.organisation.permissions import table
from support.api_client import ADMINISTRATOR, CLERK, FILING, HEAD, SPECIALIST, Rest, problem
from support.world import FOUNDED

NOT_THERE = "00000000-0000-4000-8000-000000000009"
CALLS: dict[Scope, tuple[tuple[str, str, Any], ...]] = {
    Scope.READ: (("GET", "/v1/me", None), ("POST", "/v1/user-tasks/search", {})),
    Scope.ACT: (
        ("POST", "/v1/dossiers", dict(FILING)),
        ("POST", f"/v1/user-tasks/{NOT_THERE}/assignment", {}),
    ),
    Scope.REGISTER: (
        ("POST", f"/v1/principals/{HEAD}/recovery", {}),
        ("POST", "/v1/procedures/1.014464/versions/1/submission", {}),
        ("DELETE", "/v1/me/tokens/hs_nothing", None),
    ),
}


async def scoped(rest: Rest, *given: Scope) -> str:
    async with rest.world.db.transaction() as tx:
        return await credentials.give_token(tx, ADMINISTRATOR, "t", at=rest.clock.at, scopes=given)


async def asks(rest: Rest, token: str, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    said = {} if body is None else {"json": body}
    return await rest.ask(method, path, headers=headers, **said)


@pytest.mark.parametrize("given", list(Scope))
async def test_a_token_does_what_its_scope_covers_and_nothing_else(rest: Rest, given: Scope):
    token = await scoped(rest, given)
    for needed, calls in CALLS.items():
        for method, path, body in calls:
            answer = await asks(rest, token, method, path, body)
            refused = (
                answer.status_code == 403 and problem(answer)["type"] == "urn:hoso:problem:scope-missing"
            )
            assert refused is (needed is not given), (given, method, path)


async def test_a_token_without_a_scope_does_nothing(rest: Rest):
    token = await scoped(rest)
    for calls in CALLS.values():
        for method, path, body in calls:
            assert (await asks(rest, token, method, path, body)).status_code == 403


def test_every_search_is_read_whatever_its_method():
    assert [scopes.of(method, "/v1/dossiers/search") for method in ("POST", "GET")] == [Scope.READ] * 2
    assert scopes.of("PATCH", "/v1/dossiers/x") is Scope.ACT
    assert scopes.of("PUT", "/v1/units/H27") is Scope.REGISTER


async def test_one_makes_lists_and_revokes_tokens_of_ones_own(rest: Rest):
    body = {"label": "Đồng bộ", "scopes": ["read"], "days": 90}
    made = await rest.done("/v1/me/tokens", CLERK, body)
    assert made["token"].startswith(made["prefix"])
    assert made["expires_at"] == "2026-05-31T09:00:00+07:00"
    listed = (await rest.get("/v1/me/tokens", CLERK)).json()["items"]
    newest, other = sorted(listed, key=lambda each: each["label"] != "Đồng bộ")
    assert (newest["label"], newest["scopes"], newest["last_used_at"]) == ("Đồng bộ", ["read"], None)
    assert (await asks(rest, made["token"], "GET", "/v1/me")).status_code == 200
    way = f"/v1/me/tokens/{made['prefix']}"
    assert (await rest.ask("DELETE", way, SPECIALIST)).status_code == 404
    left = await rest.ask("DELETE", way, CLERK)
    assert [each["prefix"] for each in left.json()["items"]] == [other["prefix"]]
    assert (await asks(rest, made["token"], "GET", "/v1/me")).status_code == 401


async def test_a_token_makes_no_token_of_more_scopes(rest: Rest):
    token = await scoped(rest, Scope.READ, Scope.REGISTER)
    for wanted, status in (
        (["read"], 201),
        (["read", "register"], 201),
        (["act"], 403),
        (["read", "act"], 403),
    ):
        body = {"label": "t", "scopes": wanted, "days": 1}
        assert (await asks(rest, token, "POST", "/v1/me/tokens", body)).status_code == status, wanted


async def test_a_token_makes_no_token_that_outlives_it(rest: Rest):
    async with rest.world.db.transaction() as tx:
        until = rest.clock.at + timedelta(days=10)
        token = await credentials.give_token(tx, CLERK, "t", at=rest.clock.at, expires_at=until)
    for days, good in ((1, 1), (10, 10), (365, 10)):
        body = {"label": "t", "scopes": ["read"], "days": days}
        made = (await asks(rest, token, "POST", "/v1/me/tokens", body)).json()
        assert datetime.fromisoformat(made["expires_at"]) == rest.clock.at + timedelta(days=good)


async def test_what_a_key_signs_for_ends_with_the_key(rest: Rest):
    until = rest.clock.at + timedelta(days=1)
    async with rest.world.db.transaction() as tx:
        key = await credentials.enter_key(tx, CLERK, bytes(32), "k", at=FOUNDED, expires_at=until)
    signer = await credentials.signer(rest.world.db, key, at=rest.clock.at)
    assert signer is not None
    assert signer.bearer.expires_at == until


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    "wrong",
    [
        {"days": 0},
        {"days": 366},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"label": ""},
        {"label": "\u202e"},
    ],
)
async def test_a_token_that_is_asked_for_wrongly_is_not_made(rest: Rest, wrong: dict[str, Any]):
    body = {"label": "t", "scopes": ["read"], "days": 1, **wrong}
    refused = await rest.post("/v1/me/tokens", CLERK, body)
    assert (refused.status_code, problem(refused)["status"]) == (422, 422)
    assert await rest.world.one("select count(*) from api_token where label <> 'test'") == 0


async def test_a_token_ends_within_a_year(rest: Rest):
    async with rest.world.db.transaction() as tx:
        with pytest.raises(credentials.TokenTooLong):
            await credentials.give_token(
                tx, CLERK, "t", at=FOUNDED, expires_at=FOUNDED + credentials.LONGEST + timedelta(days=1)
            )
        token = await credentials.give_token(tx, CLERK, "t", at=FOUNDED)
    bearer = await credentials.bearer(rest.world.db, token, at=FOUNDED + timedelta(days=364))
    assert bearer is not None
    assert await credentials.bearer(rest.world.db, token, at=FOUNDED + timedelta(days=365)) is None


async def test_the_last_use_of_a_token_is_written_once_an_hour_at_most(rest: Rest):
    token = await scoped(rest, Scope.READ)
    used = "select last_used_at from api_token where label = 't'"
    begun = rest.clock.at
    for minutes, seen in ((0, 0), (59, 0), (60, 60), (119, 60), (120, 120)):
        await credentials.bearer(rest.world.db, token, at=begun + timedelta(minutes=minutes))
        assert await rest.world.one(used) == begun + timedelta(minutes=seen)
    assert await credentials.bearer(rest.world.db, token[:-1] + "x", at=begun + timedelta(days=1)) is None
    assert await rest.world.one(used) == begun + timedelta(minutes=120)


def test_what_needs_a_fresh_proof_of_a_session_needs_the_widest_scope_of_a_token() -> None:
    needed = {
        act: scopes.of(method, route.path_format)
        for route, act in acts.routes(create_app())
        for method in getattr(route, "methods", None) or ()
        if route.path.startswith("/v1") and act and table.ACTS[act].step_up
    }
    assert needed == dict.fromkeys(needed, Scope.REGISTER)
    assert {"approve_version", "activate_version", "give_role", "invite_person", "make_own_token"} <= {
        *needed
    }


def test_each_act_that_changes_something_needs_the_scope_of_its_group() -> None:
    needed = {
        (act, scopes.of(method, route.path_format))
        for route, act in acts.routes(create_app())
        for method in getattr(route, "methods", None) or ()
        if route.path.startswith("/v1")
        and method not in {"GET", "HEAD"}
        and not route.path.endswith("/search")
    }
    # What officers keep for themselves at a task, and what one has read, are no acts of a dossier.
    groups = (table.Group.DOSSIER, table.Group.READ, table.Group.LIST, table.Group.PUBLIC)
    several = {
        "release_message",
        "bulk_user_tasks",
        "hand_on_inbox",
        "remind_overdue",
        *("write_report", "approve_report", "submit_report", "return_report", "remind_report"),
        *(
            "report_outage",
            "update_outage",
            "acknowledge_outage",
            "announce_maintenance",
            "cancel_maintenance",
            "urge_unit",
            "answer_urging",
            "forward_feedback",
            "answer_feedback",
            "propose_improvement",
        ),
        *(
            "enter_register_document",
            "note_document_progress",
            "open_evaluation",
            "mark_evaluation",
            "finalise_evaluation",
        ),
        "settle_payment_dispute",
        "sweep_escalations",
        *("acknowledge_portal_changes", "reconcile_portal"),
    }
    dossiers = {
        act
        for act, _ in needed
        if (table.ACTS[act].group in groups and not table.ACTS[act].step_up) or act in several
    }
    assert {act for act, scope in needed if scope is Scope.ACT} == dossiers
    assert {scope for _, scope in needed} == {Scope.ACT, Scope.REGISTER}
