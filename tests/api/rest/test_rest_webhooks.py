"""Receivers of webhooks, as administrators meet them over REST and on the command line."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from support.api_client import ADMINISTRATOR, CLERK, Rest, problem
from support.command_line import hoso
from support.world import DEPARTMENT, World, person

ENTRY = {
    "unit": DEPARTMENT,
    "name": "Cổng dịch vụ công",
    "url": "https://cong.example.vn/hoso",
    "events": ["result_ready", "accepted"],
}


async def entered(rest: Rest, **said: Any) -> dict[str, Any]:
    response = await rest.post("/v1/webhooks", ADMINISTRATOR, {**ENTRY, **said})
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def listed(rest: Rest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await rest.get("/v1/webhooks", ADMINISTRATOR)).json()["items"]
    return found


async def test_an_administrator_enters_a_receiver_whose_secret_is_shown_once(rest: Rest) -> None:
    given = await entered(rest)

    assert (given["secret"].startswith("whsec_"), given["old_secret_until"]) == (True, None)
    (found,) = await listed(rest)
    assert found == {
        "id": given["receiver"],
        "kind": "system",
        "carries_contact": False,
        **ENTRY,
        "events": ["accepted", "result_ready"],
        "entered_at": found["entered_at"],
        **dict.fromkeys(("ended_at", "last_success_at", "failing_since", "again_at", "last_error")),
        "waiting": 0,
        "aside": 0,
        "old_secret_until": None,
        "version": 1,
    }
    assert given["secret"] not in json.dumps(found)
    stored = await rest.world.db.rows("select sealed from webhook_secret")
    assert given["secret"].encode() not in stored[0].sealed
    acts = await rest.world.db.rows("select kind, actor_id from administration_event order by number")
    assert [tuple(row) for row in acts][-1:] == [("webhook_entered", ADMINISTRATOR)]


async def test_the_same_request_once_more_enters_nothing_and_shows_the_same_secret(rest: Rest) -> None:
    key = {"Idempotency-Key": "cong-1"}
    first, again = [
        (await rest.post("/v1/webhooks", ADMINISTRATOR, ENTRY, headers=key)).json() for _ in range(2)
    ]
    other = await rest.post("/v1/webhooks", ADMINISTRATOR, {**ENTRY, "name": "Khác"}, headers=key)

    assert (first, len(await listed(rest))) == (again, 1)
    assert (other.status_code, problem(other)["type"]) == (422, "urn:hoso:problem:key-reused")
    path = f"/v1/webhooks/{first['receiver']}/secret"
    given = [(await rest.post(path, ADMINISTRATOR, {}, headers=key)).json() for _ in range(2)]
    assert given[0] == given[1]
    assert given[0]["secret"] != first["secret"]
    assert await rest.world.one("select count(*) from webhook_secret") == 2


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"url": "http://cong.example.vn/"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "https://[::1]/"}, "url"),
        ({"url": "https://169.254.169.254/"}, "url"),
        ({"url": "https://cong/"}, "url"),
        ({"url": "https://ai@cong.example.vn/"}, "url"),
        ({"url": "https://cong.example.vn:x/"}, "url"),
        ({"url": "ftp://cong.example.vn/"}, "url"),
        ({"carries_contact": True}, "carries_contact"),
        ({"kind": "gateway", "events": ["supplement_received"]}, "events"),
    ],
)
async def test_a_receiver_that_may_not_be_asked_or_told_is_refused(
    rest: Rest, said: dict[str, Any], field: str
) -> None:
    refused = await rest.post("/v1/webhooks", ADMINISTRATOR, {**ENTRY, **said})

    assert (refused.status_code, problem(refused)["type"]) == (422, "urn:hoso:problem:form-refused")
    assert [each["field"] for each in problem(refused)["errors"]] == [field]
    assert await listed(rest) == []


async def test_a_receiver_is_its_administrators_alone(rest: Rest) -> None:
    given = await entered(rest)
    path = f"/v1/webhooks/{given['receiver']}"
    for by, status in ((CLERK, 403), (person("head"), 403)):
        assert problem(await rest.get("/v1/webhooks", by))["status"] == status
        assert problem(await rest.post("/v1/webhooks", by, ENTRY))["status"] == status
        assert problem(await rest.post(f"{path}/secret", by, {}))["status"] == status
        assert problem(await rest.post(f"{path}/end", by))["status"] == status
        assert problem(await rest.ask("PATCH", path, by, json={"name": "Khác"}))["status"] == status
        assert problem(await rest.post(f"{path}/test", by))["status"] == status
        assert problem(await rest.get(f"{path}/deliveries", by))["status"] == status
    assert (await listed(rest))[0]["ended_at"] is None


async def test_what_was_set_aside_is_seen_with_its_key_and_released_as_any_other(rest: Rest) -> None:
    given = await entered(rest, events=["filed", "accepted"])
    dossier = await rest.accepts()
    path = f"/v1/webhooks/{given['receiver']}/deliveries"
    await rest.world.changed(
        "update outbox set aside = 'given_up', available_at = 'infinity', attempts = 9, last_error = 'away'"
        " where topic = 'webhook.filed'"
    )
    first = (await rest.get(f"{path}?limit=1", ADMINISTRATOR)).json()
    last = (await rest.get(f"{path}?after={first['page']['after']}", ADMINISTRATOR)).json()

    (waits,), (aside,) = first["items"], last["items"]
    assert (waits["type"], waits["status"], waits["attempts"]) == ("hoso.dossier.accepted", "waiting", 0)
    assert (aside["type"], aside["status"], aside["last_error"]) == (
        "hoso.dossier.filed",
        "set_aside",
        "away",
    )
    assert aside["dossier"] == {
        **{name: dossier[name] for name in ("reference", "code")},
        "procedure": "1.014464",
    }
    assert aside["webhook_id"].startswith("msg_")
    assert await rest.done(f"/v1/outbox/{aside['id']}/release", ADMINISTRATOR) == {"released": 1}
    states = [each["status"] for each in (await rest.get(path, ADMINISTRATOR)).json()["items"]]
    assert states == ["waiting", "waiting"]


async def test_a_receiver_is_tried_out_and_then_ended(rest: Rest) -> None:
    given = await entered(rest)
    path = f"/v1/webhooks/{given['receiver']}"
    tried = await rest.post(f"{path}/test", ADMINISTRATOR)
    assert tried.status_code == 202
    (test,) = (await rest.get(f"{path}/deliveries", ADMINISTRATOR)).json()["items"]
    assert (test["id"], test["type"], test["dossier"]) == (tried.json()["message"], "hoso.test", None)

    ended = await rest.done(f"{path}/end", ADMINISTRATOR)
    assert await rest.done(f"{path}/end", ADMINISTRATOR) == ended
    again = await rest.post(f"{path}/test", ADMINISTRATOR)
    assert (again.status_code, problem(again)["type"]) == (409, "urn:hoso:problem:webhook-ended")
    secret = await rest.post(f"{path}/secret", ADMINISTRATOR, {})
    assert problem(secret)["type"] == "urn:hoso:problem:webhook-ended"
    (found,) = await listed(rest)
    assert (found["ended_at"], found["waiting"]) == (ended["ended_at"], 0)


async def test_a_receiver_is_changed_in_its_place_and_keeps_its_secret(rest: Rest) -> None:
    given = await entered(rest)
    path = f"/v1/webhooks/{given['receiver']}"

    async def changed(said: dict[str, Any], seen: str = "*") -> Any:
        return await rest.ask("PATCH", path, ADMINISTRATOR, json=said, headers={"If-Match": seen})

    said = {"url": "https://moi.example.vn/hoso", "events": ["filed"]}
    first = await changed(said, '"1"')
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert first.json() == (await listed(rest))[0] | {"version": 2, **said}
    # The same again changes nothing.
    assert (await changed(said)).headers["etag"] == '"2"'
    stale = await changed({"name": "Khác"}, '"1"')
    assert (stale.status_code, problem(stale)["type"]) == (412, "urn:hoso:problem:webhook-changed")
    for wrong, field in (
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"carries_contact": True}, "carries_contact"),
    ):
        refused = await changed(wrong)
        assert (refused.status_code, [each["field"] for each in problem(refused)["errors"]]) == (422, [field])
    assert (await changed({"events": []})).status_code == 422
    events = await rest.world.db.rows(
        "select actor_id, payload from administration_event where kind = 'webhook_changed'"
    )
    assert [tuple(row) for row in events] == [
        (
            ADMINISTRATOR,
            {
                "changed": {
                    "url": {"from": ENTRY["url"], "to": said["url"]},
                    "events": {"from": ["accepted", "result_ready"], "to": ["filed"]},
                }
            },
        )
    ]
    assert await rest.world.one("select count(*) from webhook_secret") == 1
    await rest.done(f"{path}/end", ADMINISTRATOR)
    ended = await changed({"name": "Khác"})
    assert (ended.status_code, problem(ended)["type"]) == (409, "urn:hoso:problem:webhook-ended")


async def test_the_operator_does_the_same_at_the_shell(world: World, world_url: str, tmp_path: Path) -> None:
    async def told(*words: str) -> Any:
        return await asyncio.to_thread(hoso, "webhooks", *words, url=world_url, HOSO_MASTER_KEY_FILE=str(key))

    key = tmp_path / "master.key"
    key.write_text("ab" * 32)
    key.chmod(0o600)
    given = (await told("enter", DEPARTMENT, "Cổng", ENTRY["url"], "--event", "accepted", "--json")).json
    receiver = given["receiver"]
    turned = (await told("rotate", receiver, "--overlap", "1", "--json")).json
    number = (await told("test", receiver)).out.strip()
    (message,) = (await told("messages", receiver, "--json")).json["items"]
    shown = await told("messages", receiver)
    moved = (await told("change", receiver, "--name", "Cổng mới", "--json")).json
    refused = await told("change", receiver, "--url", "http://10.0.0.1/")
    await told("end", receiver)
    (found,) = (await told("list", "--json")).json["items"]

    assert (turned["receiver"], turned["secret"] == given["secret"]) == (receiver, False)
    assert (str(message["id"]), message["type"], "Đang chờ gửi" in shown.out) == (number, "hoso.test", True)
    assert (found["id"], found["ended_at"] is None) == (receiver, False)
    assert (moved["name"], moved["url"], moved["version"]) == ("Cổng mới", ENTRY["url"], 2)
    assert (refused.status, found["url"]) == (1, ENTRY["url"])
    assert "Đã ngừng" in (await told("list")).out
