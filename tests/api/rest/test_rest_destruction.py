"""Lists of dossiers whose retention has ended: drawn up, decided on by somebody else, executed by a job."""

from __future__ import annotations

from typing import Any

from hoso_workflows import audit
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import administration
from hoso_workflows.privacy import destruction
from support.acts_of_law import GROUND, TO_THE_RESULT, acts, completed
from support.api_client import ADMINISTRATOR, CLERK, HEAD, Rest, problem
from support.destructions import AGENCY, confirmed, drawn, executed, ordered, second, substitute
from support.world import DEPARTMENT, PROVINCE

OURS = {"procedure": "9.000100", "form": {}, "components": []}
REFUSAL = {"reason": "Không thuộc thẩm quyền"}


async def ended(law: Rest, at: str, case: str = "kept") -> Any:
    """A dossier that was refused at reception."""
    law.clock.turn(at)
    return await acts(law, await law.files(**OURS, case=case), "refusal", CLERK, at, **REFUSAL)


def on(found: Any) -> set[str]:
    """The dossiers on a list."""
    return {each["reference"] for each in found["items"]}


async def handed_over(rest: Rest) -> Any:
    """A dossier that is ended."""
    standing = await completed(rest, await rest.accepts(), *TO_THE_RESULT)
    return await acts(rest, standing, "handover", CLERK, "2026-03-03 09:00")


async def test_the_dossiers_whose_retention_has_ended_are_drawn_up_on_one_list(law: Rest) -> None:
    await second(law)
    kept = [await ended(law, "2026-03-02 09:00") for _ in range(3)]
    await ended(law, "2026-03-02 09:00", "restart")
    await acts(law, kept[2], "hold", ADMINISTRATOR, "2026-03-02 10:00", **GROUND)
    draft = {"unit": DEPARTMENT, "basis": "Kế hoạch tiêu hủy năm 2026"}
    law.clock.turn("2026-09-02 23:00")
    early = await law.post("/v1/destruction-lists", ADMINISTRATOR, draft)
    assert problem(early)["type"] == "urn:hoso:problem:nothing-due"
    found = await drawn(law, "2026-09-03 00:30")
    assert on(found) == {each["reference"] for each in kept[:2]}
    again = await law.post("/v1/destruction-lists", ADMINISTRATOR, draft)
    assert problem(again)["type"] == "urn:hoso:problem:nothing-due"
    await confirmed(law, found, "2026-09-03 09:00")
    assert await executed(law, "2026-09-03 10:00") == destruction.Executed(2, {})
    chain = (await law.get(f"/v1/administration-events?subject={found['id']}", ADMINISTRATOR)).json()["items"]
    assert [each["kind"] for each in chain] == ["destruction_confirmed", "destruction_drawn"]
    assert [str(each) async for each in audit.differences(DossierService(law.world.db))] == []


async def test_a_dossier_that_was_reopened_behind_its_list_is_kept_for_its_time_again(law: Rest) -> None:
    await second(law)
    standing = await ended(law, "2026-03-02 09:00")
    found = await drawn(law, "2026-09-03 08:00")
    await acts(law, standing, "reopening", HEAD, "2026-09-03 09:00", **GROUND)
    await confirmed(law, found, "2026-09-03 09:30")
    open_again = destruction.Executed(0, {standing["reference"]: "wrong-status"})
    assert await executed(law, "2026-09-03 10:00") == open_again
    await acts(law, standing, "refusal", CLERK, "2026-09-03 11:00", **REFUSAL)
    left = destruction.Executed(0, {standing["reference"]: "closed-again"})
    assert await executed(law, "2026-09-03 12:00") == left
    assert await executed(law, "2026-09-03 13:00") == destruction.Executed(0, {})
    settled = (await law.get(f"/v1/destruction-lists/{found['id']}", ADMINISTRATOR)).json()
    (item,) = settled["items"]
    assert (settled["status"], settled["erased"], item["refused"]) == ("finished", 0, "closed-again")
    later = await drawn(law, "2027-03-04 08:00")
    assert on(later) == {standing["reference"]}
    await confirmed(law, later, "2027-03-04 09:00")
    assert await executed(law, "2027-03-04 10:00") == destruction.Executed(1, {})


