"""Conversation of an applicant with the desk over REST: who writes to whom, who reads what, who is told."""

from typing import Any

import pytest

from hoso_models import errors as storage_errors
from hoso_workflows.operation.rate_limit import DEFAULTS, RateLimit
from support.api_client import CLERK, HEAD, Rest, problem
from support.world import CITIZEN, STRANGER, person

pytestmark = pytest.mark.world("shared")


async def own(rest: Rest) -> Any:
    """A dossier of the citizen's that is handled behind the desk."""
    filed = await rest.files(CITIZEN, channel="online")
    accepted = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    return await rest.completes(accepted, CLERK)


async def topics(rest: Rest, by: Any, reference: str) -> list[str]:
    """Notices of a dossier to somebody, the newest first."""
    listed = (await rest.get("/v1/notifications?limit=200", by)).json()["items"]
    return [each["topic"] for each in listed if each["dossier"] and each["dossier"]["reference"] == reference]


async def test_an_applicant_writes_a_handler_proposes_and_the_desk_answers(rest: Rest) -> None:
    dossier = await own(rest)
    path, (task,) = f"/v1/dossiers/{dossier['reference']}", dossier["tasks"]
    handler = person(task["role"], task["unit"])
    before = (await rest.get(path, CLERK)).json()
    written = await rest.done(f"{path}/conversation", CITIZEN, {"text": "Khi nào có kết quả?"})
    assert (written["view"], written["status"]) == ("applicant", "in_process")
    await rest.done(f"{path}/reply-proposal", handler, {"text": "Đúng hẹn."})
    await rest.done(f"{path}/reply", CLERK, {"text": "Kết quả được trả đúng hẹn."})

    at = "2026-03-02T09:00:00+07:00"
    told = (await rest.get(f"{path}/conversation", CLERK)).json()["items"]
    assert [(each["by"], each["text"], each["at"]) for each in told] == [
        ("applicant", "Khi nào có kết quả?", at),
        ("handling", "Đúng hẹn.", at),
        ("desk", "Kết quả được trả đúng hẹn.", at),
    ]
    assert None not in [each["author"] for each in told]
    seen = (await rest.get(f"{path}/conversation", CITIZEN)).json()["items"]
    assert [(each["by"], each["author"]) for each in seen] == [("applicant", None), ("desk", None)]
    assert (await topics(rest, CLERK, dossier["reference"]))[:2] == [
        "desk.reply_proposed",
        "desk.applicant_wrote",
    ]
    assert (await topics(rest, CITIZEN, dossier["reference"]))[0] == "applicant.desk_wrote"
    after = (await rest.get(path, CLERK)).json()
    moved = {name for name in before if before[name] != after[name]}
    assert moved == {"version"}, "neither status nor a date nor the portal's code moves"


async def test_nobody_but_the_desk_writes_to_an_applicant_and_nobody_else_reads(rest: Rest) -> None:
    dossier = await own(rest)
    path, (task,) = f"/v1/dossiers/{dossier['reference']}", dossier["tasks"]
    handler = person(task["role"], task["unit"])
    for by, act in ((handler, "reply"), (HEAD, "reply"), (CITIZEN, "reply"), (CLERK, "conversation")):
        assert problem(await rest.post(f"{path}/{act}", by, {"text": "Chào"}))["status"] == 403
    assert problem(await rest.get(f"{path}/conversation", STRANGER))["status"] == 404
    empty = await rest.post(f"{path}/conversation", CITIZEN, {"text": " "})
    assert (empty.status_code, problem(empty)["type"]) == (422, "urn:hoso:problem:reason-missing")
    assert (await rest.get(f"{path}/conversation", CLERK)).json()["items"] == []


async def test_what_was_written_and_erased_by_law_is_there_without_its_text(rest: Rest) -> None:
    dossier = await own(rest)
    path = f"/v1/dossiers/{dossier['reference']}"
    await rest.done(f"{path}/conversation", CITIZEN, {"text": "Số điện thoại của tôi là 0900000000"})
    with pytest.raises(storage_errors.StorageError):
        await rest.world.db.one_statement("update dossier_event set payload = null")
    (row,) = await rest.world.db.rows(
        "select e.dossier_id, e.seq from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.reference = $1 and e.kind = 'applicant_wrote'",
        [dossier["reference"]],
    )
    await rest.world.changed(
        "select dossier_event_erase($1, array[$2::integer], $3, $4, 'Yêu cầu của công dân')",
        row.dossier_id,
        row.seq,
        CLERK,
        rest.clock.at,
    )
    for by in (CLERK, CITIZEN):
        (left,) = (await rest.get(f"{path}/conversation", by)).json()["items"]
        assert (left["by"], left["text"]) == ("applicant", None)
    await rest.done(f"{path}/reply", CLERK, {"text": "Đã xóa theo yêu cầu."})


async def test_what_one_applicant_writes_is_limited(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = await own(rest)
    path = f"/v1/dossiers/{dossier['reference']}"
    monkeypatch.setattr(rest.world.service, "_rate_limit", RateLimit(rest.world.db, DEFAULTS))
    told = [
        (await rest.post(f"{path}/conversation", CITIZEN, {"text": "Chào"})).status_code for _ in range(11)
    ]
    assert told == [200] * 10 + [429]
    assert (await rest.post(f"{path}/reply", CLERK, {"text": "Chào"})).status_code == 200
