"""Effects of each command, on a real procedure (1.014464) and its real engine."""

import unicodedata
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

import hoso_calendar as wt
from hoso_models import DossierStatus as Status
from hoso_models import Outcome
from hoso_workflows import errors
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import transitions
from hoso_workflows.lifecycle.commands import (
    Accept,
    Actor,
    Advance,
    AskSupplement,
    Claim,
    Command,
    Complete,
    ProposeSupplement,
    ReceiveSupplement,
    Refuse,
    Result,
    Unclaim,
    Withdraw,
)
from hoso_workflows.lifecycle.drafts import Codes, Letters, Series
from hoso_workflows.lifecycle.state import NOWHERE
from hoso_workflows.organisation import principals
from support.builders.histories import local
from support.in_memory import CALENDARS, CODE, DESK, OFFICER, UNITS, Walk, loaded


def kinds(events: list[Event] | tuple[Event, ...]) -> list[str]:
    return [str(event.kind) for event in events]


def said(events: list[Event] | tuple[Event, ...], kind: Kind) -> dict[str, object]:
    (payload,) = [dict(event.payload) for event in events if event.kind is kind]
    return payload


def in_process() -> Walk:
    walk = Walk()
    walk.accept()
    return walk


def with_result() -> Walk:
    walk = in_process()
    for outcome in (None, None, None, "Trình UBND tỉnh"):
        walk.complete(outcome=outcome)
    walk.complete()
    return walk


def test_what_is_decided_in_nobodys_name_is_the_systems():
    walk = Walk()
    (event,) = transitions.decide(
        walk.state, Claim(walk.task[0], OFFICER.principal), local("2026-03-02 09:00")
    )
    assert (event.kind, event.actor, event.automatic) == (Kind.TASK_CLAIMED, principals.SYSTEM, True)


def test_a_filed_dossier_waits_for_reception_with_everything_the_clock_needs():
    walk = Walk()
    assert kinds(walk.events) == ["filed", "task_opened"]
    cal = wt.load("ha-tinh")
    assert said(walk.events, Kind.FILED) == {
        "reference": "r-1",
        "procedure": "1.014464",
        "version": 1,
        "case": "default",
        "channel": "desk",
        "portal": None,
        "units": UNITS,
        "applicant": str(UUID(int=9)),
        "form_sha256": "0" * 64,
        "components": ["TP01", "TP02", "TP04"],
        "supplement": "restart",
        "reception_term": "8 giờ làm việc",
        "calendar": {"id": cal.id, "version": cal.version},
    }
    assert (walk.state.status, walk.task[1].milestone) == (Status.FILED, "accept")


def test_acceptance_starts_the_clock_allots_the_code_and_issues_the_receipt():
    walk = Walk()
    events = walk.accept()
    assert kinds(events) == ["accepted", "task_closed", "task_opened", "letter_issued"]
    accepted = said(events, Kind.ACCEPTED)
    cal = wt.load("ha-tinh")
    assert (accepted["code"], accepted["receipt"], accepted["term"]) == (CODE, 1, "3 ngày làm việc")
    assert accepted["policy"] == wt.Policy().to_mapping() | {"basis": accepted["policy"]["basis"]}
    assert accepted["calendar"] == {"id": cal.id, "version": cal.version}
    assert accepted["basis"]
    assert said(events, Kind.LETTER_ISSUED) == {"form": "01", "number": 1, "year": 2026, "unit": "H27.1"}
    assert (walk.state.status, walk.state.code, walk.state.accepted_at) == (
        Status.IN_PROCESS,
        CODE,
        local("2026-03-02 09:00"),
    )


def test_an_opened_task_says_who_when_and_in_which_calendar():
    events = Walk().accept()
    opened = said(events, Kind.TASK_OPENED)
    cal = wt.load("ha-tinh")
    assert {key: opened[key] for key in ("element", "unit", "limit", "plan", "clock", "calendar")} == {
        "element": "B2",
        "unit": opened["unit"],
        "limit": "0,25 ngày làm việc",
        "plan": ["0,25 ngày làm việc"],
        "clock": None,
        "calendar": {"id": cal.id, "version": cal.version},
    }
    assert opened["unit"] in UNITS.values()
    assert opened["role"]


