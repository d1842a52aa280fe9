"""Reception and the ends of a dossier through the API: channels, its own term, codes, letters, portal codes, look-up."""

from typing import Any

import pytest

from support.api_client import CLERK, Rest
from support.oracles import law_days
from support.oracles.law_days import at
from support.procedures import law
from support.procedures.law import Walk
from support.world import CITIZEN, DESK, STRANGER, person

COLLEAGUE, DESK_HEAD = person("reception", DESK, 2), person("head", DESK)


@pytest.fixture
def rest(law: Rest) -> Rest:
    """All of these walk in one world."""
    return law


async def degree(walk: Walk) -> Any:
    """Public view of a dossier."""
    return (await walk.rest.get(f"/v1/public/dossiers/{walk.code}")).json()


#: Filed, when reception must have answered within eight working hours.
RECEPTION = [
    ("2026-03-02 07:00", "2026-03-02 17:00"),
    ("2026-03-02 12:00", "2026-03-03 11:30"),
    ("2026-03-02 16:00", "2026-03-03 16:00"),
    ("2026-03-02 17:00", "2026-03-03 17:00"),
    ("2026-02-28 10:00", "2026-03-02 17:00"),
    ("2026-02-13 17:00", "2026-02-23 17:00"),
    ("2026-04-29 15:00", "2026-05-04 15:00"),
    ("2026-08-21 15:00", "2026-08-22 15:00"),
    ("2026-12-31 16:30", "2027-01-04 16:30"),
]


async def test_reception_has_eight_working_hours_from_filing_whatever_the_channel(rest: Rest):
    counted = []
    for filed, _ in RECEPTION:
        read = []
        for channel, by in (("online", CITIZEN), ("desk", CLERK), ("post", COLLEAGUE)):
            walk = await Walk.filed(rest, filed, by=by, channel=channel)
            dossier = await walk.reads()
            read.append(dossier["reception_due"])
            assert (dossier["channel"], dossier["portal_code"], dossier["code"], dossier["due_first"]) == (
                channel,
                1,
                None,
                None,
            )
        assert len(set(read)) == 1
        counted.append((filed, law.read(read[0])))
        assert law.read(read[0]) == law_days.working_minutes(at(filed), 480)

    assert counted == [(filed, at(due)) for filed, due in RECEPTION]


async def test_citizens_file_online_for_themselves_and_leave_desk_and_post_to_the_desk(rest: Rest):
    walk = await Walk.filed(rest, "2026-03-02 09:00", by=CITIZEN, channel="online")
    wanted = {**await walk.reads(), "procedure": "1.014464"}
    filing = {name: wanted[name] for name in ("procedure", "form")} | {
        "applicant": {"kind": "person", "name": "Người nộp 1"},
        "components": ["TP01", "TP02", "TP04"],
    }
    answers = [
        (await rest.post("/v1/dossiers", CITIZEN, {**filing, "channel": channel})).status_code
        for channel in ("online", "desk", "post")
    ]
    assert answers == [201, 403, 403]
    assert law.slug(await rest.get(f"/v1/dossiers/{walk.reference}", STRANGER)) == "not-found"


async def test_codes_and_receipts_begin_anew_at_midnight_in_vietnam(rest: Rest):
    """In UTC the day, and the year, are still the old ones at that instant."""
    told = []
    for accepted in (
        "2026-12-31 23:59:59",
        "2026-12-31 23:59:59",
        "2027-01-01 00:00",
        "2027-01-01 06:59:59",
        "2027-01-02 07:00",
    ):
        walk = await Walk.accepted(rest, accepted)
        receipt = await walk.reads(what="/receipt")
        told.append((walk.code, receipt["year"], receipt["number"], receipt["return_at"]))
        assert law.read(receipt["received_at"]) == at(accepted)

    first = told[0][2]
    assert told == [
        ("H27.PVHCC-261231-0001", 2026, first, "2027-01-07T17:00:00+07:00"),
        ("H27.PVHCC-261231-0002", 2026, first + 1, "2027-01-07T17:00:00+07:00"),
        ("H27.PVHCC-270101-0001", 2027, 1, "2027-01-07T17:00:00+07:00"),
        ("H27.PVHCC-270101-0002", 2027, 2, "2027-01-07T17:00:00+07:00"),
        ("H27.PVHCC-270102-0001", 2027, 3, "2027-01-07T17:00:00+07:00"),
    ]


