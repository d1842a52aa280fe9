"""The table of rules and the decisions agree: where an act is possible, where it leads, which letters it issues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

import pytest

from hoso_models import DossierStatus as Status
from hoso_models import PaymentMethod
from hoso_workflows import errors
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands, rules, transitions
from hoso_workflows.lifecycle.acts.rectification import Meant as Rectified
from hoso_workflows.lifecycle.commands import Command
from hoso_workflows.lifecycle.corrections import Meant as Corrected
from hoso_workflows.lifecycle.rules import RULES
from support.builders.histories import local
from support.in_memory import CALENDARS, DESK, UNITS, Walk

BASIS = "Luật mẫu điều 1"
SIGNED = commands.SignLetter(UUID(int=7), "H27.SYT", b"%PDF", "0" * 64, "Sở")
AT = "2026-03-03 10:00"
#: Long after every term.
LATER = "2026-05-06 10:00"
OTHER = "H27.9"


def walk() -> Walk:
    """A dossier whose desk knows another unit's calendar too."""
    return Walk(calendars={**CALENDARS, OTHER: CALENDARS[UNITS["handling"]]})


def accepted() -> Walk:
    made = walk()
    made.accept()
    return made


def after(*acts: Command) -> Callable[[], Walk]:
    def made() -> Walk:
        found = accepted()
        for act in acts:
            found.does(act, AT)
        return found

    return made


def asked_before() -> Walk:
    made = walk()
    made.does(commands.AskSupplement("thiếu"), AT)
    return made


def refused() -> Walk:
    made = walk()
    made.does(commands.Refuse(made.task[0], "sai"), AT, DESK)
    return made


def unanswered() -> Walk:
    made = after(commands.AskSupplement("thiếu"))()
    made.does(commands.CloseUnanswered(), LATER)
    return made


def with_result() -> Walk:
    made = accepted()
    while transitions.fold(made.events).status is Status.IN_PROCESS:
        found = made.task[1]
        made.complete(AT, outcome=found.outcomes[0] if found.outcomes else None, **_result(found.milestone))
    return made


def _result(milestone: str | None) -> dict[str, object]:
    return {"result": commands.Result.GRANTED} if milestone == "result" else {}


def returned() -> Walk:
    made = with_result()
    made.does(commands.HandOver(), AT, DESK)
    return made