def test_a_refusal_needs_a_reason_and_ends_the_run():
    walk = Walk()
    with pytest.raises(errors.ReasonMissing):
        walk.does(Refuse(walk.task[0], "  "), actor=DESK)
    events = walk.does(Refuse(walk.task[0], "không thuộc thẩm quyền"), actor=DESK)
    assert kinds(events) == ["refused", "task_closed", "letter_issued"]
    closed = said(events, Kind.TASK_CLOSED)
    assert (closed["by"], closed["outcome"]) == ("completed", "refuse")
    assert said(events, Kind.LETTER_ISSUED) == {"form": "03", "number": 1, "year": 2026, "unit": "H27.1"}
    assert (walk.state.status, dict(walk.state.tasks), walk.run.finished) == (Status.REFUSED, {}, True)


def test_a_supplement_before_acceptance_leaves_the_reception_task_open():
    walk = Walk()
    task = walk.task
    asked = walk.does(AskSupplement("thiếu đơn", ("TP01",)), actor=DESK)
    assert kinds(asked) == ["supplement_asked", "letter_issued"]
    assert (walk.state.status, walk.task) == (Status.AWAITING_SUPPLEMENT_BEFORE, task)
    with pytest.raises(errors.WrongStatus):
        walk.accept()
    events = walk.does(ReceiveSupplement(components=("TP01",)), actor=DESK)
    assert said(events, Kind.SUPPLEMENT_RECEIVED) == {"note": "", "components": ["TP01"]}
    walk.accept()
    assert walk.state.status is Status.IN_PROCESS


def test_a_supplement_after_acceptance_keeps_the_token_and_carries_the_whole_term():
    walk = in_process()
    walk.does(ProposeSupplement("thiếu bản dịch"))
    walk.does(AskSupplement("thiếu bản dịch"), actor=DESK)
    task = walk.task
    with pytest.raises(errors.SupplementAwaited):
        walk.complete()
    events = walk.does(ReceiveSupplement(), "2026-03-05 09:00", DESK)
    received = said(events, Kind.SUPPLEMENT_RECEIVED)
    assert (received["term"], walk.task, walk.state.status) == ("3 ngày làm việc", task, Status.IN_PROCESS)


def test_a_supplement_that_resumes_carries_no_term():
    walk = Walk(loaded(supplement="resume"))
    walk.accept()
    walk.does(AskSupplement("thiếu"), actor=DESK)
    assert "term" not in said(walk.does(ReceiveSupplement(), actor=DESK), Kind.SUPPLEMENT_RECEIVED)


def test_a_supplement_is_asked_once_or_with_a_justification():
    walk = in_process()
    walk.does(AskSupplement("thiếu"), actor=DESK)
    walk.does(ReceiveSupplement(), actor=DESK)
    with pytest.raises(errors.SupplementAlreadyAsked) as refused:
        walk.does(AskSupplement("vẫn thiếu"), actor=DESK)
    assert refused.value.times == 1
    events = walk.does(AskSupplement("vẫn thiếu", justification="giấy tờ nộp thêm bị hỏng"), actor=DESK)
    assert said(events, Kind.SUPPLEMENT_ASKED)["number"] == 2


def test_the_officers_walk_the_procedure_to_its_result_and_the_desk_hands_it_over():
    walk = in_process()
    assert kinds(walk.complete()) == ["task_closed", "task_opened"]
    walk.complete()
    walk.complete()
    walk.complete(outcome="Trình UBND tỉnh")
    events = walk.complete("2026-03-04 16:00")
    assert kinds(events) == ["task_closed", "task_opened", "result_ready"]
    assert said(events, Kind.RESULT_READY) == {"result": "granted", "reason": ""}
    assert (walk.state.status, walk.state.outcome) == (Status.RESULT_READY, Outcome.GRANTED)
    assert kinds(walk.complete("2026-03-05 08:00")) == ["task_closed", "returned"]
    assert (walk.state.status, dict(walk.state.tasks), walk.run.finished) == (Status.RETURNED, {}, True)


def test_the_leader_may_send_the_draft_back():
    walk = in_process()
    for _ in range(3):
        walk.complete()
    assert walk.task[1].outcomes == ("Trình UBND tỉnh", "Yêu cầu chỉnh sửa")
    walk.complete(outcome="Yêu cầu chỉnh sửa")
    assert walk.task[1].element == "B4"


def test_a_result_that_is_not_eligible_needs_a_written_reason():
    walk = in_process()
    for outcome in (None, None, None, "Trình UBND tỉnh"):
        walk.complete(outcome=outcome)
    with pytest.raises(errors.ReasonMissing):
        walk.complete(result=Result.NOT_ELIGIBLE)
    walk.complete(result=Result.NOT_ELIGIBLE, reason="không đủ điều kiện")
    assert (walk.state.status, walk.state.outcome) == (Status.RESULT_READY, Outcome.NOT_ELIGIBLE)


