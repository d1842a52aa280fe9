"""Bad input gets a whole problem with place and remedy, and leaves the data as it was."""

import base64
from uuid import uuid4

import httpx
import orjson
import pytest

from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService
from support import api_client as rests
from support.api_client import CLERK, FILING, HEAD, LEADER, OWN, Rest, problem
from support.world import CITIZEN, DESK, World, person

# Each test has dossiers of its own, and what is refused leaves nothing.
pytestmark = pytest.mark.world("shared")


@pytest.fixture
async def untouched(rest: Rest):
    """A check that the stored content is the same at the end of the test as at the call of `mark`."""
    marks = []

    async def mark() -> None:
        marks.append(await rest.content())

    yield mark
    assert marks
    assert await rest.content() == marks[-1]


def without(name: str) -> dict:
    """The answers of the form but for one."""
    return {key: value for key, value in FILING["form"].items() if key != name}


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (
            {"form": without("hang_hoa"), "channel": "online", "applicant": OWN},
            [("form.hang_hoa", "Hàng hóa xuất khẩu is missing.")],
        ),
        (
            {"form": {**FILING["form"], "so_ban_cfs": "hai"}},
            [("form.so_ban_cfs", "Số bản CFS đề nghị cấp must be a number.")],
        ),
        (
            {"form": {**FILING["form"], "mau_sac": "đỏ"}},
            [("form.mau_sac", "mau_sac is not a question of the form.")],
        ),
        (
            {"components": ["TP01", "TP99"]},
            [("components[1]", "TP99 is no component of this procedure: TP01, TP02, TP03, TP04")],
        ),
    ],
    ids=["missing", "wrong", "strange", "component"],
)
async def test_answers_that_the_form_does_not_take_are_named(rest: Rest, untouched, change, faults):
    await untouched()
    by = CITIZEN if "channel" in change else CLERK
    found = problem(await rest.post("/v1/dossiers", by, {**FILING, **change}))
    assert found == {
        "type": "urn:hoso:problem:form-refused",
        "title": found["title"],
        "status": 422,
        "detail": "; ".join(f"{field}: {message}" for field, message in faults),
        "instance": "/v1/dossiers",
        "remedy": found["remedy"],
        "errors": [{"field": field, "message": message} for field, message in faults],
    }
    assert found["title"]
    assert found["remedy"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"procedure": None}, "procedure"),
        ({"channel": "pigeon"}, "channel"),
        ({"applicant": {"kind": "person"}}, "applicant.name"),
        ({"applicant": {"kind": "person", "name": "A\0B"}}, "applicant.name"),
        ({"applicant": {"kind": "person", "name": "A\x1b[2J"}}, "applicant.name"),
        ({"applicant": {"kind": "person", "name": "A", "address": "B\x9b"}}, "applicant.address"),
        ({"external_code": "1\u202e2"}, "external_code"),
        ({"status": "accepted"}, "status"),
        ({"form": {"x": "\ud800"}}, "body"),
        ({"form": {"x": 10**400}}, "form"),
        ({"form": {"x": [[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]}}, "form"),
        ({"components": ["../etc"]}, "components[0]"),
    ],
)
async def test_a_request_out_of_its_form_names_the_field(rest: Rest, untouched, change, field):
    await untouched()
    body = rests.json.dumps({**FILING, **change})
    refused = await rest.post(
        "/v1/dossiers", CLERK, content=body, headers={"Content-Type": "application/json"}
    )
    found = problem(refused)
    assert (found["status"], found["type"]) == (422, "urn:hoso:problem:invalid-request")
    assert field in [fault["field"] for fault in found["errors"]]


@pytest.mark.parametrize(
    "content", [b"{", b"", b"[]", b"null", b"\xff\xfe", b'"' + b"x" * 50, b"[" * 100_000]
)
async def test_what_is_no_json_is_refused(rest: Rest, untouched, content):
    await untouched()
    refused = await rest.post(
        "/v1/dossiers", CLERK, content=content, headers={"Content-Type": "application/json"}
    )
    assert problem(refused)["status"] in (400, 422)


async def test_a_body_that_is_not_called_json_is_not_read(rest: Rest, untouched):
    await untouched()
    body = rests.json.dumps(FILING)
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        refused = await rest.post("/v1/dossiers", CLERK, content=body, headers={"Content-Type": kind})
        assert (refused.status_code, problem(refused)["detail"]) == (
            415,
            "Send the body as application/json.",
        )


async def test_a_body_above_the_limit_is_refused_whether_announced_or_not(rest: Rest, untouched):
    await untouched()

    async def drip():
        for _ in range(20):
            yield b" " * 100_000

    for content in (b" " * 2_000_000, drip()):
        refused = await rest.post(
            "/v1/dossiers", CLERK, content=content, headers={"Content-Type": "application/json"}
        )
        found = problem(refused)
        assert (found["status"], found["type"]) == (413, "urn:hoso:problem:content-too-large")
        assert found["detail"] == "The body is larger than 1048576 bytes."


