"""Messages, failed calls and incidents over HTTP, from filing to the return, each answer held to the description."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from hoso_models import postgres
from hoso_workflows import audit
from hoso_workflows.dossiers import due_timers
from support.api_client import ADMINISTRATOR, CLERK, FILING, Rest, problem
from support.procedures import exchange
from support.procedures.exchange import CODE, OPINION, PAID, PARTNER, REMINDER, SPECIALIST
from support.world import CITIZEN, DEPARTMENT, OTHER, person

HEAD = person("head")


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world with the procedure in it."""
    with exchange.founded(server) as url:
        yield url


async def accepted(rest: Rest) -> Any:
    """A dossier that waits for the opinion that it asked for."""
    filing = {**FILING, "procedure": CODE, "form": {}, "components": []}
    filed = await rest.done("/v1/dossiers", CLERK, filing)
    return await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)


def messages(standing: Any) -> str:
    return f"/v1/dossiers/{standing['code']}/messages"


def task(standing: Any, element: str) -> str:
    (found,) = (each["id"] for each in standing["tasks"] if each["step"] == element)
    return str(found)


async def completes(rest: Rest, standing: Any, element: str, by: UUID = SPECIALIST, **said: Any) -> Any:
    return await rest.done(f"/v1/user-tasks/{task(standing, element)}/completion", by, said)


async def sends(rest: Rest, standing: Any, name: str, by: UUID = SPECIALIST) -> Any:
    return await rest.done(messages(standing), by, {"name": name})


async def waits(rest: Rest, standing: Any) -> Any:
    return (await rest.get(f"/v1/dossiers/{standing['code']}/waits", SPECIALIST)).json()


async def incidents(rest: Rest, by: UUID = HEAD) -> Any:
    return (await rest.get("/v1/incidents", by)).json()["items"]


async def test_a_dossier_that_talks_with_the_outside_goes_from_filing_to_the_return(rest: Rest) -> None:
    standing = await accepted(rest)
    (message,) = (await waits(rest, standing))["messages"]
    assert message == {
        "name": OPINION,
        "step": "Cho",
        "role": "specialist",
        "unit": DEPARTMENT,
        "item": None,
    }
    standing = await sends(rest, standing, OPINION)
    (call,) = standing["tasks"]
    assert (call["step"], call["kind"]) == ("Thue", "external")
    (listed,) = (await rest.post("/v1/user-tasks/search", PARTNER)).json()["items"]
    assert (listed["id"], listed["kind"]) == (call["id"], "external")
    failed = await rest.done(f"/v1/user-tasks/{call['id']}/failure", PARTNER, {"message": "Không trả lời"})
    assert failed["incident"]["id"] == call["id"]
    (incident,) = await incidents(rest)
    assert (incident["id"], incident["dossier"]["code"]) == (call["id"], standing["code"])
    standing = await completes(rest, failed, "Thue", PARTNER)
    assert (await incidents(rest), standing["incident"]) == ([], None)
    standing = await sends(rest, standing, REMINDER)
    assert sorted(each["step"] for each in standing["tasks"]) == ["Don_doc", "Tham_dinh"]

    (timer,) = (await waits(rest, standing))["timers"]
    rest.clock.turn("2026-03-03 10:00")
    await due_timers.fire(rest.world.service, at=rest.clock.at)
    (held,) = (await waits(rest, standing))["incidents"]
    assert held["id"] == timer["id"]
    resolution = f"/v1/dossiers/{standing['code']}/incidents/{held['id']}/resolution"
    assert problem(await rest.post(resolution, SPECIALIST))["type"] == "urn:hoso:problem:forbidden"
    wrong = await rest.done(resolution, HEAD)
    assert wrong["incident"]["id"] == held["id"]
    standing = await rest.done(resolution, HEAD, {"values": {"muc": 9}})
    assert sorted(each["step"] for each in standing["tasks"]) == ["Bao_cao", "Don_doc", "Tham_dinh"]
    assert problem(await rest.post(resolution, HEAD))["type"] == "urn:hoso:problem:incident-not-open"
    assert (await incidents(rest), await incidents(rest, ADMINISTRATOR)) == ([], [])

    standing = await completes(rest, standing, "Tham_dinh")
    assert [each["name"] for each in (await waits(rest, standing))["messages"]] == [PAID]
    standing = await sends(rest, standing, PAID)
    assert (await waits(rest, standing))["timers"] == []
    standing = await completes(rest, standing, "Ky", result="granted")
    standing = await completes(rest, standing, "Tra", CLERK)
    assert standing["status"] == "returned"

    kinds = [
        each["kind"]
        for each in (await rest.get(f"/v1/dossiers/{standing['code']}/events", CLERK)).json()["items"]
    ]
    assert {"message_sent", "message_received", "incident", "incident_resolved"} <= set(kinds)
    await audit.rebuild(rest.world.service, standing["reference"])
    assert [str(found) async for found in audit.differences(rest.world.service)] == []