def test_a_result_is_told_at_the_task_that_has_one():
    walk = in_process()
    with pytest.raises(errors.WrongTask) as refused:
        walk.complete(result=Result.GRANTED)
    assert (refused.value.element, refused.value.milestone) == ("B2", "result")


def test_an_outcome_is_the_same_however_its_accents_are_composed():
    walk = in_process()
    for _ in range(3):
        walk.complete()
    walk.complete(outcome=unicodedata.normalize("NFD", "Trình UBND tỉnh"))
    closed = [event.payload for event in walk.events if event.kind is Kind.TASK_CLOSED]
    assert closed[-1]["outcome"] == "Trình UBND tỉnh"


def test_an_outcome_must_be_one_of_those_drawn():
    walk = in_process()
    with pytest.raises(errors.OutcomeRefused):
        walk.complete(outcome="Đồng ý")
    for _ in range(3):
        walk.complete()
    for outcome in (None, "Đồng ý"):
        with pytest.raises(errors.OutcomeRefused) as refused:
            walk.complete(outcome=outcome)
        assert refused.value.allowed == ("Trình UBND tỉnh", "Yêu cầu chỉnh sửa")


def test_a_withdrawal_needs_a_reason_and_cancels_what_is_open():
    walk = in_process()
    with pytest.raises(errors.ReasonMissing):
        walk.does(Withdraw(""))
    events = walk.does(Withdraw("đổi ý"))
    assert kinds(events) == ["withdrawn", "task_closed", "letter_issued"]
    assert said(events, Kind.TASK_CLOSED)["by"] == "cancelled"
    assert (walk.state.status, dict(walk.state.tasks), walk.run.finished) == (Status.WITHDRAWN, {}, True)


def test_a_dossier_is_withdrawn_while_a_supplement_is_awaited_too():
    for walk in (Walk(), in_process()):
        walk.does(AskSupplement("thiếu"), actor=DESK)
        walk.does(Withdraw("đổi ý"))
        assert walk.state.status is Status.WITHDRAWN


def test_a_dossier_with_a_result_cannot_be_withdrawn():
    with pytest.raises(errors.WrongStatus) as refused:
        with_result().does(Withdraw("đổi ý"))
    assert refused.value.status == "result_ready"


def test_a_policy_may_switch_withdrawal_off():
    walk = Walk(loaded(withdrawal=False))
    with pytest.raises(errors.NotForeseen):
        walk.does(Withdraw("đổi ý"))


def test_a_task_is_claimed_once_and_given_back():
    walk = in_process()
    task = walk.task[0]
    assert said(walk.does(Claim(task)), Kind.TASK_CLAIMED) == {
        "task": str(task),
        "assignee": str(OFFICER.principal),
    }
    with pytest.raises(errors.AlreadyClaimed) as refused:
        walk.does(Claim(task), actor=DESK)
    assert refused.value.assignee == OFFICER.principal
    walk.does(Unclaim(task))
    assert walk.task[1].assignee is None
    with pytest.raises(errors.NotClaimed):
        walk.does(Unclaim(task))


def test_a_head_assigns_a_task_to_somebody_else():
    walk = in_process()
    chosen = UUID(int=77)
    walk.does(Claim(walk.task[0], assignee=chosen))
    assert walk.task[1].assignee == chosen


def test_a_claimed_task_is_completed_by_its_assignee_or_their_substitute():
    walk = in_process()
    walk.does(Claim(walk.task[0]))
    with pytest.raises(errors.AlreadyClaimed):
        walk.does(Complete(walk.task[0]), actor=Actor(UUID(int=5)))
    substitute = Actor(UUID(int=5), on_behalf_of=OFFICER.principal)
    events = walk.does(Complete(walk.task[0]), actor=substitute)
    assert {(event.actor, event.on_behalf_of) for event in events} == {(UUID(int=5), OFFICER.principal)}


def test_a_substitute_claims_for_the_absent_officer():
    walk = in_process()
    walk.does(Claim(walk.task[0]), actor=Actor(UUID(int=5), on_behalf_of=OFFICER.principal))
    assert walk.task[1].assignee == OFFICER.principal


def test_a_task_is_not_completed_twice():
    walk = in_process()
    task = walk.task[0]
    walk.complete()
    with pytest.raises(errors.TaskNotOpen) as refused:
        walk.does(Complete(task))
    assert refused.value.task == task


def test_only_reception_accepts_and_refuses():
    walk = in_process()
    walk.events = tuple(event for event in walk.events if event.kind is not Kind.ACCEPTED)
    for command in (Accept(walk.task[0]), Refuse(walk.task[0], "lý do")):
        with pytest.raises(errors.WrongTask):
            walk.does(command)


