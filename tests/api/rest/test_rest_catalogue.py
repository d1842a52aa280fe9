"""The catalogue over REST: drafted, published, found, brought in from a file; service levels; agencies' systems."""

from typing import Any

from support.api_client import HEAD, Rest
from support.catalogue_entries import CODE, DECISION, EDITOR, WHOLE, kept
from support.coordinators import COORDINATOR, appointed
from support.world import DEPARTMENT, person

DECLARER = person("procedure_declarer")
CONTENT = WHOLE.model_dump(mode="json")
SAID = DECISION.model_dump(mode="json")
ENTRY = f"/v1/catalogue/{CODE}"


async def published(rest: Rest) -> dict[str, Any]:
    await kept(rest.world)
    saved = await rest.ask("PUT", f"{ENTRY}/draft", DECLARER, json={"content": CONTENT, "version": 0})
    assert saved.status_code == 200, saved.text
    made: dict[str, Any] = await rest.done(f"{ENTRY}/publication", EDITOR, {**SAID, "draft_version": 1})
    return made


async def test_an_entry_is_drafted_published_and_found(rest: Rest) -> None:
    made = await published(rest)
    assert (made["number"], made["content"], made["publication"]["decision_no"]) == (1, CONTENT, "12/QĐ-UBND")
    found = (await rest.get("/v1/catalogue?q=giay+chung+nhan&counts=true", HEAD)).json()
    assert [(each["code"], each["missing"]) for each in found["items"]] == [(CODE, [])]
    assert (found["counts"]["total"], found["counts"]["authorities"]) == (1, {DEPARTMENT: 1})
    read = (await rest.get(ENTRY, HEAD)).json()
    assert (read["version"], read["in_force"], read["declared"]) == (made, True, None)
    changed = {**CONTENT, "term": "2 ngày làm việc"}
    draft = (await rest.ask("PUT", f"{ENTRY}/draft", DECLARER, json={"content": changed})).json()
    assert draft["changes"] == [
        {"field": "term", "letter": "đ", "gone": ["5 ngày làm việc"], "came": ["2 ngày làm việc"]}
    ]
    assert [each["code"] for each in (await rest.get("/v1/catalogue/drafts", DECLARER)).json()["items"]] == [
        CODE
    ]
    stale = await rest.ask("PUT", f"{ENTRY}/draft", DECLARER, json={"content": CONTENT, "version": 9})
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:hoso:problem:entry-draft-stale")
    wrong = await rest.ask("PUT", f"{ENTRY}/draft", DECLARER, json={"content": {**CONTENT, "term": "ba hôm"}})
    assert (wrong.status_code, [each["field"] for each in wrong.json()["errors"]]) == (422, ["term"])
    assert (await rest.ask("DELETE", f"{ENTRY}/draft", DECLARER)).json()["items"] == []
    versions = (await rest.get(f"{ENTRY}/versions", HEAD)).json()["items"]
    assert [(each["number"], each["lag_days"]) for each in versions] == [(1, made["lag_days"])]
    lags = (await rest.get("/v1/catalogue/lags", HEAD)).json()
    assert (lags["entered"], lags["items"][0]["days"]) == (1, made["lag_days"])


async def test_a_file_is_looked_at_brought_in_and_goes_out_again(rest: Rest) -> None:
    await kept(rest.world)
    await published(rest)
    files = {
        kind: await rest.get(f"/v1/catalogue/export?format={kind}", HEAD) for kind in ("csv", "xlsx", "json")
    }
    for answer in files.values():
        headers = {"Content-Type": answer.headers["content-type"]}
        again = await rest.ask(
            "POST", "/v1/catalogue/import", EDITOR, content=answer.content, headers=headers
        )
        assert (again.status_code, again.json()["unchanged"], again.json()["new"]) == (200, 1, [])
    (row,) = files["json"].json()["entries"]
    other = {"schema": "hoso-catalogue/1", "entries": [{**row, "code": "8.100009", "result": None}]}
    asked = "/v1/catalogue/import?dry_run=true"
    plan = (await rest.ask("POST", asked, EDITOR, json=other)).json()
    assert (plan["new"], plan["missing"], plan["written"]) == (["8.100009"], [CODE], False)
    done = await rest.ask("POST", f"/v1/catalogue/import?digest={plan['digest']}", EDITOR, json=other)
    assert (done.json()["new"], done.json()["written"]) == (["8.100009"], True)
    changed = await rest.ask("POST", f"/v1/catalogue/import?digest={plan['digest']}", EDITOR, json=other)
    assert changed.status_code == 409
    findings = (await rest.get("/v1/catalogue/findings", HEAD)).json()
    assert ([each["code"] for each in findings["items"]], findings["by_item"]) == (["8.100009"], {"h": 1})
    refused = await rest.ask(
        "POST", "/v1/catalogue/import", EDITOR, json={**other, "entries": [{"code": "1"}]}
    )
    assert refused.status_code == 422
    assert "body:1.name" in [each["field"] for each in refused.json()["errors"]]


async def test_levels_and_systems_are_set_and_listed(rest: Rest) -> None:
    await published(rest)
    await appointed(rest.world)
    level = {"code": CODE, "kind": "partial", "decision_no": "5/QĐ", "decision_date": "2026-02-26"}
    refused = await rest.post("/v1/service-levels", COORDINATOR, {**level, "valid_from": "2026-03-02"})
    assert [each["field"] for each in refused.json()["errors"]] == ["reason"]
    said = {**level, "valid_from": "2026-03-02", "reason": "Phải nộp bản chính"}
    made = await rest.done("/v1/service-levels", COORDINATOR, said)
    assert (await rest.get(f"/v1/service-levels?code={CODE}", HEAD)).json()["items"] == [made]
    system = {"unit": DEPARTMENT, "name": "Cổng", "purpose": "Nhận hồ sơ", "state": "apart"}
    entered = await rest.done("/v1/agency-systems", HEAD, {**system, "state_from": "2026-03-01"})
    state = {"state": "integrated", "state_from": "2026-03-02"}
    changed = await rest.done(f"/v1/agency-systems/{entered['id']}/state", COORDINATOR, state)
    listed = (await rest.get("/v1/agency-systems", HEAD)).json()
    assert (listed["items"], listed["not_integrated"]) == ([changed], 0)
