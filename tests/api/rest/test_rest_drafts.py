"""Drafts: whatever is typed is kept for its owner alone, and filed exactly once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hoso_api.rest.dossiers.schemas import Filing
from hoso_api.rest.drafts.reading import Reader
from hoso_models import errors as storage
from hoso_models.storage.database import Database
from hoso_workflows import drafts, errors
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.drafts import storage as kept
from support.api_client import CLERK, FILING, OWN, SPECIALIST, Rest, problem
from support.world import CITIZEN, STRANGER, instant

# Each test keeps to drafts of its own.
pytestmark = pytest.mark.world("shared")

PROCEDURE = FILING["procedure"]
#: All of a filing but the procedure, which a draft has of its own.
WHOLE = {name: value for name, value in FILING.items() if name not in ("procedure", "channel")}
MINE = {**WHOLE, "applicant": OWN}


async def begun(rest: Rest, by: UUID = CITIZEN, content: Any = MINE) -> Any:
    return await rest.done("/v1/drafts", by, {"procedure": PROCEDURE, "content": content})


async def saved(rest: Rest, draft: Any, content: Any, by: UUID = CITIZEN, **headers: str) -> Any:
    path = f"/v1/drafts/{draft['id']}"
    return await rest.ask("PUT", path, by, json={"content": content}, headers=headers)


def of(found: Any) -> dict[str | None, str]:
    return {each["field"]: each["message"] for each in found["findings"]}


async def test_what_is_typed_is_kept_as_it_is_and_what_it_lacks_is_told(rest: Rest) -> None:
    typed = {
        "applicant": {"kind": "person", "name": "Người nộp 1", "email": "không phải thư"},
        "form": {"so_ban_cfs": "nhiều", "lạ": 1},
        "delivery_mode": "bồ câu",
        "ghi chú": "gọi lại sau",
    }
    draft = await begun(rest, content=typed)
    found = (await rest.get(f"/v1/drafts/{draft['id']}", CITIZEN)).json()
    assert found == draft
    assert (found["content"], found["applicant"], found["version"]) == (typed, "Người nộp 1", 1)
    assert {"applicant.email", "delivery_mode", "ghi chú", "form.so_ban_cfs", "form.lạ", "components"} <= set(
        of(found)
    )
    assert all(of(found).values())


async def test_a_draft_is_begun_once_under_a_key_however_often_it_is_asked_for(rest: Rest) -> None:
    asked, key = {"procedure": PROCEDURE, "content": MINE}, {"Idempotency-Key": "nhap-1"}
    answers = await asyncio.gather(
        *(rest.post("/v1/drafts", CITIZEN, asked, headers=key) for _ in range(3)),
    )
    (draft,) = {each.json()["id"]: each.json() for each in answers}.values()
    assert {each.status_code for each in answers} == {201}
    assert sorted(each.headers.get("Idempotency-Replayed", "") for each in answers) == ["", "true", "true"]
    another = {**asked, "content": {}}
    refused = problem(await rest.post("/v1/drafts", CITIZEN, another, headers=key))
    assert (refused["status"], refused["type"]) == (422, "urn:hoso:problem:key-reused")
    # What it began with is not known any more once it was changed; it stays the draft of that key.
    changed = (await saved(rest, draft, {"form": {}})).json()
    again = await rest.post("/v1/drafts", CITIZEN, asked, headers=key)
    assert (again.json(), again.headers["ETag"]) == (changed, '"2"')
    # Everybody has keys of their own.
    other = await rest.done("/v1/drafts", CLERK, {**asked, "content": WHOLE}, headers=key)
    assert other["id"] != draft["id"]


async def test_a_draft_is_judged_however_little_of_it_can_be_read(rest: Rest) -> None:
    typed = {"channel": "bồ câu", "applicant": ["?"], "form": 7, "components": [None], "procedure": "9.1"}
    told = of(await begun(rest, content=typed))
    fields = {"channel", "applicant", "form", "components[0]", "procedure"}
    assert fields <= set(told)
    draft = await begun(rest, content={**MINE, "procedure": "9.1"})
    refused = problem(await rest.post(f"/v1/drafts/{draft['id']}/filing", CITIZEN))
    assert [each["field"] for each in refused["errors"]] == ["procedure"] == list(of(draft))


async def test_an_empty_draft_is_told_everything_that_it_lacks(rest: Rest) -> None:
    draft = await begun(rest, content={})
    told = [each["field"] for each in draft["findings"]]
    assert {"applicant", "components", "form.thuong_nhan"} <= set(told)
    assert not [field for field in told if field.startswith("applicant.")]


async def test_a_draft_without_findings_is_filed_and_one_with_some_is_refused_and_kept(rest: Rest) -> None:
    draft = await begun(rest, content={**MINE, "components": []})
    refused = problem(await rest.post(f"/v1/drafts/{draft['id']}/filing", CITIZEN))
    assert refused["type"] == "urn:hoso:problem:form-refused"
    assert {each["field"] for each in refused["errors"]} == set(of(draft))
    unread = await begun(rest, content={**MINE, "form": "chưa"})
    refused = problem(await rest.post(f"/v1/drafts/{unread['id']}/filing", CITIZEN))
    assert [each["field"] for each in refused["errors"]] == ["form"]
    mended = (await saved(rest, draft, MINE)).json()
    assert (mended["findings"], mended["version"], mended["filing_at"]) == ([], 2, None)
    filed = await rest.done(f"/v1/drafts/{draft['id']}/filing", CITIZEN)
    assert (filed["status"], filed["view"]) == ("filed", "applicant")
    found = (await rest.get(f"/v1/drafts/{draft['id']}", CITIZEN)).json()
    assert (found["content"], found["applicant"], found["reference"]) == (None, None, filed["reference"])
    assert await rest.world.one("select sealed from draft where id = $1", UUID(draft["id"])) is None


async def test_a_draft_is_filed_once_however_often_and_by_how_many_it_is_asked_for(rest: Rest) -> None:
    draft = await begun(rest, CLERK, WHOLE)
    path, count = f"/v1/drafts/{draft['id']}/filing", "select count(*) from dossier"
    before = await rest.world.one(count)
    answers = await asyncio.gather(*(rest.post(path, CLERK) for _ in range(4)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["reference"] for each in answers}) == 1
    again = await rest.post(path, CLERK, headers={"If-Match": '"7"'})
    assert again.json() == answers[0].json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await rest.world.one(count) == before + 1


async def test_what_dies_between_the_dossier_and_its_draft_is_gone_on_with(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await begun(rest)
    path, count = f"/v1/drafts/{draft['id']}/filing", "select count(*) from dossier"
    before = await rest.world.one(count)

    async def dies(*_: Any) -> None:
        raise storage.DatabaseAway("gone")

    with monkeypatch.context() as while_away:
        while_away.setattr(kept.Drafts, "end_filing", dies)
        assert (await rest.post(path, CITIZEN)).status_code == 503
    changed = problem(await saved(rest, draft, {}))
    assert changed["type"] == "urn:hoso:problem:draft-being-filed"
    gone = await rest.ask("DELETE", f"/v1/drafts/{draft['id']}", CITIZEN)
    assert problem(gone)["type"] == "urn:hoso:problem:draft-being-filed"
    filed = await rest.done(path, CITIZEN)
    assert await rest.world.one(count) == before + 1
    after = problem(await saved(rest, draft, {}))
    assert (after["type"], filed["reference"] in after["detail"]) == ("urn:hoso:problem:draft-filed", True)


@pytest.mark.parametrize("refused", [0, 1])
async def test_a_filing_that_is_refused_takes_no_draft_from_another_that_is_under_way(
    rest: Rest, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    draft = await begun(rest, content={**MINE, "delivery_mode": "counter"})
    path, number = f"/v1/drafts/{draft['id']}/filing", iter(range(2))
    begin, go_on = [asyncio.Event() for _ in range(2)], [asyncio.Event() for _ in range(2)]
    file = DossierService.file

    async def waits(service: DossierService, *args: Any, **named: Any) -> Outcome:
        mine = next(number)
        begin[mine].set()
        await go_on[mine].wait()
        if mine == refused:
            raise errors.TooManyRequests("too soon", timedelta(minutes=1))
        return await file(service, *args, **named)

    monkeypatch.setattr(DossierService, "file", waits)
    asked = []
    for each in begin:
        asked.append(asyncio.create_task(rest.post(path, CITIZEN)))
        await each.wait()
    go_on[refused].set()
    assert (await asked[refused]).status_code == 429
    changed = problem(await saved(rest, draft, {"form": {"lost": True}}))
    assert changed["type"] == "urn:hoso:problem:draft-being-filed"
    go_on[1 - refused].set()
    filed = (await asked[1 - refused]).json()
    found = (await rest.get(f"/v1/drafts/{draft['id']}", CITIZEN)).json()
    assert (found["reference"], found["content"], found["version"]) == (filed["reference"], None, 2)


async def test_a_draft_can_be_changed_again_once_each_of_several_filings_was_refused(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await begun(rest)
    both = asyncio.Barrier(2)

    async def refuses(*_: Any, **__: Any) -> Outcome:
        await both.wait()
        raise errors.TooManyRequests("too soon", timedelta(minutes=1))

    with monkeypatch.context() as busy:
        busy.setattr(DossierService, "file", refuses)
        path = f"/v1/drafts/{draft['id']}/filing"
        answers = await asyncio.gather(*(rest.post(path, CITIZEN) for _ in range(2)))
    assert [each.status_code for each in answers] == [429, 429]
    found = (await saved(rest, draft, {})).json()
    assert (found["content"], found["filing_at"], found["expires_at"]) == ({}, None, draft["expires_at"])


async def test_what_has_become_a_dossier_is_told_even_where_it_could_not_be_read_any_more(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await begun(rest)
    path = f"/v1/drafts/{draft['id']}/filing"

    async def dies(*_: Any) -> None:
        raise storage.DatabaseAway("gone")

    def refuses(*_: Any) -> Any:
        raise errors.FormRefused([errors.Fault("form", "is read otherwise since the upgrade")])

    with monkeypatch.context() as while_away:
        while_away.setattr(kept.Drafts, "end_filing", dies)
        assert (await rest.post(path, CITIZEN)).status_code == 503
    rest.clock.at += kept.LONGEST * 2
    changed = problem(await saved(rest, draft, {}))
    assert changed["type"] == "urn:hoso:problem:draft-being-filed"
    monkeypatch.setattr(Reader, "request", refuses)
    again = await rest.post(path, CITIZEN)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    found = (await rest.get(f"/v1/drafts/{draft['id']}", CITIZEN)).json()
    assert found["reference"] == again.json()["reference"]


@pytest.mark.parametrize("goes_on_with", ["change", "filing", "discarding"])
async def test_a_filing_that_died_and_left_nothing_locks_its_draft_no_longer_than_a_filing_lasts(
    rest: Rest, monkeypatch: pytest.MonkeyPatch, goes_on_with: str
) -> None:
    draft = await begun(rest)
    path = f"/v1/drafts/{draft['id']}"

    async def dies(*_: Any, **__: Any) -> Outcome:
        raise storage.DatabaseAway("gone")

    with monkeypatch.context() as while_away:
        while_away.setattr(DossierService, "file", dies)
        assert (await rest.post(f"{path}/filing", CITIZEN)).status_code == 503
    rest.clock.at += kept.LONGEST
    assert problem(await saved(rest, draft, {}))["type"] == "urn:hoso:problem:draft-being-filed"
    rest.clock.at += timedelta(seconds=1)
    shown = (await rest.get(path, CITIZEN)).json()
    assert (shown["filing_at"], shown["content"]) == (None, MINE)
    if goes_on_with == "change":
        changed = (await saved(rest, draft, {"form": {}})).json()
        assert (changed["content"], changed["filing_at"], changed["version"]) == ({"form": {}}, None, 2)
        return
    if goes_on_with == "discarding":
        left = (await rest.ask("DELETE", path, CITIZEN)).json()
        assert draft["id"] not in {each["id"] for each in left["items"]}
        return
    late = problem(await rest.post(f"{path}/filing", CITIZEN, headers={"If-Match": '"7"'}))
    assert late["type"] == "urn:hoso:problem:draft-changed"
    filed = await rest.done(f"{path}/filing", CITIZEN)
    assert (await rest.get(path, CITIZEN)).json()["reference"] == filed["reference"]


async def test_a_filing_whose_answer_is_forgotten_is_not_done_again(rest: Rest) -> None:
    draft = await begun(rest)
    filed = await rest.done(f"/v1/drafts/{draft['id']}/filing", CITIZEN)
    await rest.world.changed("delete from idempotency where key = $1", f"draft {draft['id']}")
    refused = problem(await rest.post(f"/v1/drafts/{draft['id']}/filing", CITIZEN))
    assert refused["type"] == "urn:hoso:problem:draft-filed"
    assert filed["reference"] in refused["detail"]


async def test_who_has_seen_an_older_version_is_told_and_the_same_again_changes_nothing(rest: Rest) -> None:
    draft = await begun(rest, content={})
    first = await saved(rest, draft, {"form": {"so_ban_cfs": 1}}, **{"If-Match": '"1"'})
    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    again = await saved(rest, draft, {"form": {"so_ban_cfs": 1}}, **{"If-Match": '"1"'})
    assert (again.json(), again.headers["ETag"]) == (first.json(), '"2"')
    late = await saved(rest, draft, {"form": {"so_ban_cfs": 2}}, **{"If-Match": '"1"'})
    assert (late.status_code, problem(late)["type"]) == (412, "urn:hoso:problem:draft-changed")
    filed = await rest.post(f"/v1/drafts/{draft['id']}/filing", CITIZEN, headers={"If-Match": '"1"'})
    assert problem(filed)["type"] == "urn:hoso:problem:draft-changed"
    assert (await rest.get(f"/v1/drafts/{draft['id']}", CITIZEN)).json() == first.json()


@pytest.mark.parametrize(("typed", "then"), [(1, True), (1, 1.0), (0, False), (1.0, 1)])
async def test_another_type_of_an_equal_value_is_a_change(rest: Rest, typed: Any, then: Any) -> None:
    draft = await begun(rest, content={"form": {"a": typed}})
    found = (await saved(rest, draft, {"form": {"a": then}}, **{"If-Match": '"1"'})).json()
    assert (found["version"], repr(found["content"]["form"]["a"])) == (2, repr(then))


async def test_nobody_else_learns_that_a_draft_is_there(rest: Rest) -> None:
    draft = await begun(rest)
    for by in (STRANGER, CLERK, SPECIALIST):
        for method, path, body in (
            ("GET", "", None),
            ("PUT", "", {"content": {}}),
            ("DELETE", "", None),
            ("POST", "/filing", {}),
        ):
            here = await rest.ask(method, f"/v1/drafts/{draft['id']}{path}", by, json=body)
            nowhere, other = uuid4(), draft["id"]
            absent = await rest.ask(method, f"/v1/drafts/{nowhere}{path}", by, json=body)
            assert (here.status_code, absent.status_code) == (404, 404)
            assert here.text.replace(other, "…") == absent.text.replace(str(nowhere), "…")
    assert (await rest.get("/v1/drafts", SPECIALIST)).json()["items"] == []
    begins = await rest.post("/v1/drafts", SPECIALIST, {"procedure": PROCEDURE})
    assert problem(begins)["type"] == "urn:hoso:problem:forbidden"


async def test_what_is_stored_of_a_draft_cannot_be_read_without_the_key(rest: Rest) -> None:
    draft = await begun(rest, CLERK, WHOLE)
    stored = await rest.world.one("select t::text from draft t where id = $1", UUID(draft["id"]))
    sealed = await rest.world.one("select sealed from draft where id = $1", UUID(draft["id"]))
    for secret in ("3000000000", "Công ty", "thuong_nhan"):
        assert (secret in stored, secret.encode() in bytes(sealed)) == (False, False)
    other = await begun(rest, CLERK, {})
    await rest.world.changed(
        "update draft set (sealed, sealed_name) = (select sealed, sealed_name from draft where id = $2) where id = $1",
        *(UUID(each["id"]) for each in (other, draft)),
    )
    refused = problem(await rest.get(f"/v1/drafts/{other['id']}", CLERK))
    assert refused["type"] == "urn:hoso:problem:draft-unreadable"
    listed = (await rest.get("/v1/drafts", CLERK)).json()["items"]
    assert next(each for each in listed if each["id"] == other["id"])["applicant"] is None
    left = (await rest.ask("DELETE", f"/v1/drafts/{other['id']}", CLERK)).json()
    assert other["id"] not in {each["id"] for each in left["items"]}


async def test_a_list_tells_names_and_opens_no_content(rest: Rest) -> None:
    long = {**MINE, "applicant": {"kind": "person", "name": "ơ" * 300}}
    ids = [
        (await begun(rest, content=each))["id"] for each in (MINE, {}, {"applicant": {"name": ["?"]}}, long)
    ]
    await rest.world.changed("update draft set sealed = 'no content' where id = $1", UUID(ids[0]))
    listed = {
        each["id"]: each["applicant"] for each in (await rest.get("/v1/drafts", CITIZEN)).json()["items"]
    }
    assert [listed[each] for each in ids] == [OWN["name"], None, None, "ơ" * 200]
    assert (await rest.get(f"/v1/drafts/{ids[3]}", CITIZEN)).json()["applicant"] == "ơ" * 200
    renamed = (await saved(rest, {"id": ids[3]}, {"applicant": {"name": "Người nộp 2"}})).json()
    listed = {
        each["id"]: each["applicant"] for each in (await rest.get("/v1/drafts", CITIZEN)).json()["items"]
    }
    assert (listed[ids[3]], renamed["applicant"]) == ("Người nộp 2", "Người nộp 2")


async def test_expired_drafts_are_deleted_in_portions(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    rest.clock.turn("2026-01-05 08:00")
    ids = [UUID((await begun(rest, STRANGER, {}))["id"]) for _ in range(3)]
    portions, delete = [], Database.one_statement

    async def counted(db: Database, *asked: Any) -> Any:
        gone = await delete(db, *asked)
        portions.append(len(gone))
        return gone

    monkeypatch.setattr(kept, "PORTION", 2)
    monkeypatch.setattr(Database, "one_statement", counted)
    over = instant("2026-02-04 08:00")
    assert (await drafts.expire(rest.world.db, at=over), portions) == (3, [2, 1, 0])
    assert await rest.world.one("select count(*) from draft where id = any($1)", ids) == 0


async def test_a_draft_goes_when_its_days_are_over_unless_it_was_changed_meanwhile(rest: Rest) -> None:
    rest.clock.turn("2026-03-02 08:00")
    left, worked_on = await begun(rest, STRANGER, {}), await begun(rest, STRANGER, {})
    assert left["expires_at"] == "2026-04-01T08:00:00+07:00"
    rest.clock.turn("2026-03-20 08:00")
    assert (await saved(rest, worked_on, MINE, STRANGER)).json()["expires_at"] == "2026-04-19T08:00:00+07:00"
    rest.clock.turn("2026-04-01 08:00")
    assert (await rest.get(f"/v1/drafts/{left['id']}", STRANGER)).status_code == 404
    mine = [each["id"] for each in (await rest.get("/v1/drafts", STRANGER)).json()["items"]]
    assert mine == [worked_on["id"]]
    await drafts.expire(rest.world.db, at=instant("2026-04-01 08:00"))
    assert await rest.world.one("select count(*) from draft where id = $1", UUID(left["id"])) == 0
    assert await rest.world.one("select count(*) from draft where id = $1", UUID(worked_on["id"])) == 1


async def test_drafts_are_limited_in_number_and_in_size(rest: Rest) -> None:
    service = rest.client._transport.app.state  # type: ignore[attr-defined]  # the application behind the client
    usual = service.drafts
    service.drafts = replace(usual, limits=replace(usual.limits, own=2, size=100))
    try:
        one = await begun(rest, STRANGER, {})
        taken = len((await rest.get("/v1/drafts", STRANGER)).json()["items"])
        service.drafts = replace(usual, limits=replace(usual.limits, own=taken, size=100))
        more = await rest.post("/v1/drafts", STRANGER, {"procedure": PROCEDURE})
        assert (more.status_code, problem(more)["type"]) == (409, "urn:hoso:problem:too-many-drafts")
        long = await saved(rest, one, {"form": {"a": "x" * 100}}, STRANGER)
        assert (long.status_code, problem(long)["type"]) == (413, "urn:hoso:problem:draft-too-large")
    finally:
        service.drafts = usual


async def test_the_newest_draft_comes_first_and_the_list_goes_on_behind_a_page(rest: Rest) -> None:
    ids = [(await begun(rest, CLERK, {}))["id"] for _ in range(3)]
    page = (await rest.get("/v1/drafts?limit=2", CLERK)).json()
    rest_of_it = (await rest.get(f"/v1/drafts?limit=200&after={page['page']['after']}", CLERK)).json()
    found = [each["id"] for each in (*page["items"], *rest_of_it["items"])]
    assert set(ids) <= set(found)
    assert (
        len(found)
        == len(set(found))
        == await rest.world.one("select count(*) from draft where owner_id = $1", CLERK)
    )


async def test_a_draft_of_a_procedure_that_nobody_can_file_for_says_so(rest: Rest) -> None:
    draft = await rest.done("/v1/drafts", CITIZEN, {"procedure": "9.999999", "content": MINE})
    assert [(each["field"], "9.999999" in each["message"]) for each in draft["findings"]] == [(None, True)]


def test_a_draft_takes_every_field_of_a_filing() -> None:
    assert {*WHOLE, "channel", "procedure"} <= set(Filing.model_fields)