async def test_an_unknown_code_is_not_found(rest: Rest, untouched):
    await untouched()
    paths = ["", "/deadline", "/events", "/receipt"]
    answers = [await rest.get(f"/v1/dossiers/H27-000000-0000{path}", CLERK) for path in paths]
    answers.append(await rest.post("/v1/dossiers/H27-000000-0000/acceptance", CLERK))
    answers.append(await rest.post("/v1/dossiers/H27-000000-0000/withdrawal", CLERK, {"reason": "x"}))
    answers.append(await rest.post(f"/v1/user-tasks/{uuid4()}/completion", CLERK))
    answers.append(await rest.post("/v1/dossiers", CLERK, {**FILING, "procedure": "9.999999"}))
    answers.append(await rest.get("/v1/public/dossiers/H27-000000-0000"))
    answers.append(await rest.get("/v1/nothing-here", CLERK))
    assert [problem(answer)["status"] for answer in answers] == [404] * len(answers)
    assert {problem(answer)["type"] for answer in answers} == {"urn:hoso:problem:not-found"}


async def test_a_stale_etag_is_a_failed_precondition(rest: Rest, untouched):
    accepted = await rest.accepts()
    (task,) = accepted["tasks"]
    await untouched()
    acts = [
        ("POST", f"/v1/user-tasks/{task['id']}/completion", {}),
        ("POST", f"/v1/user-tasks/{task['id']}/assignment", {}),
        ("POST", f"/v1/dossiers/{accepted['code']}/withdrawal", {"reason": "Đổi ý"}),
    ]
    for method, path, body in acts:
        stale = await rest.ask(method, path, CLERK, headers={"If-Match": '"1"'}, json=body)
        found = problem(stale)
        assert (found["status"], found["type"]) == (412, "urn:hoso:problem:stale-version")


async def test_a_key_is_not_taken_for_another_request(rest: Rest, untouched):
    headers = {"Idempotency-Key": "filing-1"}
    filed = await rest.done("/v1/dossiers", CLERK, dict(FILING), headers=headers)
    await untouched()
    other = await rest.post("/v1/dossiers", CLERK, {**FILING, "delivery_mode": "post"}, headers=headers)
    elsewhere = await rest.post(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK, headers=headers)
    for refused in (other, elsewhere):
        found = problem(refused)
        assert (found["status"], found["type"]) == (422, "urn:hoso:problem:key-reused")
    blank = await rest.post("/v1/dossiers", CLERK, dict(FILING), headers={"Idempotency-Key": "with a space"})
    assert (blank.status_code, problem(blank)["detail"]) == (400, "Idempotency-Key is 'with a space'.")


async def test_another_role_or_unit_is_forbidden_and_the_attempt_is_kept(rest: Rest, untouched):
    standing = await rest.completes(await rest.accepts(), CLERK)
    (task,) = standing["tasks"]
    path = f"/v1/user-tasks/{task['id']}/completion"
    await untouched()
    kept = await rest.world.one("select count(*) from access_log where not granted")
    for by in (person("specialist"), person("agency_head"), CLERK, LEADER, person("head", DESK)):
        refused = await rest.post(path, by)
        found = problem(refused)
        assert (found["status"], found["type"]) == (403, "urn:hoso:problem:forbidden")
        assert (
            found["detail"]
            == "Completing the task: the role division_head in the unit H27.SVHTTDL is needed."
        )
    assert await rest.world.one("select count(*) from access_log where not granted") == kept + 5