def test_receptions_task_is_not_completed_like_others():
    walk = Walk()
    with pytest.raises(errors.AcceptanceNeeded):
        walk.complete(outcome="accept")


@pytest.mark.parametrize(
    ("outcome", "command"),
    [
        ("accept", Accept),
        ("refuse", Refuse),
        ("supplement", AskSupplement),
    ],
)
def test_an_outcome_at_receptions_task_is_the_command_of_that_name(outcome: str, command: type):
    walk = Walk()
    asked = Complete(walk.task[0], outcome, reason="lý do")
    assert type(transitions.interpret(walk.state, asked)) is command


@pytest.mark.parametrize(
    ("command", "needs"),
    [
        (Accept(), (Codes("H27.1", local("2026-03-02 09:00")), Letters("H27.1", "01", 2026))),
        (Refuse(None, "không thuộc thẩm quyền"), (Letters("H27.1", "03", 2026),)),
        (AskSupplement("thiếu"), (Letters("H27.1", "02", 2026),)),
        (Withdraw("đổi ý"), (Letters("H27.1", "stop", 2026),)),
    ],
)
def test_a_decided_act_says_which_numbers_it_needs(command: Command, needs: tuple[Series, ...]):
    draft = transitions.draft(Walk().state, command, local("2026-03-02 09:00"), DESK)
    assert draft.needs == needs


def test_an_acceptance_and_its_receipt_bear_the_numbers_that_were_assigned():
    codes, letters = Codes("H27.1", local("2026-03-02 09:00")), Letters("H27.1", "01", 2026)
    draft = transitions.draft(Walk().state, Accept(), codes.at, DESK)
    events = draft.numbered({codes: CODE, letters: 42})
    accepted = said(events, Kind.ACCEPTED)
    assert (accepted["code"], accepted["receipt"]) == (CODE, 42)
    assert said(events, Kind.LETTER_ISSUED) == {"form": "01", "number": 42, "year": 2026, "unit": "H27.1"}


def test_acceptance_without_a_task_is_about_receptions_open_one():
    walk = Walk()
    identity, _ = walk.task
    assert transitions.addressed(walk.state, Accept()) == Accept(identity)
    walk.accept()
    with pytest.raises(errors.WrongStatus):
        walk.does(Accept())
    assert transitions.addressed(walk.state, Refuse(None, "x")) == Refuse(NOWHERE, "x")


def test_another_outcome_at_receptions_task_is_refused():
    walk = Walk()
    with pytest.raises(errors.OutcomeRefused):
        transitions.interpret(walk.state, Complete(walk.task[0], "Đạt"))


def test_other_commands_are_what_they_say():
    walk = in_process()
    command = Complete(walk.task[0])
    assert transitions.interpret(walk.state, command) is command
    assert transitions.interpret(walk.state, Withdraw("x")) == Withdraw("x")


def test_advancing_a_run_without_due_timers_changes_nothing():
    walk = in_process()
    assert walk.does(Advance(), actor=Actor(UUID(int=0), automatic=True)) == []


def test_an_act_of_the_system_is_marked_automatic():
    walk = in_process()
    (event,) = walk.does(Claim(walk.task[0]), actor=Actor(UUID(int=0), automatic=True))
    assert event.automatic


def test_a_history_does_not_run_backwards_when_two_clocks_differ():
    walk = in_process()
    (event,) = walk.does(Claim(walk.task[0]), "2026-03-02 08:59")
    assert event.at == local("2026-03-02 09:00")


def test_an_instant_without_a_zone_is_refused():
    walk = in_process()
    with pytest.raises(wt.NaiveInstant):
        walk.does(Claim(walk.task[0]), datetime(2026, 3, 2, 9))  # noqa: DTZ001 - what has to be refused


def test_a_part_without_a_unit_is_named():
    with pytest.raises(errors.UnitUnknown) as refused:
        Walk(units={"handling": "H27.2", "deciding": "H27.3"})
    assert refused.value.unit == "receiving"


def test_a_unit_without_a_calendar_is_named():
    calendars = {unit: cal for unit, cal in CALENDARS.items() if unit != "H27.1"}
    with pytest.raises(errors.UnitUnknown) as refused:
        Walk(calendars=calendars)
    assert refused.value.unit == "H27.1"


def test_equal_histories_give_equal_states():
    walk = in_process()
    again = transitions.fold(walk.events)
    assert again == walk.state
    assert again != replace(again, status=Status.STOPPED)
