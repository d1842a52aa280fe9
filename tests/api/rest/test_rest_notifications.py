"""One's own notices and addresses over REST: told means reached."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hoso_workflows.notifications import email, outbox
from support import mail_text
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest, problem
from support.world import CITIZEN, STRANGER, instant, person

# Each test asks about dossiers of its own.
pytestmark = pytest.mark.world("shared")

NOBODYS = "00000000-0000-4000-8000-000000000009"


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder into which mail goes."""
    monkeypatch.setenv("HOSO_MAIL_FOLDER", str(tmp_path))
    return tmp_path


def sent(mails: Path) -> list[tuple[str, str]]:
    """Take the mail that has gone: recipients and texts."""
    found = []
    for file in sorted(mails.glob("*.eml")):
        read = message_from_bytes(file.read_bytes(), policy=default)
        found.append((str(read["To"]), mail_text.plain(read).strip()))
        file.unlink()
    return found


async def about(rest: Rest, reference: str, by: UUID, query: str = "") -> list[dict[str, Any]]:
    """Somebody's notices about one dossier."""
    listed = (await rest.get(f"/v1/notifications?limit=200{query}", by)).json()["items"]
    return [each for each in listed if each["dossier"] and each["dossier"]["reference"] == reference]


async def accepted_online(rest: Rest) -> Any:
    """A dossier that the citizen has filed online, accepted."""
    filed = await rest.files(CITIZEN, channel="online")
    return await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)


async def test_an_applicant_finds_what_they_were_told_and_marks_it_as_read(rest: Rest) -> None:
    dossier = await accepted_online(rest)
    newest, oldest = await about(rest, dossier["reference"], CITIZEN)
    code = dossier["code"]
    assert newest == {
        "id": newest["id"],
        "topic": "applicant.accepted",
        "title": f"Hồ sơ {code} đã được tiếp nhận",
        "text": f"Hồ sơ {code} đã được tiếp nhận và đang được giải quyết.",
        "status": "listed",
        "dossier": {"reference": dossier["reference"], "code": code, "procedure": "1.014464"},
        "at": "2026-03-02T09:00:00+07:00",
        "job": None,
        "read_at": None,
    }
    assert (oldest["topic"], oldest["id"] < newest["id"]) == ("applicant.filed", True)

    before = (await rest.get("/v1/notifications/count", CITIZEN)).json()["unread"]
    marked = f"/v1/notifications/{newest['id']}/read"
    assert await rest.done(marked, CITIZEN) == {"unread": before - 1}
    assert await rest.done(marked, CITIZEN) == {"unread": before - 1}
    assert [each["topic"] for each in await about(rest, dossier["reference"], CITIZEN)] == [
        "applicant.filed",
        "applicant.accepted",
    ]
    assert [each["topic"] for each in await about(rest, dossier["reference"], CITIZEN, "&unread=true")] == [
        "applicant.filed"
    ]
    assert problem(await rest.post(marked, STRANGER))["status"] == 404
    assert await rest.done("/v1/notifications/read", CITIZEN, {"last": oldest["id"]}) == {
        "marked": before - 1
    }
    assert (await rest.get("/v1/notifications/count", CITIZEN)).json() == {"unread": 0}


async def test_pages_of_notices_follow_each_other(rest: Rest) -> None:
    dossier = await accepted_online(rest)
    first = (await rest.get("/v1/notifications?limit=1", CITIZEN)).json()
    second = (await rest.get(f"/v1/notifications?limit=1&after={first['page']['after']}", CITIZEN)).json()

    told = [(each["topic"], each["dossier"]["reference"]) for each in first["items"] + second["items"]]
    assert told == [
        ("applicant.accepted", dossier["reference"]),
        ("applicant.filed", dossier["reference"]),
    ]


async def test_what_is_for_the_desk_stands_in_the_list_of_its_officers_only(rest: Rest) -> None:
    dossier = await rest.accepts()
    path = f"/v1/dossiers/{dossier['reference']}/supplement-proposal"
    (task,) = dossier["tasks"]
    await rest.done(path, person(task["role"], task["unit"]), {"reason": "Thiếu"})

    told = await about(rest, dossier["reference"], CLERK)
    assert [(each["topic"], each["status"]) for each in told] == [("desk.supplement_proposed", "listed")]
    for other in (HEAD, STRANGER, ADMINISTRATOR):
        assert await about(rest, dossier["reference"], other) == []


async def test_a_message_that_reaches_nobody_is_on_the_administrators_list(rest: Rest, mails: Path) -> None:
    dossier = await rest.accepts()
    at = instant("2026-03-02 09:01")
    await outbox.deliver(rest.world.db, email.transports(email.MailSettings()), at=at)

    listed = (await rest.get("/v1/outbox?aside=true&limit=200", ADMINISTRATOR)).json()["items"]
    mine = [each for each in listed if each["dossier"]["reference"] == dossier["reference"]]
    assert [(each["topic"], each["status"]) for each in mine] == [
        ("applicant.filed", "unreached"),
        ("applicant.accepted", "unreached"),
    ]
    assert await rest.done(f"/v1/outbox/{mine[0]['id']}/release", ADMINISTRATOR) == {"released": 1}
    await rest.world.changed(
        "update party set email = 'nguoi.nop@example.org' where id = (select applicant_id from dossier where reference = $1)",
        dossier["reference"],
    )
    await outbox.deliver(
        rest.world.db, email.transports(email.MailSettings()), at=instant("2026-03-02 09:02")
    )
    assert [address for address, _ in sent(mails)] == ["nguoi.nop@example.org"]