async def test_a_list_that_nobody_decides_on_keeps_no_dossier_that_was_closed_again_from_a_new_one(
    law: Rest,
) -> None:
    await second(law)
    standing = await ended(law, "2026-03-02 09:00")
    await drawn(law, "2026-09-03 08:00")
    await acts(law, standing, "reopening", HEAD, "2026-09-03 09:00", **GROUND)
    await acts(law, standing, "refusal", CLERK, "2026-09-03 11:00", **REFUSAL)
    later = await drawn(law, "2027-03-04 08:00")
    assert standing["reference"] in on(later)


async def test_one_dossier_that_cannot_be_erased_holds_up_none_behind_it(rest: Rest) -> None:
    spoilt, sound = [await completed(rest, await rest.accepts(), *TO_THE_RESULT) for _ in range(2)]
    for each, minute in ((spoilt, 1), (sound, 2)):
        await acts(rest, each, "handover", CLERK, f"2026-03-03 09:0{minute}")
        await confirmed(
            rest, await ordered(rest, each, f"2026-03-04 08:0{minute}"), f"2026-03-04 08:1{minute}"
        )
    await rest.world.changed(
        "update dossier set case_id = 'none' where reference = $1",
        spoilt["reference"],
    )
    left = destruction.Executed(1, {spoilt["reference"]: "NoSuchCase"})
    assert await executed(rest, "2026-03-04 10:00") == left
    (last, first) = (await rest.get("/v1/destruction-lists", ADMINISTRATOR)).json()["items"]
    assert [each["status"] for each in (first, last)] == ["confirmed", "finished"]


async def test_an_order_and_its_confirmation_stand_in_the_chain_of_the_authority(rest: Rest) -> None:
    found = await ordered(rest, await handed_over(rest), "2026-03-04 08:00")
    await confirmed(rest, found, "2026-03-04 09:00")
    chain = (await rest.get(f"/v1/administration-events?subject={found['id']}", ADMINISTRATOR)).json()[
        "items"
    ]
    assert [(each["kind"], each["actor"], each["payload"]) for each in chain] == [
        ("destruction_confirmed", str(AGENCY), {"decision": "QĐ 7"}),
        ("destruction_drawn", str(ADMINISTRATOR), {"basis": "Luật mẫu điều 2", "dossiers": 1}),
    ]
    assert await administration.verify(rest.world.db) == []


async def decided(rest: Rest, found: Any, by: Any) -> Any:
    """The problem of who confirms a list and may not."""
    return problem(
        await rest.post(f"/v1/destruction-lists/{found['id']}/confirmation", by, {"decision": "QĐ 7"})
    )["type"]


async def test_whoever_stands_in_for_the_author_of_a_list_does_not_confirm_it(rest: Rest) -> None:
    await second(rest)
    auditor = await substitute(rest, "auditor", PROVINCE)
    await acts(rest, await handed_over(rest), "erasure", AGENCY, "2026-03-04 08:00", **GROUND)
    (found,) = (await rest.get("/v1/destruction-lists", ADMINISTRATOR)).json()["items"]
    assert await decided(rest, found, auditor) == "urn:hoso:problem:own-list"


async def test_a_list_that_was_drawn_up_for_an_absent_administrator_is_not_confirmed_by_them(
    rest: Rest,
) -> None:
    await second(rest)
    first, other = [await substitute(rest, own) for own in ("specialist", None)]
    await acts(rest, await handed_over(rest), "erasure", first, "2026-03-04 08:00", **GROUND)
    (found,) = (await rest.get("/v1/destruction-lists", ADMINISTRATOR)).json()["items"]
    assert found["drawn_for"] == "Quản trị viên 2"
    own_list = "urn:hoso:problem:own-list"
    assert [await decided(rest, found, each) for each in (first, AGENCY, other)] == [own_list] * 3
    assert (await confirmed(rest, found, "2026-03-04 09:00", ADMINISTRATOR))["status"] == "confirmed"


async def test_an_administrator_who_stands_in_for_another_decides_in_their_own_right(rest: Rest) -> None:
    await second(rest)
    colleague = await substitute(rest, "administrator")
    found = await ordered(rest, await handed_over(rest), "2026-03-04 08:00")
    await confirmed(rest, found, "2026-03-04 09:00", colleague)
    (last, _) = (await rest.get(f"/v1/administration-events?subject={found['id']}", ADMINISTRATOR)).json()[
        "items"
    ]
    assert (last["actor"], last["on_behalf_of"]) == (str(colleague), None)
