"""Commands on dossiers, which `transitions.decide` turns into events or refuses.

A command names the object that it acts on, and so its dossier. The actor (`Actor`) and the instant are passed beside it.
"""

from collections.abc import Mapping

from hoso_workflows.lifecycle.commands.conversation import ProposeReply, WriteToApplicant, WriteToDesk
from hoso_workflows.lifecycle.commands.course import (
    AnswerConsultation,
    Consult,
    Disclose,
    EndSuspension,
    Extend,
    HandOver,
    HandOverCorrection,
    IssueCopy,
    MeetObligation,
    PassConsultation,
    Reappoint,
    RecordVerification,
    Rectify,
    Reopen,
    SetObligation,
    SignLetter,
    Stop,
    Suspend,
)
from hoso_workflows.lifecycle.commands.erasure import Erase, LiftHold, OrderErasure, PlaceHold
from hoso_workflows.lifecycle.commands.fees import (
    AssessFee,
    CancelPayment,
    ExemptFee,
    RecordPayment,
    RefundPayment,
)
from hoso_workflows.lifecycle.commands.files import (
    Attach,
    AttachInternally,
    Capacity,
    CorrectResult,
    ExchangeResult,
    SignResult,
    StoredFile,
    SubmitProof,
)
from hoso_workflows.lifecycle.commands.filing import (
    SYSTEM,
    Actor,
    Applicant,
    FileDossier,
    Result,
)
from hoso_workflows.lifecycle.commands.reception import (
    Accept,
    AskSupplement,
    CloseUnanswered,
    ProposeSupplement,
    ReceiveSupplement,
    Refuse,
    ReturnSupplement,
    Transfer,
    Withdraw,
)
from hoso_workflows.lifecycle.commands.tasks import (
    Absence,
    Advance,
    AmendNote,
    Claim,
    Complete,
    Correct,
    Delegate,
    Fail,
    Reassign,
    ReplaceUnit,
    Resolve,
    Retry,
    ReturnTask,
    Send,
    SetPriority,
    Unclaim,
    WriteNote,
)

__all__ = [
    "SYSTEM",
    "WORDS",
    "Absence",
    "Accept",
    "Actor",
    "Advance",
    "AmendNote",
    "AnswerConsultation",
    "Applicant",
    "AskSupplement",
    "AssessFee",
    "Attach",
    "AttachInternally",
    "CancelPayment",
    "Capacity",
    "Claim",
    "CloseUnanswered",
    "Command",
    "Complete",
    "Consult",
    "Correct",
    "CorrectResult",
    "Delegate",
    "Disclose",
    "EndSuspension",
    "Erase",
    "ExchangeResult",
    "ExemptFee",
    "Extend",
    "Fail",
    "FileDossier",
    "HandOver",
    "HandOverCorrection",
    "IssueCopy",
    "LiftHold",
    "MeetObligation",
    "OrderErasure",
    "PassConsultation",
    "PlaceHold",
    "ProposeReply",
    "ProposeSupplement",
    "Reappoint",
    "Reassign",
    "ReceiveSupplement",
    "RecordPayment",
    "RecordVerification",
    "Rectify",
    "RefundPayment",
    "Refuse",
    "Reopen",
    "ReplaceUnit",
    "Resolve",
    "Result",
    "Retry",
    "ReturnSupplement",
    "ReturnTask",
    "Send",
    "SetObligation",
    "SetPriority",
    "SignLetter",
    "SignResult",
    "Stop",
    "StoredFile",
    "SubmitProof",
    "Suspend",
    "Transfer",
    "Unclaim",
    "Withdraw",
    "WriteNote",
    "WriteToApplicant",
    "WriteToDesk",
]

#: What each act is called in a sentence for people.
WORDS: Mapping[type, str] = {
    Accept: "accepting the dossier",
    Refuse: "refusing the dossier",
    ProposeSupplement: "proposing a supplement",
    AskSupplement: "asking for a supplement",
    ReceiveSupplement: "receiving a supplement",
    Withdraw: "withdrawing the dossier",
    Claim: "taking or assigning the task",
    Unclaim: "giving the task back",
    Reassign: "reassigning the task",
    Delegate: "delegating the task",
    Resolve: "resolving the delegation",
    ReturnTask: "returning the task",
    SetPriority: "setting the priority of the task",
    WriteNote: "leaving a note",
    AmendNote: "amending a note",
    Complete: "completing the task",
    Send: "sending the message",
    Fail: "telling that the call failed",
    Retry: "resolving the incident",
    Advance: "going on by itself",
    Correct: "correcting the time of an act",
    ReplaceUnit: "moving the dossier to another unit",
    Transfer: "transferring the dossier",
    ReturnSupplement: "returning a supplement",
    CloseUnanswered: "closing an unanswered dossier",
    Suspend: "suspending the handling",
    EndSuspension: "ending a suspension",
    Extend: "extending the term",
    Reappoint: "making a new appointment",
    SetObligation: "setting a financial obligation",
    MeetObligation: "recording proof of payment",
    Stop: "stopping the handling",
    Consult: "consulting a unit",
    AnswerConsultation: "answering a consultation",
    PassConsultation: "noting that a consultation was not answered",
    RecordVerification: "recording a verification",
    Disclose: "disclosing data to a third party",
    Rectify: "rectifying what is recorded",
    SignLetter: "signing a letter",
    IssueCopy: "giving out a copy of a letter",
    Reopen: "reopening the dossier",
    HandOver: "handing the result over",
    HandOverCorrection: "handing a corrected result over",
    Attach: "handing in a file",
    SubmitProof: "handing in a proof of payment",
    AttachInternally: "adding a file of the authority",
    SignResult: "signing a result",
    ExchangeResult: "exchanging a file of the result",
    CorrectResult: "correcting a result that was handed over",
    AssessFee: "assessing a fee",
    ExemptFee: "exempting from a fee",
    RecordPayment: "recording a payment",
    CancelPayment: "cancelling a payment",
    RefundPayment: "giving a payment back",
    PlaceHold: "placing a hold",
    LiftHold: "lifting a hold",
    OrderErasure: "ordering an erasure",
    Erase: "erasing the dossier",
    WriteToDesk: "writing to the desk",
    WriteToApplicant: "writing to the applicant",
    ProposeReply: "proposing a reply",
}

Command = (
    Accept
    | AskSupplement
    | CloseUnanswered
    | ProposeSupplement
    | ReceiveSupplement
    | Refuse
    | ReturnSupplement
    | Transfer
    | Withdraw
    | Attach
    | AttachInternally
    | SubmitProof
    | ProposeReply
    | WriteToApplicant
    | WriteToDesk
    | AnswerConsultation
    | Consult
    | CorrectResult
    | Disclose
    | EndSuspension
    | ExchangeResult
    | Extend
    | HandOver
    | HandOverCorrection
    | IssueCopy
    | PlaceHold
    | LiftHold
    | OrderErasure
    | Erase
    | MeetObligation
    | PassConsultation
    | Reappoint
    | RecordVerification
    | Rectify
    | Reopen
    | SetObligation
    | SignLetter
    | SignResult
    | Stop
    | Suspend
    | AssessFee
    | CancelPayment
    | ExemptFee
    | RecordPayment
    | RefundPayment
    | Advance
    | Claim
    | Complete
    | Correct
    | Delegate
    | Fail
    | Reassign
    | ReplaceUnit
    | Resolve
    | Retry
    | ReturnTask
    | Send
    | SetPriority
    | Unclaim
    | WriteNote
    | AmendNote
)
