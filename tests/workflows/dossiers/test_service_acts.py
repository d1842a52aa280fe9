"""A command becomes rows: the ways a dossier can go."""

import pytest

from hoso_models import errors
from hoso_workflows import audit
from hoso_workflows import errors as rejections
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.commands import (
    AskSupplement,
    Claim,
    Complete,
    ProposeSupplement,
    ReceiveSupplement,
    Refuse,
    Result,
    Unclaim,
    Withdraw,
)
from support.world import CITIZEN, DESK, World, instant, only_task, person

NOON = instant("2026-03-02 12:00")
RECEPTION, HEAD = person("reception", DESK), person("division_head")


async def sound(world: World) -> bool:
    """Nothing that is stored differs from what the events say."""
    return [str(found) async for found in audit.differences(world.service)] == []


async def in_process(world: World) -> Outcome:
    """A dossier that waits for the head of a division."""
    return await world.completes(await world.accepts(await world.files()))


async def test_a_dossier_walks_from_the_desk_to_the_applicant(world: World) -> None:
    filed = await world.files()
    accepted = await world.accepts(filed)
    before = accepted
    for _ in range(3):
        before = await world.completes(before)
    decided = await world.completes(before, outcome="Trình UBND tỉnh")
    ready = await world.completes(decided, "2026-03-04 09:00")
    returned = await world.completes(ready, "2026-03-05 09:00")
    assert [each.status for each in (filed, accepted, ready, returned)] == [
        "filed",
        "in_process",
        "result_ready",
        "returned",
    ]
    assert [each.body["portal_code"] for each in (filed, accepted, ready, returned)] == [1, 4, 9, 10]
    assert (returned.code, returned.body["verdict"]) == ("H27.PVHCC-260302-0001", "early")
    assert returned.body["tasks"] == []
    assert await sound(world)


async def test_acceptance_issues_a_numbered_receipt_and_promises_a_date(world: World) -> None:
    accepted = await in_process(world)
    row = await world.db.row("select unit_code, form, year, number, data from letter")
    assert tuple(row or ()) == (
        DESK,
        "01",
        2026,
        1,
        {
            "reference": accepted.reference,
            "code": accepted.code,
            "procedure": "1.014464",
            "case": "default",
            "term": "3 ngày làm việc",
            "due": "2026-03-05T17:00:00+07:00",
        },
    )
    assert accepted.body["due_promised"] == "2026-03-05T17:00:00+07:00"
    assert await world.one("select payload ->> 'receipt' from dossier_event where kind = 'accepted'") == "1"


async def test_the_desk_refuses_with_a_reason_and_a_letter(world: World) -> None:
    filed = await world.files()
    refused = await world.does(filed, Refuse(only_task(filed), "Không thuộc thẩm quyền"), RECEPTION)
    assert (refused.status, refused.code, refused.body["tasks"]) == ("refused", None, [])
    assert (
        await world.one("select data ->> 'reason' from letter where form = '03'") == "Không thuộc thẩm quyền"
    )
    assert await sound(world)


async def test_a_refusal_without_a_reason_changes_nothing(world: World) -> None:
    filed = await world.files()
    with pytest.raises(rejections.ReasonMissing):
        await world.does(filed, Refuse(only_task(filed), "  "), RECEPTION)
    assert await world.one("select version from engine_state") == filed.version
    assert await world.one("select count(*) from letter_series") == 0


async def test_at_receptions_task_an_outcome_is_the_act_it_names(world: World) -> None:
    filed = await world.files()
    asked = await world.completes(filed, outcome="supplement", reason="Thiếu TP02")
    assert asked.status == "awaiting_supplement_before"
    received = await world.does(asked, ReceiveSupplement(components=("TP02",)), RECEPTION)
    assert (received.status, received.code) == ("filed", None)


async def test_a_supplement_after_acceptance_starts_the_term_again(world: World) -> None:
    accepted = await in_process(world)
    await world.does(accepted, ProposeSupplement("Bản sao mờ", ("TP02",)), HEAD)
    asked = await world.does(accepted, AskSupplement("Bản sao mờ", ("TP02",)), RECEPTION, "2026-03-03 08:00")
    assert (asked.status, asked.body["due_legal"]) == ("awaiting_supplement", None)
    with pytest.raises(rejections.SupplementAwaited):
        await world.completes(asked, "2026-03-03 09:00")
    received = await world.does(asked, ReceiveSupplement(components=("TP02",)), RECEPTION, "2026-03-10 09:00")
    assert received.body["due_legal"] == "2026-03-13T17:00:00+07:00"
    kinds = await world.db.rows("select kind, cycle, supersedes from appointment order by number")
    assert [tuple(row) for row in kinds] == [("accepted", 1, None), ("restart", 2, 1)]
    assert await sound(world)


async def test_a_supplement_brings_only_papers_of_the_procedure(world: World) -> None:
    accepted = await in_process(world)
    asked = await world.does(accepted, AskSupplement("Bản sao mờ"), RECEPTION)
    with pytest.raises(rejections.FormRefused) as refused:
        await world.does(asked, ReceiveSupplement(components=("TP99",)), RECEPTION)
    assert [fault.field for fault in refused.value.faults] == ["components[0]"]


