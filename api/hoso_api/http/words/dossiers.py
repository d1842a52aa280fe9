"""Meaning and example of the fields of acts on the course of a dossier."""

from collections.abc import Mapping
from typing import Any

_AT, _DAY = "2026-03-23T17:00:00+07:00", "2026-03-23"
_ID = "0b9f1f64-6e0b-5c4d-9a51-5a9d8f1f0a77"
_QUESTION = ("What the unit is asked.", "Vị trí công trình có thuộc vùng bảo vệ di tích không?")
_WRITTEN = "Tôi có thể nộp bản sao chứng thực thay cho bản chính không?"
_ANSWER = ("The opinion in words.", "Không thuộc vùng bảo vệ.")
_REASON = ("Why; the applicant reads it.", "Chờ kết luận giám định theo quy định của luật.")
_BASIS = (
    "Decision or article of the law on which it is done.",
    "Luật Xây dựng điều 102 khoản 1",
)
_ANSWER_BY = (
    "Local date up to which the applicant may answer, not before the law's term ends; its end when absent.",
    _DAY,
)
_DELIVERED = {
    "receiver": ("Name of who took it; the applicant when absent.", "Người được ủy quyền 1"),
    "identifier": ("Number of the paper that identifies or authorises them.", "000000000002"),
    "mode": ("How it was handed over; as the applicant wished when absent.", "counter"),
    "originals": ("True when the originals that were handed in went back too.", True),
    "postal_number": ("Number of the postal item.", "BC000000001VN"),
    "note": ("A note on the hand-over.", "Đã ký sổ."),
}
_ACTS = (
    *("Suspension", "SuspensionEnd", "Extension", "Reappointment", "Obligation", "Stop", "Reopening"),
    *("Transfer", "Rectification"),
)

