"""The log tells who called what, and who was refused; it holds nothing of what was said, and no noise."""

import json
import logging
import re
from uuid import uuid4

import pytest
from starlette.types import Message

from hoso_api.http import unknown_callers
from hoso_api.http.middleware import access_log
from hoso_workflows.operation import log_lines
from hoso_workflows.operation.rate_limit import Purpose
from support import api_client as rests
from support.api_client import CLERK, FILING, Rest
from support.log import log_lines_of

LINE = re.compile(r"method=(\S+) route=(\S+) status=(\d+) ms=\d+ principal=(\S+)")


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "hoso_api")
    return caplog


def lines(log: pytest.LogCaptureFixture) -> list[tuple[str, ...]]:
    """The calls in the log."""
    said = [record.getMessage() for record in log.records if record.name == access_log.__name__]
    return [found.groups() for line in said if (found := LINE.fullmatch(line))]


async def test_each_call_is_one_line_with_who_and_what_and_nothing_that_was_said(
    rest: Rest, log: pytest.LogCaptureFixture
):
    filed = await rest.post("/v1/dossiers", CLERK, json=FILING, headers={"Idempotency-Key": str(uuid4())})
    reference = filed.json()["reference"]
    await rest.get(f"/v1/dossiers/{reference}", CLERK)
    await rest.get("/v1/overdue?unit=H27.SECRET", CLERK)
    await rest.client.head("/health/live")
    await rest.get("/v1/nowhere/Nguyen-Van-A")
    token = await rest.token(CLERK)
    assert lines(log) == [
        ("POST", "/v1/dossiers", "201", str(CLERK)),
        ("GET", "/v1/dossiers/{reference}", "200", str(CLERK)),
        ("GET", "/v1/overdue", "404", str(CLERK)),
        ("HEAD", "/health/live", "200", "-"),
        ("GET", "-", "404", "-"),
    ]
    for private in (reference, "SECRET", "Nguyen", "3000000000", token):
        assert private not in log.text


async def test_a_body_that_is_broken_off_is_a_line_and_no_error_of_ours(
    rest: Rest, log: pytest.LogCaptureFixture
):
    sent = list[Message]()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    path = f"/v1/user-tasks/{uuid4()}/completion"
    headers = {"authorization": f"Bearer {await rest.token(CLERK)}", "content-type": "application/json"}
    headers |= {"idempotency-key": str(uuid4()), "if-match": '"1"'}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": path, "headers": raw, "query_string": b""}
    app = rests.application(rest.world, rest.clock).app
    await app({**scope, "client": ("127.0.0.1", 1)}, receive, send)  # type: ignore[arg-type]  # as a server calls it
    assert lines(log) == [("POST", "/v1/user-tasks/{task}/completion", "499", str(CLERK))]
    assert sent == []


async def test_wrong_tokens_are_told_by_network_and_number(rest: Rest, log: pytest.LogCaptureFixture):
    for _ in range(35):
        await rest.get("/v1/procedures", headers={"Authorization": "Bearer hs_wrong"})
    told = [record.getMessage() for record in log.records if record.name == unknown_callers.__name__]
    assert told == ["refused=credentials network=127.0.0.0/24 count=1"]
    assert "hs_wrong" not in log.text


def test_those_who_follow_within_seconds_are_counted_in_one_line(log: pytest.LogCaptureFixture):
    clock = [0.0]
    found = unknown_callers.UnknownCallers(lambda: clock[0])
    for at, network in [(0.0, "a"), (1.0, "a"), (2.0, "a"), (2.0, "b"), (10.0, "a"), (11.0, "a")]:
        clock[0] = at
        found.record(Purpose.SIGN_IN, network)
    assert [record.getMessage() for record in log.records] == [
        f"refused=sign_in network={network} count={count}"
        for network, count in (("a", 1), ("b", 1), ("a", 3))
    ]


def line_of(said: object, *values: object, fault: BaseException | None = None) -> str:
    """The line of an entry that was made at an instant of ours."""
    raised = None if fault is None else (type(fault), fault, fault.__traceback__)
    record = logging.LogRecord("hoso_api", logging.INFO, "", 0, said, values, raised)
    record.created = 1_772_416_800.25
    return log_lines.LineFormatter().format(record)


def test_a_line_is_an_object_begun_by_its_instant_in_vietnam():
    assert line_of(log_lines.Entry(method="GET", ms=3)) == (
        '{"at":"2026-03-02T09:00:00.250+07:00","level":"INFO","method":"GET","ms":3}'
    )
    assert json.loads(line_of("%d messages\n", 2)) == {
        "at": "2026-03-02T09:00:00.250+07:00",
        "level": "INFO",
        "message": "2 messages\n",
    }


def test_a_fault_is_told_by_class_and_place_and_never_by_its_words():
    def fails() -> None:
        try:
            raise KeyError("Nguyễn Văn A")
        except KeyError as cause:
            raise ValueError("000000000001") from cause

    with pytest.raises(ValueError, match="0") as raised:
        fails()
    line = line_of("a fault", fault=raised.value)
    told = json.loads(line)
    assert (told["fault"], told["cause"]) == ("builtins.ValueError", "builtins.KeyError")
    assert [place.partition(":")[0] for place in told["trace"]] == ["test_rest_access_log.py"] * 2
    assert [word for word in ("Nguyễn", "000000000001") if word in line] == []


async def test_a_request_is_found_by_its_id_with_the_code_of_its_dossier_and_the_kind_of_its_problem(
    rest: Rest, log: pytest.LogCaptureFixture
):
    async with log_lines_of(access_log.__name__) as lines:
        given = uuid4().hex
        filed = await rest.post("/v1/dossiers", CLERK, json=FILING, headers={"X-Request-Id": given})
        reference = filed.json()["reference"]
        (task,) = filed.json()["tasks"]
        path = f"/v1/user-tasks/{task['id']}/completion"
        accepted = await rest.post(path, CLERK, json={"outcome": "accept"})
        again = await rest.post(
            path, CLERK, json={"outcome": "accept"}, headers={"X-Request-Id": "Nguyễn".encode()}
        )
    ids = [answer.headers["X-Request-Id"] for answer in (filed, accepted, again)]
    assert ids[0] == given
    assert [re.fullmatch(r"[0-9a-f]{32}", each) is not None for each in ids] == [True] * 3
    assert [(each["request"], each["status"], each.get("code"), each.get("problem")) for each in lines] == [
        (ids[0], 201, None, None),
        (ids[1], 200, accepted.json()["code"], None),
        (ids[2], again.status_code, None, again.json()["type"].rpartition(":")[2]),
    ]
    assert (again.status_code >= 400, reference in json.dumps(lines)) == (True, False)
