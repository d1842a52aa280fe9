"""Work on tasks over REST: lists by address, counts, priorities, drafts, follow-ups, notes."""

from datetime import datetime, timedelta

import pytest

from support.api_client import CLERK, HEAD, SPECIALIST, Rest, problem
from support.world import CITIZEN, DEPARTMENT, OTHER, person

pytestmark = pytest.mark.world("shared")

UNIT_HEAD, COLLEAGUE, STRANGER = person("head"), person("specialist", number=2), person("specialist", OTHER)
TOLD = {"outcome": None, "values": {}, "result": None, "reason": "", "note": "Chờ đối chiếu"}


async def at_the_specialists(rest: Rest, **said):
    """A dossier whose task is at the specialists, and the task's address."""
    filed = await rest.files(**said)
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    for by in (CLERK, HEAD):
        standing = await rest.completes(standing, by)
    return standing, f"/v1/user-tasks/{standing['tasks'][0]['id']}"


@pytest.mark.world("fresh")
async def test_a_list_by_its_address_is_the_search_and_counts_count_it(rest: Rest):
    one, path = await at_the_specialists(rest)
    await at_the_specialists(rest)
    await rest.done(f"{path}/priority", UNIT_HEAD, {"priority": 2})
    searched = await rest.done(
        "/v1/user-tasks/search", SPECIALIST, {"filter": {"procedure": "1.014464"}, "sort": "priority"}
    )
    listed = await rest.get("/v1/user-tasks?procedure=1.014464&sort=priority", SPECIALIST)
    assert listed.json() == searched
    assert [item["priority"] for item in searched["items"]] == [2, 0]
    urgent = (await rest.get("/v1/user-tasks?priority=2", SPECIALIST)).json()["items"]
    assert [item["dossier"]["reference"] for item in urgent] == [one["reference"]]
    counted = await rest.get("/v1/user-tasks/counts?by=priority", SPECIALIST)
    assert counted.json() == {
        "by": "priority",
        "total": 2,
        "groups": [{"key": "0", "name": None, "count": 1}, {"key": "2", "name": None, "count": 1}],
    }
    for bad in ("?prioritaet=2", "?priority=4", "?text=a", "?text=%27or", "?sort=name", "/counts?by=name"):
        assert (await rest.get(f"/v1/user-tasks{bad}", SPECIALIST)).status_code == 422, bad


async def test_a_priority_is_set_by_a_head_once_and_stands_in_the_history_of_officers(rest: Rest):
    standing, path = await at_the_specialists(rest, channel="desk")
    refused = problem(await rest.post(f"{path}/priority", SPECIALIST, {"priority": 1}))
    assert (refused["type"], refused["status"]) == ("urn:hoso:problem:forbidden", 403)
    first = await rest.done(f"{path}/priority", UNIT_HEAD, {"priority": 1})
    again = await rest.done(f"{path}/priority", UNIT_HEAD, {"priority": 1})
    assert (first["version"], again["version"]) == (standing["version"] + 1, standing["version"] + 1)
    events = (await rest.get(f"/v1/dossiers/{standing['code']}/events", SPECIALIST)).json()["items"]
    task = standing["tasks"][0]["id"]
    assert events[-1]["kind"] == "task_prioritised"
    assert {**events[-1]["payload"], "act": None} == {"act": None, "task": task, "priority": 1}


async def test_a_note_is_read_by_officers_and_never_by_the_applicant(rest: Rest):
    filed = await rest.files(CITIZEN, channel="online")
    path = f"/v1/dossiers/{filed['reference']}"
    await rest.done(f"{path}/acceptance", CLERK)
    await rest.done(f"{path}/notes", CLERK, {"text": "Đã gọi đối chiếu"})
    await rest.done(f"{path}/notes", UNIT_HEAD, {"text": "Ưu tiên"})
    found = (await rest.get(f"{path}/notes", SPECIALIST)).json()
    assert [each["text"] for each in found["items"]] == ["Ưu tiên", "Đã gọi đối chiếu"]
    assert (await rest.get(f"{path}/notes", CITIZEN)).status_code == 404
    assert (await rest.post(f"{path}/notes", CITIZEN, {"text": "Của tôi"})).status_code == 403
    for read in ("", "/events", "/waits"):
        assert "đối chiếu" not in (await rest.get(f"{path}{read}", CITIZEN)).text
    assert (await rest.post(f"{path}/notes", CLERK, {"text": "  "})).status_code == 422


