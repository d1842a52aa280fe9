"""Messages that are not sent, as administrators meet them over REST and on the command line."""

import asyncio
import json
from typing import Any

from support.api_client import ADMINISTRATOR, CLERK, Rest, problem
from support.command_line import hoso
from support.world import DEPARTMENT, PROVINCE, World, instant, person

#: Two messages that a receiver of webhooks has refused. $1 instant, $2 who has entered it, $3 its unit.
_TO_A_RECEIVER = """
with receiver as (
  insert into webhook_receiver (id, unit_code, kind, name, url, events, carries_contact, entered_by, entered_at)
  values (gen_random_uuid(), $3, 'system', 'Trục tích hợp', 'https://truc.example.vn/', '["filed"]', false, $2, $1)
  returning id
)
insert into outbox (dedup_key, topic, payload, created_at, available_at, aside, last_error, attempts, receiver_id)
select 'webhook/' || n, 'webhook.filed', '{}', $1, 'infinity', 'refused', '410', 1, id
from receiver cross join generate_series(1, 2) n
"""
LAST_ERROR = "the server refused the recipient (550)"


async def refused(world: World, reference: str) -> int:
    """The first message about a dossier is refused by the server, the others wait; its number."""
    await world.changed(
        "update outbox set aside = 'refused', available_at = 'infinity', attempts = 1, last_error = $2, created_at = $3"
        " where id = (select min(o.id) from outbox o join dossier d on d.id = o.dossier_id where d.reference = $1)",
        reference,
        LAST_ERROR,
        instant("2026-03-02 09:00"),
    )
    number = await world.one("select id from outbox where aside = 'refused'")
    assert isinstance(number, int)
    return number


def listed(number: int, dossier: dict[str, Any], **said: Any) -> dict[str, Any]:
    about = {name: dossier[name] for name in ("reference", "code")}
    return {
        "id": number,
        "status": "refused",
        "way": "mail",
        "topic": "applicant.filed",
        "dossier": {**about, "procedure": "1.014464"},
        "created_at": "2026-03-02T09:00:00+07:00",
        "again_at": None,
        "attempts": 1,
        "last_error": LAST_ERROR,
        **said,
    }


async def test_an_administrator_lists_what_was_set_aside_and_releases_it_once(rest: Rest) -> None:
    dossier = await rest.accepts()
    number = await refused(rest.world, dossier["reference"])

    seen = (await rest.get("/v1/outbox?aside=true", ADMINISTRATOR)).json()
    assert seen == {"items": [listed(number, dossier)], "page": {"after": None}, "counted_only": 0}

    assert await rest.done(f"/v1/outbox/{number}/release", ADMINISTRATOR) == {"released": 1}
    assert (await rest.get("/v1/outbox?aside=true", ADMINISTRATOR)).json()["items"] == []
    again = await rest.post(f"/v1/outbox/{number}/release", ADMINISTRATOR)
    assert (again.status_code, problem(again)["type"]) == (409, "urn:hoso:problem:not-set-aside")
    noted = await rest.world.db.rows(
        "select principal_id, act, detail from access_log where granted and fields is null"
    )
    assert [(row[0], row[1], row[2]) for row in noted] == [
        (ADMINISTRATOR, "releasing messages", {"messages": str(number)})
    ]


async def test_pages_follow_each_other_by_number(rest: Rest) -> None:
    await rest.accepts()
    first = (await rest.get("/v1/outbox?limit=1", ADMINISTRATOR)).json()
    rest_of_it = (await rest.get(f"/v1/outbox?after={first['page']['after']}", ADMINISTRATOR)).json()

    states = [(each["topic"], each["status"]) for each in first["items"] + rest_of_it["items"]]
    assert states == [("applicant.filed", "waiting"), ("applicant.accepted", "waiting")]
    assert rest_of_it["page"] == {"after": None}


async def test_who_administers_nothing_is_refused_and_releases_nothing(rest: Rest) -> None:
    dossier = await rest.accepts()
    number = await refused(rest.world, dossier["reference"])

    for by in (CLERK, person("head")):
        assert problem(await rest.get("/v1/outbox", by))["status"] == 403
        assert problem(await rest.post(f"/v1/outbox/{number}/release", by))["status"] == 403
    assert await rest.world.one("select aside from outbox where id = $1", number) == "refused"


async def test_messages_about_dossiers_of_other_units_are_unknown(rest: Rest) -> None:
    dossier = await rest.accepts()
    number = await refused(rest.world, dossier["reference"])
    await rest.world.changed(
        "update role_assignment set unit_code = 'H27.SYT' where principal_id = $1", ADMINISTRATOR
    )

    assert (await rest.get("/v1/outbox", ADMINISTRATOR)).json()["items"] == []
    assert problem(await rest.post(f"/v1/outbox/{number}/release", ADMINISTRATOR))["status"] == 404
    await rest.world.changed(
        "update role_assignment set unit_code = $2 where principal_id = $1", ADMINISTRATOR, DEPARTMENT
    )
    assert await rest.done(f"/v1/outbox/{number}/release", ADMINISTRATOR) == {"released": 1}


async def test_the_command_line_lists_counts_and_releases(world: World, world_url: str) -> None:
    filed = await world.files()
    await world.changed(_TO_A_RECEIVER, instant("2026-03-02 09:00"), ADMINISTRATOR, PROVINCE)
    number = await refused(world, filed.reference)
    shown = await asyncio.to_thread(hoso, "outbox", url=world_url)
    told = (await asyncio.to_thread(hoso, "outbox", "--json", url=world_url)).json
    doctor = await asyncio.to_thread(hoso, "doctor", "--json", url=world_url)
    nothing = await asyncio.to_thread(hoso, "outbox", "release", url=world_url)
    both = await asyncio.to_thread(hoso, "outbox", "release", str(number), "--all", url=world_url)
    unknown = await asyncio.to_thread(hoso, "outbox", "release", "4711", url=world_url)
    released = await asyncio.to_thread(hoso, "outbox", "release", "--all", "--json", url=world_url)
    again = await asyncio.to_thread(hoso, "outbox", "release", str(number), url=world_url)

    assert ("Bị nơi nhận từ chối" in shown.out, LAST_ERROR.split()[-1] in shown.out) == (True, True)
    nothing_else = {"waiting": 0, "given_up": 0, "unsure": 0, "unreached": 0}
    assert told["counts"] == {
        "mail": {"refused": 1, **nothing_else},
        "webhook": {"refused": 2, **nothing_else},
    }
    assert sorted((each["way"], each["status"], each["last_error"]) for each in told["items"]) == [
        ("mail", "refused", LAST_ERROR),
        *[("webhook", "refused", "410")] * 2,
    ]
    checks = {check["name"]: (check["state"], check["detail"]) for check in json.loads(doctor.out)}
    assert (checks["mail"], checks["webhooks"]) == (
        ("warning", "0 waiting; 1 set aside"),
        ("warning", "0 waiting; 2 set aside"),
    )
    assert (nothing.status, both.status, unknown.status, again.status) == (2, 2, 1, 1)
    assert released.json == {"released": 3}
    assert await world.one("select aside from outbox where id = $1", number) is None