async def test_what_is_refused_gets_a_letter_with_its_reason_and_no_code(rest: Rest):
    walk = await Walk.filed(rest, "2026-03-10 09:00")
    assert await walk.refused("refusal", "2026-03-10 10:00", reason="  ") == "reason-missing"
    assert (await walk.reads())["portal_code"] == 1
    refused = await walk.does("refusal", "2026-03-10 10:00", reason="Không thuộc thẩm quyền")
    dossier = await walk.reads()

    assert (refused["status"], refused["portal_code"], refused["code"], refused["tasks"]) == (
        "refused",
        3,
        None,
        [],
    )
    assert ([letter["form"] for letter in dossier["letters"]], dossier["accepted_at"]) == (["03"], None)
    for act, said in (
        ("acceptance", {}),
        ("refusal", {"reason": "Lần nữa"}),
        ("supplement-request", {"reason": "Thiếu"}),
        ("supplement", {}),
        ("withdrawal", {"reason": "Đổi ý"}),
    ):
        assert await walk.refused(act, "2026-03-10 11:00", **said) in ("wrong-status", "task-not-open")
    assert (await (await Walk.accepted(rest, "2026-03-10 12:00")).reads())["code"] == "H27.PVHCC-260310-0001"


async def test_a_supplement_before_acceptance_stops_reception_and_starts_it_again(rest: Rest):
    walk = await Walk.filed(rest, "2026-04-28 08:00")
    asked = await walk.does("supplement-request", "2026-04-29 07:00", reason="Thiếu TP04", items=["TP04"])
    waiting = await walk.reads("2026-05-02 09:00")
    assert (asked["status"], asked["portal_code"], waiting["reception_due"]) == (
        "awaiting_supplement_before",
        5,
        None,
    )
    assert await walk.refused("acceptance", "2026-05-02 09:00") == "wrong-status"
    received = await walk.does("supplement", "2026-05-02 09:00", components=["TP04"])
    again = await walk.reads()
    assert (received["status"], received["portal_code"], again["reception_due"]) == (
        "filed",
        1,
        "2026-05-04T17:00:00+07:00",
    )
    assert await walk.refused("supplement-request", "2026-05-04 08:00", reason="Thêm") == (
        "supplement-already-asked"
    )
    accepted = await walk.does("acceptance", "2026-05-05 09:00")
    dossier = await walk.reads()
    # the term begins with the acceptance, in its first cycle
    assert (accepted["due_legal"], [made["cycle"] for made in dossier["appointments"]]) == (
        "2026-05-08T17:00:00+07:00",
        [1],
    )
    assert [letter["form"] for letter in dossier["letters"]] == ["02", "01"]
    # once is once, before or after acceptance; a further time says why
    assert await walk.refused("supplement-request", "2026-05-05 10:00", reason="Thêm") == (
        "supplement-already-asked"
    )
    said = {"reason": "Thêm", "justification": "Phát hiện khi thẩm định"}
    assert (await walk.does("supplement-request", "2026-05-05 10:00", **said))["portal_code"] == 5


@pytest.mark.parametrize("by", [CLERK, CITIZEN], ids=["desk", "applicant"])
async def test_a_dossier_is_taken_back_until_there_is_a_result(rest: Rest, by: Any):
    async def online(accepted: bool) -> Walk:
        walk = await Walk.filed(rest, "2026-03-02 09:00", by=CITIZEN, channel="online")
        if accepted:
            await walk.does("acceptance", "2026-03-02 10:00")
        return walk

    filed, asked, running, waiting, ready = [await online(late) for late in (False, False, True, True, True)]
    for walk in (asked, waiting):
        await walk.does("supplement-request", "2026-03-02 11:00", reason="Thiếu")
    for outcome in (None, None, None, "Trình UBND tỉnh", None):
        await ready.completes("2026-03-03 09:00", **({"outcome": outcome} if outcome else {}))
    left = []
    for walk in (filed, asked, running, waiting):
        assert await walk.refused("withdrawal", "2026-03-03 10:00", by, reason="") == "reason-missing"
        standing = await walk.does("withdrawal", "2026-03-03 10:00", by, reason="Đổi ý")
        left.append(
            (standing["status"], standing["portal_code"], standing["verdict"], bool(standing["code"]))
        )
        assert (await walk.reads())["tasks"] == []

    assert left == [("withdrawn", 7, None, accepted) for accepted in (False, False, True, True)]
    assert await ready.refused("withdrawal", "2026-03-03 10:00", by, reason="Đổi ý") == "wrong-status"
    stranger = await running.refused("withdrawal", "2026-03-03 10:00", STRANGER, reason="Đổi ý")
    assert stranger == "not-found"


async def test_where_the_procedure_foresees_no_withdrawal_there_is_none(rest: Rest):
    walk = await Walk.accepted(rest, "2026-03-02 09:00", "kept")
    assert await walk.refused("withdrawal", "2026-03-02 10:00", reason="Đổi ý") == "not-foreseen"


