"""A result that was handed over is corrected: a newer version of its file, the applicant told, handed over again."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hoso_workflows import audit
from support import files, rebuilds
from support.api_client import CLERK, HEAD, LEADER, SPECIALIST, Rest, problem
from support.world import CITIZEN

pytestmark = pytest.mark.world("shared")

WHY = "In sai năm sinh"
#: The province decides in this procedure.
DECIDES = LEADER


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder in which the files of a test are sealed."""
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))


async def handed_over(rest: Rest) -> tuple[str, str, Any]:
    """A citizen's dossier that was handed over on time: its address, the id of its result's file, its standing."""
    filed = await rest.files(channel="online", by=CITIZEN)
    path = f"/v1/dossiers/{filed['reference']}"
    standing = await rest.done(f"{path}/acceptance", CLERK)
    answer = await files.sends(rest, filed["reference"], CLERK, files.pdf(2), "ket-qua.pdf", internal=True)
    assert answer.status_code == 201, answer.text
    result = answer.headers["location"].rpartition("/")[2]
    while standing["status"] == "in_process":
        (task,) = standing["tasks"]
        said: dict[str, Any] = {"outcome": task["outcomes"][0]} if task["outcomes"] else {}
        if task["milestone"] == "result":
            said |= {"result": "granted", "attachments": [result]}
        standing = await rest.done(f"/v1/user-tasks/{task['id']}/completion", files.holder(task), said)
    return path, result, await rest.done(f"{path}/handover", CLERK, {"receiver": "Người nhận 1"})


async def corrects(rest: Rest, path: str, by: UUID, **said: Any) -> Any:
    """The answer to who corrects a result."""
    sent = {"reason": WHY, **said}
    return await files.sends(
        rest, "", by, files.pdf(3), "dinh-chinh.pdf", path=f"{path}/result-corrections", **sent
    )


async def told(rest: Rest, path: str, by: UUID, *kinds: str) -> list[tuple[str, Any]]:
    """The events of these kinds as somebody reads them."""
    found = (await rest.get(f"{path}/events", by)).json()["items"]
    return [(each["kind"], each["payload"]) for each in found if each["kind"] in kinds]


async def test_a_wrong_result_is_corrected_told_and_handed_over_again_without_a_new_date(rest: Rest) -> None:
    path, result, before = await handed_over(rest)
    returned = (await rest.get(path, CITIZEN)).json()["returned_at"]
    rest.clock.turn("2027-01-11 09:00")
    answer = await corrects(rest, path, DECIDES, supersedes=result)
    assert answer.status_code == 201, answer.text
    standing = answer.json()
    dates = ("status", "portal_code", "outcome", "verdict", "due_legal", "due_promised")
    assert [standing[name] for name in dates] == [before[name] for name in dates]
    assert (standing["status"], standing["portal_code"], standing["verdict"]) == ("returned", 10, "early")
    corrected = answer.headers["location"].rpartition("/")[2]
    listed = (await rest.get(f"{path}/attachments", CITIZEN)).json()["items"]
    assert [(each["id"], each["phase"], bool(each["superseded_at"])) for each in listed] == [
        (result, "result", True),
        (corrected, "result", False),
    ]
    for each in (result, corrected):
        assert (await rest.get(f"{path}/attachments/{each}/content", CITIZEN)).status_code == 200
    topics = (
        "select topic from outbox where payload ->> 'reference' = $1 and topic like '%corrected' order by 1"
    )
    rows = await rest.world.db.rows(topics, [standing["reference"]])
    assert [row.topic for row in rows] == ["applicant.result_corrected", "desk.result_corrected"]
    rest.clock.turn("2027-01-12 09:00")
    after = await rest.done(
        f"{path}/correction-handover", CLERK, {"receiver": "Người nhận 2", "mode": "counter"}
    )
    assert [after[name] for name in dates] == [before[name] for name in dates]
    whole = (await rest.get(path, CITIZEN)).json()
    # The hand-over of the result itself stays where it was: in the register, and in what an applicant is shown.
    assert (whole["handed_over"]["receiver"], whole["returned_at"]) == ("Người nhận 1", returned)
    own = await told(rest, path, CITIZEN, "result_corrected", "correction_handed_over")
    ((_, first), (_, second)) = own
    assert (first["reason"], first["supersedes"], first["attachment"]) == (WHY, result, corrected)
    assert second == {"receiver": "Người nhận 2", "mode": "counter"}
    assert await rebuilds.differing(rest.world.service, standing["reference"]) == []
    assert [each async for each in audit.differences(rest.world.service, standing["reference"])] == []


async def test_a_correction_is_for_who_decides_and_needs_a_reason_and_a_file_of_the_result(
    rest: Rest,
) -> None:
    path, result, _ = await handed_over(rest)
    for stranger in (SPECIALIST, CITIZEN, CLERK, HEAD):
        assert (await corrects(rest, path, stranger, supersedes=result)).status_code == 403
    early = problem(await rest.post(f"{path}/correction-handover", CLERK, {}))
    assert (early["status"], early["type"]) == (409, "urn:hoso:problem:nothing-corrected")
    missing = problem(await corrects(rest, path, DECIDES, reason=" "))
    assert missing["type"] == "urn:hoso:problem:reason-missing"
    wrong = problem(await corrects(rest, path, DECIDES, supersedes=path[-12:]))
    assert (wrong["status"], [each["field"] for each in wrong["errors"]]) == (422, ["supersedes"])
    # A letter of correction joins the result; nothing is taken from it.
    assert (await corrects(rest, path, DECIDES, title="Công văn đính chính")).status_code == 201
    twice = await corrects(rest, path, DECIDES, supersedes=result)
    assert twice.status_code == 201
    again = problem(await corrects(rest, path, DECIDES, supersedes=result))
    assert again["type"] == "urn:hoso:problem:attachment-superseded"
    shown = (await rest.get(f"{path}/attachments", CITIZEN)).json()["items"]
    assert [(each["title"], bool(each["superseded_at"])) for each in shown] == [
        (None, True),
        ("Công văn đính chính", False),
        (None, False),
    ]
    await rest.done(f"{path}/correction-handover", CLERK)
    done = problem(await rest.post(f"{path}/correction-handover", CLERK, {}))
    assert done["type"] == "urn:hoso:problem:nothing-corrected"


async def test_a_correction_whose_payload_was_erased_stands_in_the_history_by_its_row(rest: Rest) -> None:
    path, result, _ = await handed_over(rest)
    rest.clock.turn("2027-01-11 09:00")
    await corrects(rest, path, DECIDES, supersedes=result)
    reference, before = path.rpartition("/")[2], (await rest.get(f"{path}/attachments", CITIZEN)).json()
    await rest.world.changed(ERASED, reference)
    assert (await rest.get(f"{path}/attachments", CITIZEN)).json() == before
    assert await told(rest, path, CITIZEN, "result_corrected") == [("result_corrected", None)]
    found = [each.what async for each in audit.differences(rest.world.service, reference)]
    assert [each for each in found if not each.startswith("erasure of event")] == []


ERASED = """
update dossier_event set payload = null, salt = null
where kind = 'result_corrected' and dossier_id = (select id from dossier where reference = $1)
"""