#: Word → what it means, and an example.
DOSSIER_WORDS: Mapping[str, tuple[str, Any]] = {
    "question": _QUESTION,
    "silence": ("What silence means after the term, by the procedure's law.", "nothing"),
    "answer_due": ("Until when the applicant may answer; null while nothing is asked.", _AT),
    "handed_over": ("To whom and how the result was handed over; null until then.", {"originals": True}),
    "fees_open": ("What the applicant still has to pay, in đồng.", 20000),
    "holder": ("Whom the dossier waited for.", "officer"),
    "runs": ("True where the term of the law ran.", True),
    "parts": ("Working time by unit and officer, the most first; their minutes sum to the whole.", []),
    "excesses": ("Steps and opinions that took more than their limit, the greatest excess first.", []),
    "stretches": ("The stretches in their order.", []),
    "consultations": ("Opinions that other units were asked for.", []),
}
#: `Schema.field` → what it means there, and an example.
DOSSIER_FIELDS: Mapping[str, tuple[str, Any]] = {
    **{
        f"{schema}.{name}": word
        for schema in ("Handover", "CorrectionHandover", "HandedOver", "OwnHandedOver")
        for name, word in _DELIVERED.items()
        if (schema, name) != ("CorrectionHandover", "originals")
    },
    **{f"{schema}.reason": _REASON for schema in _ACTS},
    **{
        f"{schema}.basis": _BASIS for schema in ("Suspension", "Extension", "Obligation", "Stop", "Reopening")
    },
    "Happened.kind": ("What happened, as in the list of events.", "task_closed"),
    "Happened.words": ("What was written with it.", "Đã đối chiếu bản gốc."),
    "OwnHappened.kind": ("What happened, as in the list of events; `moved`: it came to this unit.", "moved"),
    "PartOf.counted": ("Those of the minutes in which the term of the law ran.", 480),
    "Happened.step": ("Name of the step that it is about; null for none.", "Thẩm định hồ sơ"),
    "PartOf.minutes": ("Working minutes in which the dossier waited for them.", 480),
    "ExcessOf.minutes": ("Working minutes beyond the limit.", 90),
    "ExcessOf.step": (
        "Name of the step; null for an opinion that was asked for, and where the reader is told units alone.",
        "Thẩm định hồ sơ",
    ),
    "StretchOf.minutes": ("Working minutes of the stretch.", 480),
    "StretchOf.since": ("When it began.", _AT),
    "StretchOf.until": ("When it ended; up to now where it lasts.", _AT),
    "DossierAccount.until": ("Up to when it is counted: now, or the end of the handling before it.", _AT),
    "DossierAccount.minutes": ("Working minutes from filing to the end of the handling.", 1440),
    "DossierAccount.late": (
        "Working minutes beyond the date of the law; 0 for a dossier that is not late.",
        0,
    ),
    "DossierAccount.reason": (
        "What made it late: the greatest excess, else whoever had it longest; null where it is not late.",
        None,
    ),
    "DossierSearch.filter": ("Which dossiers; what is left out does not narrow.", None),
    "DossierSearch.reason": (
        "Why you look for this person, needed for a search by name or number; kept in the access log.",
        "Trả lời người nộp tại quầy",
    ),
    "DossierSearchFilter.key": ("Reference or code of the dossier.", "H27.PVHCC-260302-0012"),
    "DossierSearchFilter.name": (
        "Words of the applicant's name in any order, with marks or without.",
        "nguoi nop 1",
    ),
    "DossierSearchFilter.identifier": (
        "Identity card or enterprise number of the applicant, whole.",
        "000000000001",
    ),
    "DossierSearchFilter.phone": (
        "Telephone number of the applicant, whole, however it is grouped.",
        "0912 345 678",
    ),
    "DossierSearchFilter.procedure": ("Only dossiers of this procedure.", "1.014464"),
    "DossierSearchFilter.status": ("Only dossiers that stand there.", "in_process"),
    "DossierSearchFilter.unit": ("Only dossiers that this unit receives, handles or decides.", "H27.SVHTTDL"),
    "DossierSearchFilter.filed_from": ("Filed on this local date or later.", _DAY),
    "DossierSearchFilter.filed_until": ("Filed on this local date or earlier.", _DAY),
    "ApplicantNamed.name": ("Name of the applicant.", "Người nộp 1"),
    "DossierListed.procedure": ("The procedure that it was filed for.", None),
    "ProcedureNamed.code": ("National code of the procedure.", "1.014464"),
    "ProcedureNamed.name": ("Name of the procedure.", "Cấp giấy chứng nhận lưu hành tự do"),
    "Handover.outcome": ("Outcome of the step of the return, where it is drawn with some.", "Đã trả"),
    "SupplementRequest.answer_by": _ANSWER_BY,
    "SupplementReturn.answer_by": _ANSWER_BY,
    "SupplementReturn.items": ("What is still missing.", ["TP03 bản vẽ mặt cắt móng"]),
    "Closure.note": ("A note on the closing.", "Đã gọi hai lần."),
    "Transfer.unit": ("Code of the unit of the register whose reception gets it.", "H27.SYT"),
    "Transfer.authority": (
        "Name of the competent authority, where it is outside of the register.",
        "Công an tỉnh",
    ),
    "Transfer.handling_unit": (
        "Chosen among several competent units, where the rules leave a choice.",
        "H27.SYT",
    ),
    "Transfer.deciding_unit": (
        "Chosen among several competent units, where the rules leave a choice.",
        "H27",
    ),
    "Suspension.expected_end": ("Local date on which the ground is expected to end.", _DAY),
    "Extension.term": ("By how much, as a term in words, counted from the legal due date.", "10 ngày"),
    "Reappointment.due": ("The local working day that is promised, up to its closing.", _DAY),
    "Obligation.amount": ("In đồng, where the authority itself knows it.", 1500000),
    "Obligation.document": ("Number of the slip or notice that went to the tax authority.", "12/PC-VPĐK"),
    "ObligationMet.proof": ("Number of the proof of payment.", "0001234"),
    "Consultation.unit": ("Code of the unit that is asked.", "H27.SVHTTDL"),
    "Consultation.due": (
        "Local working day of its answer; when absent by the procedure's term, else 5 working days.",
        _DAY,
    ),
    "ConsultationOf.id": ("Id of the consultation.", _ID),
    "ConsultationAsked.id": ("Id of the consultation.", _ID),
    **{
        f"{schema}.{name}": word
        for schema in ("ConsultationOf", "ConsultationAsked")
        for name, word in {
            "unit": ("Code of the unit that is asked.", "H27.SVHTTDL"),
            "asked_at": ("When it was asked.", "2026-03-09T09:00:00+07:00"),
            "due": ("When its answer is due, by its own calendar.", _AT),
            "outcome": ("What it ended with; null while it is open.", "agreed"),
            "answer": _ANSWER,
            "closed_at": ("When it ended; null until then.", _AT),
        }.items()
    },
    "Written.seq": ("Its number among the dossier's events.", 12),
    "Written.at": ("When it was written.", "2026-03-03T09:00:00+07:00"),
    "Written.by": (
        "Who wrote: the applicant, the desk, or the handling unit as a proposal to the desk.",
        "desk",
    ),
    "Written.author": ("Name of who wrote; null for an applicant who reads.", "Lê Thị C"),
    "Written.text": ("What was written; null where it was erased by law.", _WRITTEN),
    "Unanswered.unit": ("Code of the desk that answers.", "H27.TTPVHCC"),
    "Unanswered.unanswered_since": ("Since when the applicant waits.", "2026-03-03T09:00:00+07:00"),
    **{f"{schema}.text": ("What is written.", _WRITTEN) for schema in ("Writing", "Reply", "ReplyProposal")},
    "ConsultationAsked.letter": ("Id of the letter in which it is asked.", _ID),
    "OpinionGiven.answer": _ANSWER,
    "OpinionGiven.agrees": ("True for consent, false for an objection; null for neither.", True),
    "Verification.finding": ("What was found.", "Hiện trạng đúng như bản vẽ."),
    "Verification.place": ("Where it was.", "Thửa đất số 12, tờ bản đồ số 3"),
    "Verification.held_at": ("When it was.", "2026-03-05T09:00:00+07:00"),
    "Verification.participants": ("Who took part, by name or role.", ["Công chức địa chính", "Người nộp 1"]),
    **{
        f"{schema}.{name}": word
        for schema in ("Disclosure", "DisclosureMade")
        for name, word in {
            "recipient": ("The organisation that gets the data.", "Tòa án nhân dân khu vực 1"),
            "basis": ("Article of the law that entitles it.", "Bộ luật Tố tụng dân sự điều 106"),
            "purpose": (
                "What it needs the data for; the applicant reads it.",
                "Xác minh trong vụ án dân sự.",
            ),
            "data": ("Kinds of data that are given, never their values.", ["Họ tên", "Địa chỉ"]),
            "decision": ("Number and date of the decision to give them.", "QĐ 12/QĐ-SVHTTDL 02/03/2026"),
        }.items()
    },
    "DisclosureMade.id": ("Id of the line.", _ID),
    "DisclosureMade.unit": ("Code of the unit that handled the dossier then.", "H27.SVHTTDL"),
    "DisclosureMade.by": ("Name of the officer who gave them.", "Trưởng phòng 1"),
    "DisclosureMade.disclosed_at": ("When they were given.", _AT),
    "DisclosureMade.dossier": ("The dossier whose data were given.", None),
    "Hold.reason": ("Why it is kept.", "Hồ sơ là chứng cứ trong vụ án."),
    "Hold.basis": ("The request or order that demands it.", "Công văn 12/TA 02/03/2026"),
    "HoldStanding.unit": ("Code of the unit that handles the dossier.", "H27.SVHTTDL"),
    "HoldStanding.reason": (
        "Why it is kept; null where it was erased by law.",
        "Hồ sơ là chứng cứ trong vụ án.",
    ),
    "HoldStanding.basis": (
        "The request or order that demands it; null where it was erased by law.",
        "Công văn 12/TA 02/03/2026",
    ),
    "HoldStanding.placed_by": ("Name of who placed it.", "Quản trị viên 1"),
    "HoldStanding.placed_at": ("When it was placed.", _AT),
    "HoldStanding.dossier": ("The dossier that is kept.", None),
    "HoldEnd.reason": ("Why it need not be kept any longer.", "Vụ án đã kết thúc."),
    "ErasureOrder.reason": ("Why it is erased.", "Người nộp rút lại sự đồng ý."),
    "ErasureOrder.basis": ("Article of the law, judgment or decision that demands it.", "Bản án 3/2026"),
    "DestructionDraft.unit": ("Code of the unit; those below it are meant too.", "H27.SVHTTDL"),
    "DestructionDraft.basis": ("Law or plan by which they are destroyed.", "Kế hoạch tiêu hủy năm 2031"),
    "DestructionDecision.decision": ("Number and date of the decision.", "QĐ 7/QĐ-SVHTTDL 02/03/2031"),
    **{
        f"{schema}.{name}": word
        for schema in ("DestructionList", "DestructionListWithItems")
        for name, word in {
            "id": ("Id of the list.", _ID),
            "unit": ("Code of the unit whose dossiers they are.", "H27.SVHTTDL"),
            "basis": ("Law or plan by which they are destroyed.", "Kế hoạch tiêu hủy năm 2031"),
            "status": ("How far it is; `finished` when nothing of it is left to be erased.", "drawn"),
            "drawn_at": ("When it was drawn up.", _AT),
            "drawn_by": ("Name of who drew it up.", "Quản trị viên 1"),
            "drawn_for": ("Name of the absent administrator in whose name; null else.", "Quản trị viên 3"),
            "decision": ("Number and date of the decision; null until then.", "QĐ 7/QĐ-SVHTTDL 02/03/2031"),
            "decided_at": ("When it was decided on; null until then.", _AT),
            "decided_by": ("Name of who decided; null until then.", "Quản trị viên 2"),
            "finished_at": ("When the last one was erased; null until then.", _AT),
            "dossiers": ("How many are on it.", 12),
            "erased": ("How many of them are erased.", 0),
        }.items()
    },
    "DestructionListWithItems.items": ("The dossiers on it, the earliest closed first.", []),
    "DossierOnList.unit": ("Code of the unit that handled it.", "H27.SVHTTDL"),
    "DossierOnList.erased": ("True when it is erased.", False),
    "DossierOnList.refused": (
        "Slug of what refused the erasure, such as a hold, or the name of another fault; `closed-again` of a dossier that was reopened behind the list and waits for a new one; null else.",
        "legal-hold",
    ),
    "Rectification.applicant": (
        "Fields of the applicant with their right values.",
        {"address": "Số 1 đường Mẫu"},
    ),
    "Rectification.form": (
        "Answers of the filing form with their right values.",
        {"ma_so_thue": "3000000001"},
    ),
    "Rectification.own_fault": ("True where the authority made the mistake, and bears its cost.", True),
}
_FEE_NUMBER = ("Number of the fee in its procedure, from 1.", 1)
_PAYMENT = "4c1f9f64-6e0b-5c4d-9a51-5a9d8f1f0a77"
_DUE = ("At which point it is collected.", "reception")
_QUANTITY = ("Pages or copies, where the procedure counts by them; null elsewhere.", 5)
_AFTER = ("How many pages of each copy it does not count, since another fee does; null for none.", 2)
_MOST = ("The most that one copy costs, in đồng, however many pages it has; null without a cap.", 196000)
_METHOD = ("How it was paid.", "transfer")
_BANK = ("Reference of the bank; needed for a transfer.", "FT26061000001")
_SUMS: Mapping[str, tuple[str, Any]] = {
    "owed": ("All that is assessed, less its reductions, in đồng.", 20000),
    "paid": ("What was paid and stands, in đồng.", 25000),
    "open": ("What is still to be paid, in đồng; nothing once the dossier has ended without a result.", 0),
    "surplus": ("What was paid and is not owed, in đồng.", 5000),
}
DOSSIER_FIELDS = {
    **DOSSIER_FIELDS,
    **{
        f"{schema}.fee": _FEE_NUMBER
        for schema in ("FeeAssessment", "FeeExemption", "PaymentRecord", "PaymentOfDossier")
    },
    "FeeAssessment.quantity": _QUANTITY,
    "FeeAssessment.quantities": (
        "The same of each copy, in the place of `quantity`: where the procedure caps the fee, it does so for each one.",
        [12, 2],
    ),
    "FeeAssessment.amount": ("In đồng, where the procedure names none.", 20000),
    "FeeAssessment.basis": (
        "The law or decision that the amount rests on; the procedure's own when absent.",
        "NQ 12/2025/NQ-HĐND",
    ),
    "FeeExemption.amount": ("What is not owed, in đồng; the whole fee when absent.", 10000),
    "FeeExemption.basis": ("The law or decision of the exemption.", "Luật phí và lệ phí điều 10"),
    "PaymentRecord.amount": ("What came in, in đồng.", 20000),
    "PaymentRecord.method": _METHOD,
    "PaymentRecord.reference": _BANK,
    "PaymentRecord.paid_at": ("When it came in; now when absent.", "2026-03-02T09:00:00+07:00"),
    "PaymentRecord.shared": (
        "True where one transfer paid several dossiers; else its reference is taken for one alone.",
        False,
    ),
    "PaymentCancellation.payment": ("Id of the payment.", _PAYMENT),
    "PaymentCancellation.reason": ("Why; the applicant reads it.", "Ghi nhầm hồ sơ."),
    "PaymentRefund.payment": ("Id of the payment.", _PAYMENT),
    "PaymentRefund.reason": ("Why; the applicant reads it.", "Nộp thừa."),
    "PaymentRefund.amount": (
        "What was given back, in đồng; all that is left of the payment when absent.",
        5000,
    ),
    "PaymentRefund.method": ("How it was given back; as it was paid when absent.", "transfer"),
    "PaymentRefund.reference": (
        "Reference of what went back, at the bank or the gateway; needed for all but cash.",
        "FT26061000002",
    ),
    "RefundOfPayment.id": ("Id of the refund.", "0a1c2a52-4a7e-5f0e-9f4b-2f6a1f0f7b21"),
    "RefundOfPayment.amount": ("What was given back, in đồng.", 5000),
    "RefundOfPayment.method": ("How it was given back.", "transfer"),
    "RefundOfPayment.reference": ("Reference of what went back; null for cash.", "FT26061000002"),
    "RefundOfPayment.reason": ("Why it was given back.", "Nộp thừa."),
    "RefundOfPayment.refunded_at": ("When it was given back.", "2026-03-03T09:00:00+07:00"),
    "PaymentOfDossier.refunds": ("What was given back of it, in the order of time.", []),
    "Fees.ordered": (
        "What somebody may be paying now by an open order at the payment gateway, in đồng.",
        20000,
    ),
    "PaymentOfDossier.left": ("What is left of it, in đồng: at most so much is given back.", 20000),
    **{f"{schema}.{name}": word for schema in ("Fees", "FeeOfDossier") for name, word in _SUMS.items()},
    "Fees.fees": ("The fees that the procedure declares, assessed or not.", []),
    "Fees.payments": ("The payments in the order in which they were recorded.", []),
    "FeeOfDossier.number": _FEE_NUMBER,
    "FeeOfDossier.name": ("Name of the fee.", "Lệ phí"),
    "FeeOfDossier.amount": (
        "In đồng: of all that is counted, of one while it is not assessed; null where none is published.",
        20000,
    ),
    "FeeOfDossier.due": _DUE,
    "FeeOfDossier.quantity": _QUANTITY,
    "FeeOfDossier.per": ("What the procedure counts by; null where it counts nothing.", "trang"),
    "FeeOfDossier.after": _AFTER,
    "ProcedureFee.after": _AFTER,
    "FeeOfDossier.most": _MOST,
    "ProcedureFee.most": _MOST,
    "FeeOfDossier.assessed_at": ("When it was assessed; null until then.", "2026-03-02T08:00:00+07:00"),
    "FeeOfDossier.reduction": ("What of it is not owed, by an exemption or reduction.", 0),
    "FeeOfDossier.reduction_basis": ("The law or decision of the exemption.", "Luật phí và lệ phí điều 10"),
    "PaymentOfDossier.id": ("Id of the payment.", _PAYMENT),
    "PaymentOfDossier.amount": ("What came in, in đồng.", 20000),
    "PaymentOfDossier.method": _METHOD,
    "PaymentOfDossier.reference": ("Reference of the bank.", "FT26061000001"),
    "PaymentOfDossier.paid_at": ("When it came in.", "2026-03-02T09:00:00+07:00"),
    "PaymentOfDossier.recorded_at": ("When it was recorded.", "2026-03-02T09:00:00+07:00"),
    "PaymentOfDossier.receipt": ("Number of the receipt as it is written.", "01/2026/BLTP-PVHCC"),
    "PaymentOfDossier.cancelled_at": (
        "When it was cancelled; null while it stands.",
        "2026-03-02T10:00:00+07:00",
    ),
    "PaymentOfDossier.cancelled_for": ("Why it was cancelled; null while it stands.", "Ghi nhầm hồ sơ."),
    **{f"Surplus.{name}": word for name, word in _SUMS.items() if name != "open"},
    "Surplus.unit": ("Code of the receiving unit, which took the money.", "H27.PVHCC"),
    "Surplus.fee": _FEE_NUMBER,
    "Surplus.name": ("Name of the fee.", "Lệ phí"),
    "Surplus.dossier": ("The dossier of the fee.", None),
    "Takings.day": ("The local day, the first of a period.", "2026-03-02"),
    "Takings.until": ("The last local day of the period; of a day the same.", "2026-03-02"),
    "Takings.methods": ("Sums by the way in which money came in or went back.", []),
    "Takings.open": ("Fees that are open now, those of the oldest dossiers, at most 50.", []),
    "TakingsByMethod.method": _METHOD,
    "TakingsByMethod.payments": ("How many payments stand.", 1),
    "TakingsByMethod.amount": ("What they come to, in đồng.", 20000),
    "TakingsByMethod.refunds": ("How often money went back.", 0),
    "TakingsByMethod.refunded": ("What went back, in đồng.", 0),
    **{
        f"{schema}.{name}": word
        for schema in ("Taking", "OpenFee")
        for name, word in (
            ("unit", ("Code of the receiving unit.", "H27.PVHCC")),
            ("fee", _FEE_NUMBER),
            ("name", ("Name of the fee.", "Lệ phí")),
            ("dossier", ("The dossier of the fee.", None)),
        )
    },
    "OpenFee.open": ("What is still to be paid, in đồng.", 20000),
    "Taking.amount": ("What came in, in đồng.", 20000),
    "Taking.method": _METHOD,
    "Taking.receipt": ("Number of the receipt as it is written.", "01/2026/BLTP-PVHCC"),
    "Taking.recorded_at": ("When it was recorded.", "2026-03-02T09:00:00+07:00"),
    "Taking.cancelled_at": ("When it was cancelled; null while it stands.", "2026-03-02T10:00:00+07:00"),
    "ProcedureFee.per": ("What the amount is of one of; null where it is for all.", "trang"),
    "ProcedureFee.due": _DUE,
}
_LETTER_WORDS: Mapping[str, tuple[str, Any]] = {
    "id": ("Id of the letter; it stands in the paper's QR code.", _ID),
    "form": ("Code of the form: `01` to `06`, or of a notice.", "01"),
    "title": ("Title of the form.", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    "number": ("Number in the unit's book of the year.", 12),
    "year": ("Year of the book.", 2026),
    "series": ("The number as it is written.", "12/2026/TNHS-PVHCC"),
    "issued_at": ("When it was issued.", "2026-03-02T09:00:00+07:00"),
    "cancelled_at": (
        "Of a receipt, when its payment was cancelled: it is void since then.",
        "2026-03-02T10:00:00+07:00",
    ),
}
DOSSIER_FIELDS = {
    **DOSSIER_FIELDS,
    **{
        f"{schema}.{name}": word
        for schema in ("LetterIssued", "LetterChecked")
        for name, word in _LETTER_WORDS.items()
    },
    "LetterCopy.ordinal": ("The place among the copies of the letter, from 1.", 2),
    "LetterCopy.given_at": ("When it was given out.", "2026-03-05T14:30:00+07:00"),
    "LetterCopy.receiver": ("Who asked for it; null for the applicant.", "Nguyễn Văn Mẫu"),
    "LetterCopy.reason": ("Why it was asked for; null where nobody said.", "Làm mất giấy hẹn"),
    "LetterCopy.signed": ("Whether it is the signed file, which bears no mark.", False),
    "CopyRequest.receiver": ("Who asked for it; without a name, the applicant.", "Nguyễn Văn Mẫu"),
    "CopyRequest.reason": ("Why it was asked for; not empty where a receiver is named.", "Làm mất giấy hẹn"),
    "LetterChecked.unit": ("Name of the unit that issued it.", "Trung tâm Phục vụ hành chính công tỉnh"),
}
_FILE_WORDS: Mapping[str, tuple[str, Any]] = {
    "title": ("What it is, in words; null where nobody said.", "Giấy chứng nhận đăng ký doanh nghiệp"),
    "name": ("Name under which it was sent.", "giay-chung-nhan.pdf"),
    "id": ("Id of the file.", _ID),
    "type": ("Its media type, by its content.", "application/pdf"),
    "size": ("Its size in bytes.", 482133),
    "sha256": ("SHA-256 of its bytes, 64 hex digits.", "ab" * 32),
    "component": ("Code of the component that it is; null where it is none.", "TP02"),
    "phase": ("When it joined the dossier.", "filing"),
    "pages": ("How many pages it has; null where that is not known.", 3),
    "scan": ("What the search for malicious code said.", "not_scanned"),
    "internal": ("True for the authority's own, which no applicant sees.", False),
    "signed": ("True for the authority's own PDF, found to be signed well when it came.", False),
    "thumbnail": ("True where there is a small picture of its first page.", True),
    "by": ("Who handed it in, without a name: `applicant` or `authority`.", "applicant"),
    "stored_at": ("When it was stored.", "2026-03-02T09:00:00+07:00"),
    "supersedes": ("Id of the version before it; null for a first one.", _ID),
    "superseded_at": ("When a newer version came; null for the newest.", _AT),
}
DOSSIER_FIELDS = {
    **DOSSIER_FIELDS,
    **{
        f"{schema}.{name}": word
        for schema in ("Attachment", "OfferedPaper", "DraftFile")
        for name, word in _FILE_WORDS.items()
    },
    "OfferedPaper.component": ("Code of the component that it was there; null where it was none.", "TP02"),
    "OfferedPaper.dossier": ("The dossier with which it was given.", None),
    "OfferedPaper.procedure": ("The procedure for which it was given.", None),
    "OfferedPapers.items": ("The papers, the newest first.", []),
    "DossierOfPaper.reference": ("Reference of the dossier.", "pWnQ0Bf1T6u2Xk9sJ4aZrg"),
    "DossierOfPaper.code": ("Code of the dossier.", "H27.PVHCC-260302-0012"),
    "ProcedureOfPaper.code": ("National code of the procedure.", "1.014464"),
    "ProcedureOfPaper.name": ("Name of the procedure.", "Cấp giấy chứng nhận lưu hành tự do"),
    "PaperChosen.title": ("What it is, in words; as it was called when absent.", "Giấy ủy quyền"),
    "PaperChosen.component": ("Code of the component that it is here; none when absent.", "TP02"),
    "UploadAnnounced.file": ("Name of the file, with its ending.", "giay-uy-quyen.pdf"),
    "UploadAnnounced.size": ("Its bytes; neither more nor fewer are taken.", 81234),
    "UploadAnnounced.title": ("What it is, in words.", "Giấy ủy quyền"),
    "UploadAnnounced.component": ("Code of the component that it is; none when absent.", "TP02"),
    "UploadAnnounced.internal": ("True for the authority's own, which no applicant sees.", False),
    "UploadAnnounced.supersedes": ("Id of the file whose newer version it is; none when absent.", _ID),
    "UploadStanding.id": ("Id of the upload.", _ID),
    "UploadStanding.dossier": (
        "Reference of the dossier to which it is; null while it is to a draft.",
        "pWnQ0Bf1T6u2Xk9sJ4aZrg",
    ),
    "UploadStanding.draft": (
        "Id of the draft to which it is; null for a dossier, and once the draft is filed.",
        _ID,
    ),
    "UploadStanding.size": ("Bytes that were announced.", 81234),
    "UploadStanding.offset": ("Bytes that are kept; the next one goes on behind them.", 65536),
    "UploadStanding.expires_at": ("When it is given up unless the file is complete.", _AT),
    "UploadStanding.attachment": ("Id of the file that it has become; null while it is under way.", _ID),
    "Completion.attachments": ("Ids of the authority's own files that are the result.", []),
    "ComponentAsked.accept": ("Endings of the files that are taken for it.", [".pdf", ".png", ".jpg"]),
    "ComponentAsked.max_bytes": ("The largest file that is taken for it, in bytes.", 20971520),
}
DOSSIER_PARAMETERS: Mapping[str, tuple[str, Any]] = {
    "list_takings.day": ("The local day; today when left out.", "2026-03-02"),
    "list_takings.until": (
        "The last day of a period that begins on `day`; only that day when left out.",
        "2026-03-31",
    ),
    "list_dossiers.unit": (
        "Only dossiers that this unit receives, handles or decides, by its code.",
        "H27.SVHTTDL",
    ),
    "procedure": ("Only dossiers of this procedure, by its national code.", "1.014464"),
    "status": ("Only dossiers that stand there.", "in_process"),
    "filed_from": ("Filed on this local date or later, YYYY-MM-DD.", "2026-03-01"),
    "list_disclosures.dossier": (
        "Only what was given of this dossier, by its reference or code.",
        "H27.PVHCC-260302-0012",
    ),
    "filed_until": ("Filed on this local date or earlier, YYYY-MM-DD.", "2026-03-31"),
    "attachment": ("Id of the file.", _ID),
    "upload": ("Id of the upload.", _ID),
    "letter": ("Id of the letter.", _ID),
    "consultation": ("Id of the consultation.", _ID),
    "list": ("Id of the list.", _ID),
}