STANDING: Mapping[Status, Callable[[], Walk]] = {
    Status.FILED: walk,
    Status.AWAITING_SUPPLEMENT_BEFORE: asked_before,
    Status.REFUSED: refused,
    Status.CLOSED_UNANSWERED: unanswered,
    Status.IN_PROCESS: accepted,
    Status.AWAITING_SUPPLEMENT: after(commands.AskSupplement("thiếu")),
    Status.SUSPENDED: after(commands.Suspend("chờ", BASIS)),
    Status.FINANCIAL_OBLIGATION: after(commands.SetObligation("thuế", BASIS)),
    Status.RESULT_READY: with_result,
    Status.RETURNED: returned,
    Status.WITHDRAWN: after(commands.Withdraw("đổi ý")),
    Status.STOPPED: after(commands.Stop("hết căn cứ", BASIS)),
}
FILE = commands.StoredFile(UUID(int=9), "a.png", "image/png", 1, "ab" * 32, "cd" * 32, None, 1, "not_scanned")
#: What each command asks of a dossier.
ASKED: Mapping[type, Callable[[Walk], Command]] = {
    commands.Accept: lambda it: commands.Accept(it.state.reception),
    commands.Refuse: lambda it: commands.Refuse(it.state.reception, "sai"),
    commands.Transfer: lambda _: commands.Transfer("không thuộc thẩm quyền", authority="Công an tỉnh"),
    commands.ProposeSupplement: lambda _: commands.ProposeSupplement("thiếu"),
    commands.AskSupplement: lambda _: commands.AskSupplement("thiếu", justification="mới phát hiện"),
    commands.ReceiveSupplement: lambda _: commands.ReceiveSupplement(),
    commands.ReturnSupplement: lambda _: commands.ReturnSupplement("chưa đúng"),
    commands.CloseUnanswered: lambda _: commands.CloseUnanswered(),
    commands.Withdraw: lambda _: commands.Withdraw("đổi ý"),
    commands.Suspend: lambda _: commands.Suspend("chờ", BASIS),
    commands.EndSuspension: lambda _: commands.EndSuspension("hết căn cứ"),
    commands.Extend: lambda _: commands.Extend("1 ngày làm việc", "phức tạp", BASIS),
    commands.Reappoint: lambda _: commands.Reappoint(date(2026, 3, 10), "xin lỗi"),
    commands.SetObligation: lambda _: commands.SetObligation("thuế", BASIS, 1_000),
    commands.MeetObligation: lambda _: commands.MeetObligation("0001"),
    commands.Stop: lambda _: commands.Stop("hết căn cứ", BASIS),
    commands.Consult: lambda _: commands.Consult(OTHER, "đồng ý không?", date(2026, 3, 10)),
    commands.AnswerConsultation: lambda _: commands.AnswerConsultation(UUID(int=7), "đồng ý", agrees=True),
    commands.PassConsultation: lambda _: commands.PassConsultation(UUID(int=7)),
    commands.RecordVerification: lambda _: commands.RecordVerification("đúng", "tại chỗ", local(AT)),
    commands.Disclose: lambda _: commands.Disclose("tòa án", BASIS, "xác minh", ("họ tên",), "QĐ 1"),
    commands.PlaceHold: lambda _: commands.PlaceHold("vụ án", BASIS),
    commands.LiftHold: lambda _: commands.LiftHold("xong"),
    commands.OrderErasure: lambda _: commands.OrderErasure("rút đồng ý", BASIS),
    commands.Erase: lambda _: commands.Erase(UUID(int=7), BASIS),
    commands.SignLetter: lambda _: SIGNED,
    commands.IssueCopy: lambda _: commands.IssueCopy(UUID(int=7)),
    commands.Rectify: lambda _: Rectified("sai", {"name": "Người nộp 2"}, fields=("applicant.name",)),
    commands.Reopen: lambda _: commands.Reopen("khiếu nại đúng", "QĐ 1"),
    commands.WriteToDesk: lambda _: commands.WriteToDesk("khi nào có kết quả?"),
    commands.WriteToApplicant: lambda _: commands.WriteToApplicant("đúng hẹn"),
    commands.ProposeReply: lambda _: commands.ProposeReply("đúng hẹn"),
    commands.HandOver: lambda _: commands.HandOver(),
    commands.Attach: lambda _: commands.Attach(FILE),
    commands.SubmitProof: lambda _: commands.SubmitProof(FILE, text="đã nộp"),
    commands.AttachInternally: lambda _: commands.AttachInternally(FILE),
    commands.ExchangeResult: lambda it: commands.ExchangeResult(
        FILE,
        supersedes=next((name for name, file in it.state.files.items() if file.result), None),
        reason="x",
    ),
    commands.CorrectResult: lambda _: commands.CorrectResult(FILE, reason="x"),
    commands.HandOverCorrection: lambda _: commands.HandOverCorrection(),
    commands.SignResult: lambda it: commands.SignResult(FILE, task=_task(it)),
    commands.AssessFee: lambda _: commands.AssessFee(1),
    commands.ExemptFee: lambda _: commands.ExemptFee(1, BASIS),
    commands.RecordPayment: lambda _: commands.RecordPayment(1, 1_000, PaymentMethod.TRANSFER, "FT1"),
    commands.CancelPayment: lambda _: commands.CancelPayment(UUID(int=7), "ghi nhầm"),
    commands.RefundPayment: lambda _: commands.RefundPayment(UUID(int=7), "nộp thừa"),
    commands.Claim: lambda it: commands.Claim(_task(it)),
    commands.Unclaim: lambda it: commands.Unclaim(_task(it)),
    commands.Reassign: lambda it: commands.Reassign(_task(it), UUID(int=9), "nghỉ"),
    commands.Delegate: lambda it: commands.Delegate(_task(it), UUID(int=9)),
    commands.Resolve: lambda it: commands.Resolve(_task(it)),
    commands.ReturnTask: lambda it: commands.ReturnTask(_task(it), "thiếu", UUID(int=9)),
    commands.SetPriority: lambda it: commands.SetPriority(_task(it), 2),
    commands.WriteNote: lambda _: commands.WriteNote("đã gọi"),
    commands.AmendNote: lambda _: commands.AmendNote(2, "đã gọi lại"),
    commands.Complete: lambda it: commands.Complete(_task(it)),
    commands.Send: lambda _: commands.Send("tin"),
    commands.Fail: lambda it: commands.Fail(_task(it), "hỏng"),
    commands.Retry: lambda _: commands.Retry("không có"),
    commands.Advance: lambda _: commands.Advance(),
    commands.ReplaceUnit: lambda _: commands.ReplaceUnit(UNITS["handling"], OTHER, "QĐ 1"),
    commands.Correct: lambda it: Corrected(2, local(AT), "đồng hồ sai", seqs=(2,), last=it.state.last_at),
}
#: Refusals of a status that name what waits there instead.
_OTHERWISE = (errors.SupplementAwaited, errors.TaskNotOpen)