async def test_a_colleague_who_is_mentioned_in_a_note_is_told_and_a_stranger_cannot_be(rest: Rest):
    path = f"/v1/dossiers/{(await rest.accepts())['code']}"
    refused = problem(await rest.post(f"{path}/notes", CLERK, {"text": "Xem giúp", "mention": str(STRANGER)}))
    assert (refused["status"], refused["type"]) == (403, "urn:hoso:problem:forbidden")
    await rest.done(f"{path}/notes", CLERK, {"text": "Xem giúp", "mention": str(UNIT_HEAD)})
    told = (await rest.get("/v1/notifications", UNIT_HEAD)).json()["items"]
    assert [each["title"] for each in told] == [f"Hồ sơ {path.rpartition('/')[2]}: có ghi chú nhắc đến bạn"]
    (note,) = (await rest.get(f"{path}/notes", CLERK)).json()["items"]
    assert note["mention"] == "head 1 · Sở Văn hóa, Thể thao và Du lịch"


async def test_a_note_is_amended_by_its_author_for_ten_minutes(rest: Rest):
    path = f"/v1/dossiers/{(await rest.accepts())['code']}"
    await rest.done(f"{path}/notes", CLERK, {"text": "Đã gọi"})
    (note,) = (await rest.get(f"{path}/notes", CLERK)).json()["items"]
    amended = {"note": note["seq"], "text": "Đã gọi hai lần"}
    assert (await rest.post(f"{path}/note-amendment", UNIT_HEAD, amended)).status_code == 409
    rest.clock.at += timedelta(minutes=10)
    await rest.done(f"{path}/note-amendment", CLERK, amended)
    at = rest.clock.at
    rest.clock.at += timedelta(minutes=1)
    late = problem(await rest.post(f"{path}/note-amendment", CLERK, {**amended, "text": "Ba lần"}))
    assert (late["status"], late["type"]) == (409, "urn:hoso:problem:note-stands")
    (read,) = (await rest.get(f"{path}/notes", CLERK)).json()["items"]
    assert {**read, "amended_at": datetime.fromisoformat(read["amended_at"])} == {
        **note,
        "text": "Đã gọi hai lần",
        "amended_at": at,
        "amendable": False,
    }


async def test_a_draft_is_its_writers_alone_and_compared_by_its_own_etag(rest: Rest):
    _, path = await at_the_specialists(rest)
    unseen = await rest.ask("PUT", f"{path}/draft", SPECIALIST, json={}, headers={"If-Match": '"1"'})
    assert (unseen.status_code, problem(unseen)["type"]) == (412, "urn:hoso:problem:step-draft-changed")
    made = await rest.ask("PUT", f"{path}/draft", SPECIALIST, json={"note": "Chờ đối chiếu"})
    assert (made.status_code, made.headers["ETag"]) == (200, '"1"')
    assert made.json() == {**TOLD, "version": 1, "saved_at": made.json()["saved_at"]}
    assert (await rest.get(f"{path}/draft", SPECIALIST)).json() == made.json()
    assert (await rest.get(f"{path}/draft", COLLEAGUE)).status_code == 404
    assert (await rest.get(f"{path}/draft", UNIT_HEAD)).status_code == 403
    again = await rest.ask(
        "PUT", f"{path}/draft", SPECIALIST, json={"note": "Hai"}, headers={"If-Match": '"1"'}
    )
    assert again.headers["ETag"] == '"2"'
    stale = await rest.ask(
        "PUT", f"{path}/draft", SPECIALIST, json={"note": "Ba"}, headers={"If-Match": '"1"'}
    )
    assert (stale.status_code, problem(stale)["type"]) == (412, "urn:hoso:problem:step-draft-changed")
    for expected in (True, False):
        gone = await rest.ask("DELETE", f"{path}/draft", SPECIALIST)
        assert gone.json() == {"discarded": expected}


async def test_a_follow_up_is_told_to_who_named_it(rest: Rest):
    _, path = await at_the_specialists(rest)
    named = await rest.ask("PUT", f"{path}/follow-up", SPECIALIST, json={"follow_up": "2026-03-09"})
    assert named.json() == {"follow_up": "2026-03-09"}
    assert (await rest.get(path, SPECIALIST)).json()["follow_up"] == "2026-03-09"
    assert (await rest.get(path, UNIT_HEAD)).json()["follow_up"] is None
    found = (await rest.get("/v1/user-tasks?follow_up_by=2026-03-09", SPECIALIST)).json()["items"]
    assert [f"/v1/user-tasks/{item['id']}" for item in found] == [path]


async def test_an_officer_who_was_moved_reads_nothing_that_they_had_kept(rest: Rest):
    _, path = await at_the_specialists(rest)
    await rest.ask("PUT", f"{path}/draft", SPECIALIST, json={"note": "Chờ"})
    await rest.world.changed(
        "update role_assignment set valid_to = '2026-03-02' where principal_id = $1 and unit_code = $2",
        SPECIALIST,
        DEPARTMENT,
    )
    rest.clock.turn("2026-03-03 08:00")
    for method in ("GET", "PUT", "DELETE"):
        said = {"json": {}} if method == "PUT" else {}
        assert (await rest.ask(method, f"{path}/draft", SPECIALIST, **said)).status_code == 404
