"""A dossier walks through the API: filed, accepted, handled, decided, returned; and what is read of it on the way."""

import pytest

from hoso_workflows import audit, recompute
from support.api_client import CLERK, FILING, HEAD, LEADER, OWN, SPECIALIST, Rest, problem
from support.world import CITIZEN, OTHER, PROVINCE, STRANGER, person

pytestmark = pytest.mark.world("shared")

AGENCY_HEAD = person("agency_head")


async def decided(rest: Rest):
    """A dossier whose result the provincial leader is about to give."""
    standing = await rest.accepts()
    for by, said in (
        (CLERK, {}),
        (HEAD, {}),
        (SPECIALIST, {}),
        (AGENCY_HEAD, {"outcome": "Trình UBND tỉnh"}),
    ):
        standing = await rest.completes(standing, by, **said)
    return standing


@pytest.mark.world("fresh")
async def test_a_dossier_walks_from_filing_to_its_return(rest: Rest):
    filed = await rest.files()
    accepted = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    standing = accepted
    statuses = [filed["status"], accepted["status"]]
    for by, said in (
        (CLERK, {}),
        (HEAD, {}),
        (SPECIALIST, {"note": "Đủ điều kiện"}),
        (AGENCY_HEAD, {"outcome": "Trình UBND tỉnh"}),
        (LEADER, {"result": "granted"}),
        (CLERK, {}),
    ):
        standing = await rest.completes(standing, by, **said)
        statuses.append(standing["status"])
    assert statuses == [
        "filed", "in_process", "in_process", "in_process", "in_process", "in_process", "result_ready", "returned"
    ]  # fmt: skip
    assert (standing["code"], standing["outcome"], standing["verdict"], standing["tasks"]) == (
        "H27.PVHCC-260302-0001",
        "granted",
        "early",
        [],
    )


async def test_what_is_filed_is_read_back_by_reference_and_by_code(rest: Rest):
    accepted = await rest.accepts()
    by_reference = await rest.get(f"/v1/dossiers/{accepted['reference']}", CLERK)
    by_code = await rest.get(f"/v1/dossiers/{accepted['code']}", CLERK)
    assert by_reference.json() == by_code.json()
    found = by_code.json()
    assert found["form"] == FILING["form"]
    assert found["applicant"]["name"] == FILING["applicant"]["name"]
    assert [part["code"] for part in found["components"] if part["received"]] == FILING["components"]
    assert found["due_legal"] == accepted["due_legal"] == "2026-03-05T17:00:00+07:00"
    assert by_code.headers["etag"] == f'"{accepted["version"]}"'


async def test_the_explanation_counts_every_date_again(rest: Rest):
    accepted = await rest.accepts()
    explanation = (await rest.get(f"/v1/dossiers/{accepted['code']}/deadline", CLERK)).json()
    assert explanation["schema"] == "hoso-explanation/1"
    counted, told = recompute.dates(explanation), explanation["dates"]
    dates = ("reception_due", "due_first", "due_legal", "due_promised", "late_since", "verdict", "cycle")
    assert [counted[name] for name in dates] == [told[name] for name in dates]
    assert [day["date"] for day in explanation["cycles"][0]["deadline"]["days"]] == [
        "2026-03-02",
        "2026-03-03",
        "2026-03-04",
        "2026-03-05",
    ]