def _task(made: Walk) -> UUID:
    return next(iter(made.state.tasks), UUID(int=404))


def test_every_command_has_a_rule_and_every_status_a_dossier() -> None:
    assert (set(RULES), set(STANDING)) == (set(ASKED), set(Status))
    assert set(RULES) == set(commands.Command.__args__)


@pytest.mark.parametrize("command", ASKED, ids=lambda command: command.__name__)
@pytest.mark.parametrize("status", Status)
def test_an_act_is_possible_where_its_rule_says_and_leads_where_it_says(
    status: Status, command: type
) -> None:
    made, rule = STANDING[status](), RULES[command]
    assert made.state.status is status
    refused, told = _tried(made, command)
    if isinstance(refused, errors.WrongStatus):
        assert (status not in rule.within, refused.allowed) == (True, rule.within) or _finished(made, command)
    elif refused is not None:
        # Possible in this status, for another reason not now; or refused by what waits.
        assert status in rule.within or isinstance(refused, _OTHERWISE)
    else:
        assert status in rule.within
        assert made.state.status in (*rule.after, status)
        # A dossier that was never accepted has no appointment to make anew.
        renewed = command is not commands.Reopen or made.state.accepted_at is not None
        letters = rule.letters if renewed else ()
        assert tuple(e.payload["form"] for e in told if e.kind is Kind.LETTER_ISSUED) == letters


def _tried(made: Walk, command: type) -> tuple[errors.Refusal | None, list[Event]]:
    try:
        return None, made.does(ASKED[command](made), AT, DESK)
    except errors.Refusal as refused:
        return refused, []


def _finished(made: Walk, command: type) -> bool:
    """A unit is replaced wherever the run goes on, whatever the status."""
    return command is commands.ReplaceUnit and made.run.finished


def test_the_acts_that_can_be_done_are_done_in_each_status_that_their_rules_name() -> None:
    """So that the test above is not content with refusals."""
    done = {
        command: {status for status in Status if _does(STANDING[status](), command)} for command in _PLAIN
    }
    assert done == {command: set(RULES[command].within) for command in _PLAIN}


#: Acts that need nothing but the status.
_PLAIN = (
    *(
        commands.Accept,
        commands.Refuse,
        commands.Transfer,
        commands.ProposeSupplement,
        commands.AskSupplement,
    ),
    *(
        commands.ReceiveSupplement,
        commands.Withdraw,
        commands.Suspend,
        commands.EndSuspension,
        commands.Extend,
    ),
    *(commands.Reappoint, commands.SetObligation, commands.MeetObligation, commands.Stop, commands.Consult),
    *(commands.RecordVerification, commands.Disclose, commands.Rectify, commands.HandOver),
    commands.CorrectResult,
    commands.WriteNote,
    commands.AssessFee,
    *(commands.PlaceHold, commands.OrderErasure, commands.Erase),
    *(commands.WriteToDesk, commands.WriteToApplicant, commands.ProposeReply),
)


def _does(made: Walk, command: type) -> bool:
    return bool(_tried(made, command)[1])


def test_the_code_of_the_national_portal_is_told_of_every_status() -> None:
    codes = {status: transitions.portal_code(make().state) for status, make in STANDING.items()}
    assert codes == {
        Status.FILED: 1,
        Status.AWAITING_SUPPLEMENT_BEFORE: 5,
        Status.REFUSED: 3,
        Status.CLOSED_UNANSWERED: 8,
        Status.IN_PROCESS: 4,
        Status.AWAITING_SUPPLEMENT: 5,
        Status.SUSPENDED: 4,
        Status.FINANCIAL_OBLIGATION: 6,
        Status.RESULT_READY: 9,
        Status.RETURNED: 10,
        Status.WITHDRAWN: 7,
        Status.STOPPED: 8,
    }


def test_a_dossier_closed_unanswered_before_its_acceptance_was_not_received() -> None:
    made = asked_before()
    made.does(commands.CloseUnanswered(), LATER)
    assert transitions.portal_code(made.state) == 3


def test_working_and_closed_statuses_do_not_meet() -> None:
    assert set(rules.CLOSED) & set(rules.HANDLED) == set()
    assert set(rules.OPEN) | set(rules.CLOSED) == set(Status)