async def test_the_applicant_withdraws_their_own_dossier(world: World) -> None:
    filed = await world.files(channel="online")
    withdrawn = await world.does(filed, Withdraw("Đổi ý"), CITIZEN)
    assert (withdrawn.status, withdrawn.body["portal_code"]) == ("withdrawn", 7)
    assert await world.one("select count(*) from user_task where status = 'cancelled'") == 1
    assert await sound(world)


async def test_a_result_may_be_that_the_dossier_is_not_eligible(world: World) -> None:
    before = await in_process(world)
    for _ in range(2):
        before = await world.completes(before)
    before = await world.completes(before, outcome="Trình UBND tỉnh")
    with pytest.raises(rejections.ReasonMissing):
        await world.completes(before, result=Result.NOT_ELIGIBLE)
    ready = await world.completes(before, result=Result.NOT_ELIGIBLE, reason="Không đủ điều kiện")
    assert (ready.status, ready.body["outcome"], ready.body["portal_code"]) == (
        "result_ready",
        "not_eligible",
        9,
    )


async def test_a_missing_or_unknown_outcome_is_refused_with_those_that_are_offered(world: World) -> None:
    before = await in_process(world)
    for _ in range(2):
        before = await world.completes(before)
    for outcome in (None, "Khác"):
        with pytest.raises(rejections.OutcomeRefused) as refused:
            await world.completes(before, outcome=outcome)
        assert refused.value.allowed == ("Trình UBND tỉnh", "Yêu cầu chỉnh sửa")


async def test_work_sent_back_comes_to_the_same_step_again(world: World) -> None:
    before = await in_process(world)
    for _ in range(2):
        before = await world.completes(before)
    again = await world.completes(before, outcome="Yêu cầu chỉnh sửa")
    assert [each["step"] for each in again.body["tasks"]] == ["B4"]
    assert await world.one("select count(*) from user_task where element = 'B4'") == 2
    assert await sound(world)


async def test_a_task_is_claimed_once_and_given_back(world: World) -> None:
    before = await in_process(world)
    before = await world.completes(before)
    first, second = person("specialist"), person("specialist", number=2)
    claimed = await world.does(before, Claim(only_task(before)), first)
    assert claimed.body["tasks"][0]["assignee"] == str(first)
    with pytest.raises(rejections.AlreadyClaimed):
        await world.does(before, Claim(only_task(before)), second)
    with pytest.raises(rejections.AlreadyClaimed):
        await world.completes(before, actor=second)
    free = await world.does(before, Unclaim(only_task(before)), first)
    assert free.body["tasks"][0]["assignee"] is None
    completed = await world.completes(free, actor=second)
    assert completed.body["tasks"][0]["step"] == "B5"
    assert await sound(world)


async def test_a_completed_task_is_not_completed_again(world: World) -> None:
    before = await in_process(world)
    await world.completes(before)
    with pytest.raises(rejections.TaskNotOpen):
        await world.completes(before)


async def test_what_nobody_knows_is_not_found(world: World) -> None:
    for subject in ("H27.PVHCC-260302-0009", "3c3a5a50-53a0-4c4e-9a53-5a1a1f7f1d11", "", "' or true --"):
        with pytest.raises(rejections.NotFound):
            await world.service.perform(subject, Withdraw("x"), actor=RECEPTION, at=NOON)


async def test_a_dossier_is_found_by_reference_code_and_task(world: World) -> None:
    accepted = await in_process(world)
    code = accepted.code or ""
    command = Claim(only_task(accepted))
    claimed = await world.service.perform(code, command, actor=HEAD, at=NOON)
    freed = await world.service.perform(accepted.reference, Unclaim(command.task), actor=HEAD, at=NOON)
    done = await world.service.perform(str(command.task), Complete(command.task), actor=HEAD, at=NOON)
    assert [claimed.version, freed.version, done.version] == [4, 5, 6]


async def test_without_a_due_timer_the_system_changes_nothing(world: World) -> None:
    accepted = await in_process(world)
    advanced = await world.service.advance(accepted.reference, at=NOON)
    assert (advanced.version, advanced.body["tasks"]) == (accepted.version, accepted.body["tasks"])


async def test_a_term_that_reaches_past_the_calendar_is_refused_and_changes_nothing(world: World) -> None:
    filed = await world.files("2027-12-30 08:00")
    with pytest.raises(rejections.CalendarEnds) as refused:
        await world.accepts(filed, "2027-12-30 16:00")
    assert (refused.value.calendar, refused.value.year) == ("ha-tinh", 2028)
    assert await world.one("select status from dossier") == "filed"
    assert await world.one("select version from engine_state") == filed.version
    assert await sound(world)


async def test_messages_wait_in_the_outbox_without_personal_data(world: World) -> None:
    accepted = await in_process(world)
    rows = await world.db.rows("select topic, dedup_key, payload from outbox order by id")
    assert [(row.topic, row.dedup_key) for row in rows] == [
        ("applicant.filed", f"{accepted.reference}/1"),
        ("applicant.accepted", f"{accepted.reference}/3"),
    ]
    assert "Người nộp" not in str([row.payload for row in rows])


async def test_a_naive_instant_is_refused(world: World) -> None:
    with pytest.raises(errors.NaiveInstant):
        await world.files(NOON.replace(tzinfo=None))
