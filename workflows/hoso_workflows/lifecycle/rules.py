"""Rules of the commands: in which status each is possible, and what it does.

One row decides for `transitions.draft` and is printed in `docs/lifecycle.md`. Who may is in `organisation.permissions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hoso_calendar.messages import Message, say
from hoso_models import DossierStatus as Status
from hoso_workflows.lifecycle import commands


class ClockEffect(StrEnum):
    """Effects of a command on the dossier's clock."""

    #: No date moves.
    NONE = "none"
    #: The term starts; before that only reception's runs.
    STARTS = "starts"
    #: Reception's term starts again.
    RECEPTION = "reception"
    #: It stands still from now on.
    STOPS = "stops"
    #: It goes on; the legal date moves by the time that did not count.
    GOES_ON = "goes_on"
    #: The whole term runs again, or goes on where the procedure's law says so.
    RESTARTS = "restarts"
    #: A term of its own runs for the second appointment.
    SECOND = "second"
    #: The legal date moves by what a law grants.
    EXTENDS = "extends"
    #: The promised date moves, the legal date does not.
    PROMISES = "promises"
    #: It ends.
    ENDS = "ends"
    #: Steps of the drawing may stop it, let it go on, or give the verdict.
    DRAWN = "drawn"


#: Each effect as a sentence, in the reader's language.
EFFECTS: Mapping[ClockEffect, Message] = {
    ClockEffect.NONE: say("no date moves"),
    ClockEffect.STARTS: say("the term starts"),
    ClockEffect.RECEPTION: say("reception's term starts again"),
    ClockEffect.STOPS: say("the clock stands still"),
    ClockEffect.GOES_ON: say("the clock goes on; the legal date moves by the time that did not count"),
    ClockEffect.RESTARTS: say("the whole term runs again, or goes on where the procedure's law says so"),
    ClockEffect.SECOND: say("the second appointment's own term runs"),
    ClockEffect.EXTENDS: say("the legal date moves by the extension"),
    ClockEffect.PROMISES: say("the promised date moves, the legal date does not"),
    ClockEffect.ENDS: say("the clock ends"),
    ClockEffect.DRAWN: say("as the step says: counted, not counted, or the verdict"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: where a command is possible, and what it does."""

    #: The act in a refusal, such as `acceptance`.
    word: str
    within: tuple[Status, ...]
    #: Statuses that it may lead to; none where it changes no status.
    after: tuple[Status, ...] = ()
    clock: ClockEffect = ClockEffect.NONE
    #: Forms of the letters that it issues.
    letters: tuple[str, ...] = ()
    #: Key of a case's policy that switches it off.
    switch: str | None = None
    #: Article of the law, in its own words.
    basis: str = ""


#: Officers work in these; steps such as filing the papers may follow the return.
WORKING = (Status.FILED, Status.IN_PROCESS, Status.RESULT_READY, Status.RETURNED)
#: The applicant's supplement is awaited.
AWAITING = (Status.AWAITING_SUPPLEMENT_BEFORE, Status.AWAITING_SUPPLEMENT)
#: Accepted, without a result and not ended, whether the clock runs or not.
HANDLED = (
    Status.IN_PROCESS,
    Status.AWAITING_SUPPLEMENT,
    Status.SUSPENDED,
    Status.FINANCIAL_OBLIGATION,
)
#: Ended, so that only a reopening lets the handling go on.
CLOSED = (Status.REFUSED, Status.CLOSED_UNANSWERED, Status.RETURNED, Status.WITHDRAWN, Status.STOPPED)
#: Nothing is left to be decided.
OPEN = tuple(status for status in Status if status not in CLOSED)

_DECREE_61 = "Nghị định 61/2018/NĐ-CP"
_FEES = "Luật phí và lệ phí 2015"
_ENDS = (Status.STOPPED, Status.REFUSED, Status.WITHDRAWN)

RULES: Mapping[type, Rule] = {
    commands.Accept: Rule(
        "acceptance",
        (Status.FILED,),
        (Status.IN_PROCESS, *_ENDS),
        ClockEffect.STARTS,
        ("01",),
        basis=f"{_DECREE_61} điều 17 khoản 1, 3",
    ),
    commands.Refuse: Rule(
        "refusal",
        (Status.FILED,),
        (Status.REFUSED,),
        ClockEffect.ENDS,
        ("03",),
        basis=f"{_DECREE_61} điều 17 khoản 1",
    ),
    commands.Transfer: Rule(
        "transfer",
        (Status.FILED,),
        (Status.FILED, Status.STOPPED),
        ClockEffect.RECEPTION,
        ("transfer",),
        basis=f"{_DECREE_61} điều 18",
    ),
    commands.ProposeSupplement: Rule(
        "proposing a supplement", (Status.IN_PROCESS,), basis=f"{_DECREE_61} điều 5, điều 19 khoản 4"
    ),
    commands.AskSupplement: Rule(
        "asking for a supplement",
        (Status.FILED, Status.IN_PROCESS),
        AWAITING,
        ClockEffect.STOPS,
        ("02",),
        basis=f"{_DECREE_61} điều 11 khoản 2, điều 19 khoản 4",
    ),
    commands.ReceiveSupplement: Rule(
        "receiving a supplement",
        AWAITING,
        (Status.FILED, Status.IN_PROCESS),
        ClockEffect.RESTARTS,
        basis=f"{_DECREE_61} điều 19 khoản 4",
    ),
    commands.ReturnSupplement: Rule(
        "returning a supplement",
        (Status.FILED, Status.IN_PROCESS),
        AWAITING,
        ClockEffect.STOPS,
        ("02",),
        basis=f"{_DECREE_61} điều 19 khoản 4",
    ),
    commands.CloseUnanswered: Rule(
        "closing an unanswered dossier",
        AWAITING,
        (Status.CLOSED_UNANSWERED,),
        ClockEffect.ENDS,
        ("stop",),
        basis="Nghị định 297/2025/NĐ-CP điều 6",
    ),
    commands.Withdraw: Rule(
        "withdrawal",
        (Status.FILED, Status.AWAITING_SUPPLEMENT_BEFORE, *HANDLED),
        (Status.WITHDRAWN,),
        ClockEffect.ENDS,
        ("stop",),
        switch="withdrawal",
        basis="Nghị định 118/2025/NĐ-CP điều 21",
    ),
    commands.Suspend: Rule(
        "suspending the handling",
        (Status.IN_PROCESS,),
        (Status.SUSPENDED,),
        ClockEffect.STOPS,
        ("suspension",),
        switch="suspension",
        basis="luật của thủ tục",
    ),
    commands.EndSuspension: Rule(
        "ending a suspension",
        (Status.SUSPENDED,),
        (Status.IN_PROCESS,),
        ClockEffect.GOES_ON,
        ("resumption",),
        basis="luật của thủ tục",
    ),
    commands.Extend: Rule(
        "extending the term",
        (Status.IN_PROCESS,),
        clock=ClockEffect.EXTENDS,
        letters=("extension",),
        switch="extension",
        basis="luật của thủ tục",
    ),
    commands.Reappoint: Rule(
        "making a new appointment",
        (Status.IN_PROCESS,),
        clock=ClockEffect.PROMISES,
        letters=("04",),
        basis=f"{_DECREE_61} điều 19 khoản 9",
    ),
    commands.SetObligation: Rule(
        "setting a financial obligation",
        (Status.IN_PROCESS,),
        (Status.FINANCIAL_OBLIGATION,),
        ClockEffect.STOPS,
        ("obligation",),
        switch="obligation",
        basis="luật của thủ tục",
    ),
    commands.MeetObligation: Rule(
        "recording proof of payment",
        (Status.FINANCIAL_OBLIGATION,),
        (Status.IN_PROCESS,),
        ClockEffect.SECOND,
        ("01",),
        basis="luật của thủ tục",
    ),
    commands.Stop: Rule(
        "stopping the handling",
        HANDLED,
        (Status.STOPPED,),
        ClockEffect.ENDS,
        ("stop",),
        switch="stop",
        basis="luật của thủ tục",
    ),
    commands.Consult: Rule(
        "consulting a unit",
        (Status.IN_PROCESS,),
        letters=("consultation",),
        basis=f"{_DECREE_61} điều 19 khoản 5",
    ),
    commands.AnswerConsultation: Rule(
        "answering a consultation", HANDLED, basis=f"{_DECREE_61} điều 19 khoản 5"
    ),
    commands.PassConsultation: Rule(
        "noting that a consultation was not answered", HANDLED, basis=f"{_DECREE_61} điều 19 khoản 5"
    ),
    commands.RecordVerification: Rule(
        "recording a verification", (Status.IN_PROCESS,), basis=f"{_DECREE_61} điều 19 khoản 3"
    ),
    commands.Disclose: Rule(
        "disclosing data to a third party",
        tuple(Status),
        basis="Quyết định 15/2016/QĐ-UBND tỉnh Hà Tĩnh điều 17 khoản 4",
    ),
    commands.Rectify: Rule("rectifying what is recorded", tuple(Status), basis=f"{_DECREE_61} điều 21"),
    commands.SignLetter: Rule(
        "signing a letter", tuple(Status), basis="Nghị định 30/2020/NĐ-CP điều 13; Luật 20/2023/QH15 điều 22"
    ),
    commands.IssueCopy: Rule(
        "giving out a copy of a letter", tuple(Status), basis="Nghị định 30/2020/NĐ-CP điều 25 đến điều 27"
    ),
    commands.Reopen: Rule(
        "reopening the dossier",
        (
            Status.REFUSED,
            Status.CLOSED_UNANSWERED,
            Status.STOPPED,
            Status.RESULT_READY,
            Status.RETURNED,
        ),
        (Status.FILED, Status.IN_PROCESS),
        ClockEffect.RESTARTS,
        letters=("01",),
        basis="quyết định giải quyết khiếu nại, bản án",
    ),
    commands.HandOver: Rule(
        "handing the result over",
        (Status.RESULT_READY,),
        (Status.RETURNED,),
        letters=(),
        basis=f"{_DECREE_61} điều 20",
    ),
    commands.Attach: Rule(
        "handing in a file", OPEN, basis=f"{_DECREE_61} điều 17, Thông tư 32/2017/TT-BTTTT"
    ),
    commands.SubmitProof: Rule("handing in a proof of payment", OPEN, basis=f"{_DECREE_61} điều 22"),
    commands.AttachInternally: Rule("adding a file of the authority", OPEN, basis=f"{_DECREE_61} điều 25"),
    commands.ExchangeResult: Rule(
        "exchanging a file of the result", (Status.RESULT_READY,), basis=f"{_DECREE_61} điều 25"
    ),
    commands.CorrectResult: Rule(
        "correcting a result that was handed over",
        (Status.RETURNED,),
        basis=f"{_DECREE_61} điều 21; Nghị định 30/2020/NĐ-CP điều 18 khoản 3",
    ),
    commands.HandOverCorrection: Rule(
        "handing a corrected result over", (Status.RETURNED,), basis=f"{_DECREE_61} điều 20, điều 21"
    ),
    commands.SignResult: Rule(
        "signing a result",
        (Status.IN_PROCESS,),
        basis="Nghị định 30/2020/NĐ-CP điều 13; Luật 20/2023/QH15 điều 22",
    ),
    commands.AssessFee: Rule("assessing a fee", OPEN, basis=f"{_FEES}, {_DECREE_61} điều 22"),
    commands.ExemptFee: Rule("exempting from a fee", tuple(Status), basis=_FEES),
    commands.RecordPayment: Rule(
        "recording a payment",
        tuple(Status),
        letters=("receipt_of_payment",),
        basis=f"{_FEES}, {_DECREE_61} điều 22",
    ),
    commands.CancelPayment: Rule("cancelling a payment", tuple(Status), basis=_FEES),
    commands.RefundPayment: Rule("giving a payment back", tuple(Status), basis=_FEES),
    commands.PlaceHold: Rule("placing a hold", tuple(Status), basis="yêu cầu của cơ quan có thẩm quyền"),
    commands.LiftHold: Rule("lifting a hold", tuple(Status), basis="yêu cầu của cơ quan có thẩm quyền"),
    commands.OrderErasure: Rule("ordering an erasure", CLOSED, basis="luật về bảo vệ dữ liệu cá nhân"),
    commands.Erase: Rule("erasing the dossier", CLOSED, basis="luật về lưu trữ, về bảo vệ dữ liệu cá nhân"),
    commands.WriteToDesk: Rule(
        "writing to the desk", tuple(Status), basis="Thông tư 32/2017/TT-BTTTT điều 9"
    ),
    commands.WriteToApplicant: Rule(
        "writing to the applicant", tuple(Status), basis=f"{_DECREE_61} điều 5, điều 11"
    ),
    commands.ProposeReply: Rule("proposing a reply", OPEN, basis=f"{_DECREE_61} điều 5"),
    commands.Claim: Rule(
        "taking or assigning the task", tuple(Status), basis=f"{_DECREE_61} điều 19 khoản 1"
    ),
    commands.Unclaim: Rule("giving the task back", tuple(Status), basis=f"{_DECREE_61} điều 19 khoản 1"),
    commands.Reassign: Rule("reassigning the task", tuple(Status), basis=f"{_DECREE_61} điều 19 khoản 1"),
    commands.Delegate: Rule("delegating the task", tuple(Status)),
    commands.Resolve: Rule("resolving the delegation", tuple(Status)),
    commands.ReturnTask: Rule("returning the task", tuple(Status)),
    commands.SetPriority: Rule("setting the priority of the task", tuple(Status)),
    commands.WriteNote: Rule("leaving a note", tuple(Status)),
    commands.AmendNote: Rule("amending a note", tuple(Status)),
    commands.Complete: Rule(
        "completion",
        WORKING,
        (Status.RESULT_READY, Status.RETURNED, *_ENDS),
        ClockEffect.DRAWN,
        basis=f"{_DECREE_61} điều 19",
    ),
    commands.Send: Rule("receiving a message", WORKING, _ENDS, ClockEffect.DRAWN),
    commands.Fail: Rule("the failure of a call", WORKING),
    commands.Retry: Rule("retrying", WORKING, _ENDS, ClockEffect.DRAWN),
    commands.Advance: Rule("going on", WORKING, _ENDS, ClockEffect.DRAWN),
    commands.ReplaceUnit: Rule("moving the dossier to another unit", tuple(Status)),
    commands.Correct: Rule("correcting the time of an act", tuple(Status), clock=ClockEffect.DRAWN),
}


#: Status codes of the National Public Service Portal; 2 is the moment of acceptance, which its event stands for.
PORTAL: Mapping[Status, int] = {
    Status.FILED: 1,
    Status.REFUSED: 3,
    Status.IN_PROCESS: 4,
    Status.SUSPENDED: 4,
    Status.AWAITING_SUPPLEMENT_BEFORE: 5,
    Status.AWAITING_SUPPLEMENT: 5,
    Status.FINANCIAL_OBLIGATION: 6,
    Status.WITHDRAWN: 7,
    Status.STOPPED: 8,
    Status.RESULT_READY: 9,
    Status.RETURNED: 10,
}