async def code_mailed(mails: Path) -> str:
    """The code in the only mail."""
    ((_, text),) = sent(mails)
    return text.partition(": ")[2][:6]


async def test_mail_goes_to_an_address_only_after_a_code_from_it_was_typed(rest: Rest, mails: Path) -> None:
    entered = await rest.done("/v1/me/contact-points", CITIZEN, {"email": "nguoi.nop@example.org"})
    assert entered == {
        "id": entered["id"],
        "kind": "email",
        "value": "nguoi.nop@example.org",
        "entered_at": "2026-03-02T09:00:00+07:00",
        "verified_at": None,
        "mailed": True,
        "queued": False,
    }
    code = await code_mailed(mails)
    dossier = await accepted_online(rest)
    at = instant("2026-03-02 09:01")
    await outbox.deliver(rest.world.db, email.transports(email.MailSettings()), at=at)
    assert sent(mails) == []
    assert {each["status"] for each in await about(rest, dossier["reference"], CITIZEN)} == {"listed"}

    proof = f"/v1/me/contact-points/{entered['id']}/confirmation"
    confirmed = await rest.done(proof, CITIZEN, {"code": f"{code[:3]} {code[3:]}"})
    assert [(each["value"], each["verified_at"]) for each in confirmed["items"]] == [
        ("nguoi.nop@example.org", "2026-03-02T09:00:00+07:00")
    ]
    dossier = await accepted_online(rest)
    await outbox.deliver(rest.world.db, email.transports(email.MailSettings()), at=at)
    assert {address for address, _ in sent(mails)} == {"nguoi.nop@example.org"}
    assert {each["status"] for each in await about(rest, dossier["reference"], CITIZEN)} == {"sent"}

    ended = await rest.ask("DELETE", f"/v1/me/contact-points/{entered['id']}", CITIZEN)
    assert (ended.status_code, ended.json()) == (200, {"items": []})
    await outbox.deliver(rest.world.db, email.transports(email.MailSettings()), at=at)
    ((address, text),) = sent(mails)
    assert (address, "vừa được thay đổi" in text) == ("nguoi.nop@example.org", True)
    changed = [
        each["topic"]
        for each in (await rest.get("/v1/notifications?limit=200", CITIZEN)).json()["items"]
        if each["dossier"] is None
    ]
    assert changed == [
        *("account.contact_changed", "account.contact_changed"),
        *("account.contact_code", "account.contact_changed"),
    ]


async def test_a_code_is_good_for_five_tries_a_quarter_of_an_hour_and_until_the_next_one(
    rest: Rest, mails: Path
) -> None:
    entered = await rest.done("/v1/me/contact-points", SPECIALIST, {"email": "cv1@example.org"})
    path = f"/v1/me/contact-points/{entered['id']}"
    code = await code_mailed(mails)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for left in (4, 3, 2, 1, 0, 0):
        said = problem(await rest.post(f"{path}/confirmation", SPECIALIST, {"code": wrong}))
        assert (said["type"], f"{left} tries are left" in said["detail"]) == (
            "urn:hoso:problem:contact-code-refused",
            True,
        )
    assert (await rest.post(f"{path}/confirmation", SPECIALIST, {"code": code})).status_code == 422

    assert await rest.done(f"{path}/code", SPECIALIST) == {"mailed": True, "queued": False}
    code = await code_mailed(mails)
    rest.clock.turn("2026-03-02 09:15")
    assert (await rest.post(f"{path}/confirmation", SPECIALIST, {"code": code})).status_code == 422
    assert await rest.done(f"{path}/code", SPECIALIST) == {"mailed": True, "queued": False}
    code = await code_mailed(mails)
    assert (await rest.post(f"{path}/confirmation", CLERK, {"code": code})).status_code == 404
    proved = await rest.done(f"{path}/confirmation", SPECIALIST, {"code": code})
    assert [each["verified_at"] for each in proved["items"]] == ["2026-03-02T09:15:00+07:00"]
    assert problem(await rest.post(f"{path}/code", SPECIALIST))["type"] == "urn:hoso:problem:already-proved"


async def test_codes_to_one_address_are_few_whoever_asks(rest: Rest, mails: Path) -> None:
    asked = {"email": "nhieu.nguoi@example.org"}
    told = [(await rest.post("/v1/me/contact-points", by, asked)).status_code for by in (HEAD, CLERK)]
    again = await rest.post("/v1/me/contact-points", STRANGER, asked)
    over = await rest.post("/v1/me/contact-points", SPECIALIST, asked)

    assert (told, again.status_code, over.status_code) == ([201, 201], 201, 429)
    assert len(sent(mails)) == 3


async def test_without_a_way_out_no_address_is_entered(rest: Rest) -> None:
    refused = await rest.post("/v1/me/contact-points", HEAD, {"email": "tp@example.org"})

    assert (refused.status_code, problem(refused)["type"]) == (409, "urn:hoso:problem:mail-missing")
    listed = (await rest.get("/v1/me/contact-points", HEAD)).json()["items"]
    assert "tp@example.org" not in [each["value"] for each in listed]
    missing = await rest.post(f"/v1/me/contact-points/{NOBODYS}/code", HEAD)
    assert problem(missing)["status"] == 404