@pytest.mark.world("fresh")
async def test_events_and_receipt_follow_the_acceptance(rest: Rest):
    filed = await rest.files()
    early = await rest.get(f"/v1/dossiers/{filed['reference']}/receipt", CLERK)
    assert problem(early)["type"] == "urn:hoso:problem:not-found"
    accepted = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    receipt = (await rest.get(f"/v1/dossiers/{accepted['code']}/receipt", CLERK)).json()
    assert (receipt["number"], receipt["code"], receipt["return_at"]) == (
        1,
        accepted["code"],
        accepted["due_promised"],
    )
    events = (await rest.get(f"/v1/dossiers/{accepted['code']}/events", CLERK)).json()["items"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    kinds = {"filed", "accepted", "letter_issued", "task_opened", "task_closed"}
    assert {event["kind"] for event in events} == kinds


async def test_refusal_supplement_and_withdrawal_are_acts_of_the_dossier(rest: Rest):
    refused = await rest.files()
    path = f"/v1/dossiers/{refused['reference']}/refusal"
    assert problem(await rest.post(path, CLERK, {"reason": ""}))["type"] == "urn:hoso:problem:reason-missing"
    assert (await rest.done(path, CLERK, {"reason": "Không thuộc thẩm quyền"}))["status"] == "refused"

    asked = await rest.completes(await rest.accepts(), CLERK)
    at = f"/v1/dossiers/{asked['code']}"
    said = {"reason": "Thiếu nhãn hàng", "items": ["TP04"]}
    assert (await rest.done(f"{at}/supplement-proposal", HEAD, said))["status"] == "in_process"
    waiting = await rest.done(f"{at}/supplement-request", CLERK, said)
    assert (waiting["status"], waiting["due_legal"]) == ("awaiting_supplement", None)
    rest.clock.turn("2026-03-04 09:00")
    back = await rest.done(f"{at}/supplement", CLERK, {"components": ["TP04"]})
    assert (back["status"], back["due_legal"]) == ("in_process", "2026-03-09T17:00:00+07:00")
    assert (await rest.done(f"{at}/withdrawal", CLERK, {"reason": "Đổi ý"}))["status"] == "withdrawn"


@pytest.mark.parametrize("outcome", ["accept", "refuse", "supplement"])
async def test_reception_may_do_the_same_acts_at_its_task(rest: Rest, outcome: str):
    filed = await rest.files()
    standing = await rest.completes(filed, CLERK, outcome=outcome, reason="Thiếu giấy tờ")
    statuses = {"accept": "in_process", "refuse": "refused", "supplement": "awaiting_supplement_before"}
    assert standing["status"] == statuses[outcome]


async def test_applicants_read_their_own_dossier_and_nobody_elses(rest: Rest):
    online = {**FILING, "channel": "online", "applicant": OWN}
    filed = await rest.done("/v1/dossiers", CITIZEN, online)
    path = f"/v1/dossiers/{filed['reference']}"
    own = await rest.get(path, CITIZEN)
    assert own.json()["applicant"]["name"] == OWN["name"]
    absent = await rest.get("/v1/dossiers/no-such-dossier", CITIZEN)
    hidden = await rest.get(path, STRANGER)
    assert [problem(each)["title"] for each in (absent, hidden)] == [problem(absent)["title"]] * 2
    assert (await rest.done(f"{path}/withdrawal", CITIZEN, {"reason": "Đổi ý"}))["status"] == "withdrawn"


@pytest.mark.parametrize(
    ("role", "unit", "status"),
    [
        ("division_head", "H27.SVHTTDL", 200),
        ("reception", "H27.PVHCC", 200),
        ("provincial_leader", PROVINCE, 200),
        ("specialist", OTHER, 404),
        ("procedure_declarer", OTHER, 404),
        ("procedure_declarer", "H27.SVHTTDL", 404),
    ],
)
async def test_officers_read_what_their_unit_receives_handles_or_decides(
    rest: Rest, role: str, unit: str, status: int
):
    accepted = await rest.accepts()
    for part in ("", "/deadline", "/events", "/receipt"):
        response = await rest.get(f"/v1/dossiers/{accepted['code']}{part}", person(role, unit))
        assert response.status_code == status


async def test_anybody_learns_code_degree_and_lateness_and_nothing_else(rest: Rest):
    accepted = await rest.accepts()
    found = await rest.get(f"/v1/public/dossiers/{accepted['code']}")
    in_time = {"late": False, "late_since": None, "still": False}
    assert (found.status_code, found.json()) == (200, {"code": accepted["code"], "degree": 0, **in_time})
    by_reference = await rest.get(f"/v1/public/dossiers/{accepted['reference']}")
    assert problem(by_reference)["type"] == "urn:hoso:problem:not-found"
    done = await decided(rest)
    assert (await rest.get(f"/v1/public/dossiers/{done['code']}")).json()["degree"] > 0


@pytest.mark.parametrize("way", ["acceptance", "completion"])
async def test_a_dossier_without_required_papers_is_accepted_only_by_who_says_so(rest: Rest, way: str):
    filed = await rest.files(components=["TP01"])
    (task,) = filed["tasks"]
    path, body = f"/v1/dossiers/{filed['reference']}/acceptance", {}
    if way == "completion":
        path, body = f"/v1/user-tasks/{task['id']}/completion", {"outcome": "accept"}
    before = await rest.content()
    refused = await rest.post(path, CLERK, body)
    told = problem(refused)
    asked = (await rest.get(f"/v1/dossiers/{filed['reference']}", CLERK)).json()["components"]
    lacking = [part for part in asked if part["required"] and not part["received"]]
    assert (refused.status_code, told["type"]) == (422, "urn:hoso:problem:papers-missing")
    assert [(each["field"], each["message"]) for each in told["errors"]] == [
        ("confirm_missing", f"{part['code']} {part['name']} has not come in.") for part in lacking
    ]
    assert (await rest.content(), len(lacking) > 0) == (before, True)
    accepted = await rest.done(path, CLERK, {**body, "confirm_missing": True})
    codes = [part["code"] for part in lacking]
    events = (await rest.get(f"/v1/dossiers/{accepted['code']}/events", CLERK)).json()["items"]
    receipt = (await rest.get(f"/v1/dossiers/{accepted['code']}/receipt", CLERK)).json()
    (said,) = (each["payload"] for each in events if each["kind"] == "accepted")
    assert (said["missing"], [part["code"] for part in receipt["missing"]]) == (codes, codes)
    assert [each async for each in audit.differences(rest.world.service)] == []


async def test_papers_that_came_as_a_supplement_are_missing_no_more(rest: Rest):
    filed = await rest.files(components=["TP01"])
    path = f"/v1/dossiers/{filed['reference']}"
    await rest.done(f"{path}/supplement-request", CLERK, {"reason": "Thiếu giấy tờ"})
    await rest.done(f"{path}/supplement", CLERK, {"components": ["TP02", "TP04"]})
    await rest.done(f"{path}/acceptance", CLERK)
    assert (await rest.get(f"{path}/receipt", CLERK)).json()["missing"] == []