async def test_a_message_that_comes_twice_is_refused_but_a_repeated_request_is_answered(rest: Rest) -> None:
    standing = await accepted(rest)
    key, body = {"Idempotency-Key": "y-kien-1"}, {"name": OPINION}
    first = await rest.post(messages(standing), SPECIALIST, body, headers=key)
    again = await rest.post(messages(standing), SPECIALIST, body, headers=key)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    found = problem(await rest.post(messages(standing), SPECIALIST, body))
    assert (found["status"], found["type"]) == (409, "urn:hoso:problem:nobody-waits")


async def test_of_two_rivals_one_message_is_received(rest: Rest) -> None:
    standing = await accepted(rest)
    second = person("specialist", number=2)
    answers = await asyncio.gather(
        *(rest.post(messages(standing), by, {"name": OPINION}) for by in (SPECIALIST, second))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize(
    ("by", "name", "status", "slug"),
    [
        (HEAD, OPINION, 403, "forbidden"),
        (CLERK, OPINION, 403, "forbidden"),
        (CITIZEN, OPINION, 404, "not-found"),
        (person("specialist", OTHER), OPINION, 404, "not-found"),
        (SPECIALIST, "ý kiến", 409, "nobody-waits"),
        (SPECIALIST, "", 422, "invalid-request"),
    ],
)
async def test_a_wrong_sender_and_a_wrong_name_are_refused(
    rest: Rest, by: UUID, name: str, status: int, slug: str
) -> None:
    standing = await accepted(rest)
    before = await rest.content()
    found = problem(await rest.post(messages(standing), by, {"name": name}))
    assert (found["status"], found["type"]) == (status, f"urn:hoso:problem:{slug}")
    assert await rest.content() == before


async def test_nothing_is_received_while_a_supplement_is_awaited(rest: Rest) -> None:
    standing = await accepted(rest)
    await rest.done(f"/v1/dossiers/{standing['code']}/supplement-request", CLERK, {"reason": "Thiếu"})
    found = problem(await rest.post(messages(standing), SPECIALIST, {"name": OPINION}))
    assert (found["status"], found["type"]) == (409, "urn:hoso:problem:supplement-awaited")


async def test_a_stale_version_is_told(rest: Rest) -> None:
    standing = await accepted(rest)
    stale = await rest.post(messages(standing), SPECIALIST, {"name": OPINION}, headers={"If-Match": '"1"'})
    assert problem(stale)["type"] == "urn:hoso:problem:stale-version"


async def test_a_person_s_task_cannot_fail_and_a_call_is_not_retried(rest: Rest) -> None:
    standing = await sends(rest, await accepted(rest), OPINION)
    call = task(standing, "Thue")
    await rest.done(f"/v1/user-tasks/{call}/failure", PARTNER, {"message": "Hết giờ"})
    found = problem(await rest.post(f"/v1/dossiers/{standing['code']}/incidents/{call}/resolution", HEAD))
    assert (found["status"], found["type"]) == (409, "urn:hoso:problem:task-awaited")
    standing = await completes(rest, standing, "Thue")
    failure = f"/v1/user-tasks/{task(standing, 'Tham_dinh')}/failure"
    found = problem(await rest.post(failure, SPECIALIST, {"message": "x"}))
    assert (found["status"], found["type"]) == (409, "urn:hoso:problem:not-external")
    assert problem(await rest.post(failure, SPECIALIST, {"message": " "}))["status"] == 422


async def test_incidents_of_other_units_are_not_listed_and_a_strange_place_is_refused(rest: Rest) -> None:
    standing = await sends(rest, await accepted(rest), OPINION)
    failure = f"/v1/user-tasks/{task(standing, 'Thue')}/failure"
    await rest.done(failure, PARTNER, {"message": "Hết giờ"})
    assert len(await incidents(rest)) == len(await incidents(rest, ADMINISTRATOR)) == 1
    assert await incidents(rest, person("head", OTHER)) == []
    assert await incidents(rest, CITIZEN) == []
    page = (await rest.get("/v1/incidents?limit=1", HEAD)).json()
    assert page["page"] == {"after": None}
    assert problem(await rest.get("/v1/incidents?after=x", HEAD))["type"] == "urn:hoso:problem:bad-cursor"


async def test_the_same_key_for_another_incident_is_another_request(rest: Rest) -> None:
    standing = await sends(rest, await accepted(rest), OPINION)
    standing = await completes(rest, standing, "Thue")
    rest.clock.turn("2026-03-03 10:00")
    await due_timers.fire(rest.world.service, at=rest.clock.at)
    (held,) = (await waits(rest, standing))["incidents"]
    way, key = f"/v1/dossiers/{standing['code']}/incidents/{{}}/resolution", {"Idempotency-Key": "thu-lai"}
    body = {"values": {"muc": 1}}
    await rest.done(way.format(held["id"]), HEAD, body, headers=key)
    again = await rest.post(way.format(held["id"]), HEAD, body, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await rest.post(way.format(UUID(int=9)), HEAD, body, headers=key)
    assert problem(other)["type"] == "urn:hoso:problem:key-reused"