async def test_a_term_past_the_calendar_is_refused_before_anything_is_stored(rest: Rest, untouched):
    rest.clock.turn("2027-12-30 09:00")
    filed = await rest.files()
    await untouched()
    refused = await rest.post(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    found = problem(refused)
    assert found == {
        "type": "urn:hoso:problem:calendar-ends",
        "title": "The working calendar has no data for a year that the count reaches.",
        "status": 409,
        "detail": "The calendar ha-tinh has no data for 2028.",
        "instance": f"/v1/dossiers/{filed['reference']}/acceptance",
        "remedy": "Install a release of hoso that knows the calendar's next year, then repeat the act.",
    }


async def test_a_database_that_is_away_is_said_so_with_when_to_come_back(rest: Rest):
    token = await rest.token(CLERK)
    gone = "postgresql://nobody:x@127.0.0.1:1/hoso"
    async with database.connect(gone) as db:
        transport = rests.application(World(DossierService(db)), rest.clock)
        async with httpx.AsyncClient(transport=transport, base_url="http://hoso.test") as client:
            headers = {"Authorization": f"Bearer {token}"}
            answers = [
                await client.get("/health/ready"),
                await client.get("/v1/overdue", headers=headers),
                await client.post("/v1/dossiers", json=dict(FILING), headers=headers),
            ]
            alive = await client.get("/health/live")
    for answer in answers:
        found = problem(answer)
        assert found == {
            "type": "urn:hoso:problem:database-away",
            "title": "The database cannot be reached.",
            "status": 503,
            "detail": "Nothing of this request was stored.",
            "instance": answer.request.url.path,
            "remedy": "Repeat the request with the same Idempotency-Key in 2 s.",
        }
        assert answer.headers["retry-after"] == "2"
    assert (alive.status_code, alive.json()) == (200, {"status": "live"})


@pytest.mark.parametrize(
    "path",
    [
        "/v1/overdue?after=nowhere",
        "/v1/overdue?after=99999999999999999999.0_00000000000000000000000000000000",
        "/v1/overdue?limit=0",
        "/v1/overdue?kind=everything",
        "/v1/reports/lateness?from=2026-03-01&to=2026-02-01",
        "/v1/reports/lateness?from=2026-03-01&to=9999-12-31",
        "/v1/reports/lateness?from=yesterday&to=today",
        "/v1/dossiers/a%00b",
        "/v1/user-tasks/not-an-id",
        "/v1/procedures/1.014464/versions/99999999999999999999",
    ],
)
async def test_garbage_in_an_address_is_answered_and_never_breaks_the_server(rest: Rest, path):
    answer = await rest.get(path, rests.ADMINISTRATOR)
    found = problem(answer)
    assert found["status"] in (400, 422)
    assert found["detail"]
    assert "Traceback" not in answer.text


async def test_an_instant_at_the_edge_of_time_is_refused(rest: Rest):
    for edge in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        refused = await rest.post("/v1/user-tasks/search", HEAD, {"filter": {"due_before": edge}})
        assert (refused.status_code, problem(refused)["errors"][0]["field"]) == (422, "filter.due_before")
        cursor = base64.urlsafe_b64encode(orjson.dumps([edge, str(HEAD)])).decode()
        refused = await rest.post("/v1/user-tasks/search", HEAD, {"page": {"after": cursor}})
        assert (refused.status_code, problem(refused)["type"]) == (400, "urn:hoso:problem:bad-cursor")


@pytest.mark.parametrize(
    "email", ["nobody", "a@b, c@d", "a@b\r\nBcc: c@d", "a b@c", "<a@b>", "a\0b@c", "a@\0"]
)
async def test_an_e_mail_address_is_one_address(rest: Rest, email: str):
    applicant = {**FILING["applicant"], "email": email}
    refused = await rest.post("/v1/dossiers", CLERK, {**FILING, "applicant": applicant})
    assert (refused.status_code, problem(refused)["errors"][0]["field"]) == (422, "applicant.email")


@pytest.mark.parametrize("path", ["/v1/overdue?", "/v1/reports/lateness?from=2026-01-01&to=2026-01-31&"])
async def test_a_unit_that_is_none_is_not_found_rather_than_never_late(rest: Rest, path: str):
    before = await rest.content()
    missing = await rest.get(f"{path}unit=H27.NOWHERE", rests.ADMINISTRATOR)
    assert (missing.status_code, problem(missing)["detail"]) == (404, "No unit is known as H27.NOWHERE.")
    assert await rest.content() == before


async def test_a_place_in_one_list_of_what_is_overdue_is_none_in_another(rest: Rest):
    place = f"dossier-0_{HEAD.hex}"
    taken = await rest.get(f"/v1/overdue?after={place}", rests.ADMINISTRATOR)
    refused = await rest.get(f"/v1/overdue?kind=step&after={place}", rests.ADMINISTRATOR)
    assert (taken.status_code, refused.status_code) == (200, 400)
    assert problem(refused)["type"] == "urn:hoso:problem:bad-cursor"


async def test_a_cursor_of_another_list_is_refused(rest: Rest):
    for cursor in ("!", "W10", "bm90aGluZw", "x" * 200):
        refused = await rest.post("/v1/user-tasks/search", HEAD, {"page": {"after": cursor}})
        assert (refused.status_code, problem(refused)["type"]) == (400, "urn:hoso:problem:bad-cursor")


@pytest.mark.parametrize(
    "path", ["/health/live", "/health/ready", "/v1/procedures", "/v1/dossiers/nowhere", "/dang-nhap"]
)
async def test_head_says_what_get_would_without_its_body(rest: Rest, path: str):
    got, asked = await rest.get(path, CLERK), await rest.ask("HEAD", path, CLERK)
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    # Each request has a name of its own.
    named = [each.headers.pop("x-request-id") for each in (asked, got)]
    assert len(set(named)) == 2
    assert dict(asked.headers) == dict(got.headers)


async def test_a_wrong_method_names_the_right_ones(rest: Rest):
    refused = await rest.ask("PUT", "/v1/dossiers", CLERK)
    assert (problem(refused)["status"], refused.headers["allow"]) == (405, "POST")
    for path in ("/health/live", "/v1/me", "/dang-nhap", "/static/hoso.css"):
        assert (await rest.client.request("TRACE", path)).status_code == 405