async def test_portal_code_and_degree_at_every_moment(rest: Rest):
    """B2 to B6 take 2, 2, 4, 4 and 12 of 24 hours."""
    walk = await Walk.filed(rest, "2026-03-02 08:00")
    seen = [(walk.standing["portal_code"], None)]

    async def seen_now() -> None:
        found = await degree(walk)
        assert set(found) == {"code", "degree", "late", "late_since", "still"}
        assert found["degree"] == (await walk.reads())["degree"]
        seen.append((walk.standing["portal_code"], found["degree"]))

    await walk.does("acceptance", "2026-03-02 09:00")
    await seen_now()
    await walk.completes("2026-03-02 10:00")
    await seen_now()
    await walk.asked_and_received("2026-03-02 11:00", "2026-03-03 09:00")
    await seen_now()
    said = {"reason": "Thiếu", "justification": "Phát hiện muộn"}
    await walk.does("supplement-request", "2026-03-03 10:00", **said)
    await seen_now()
    await walk.does("supplement", "2026-03-03 11:00")
    for outcome in ({}, {}, {"outcome": "Trình UBND tỉnh"}, {}, {}):
        await walk.completes("2026-03-04 09:00", **outcome)
        await seen_now()

    assert seen == [
        (1, None),
        (4, 0),
        (4, 8),
        (4, 8),
        (5, 8),
        (4, 16),
        (4, 33),
        (4, 50),
        (9, 100),
        (10, 100),
    ]
    unknown = await rest.get(f"/v1/public/dossiers/{walk.reference}")
    assert law.slug(unknown) == "not-found"


async def test_a_result_that_is_not_eligible_is_a_result_with_its_reason(rest: Rest):
    walk = await Walk.accepted(rest, "2026-03-02 09:00", "restart")
    await walk.completes("2026-03-03 09:00")
    path = f"/v1/user-tasks/{walk.task['id']}/completion"
    without = await rest.post(path, law.SPECIALIST, {"result": "not_eligible"})
    assert law.slug(without) == "reason-missing"
    ready = await walk.completes("2026-03-04 09:00", result="not_eligible", reason="Thiếu điều kiện")
    assert (ready["status"], ready["portal_code"], ready["outcome"], ready["verdict"]) == (
        "result_ready",
        9,
        "not_eligible",
        "early",
    )
    returned = await walk.completes("2026-03-05 09:00")
    assert (returned["status"], returned["portal_code"], returned["outcome"]) == (
        "returned",
        10,
        "not_eligible",
    )
    granted = await Walk.accepted(rest, "2026-03-02 09:00", "restart")
    await granted.completes("2026-03-03 09:00")
    assert (await granted.completes("2026-03-03 10:00"))["outcome"] == "granted"


async def test_only_the_desk_speaks_to_the_applicant(rest: Rest):
    walk = await Walk.accepted(rest, "2026-03-02 09:00", "restart")
    for act in ("supplement-request", "refusal"):
        said = await walk.refused(act, "2026-03-02 10:00", law.SPECIALIST, reason="Thiếu")
        assert said in ("forbidden", "wrong-status")
    proposed = await walk.does(
        "supplement-proposal", "2026-03-02 10:00", law.SPECIALIST, reason="Thiếu", items=["Bản sao"]
    )
    assert (proposed["status"], proposed["portal_code"]) == ("in_process", 4)
    stranger = await walk.refused("supplement-proposal", "2026-03-02 10:00", CITIZEN, reason="Thiếu")
    assert stranger == "not-found"
    await walk.does("supplement-request", "2026-03-02 11:00", reason="Thiếu", items=["Bản sao"])
    events = (await walk.reads(what="/events"))["items"]
    kinds = [event["kind"] for event in events if event["kind"].startswith("supplement")]
    assert kinds == ["supplement_proposed", "supplement_asked"]


async def test_a_dossier_at_reception_is_told_of_after_two_working_hours_and_when_eight_have_passed(
    world_url: str,
):
    async with law.opened(world_url) as rest:
        walk = await Walk.filed(rest, "2026-02-28 10:00", by=CITIZEN, channel="online")
        waits = ("escalation.reception_waits", DESK_HEAD, walk.reference)
        late = ("escalation.reception_overdue", DESK_HEAD, walk.reference)
        told = {
            "2026-03-02 08:59:59": [],
            "2026-03-02 09:00": [waits],
            "2026-03-02 17:00": [],
            "2026-03-02 17:00:01": [late],
            "2026-03-02 17:00:02": [],
        }
        assert {instant: await law.sweep(rest, instant) for instant in told} == told
        listed = []
        for instant in ("2026-03-02 17:00", "2026-03-02 17:00:01"):
            rest.clock.turn(instant)
            found = (await rest.get("/v1/overdue?kind=reception", CLERK)).json()["items"]
            listed.append([item["reference"] for item in found])
        assert listed == [[], [walk.reference]]
