"""Meaning and example of fields of the coordinating function's acts."""

from collections.abc import Mapping
from typing import Any

Words = Mapping[str, tuple[str, Any]]

_ID = "0198c2f3-a1b2-7c4d-8e9f-001122334455"
_AT, _LATER = "2026-03-02T08:30:00+07:00", "2026-03-02T10:30:00+07:00"
_UNIT, _UNIT_NAME = ("Code of the unit.", "H27.SVHTTDL"), ("Name of the unit.", "Sở Y tế")
_BY = "coordinator 1 · H27"
_BASIS = ("The law or decision on which it rests.", "Quyết định 15/2016/QĐ-UBND điều 17 khoản 7")
_SERVICE = ("The service, as people know it.", "Nộp hồ sơ trực tuyến")
_PUBLIC = ("Text for anybody.", "Cổng tạm ngừng nhận hồ sơ")
_ROLE = (
    "Only holders of this role are told; null for the heads of the unit, and where it has none for all who work there.",
    "provincial_leader",
)
_FROM, _TO = ("First day.", "2026-03-01"), ("Last day; null as long as it is open.", "2026-12-31")
_POINTS = "1.5"


def _of(words: Words, *schemas: str) -> Words:
    return {f"{schema}.{name}": said for schema in schemas for name, said in words.items()}


_OUTAGE: Words = {
    "id": ("Id of the outage.", _ID),
    "unit": ("Code of the unit whose service fails.", "H27.SVHTTDL"),
    "unit_name": ("Name of the unit whose service fails.", "Sở Y tế"),
    "service": _SERVICE,
    "description": ("The failure in words.", "Không tải được tệp lên"),
    "began_at": ("When it began.", _AT),
    "noticed_at": ("When somebody noticed it; now where left out.", _AT),
    "reported_at": ("When it was reported; the recipients were told in the same act.", _AT),
    "reported_by": ("Name of who reported it.", "clerk 1 · H27.SYT"),
    "announcement": ("Text for anybody; null or empty where nothing is made public.", _PUBLIC[1]),
    "resolved_at": ("When it was mended; null while it lasts.", _LATER),
    "told": ("The recipients that were told.", None),
    "updates": ("The news of it, the oldest first.", None),
    "minutes_from_beginning": ("Minutes from its beginning until the recipients were told.", 50),
    "minutes_from_noticing": ("Minutes from when it was noticed until the recipients were told.", 35),
    "minutes_lasted": ("Minutes from its beginning until it was mended; null while it lasts.", 120),
}
_FEEDBACK: Words = {
    "id": ("Id of the feedback; nobody guesses it.", _ID),
    "number": ("Number of the feedback: the year, and its place in it.", "GY-2026-000012"),
    "kind": ("The subject: the portal, a procedure, a dossier, or a proposal of an agency.", "portal"),
    "procedure": ("Code of the procedure; null without one.", "1.014464"),
    "dossier": ("Code of the dossier; null without one.", "H27.PVHCC-260302-0012"),
    "text": ("The feedback in words; null once it was forgotten.", "Trang mở chậm"),
    "name": ("Name of who gave it; null or empty where it is not said.", "Người nộp 1"),
    "email": ("Address for the answer; null or empty where none is wanted.", "nguoi-nop@example.vn"),
    "wants_answer": ("True for who wants to be answered.", False),
    "given_at": ("When it was given.", _AT),
    "from_unit": ("Code of the unit that proposes; null for feedback.", "H27.SVHTTDL"),
    "unit": ("Code of the unit that answers.", "H27.SVHTTDL"),
    "unit_name": ("Name of the unit that answers.", "Sở Y tế"),
    "term": ("Term of the answer.", "10 ngày làm việc"),
    "basis": ("The law on which the term rests.", "Nghị định 20/2008/NĐ-CP"),
    "due_at": ("Until when it is answered.", _LATER),
    "forwarded_at": ("When it was forwarded to the unit; null before.", _AT),
    "answer": ("The answer in words; null before it is given.", "Đã nâng cấp máy chủ"),
    "answered_at": ("When it was answered; null before.", _AT),
    "published": ("True where anybody reads the answer.", True),
    "summary": (
        "What was said, in words that name nobody; null or empty where the answer is not public.",
        "Cổng mở chậm",
    ),
    "overdue": ("It was answered late, or is not answered and late by now.", False),
}
_MAINTENANCE: Words = {
    "id": ("Id of the maintenance.", _ID),
    "unit": ("Code of the unit whose service is interrupted.", "H27"),
    "unit_name": ("Name of the unit whose service is interrupted.", "UBND tỉnh"),
    "service": _SERVICE,
    "announcement": _PUBLIC,
    "starts_at": ("When it begins.", _AT),
    "ends_at": ("When the service is expected back.", _LATER),
    "announced_at": ("When it was announced.", _AT),
    "announced_by": ("Name of who announced it.", _BY),
    "required_days": ("Working days before that the law asks for.", 7),
    "given_days": ("Working days from the announcement up to the day on which it begins.", 7),
    "basis": ("The law that asks for them.", "Nghị định 224/2026/NĐ-CP điều 13"),
    "urgency": ("Why it cannot wait; null or empty where it is announced in time.", "Vá lỗ hổng bảo mật"),
    "told": ("How many officers were told.", 120),
    "cancelled_at": ("When it was cancelled; null unless it was.", _LATER),
}
_URGING: Words = {
    "id": ("Id of the call.", _ID),
    "kind": ("An urging, or an inspection.", "urging"),
    "unit": ("Code of the unit that is called upon.", "H27.SVHTTDL"),
    "unit_name": _UNIT_NAME,
    "text": ("The call in words.", "Báo cáo hồ sơ quá hạn"),
    "term": ("Term of the answer, counted in the unit's working time.", "5 ngày làm việc"),
    "dossiers": ("Codes or references of the dossiers that it is about.", ["H27.PVHCC-260302-0012"]),
    "due_at": ("When the answer is due.", _LATER),
    "asked_at": ("When the unit was called upon.", _AT),
    "asked_by": ("Name of who called upon it.", _BY),
    "told": ("How many people of the unit were told.", 3),
    "answer": ("The unit's answer; null until then.", "Đã giải quyết xong"),
    "answered_at": ("When it was answered; null until then.", _LATER),
    "answered_by": ("Name of who answered for the unit; null until then.", "head 1 · Sở Y tế"),
    "overdue": ("True where it was answered late, or is late by now.", False),
}
_DOCUMENT: Words = {
    "id": ("Id of the document.", _ID),
    "kind": ("Kind of document.", "measure"),
    "unit": ("Code of the unit that answers for it.", "H27.SVHTTDL"),
    "unit_name": _UNIT_NAME,
    "number": ("Number of the document.", "12/KH-SVHTTDL"),
    "title": ("Title of the document.", "Hướng dẫn nộp hồ sơ trực tuyến"),
    "content": ("Its content in short; may be empty.", "Mở lớp hướng dẫn ở các xã"),
    "issued_on": ("Day on which it was issued.", "2026-01-15"),
    "valid_from": _FROM,
    "valid_to": _TO,
    "target": ("The figure that a target sets; null for any other document.", None),
    "year": ("Year of the target; null for any other document.", 2026),
    "amount": ("Figure that is to be reached; null unless it is a target.", "4"),
    "measured_in": ("Unit of the figure; null unless it is a target.", "lớp tập huấn"),
    "state": ("How far it is carried out.", "under_way"),
    "entered_by": ("Name of who entered it.", _BY),
    "entered_at": ("When it was entered.", _AT),
    "reached": ("Part of the target that is reached, by the newest note; null where none says it.", "2.5"),
    "progress": ("The notes on it, the oldest first.", None),
}
_SHEET: Words = {
    "id": ("Id of the sheet.", _ID),
    "unit": ("Code of the unit; those below it are counted with it.", "H27.SVHTTDL"),
    "unit_name": _UNIT_NAME,
    "period_from": ("First day of the period.", "2026-01-01"),
    "period_to": ("Last day of the period.", "2026-03-31"),
    "groups": ("The indicators by the rule that gives their points.", None),
    "grade": ("Worth of the nine indices; null while one of them has no points.", "good"),
    "computed_at": ("When the figures were counted.", _AT),
    "opened_by": ("Name of who opened the sheet.", _BY),
    "final_at": ("When it was made final; null until then.", _LATER),
    "final_by": ("Name of who made it final; null until then.", _BY),
}
_NEWS: Words = {
    "text": ("The news in words.", "Đang khởi động lại"),
    "resolves": ("True where the service works again.", False),
}

COORDINATION_FIELDS: Words = {
    **_of(_OUTAGE, "OutageReport", "Outage"),
    **_of(_NEWS, "OutageNews"),
    "OutageAnnouncement.announcement": (
        "Text for anybody; an empty one takes back what was public.",
        _PUBLIC[1],
    ),
    **_of(
        {
            **_NEWS,
            "number": ("Its place among the news.", 1),
            "at": ("When it was said.", _AT),
            "by": ("Name of who said it.", _BY),
        },
        "OutageUpdate",
    ),
    "OutageRecipientTold.unit": ("Code of the unit that was told.", "H27"),
    "OutageRecipientTold.unit_name": _UNIT_NAME,
    "OutageRecipientTold.role": _ROLE,
    "OutageRecipientTold.basis": _BASIS,
    "OutageRecipientTold.at": ("When it was told.", _AT),
    "Outage.reached": (
        "How many people of the recipients were told; with none, coordinators and administrators were.",
        4,
    ),
    "OutageRecipientTold.people": ("How many people of it were told; none where nobody holds the role.", 1),
    "OutageRecipientTold.acknowledged_at": ("When the unit said that it knows of it; null until then.", _AT),
    "OutageRecipientTold.acknowledged_by": ("Name of the officer who said so; null until then.", _BY),
    "OutageAcknowledgement.unit": ("Code of the unit that was told and knows of it.", "H27"),
    "Outage.unacknowledged": (
        "True while it lasts and a unit that was told has not said that it knows of it.",
        True,
    ),
    **_of(
        {
            "id": ("Id of the entry.", _ID),
            "scope": ("Code of the unit of whose outages, and of those below it, it is told.", "H27"),
            "scope_name": ("Name of that unit.", "UBND tỉnh"),
            "unit": ("Code of the unit that is told.", "H27.SYT"),
            "unit_name": ("Name of the unit that is told.", "Sở Y tế"),
            "role": _ROLE,
            "basis": _BASIS,
            "valid_from": _FROM,
            "valid_to": _TO,
        },
        "OutageRecipientEntry",
        "OutageRecipient",
    ),
    "OutageRecipientEnd.last_day": ("Last day on which it is told.", "2026-06-30"),
    **_of(_MAINTENANCE, "MaintenancePlan", "Maintenance"),
    "Announcement.unit_name": _UNIT_NAME,
    "Announcement.service": _SERVICE,
    "Announcement.announcement": _PUBLIC,
    "Announcement.starts_at": ("When it begins, or since when the outage lasts.", _AT),
    "Announcement.ends_at": ("When the service is expected back; null for an outage.", _LATER),
    **_of(_FEEDBACK, "FeedbackGiven", "Feedback", "FeedbackReceipt", "PublicAnswer", "FeedbackAnswer"),
    "FeedbackForwarded.unit": _UNIT,
    "ImprovementProposed.unit": _UNIT,
    "ImprovementProposed.text": ("The proposal in words.", "Nhận hồ sơ cả sáng thứ Bảy"),
    **_of(_URGING, "UrgingCall", "Urging"),
    "UrgingAnswer.text": ("The answer in words.", "Đã giải quyết xong"),
    **_of(_DOCUMENT, "RegisterEntry", "RegisterDocument"),
    **_of({name: _DOCUMENT[name] for name in ("year", "amount", "measured_in")}, "RegisterTarget"),
    **_of(
        {
            "number": ("Its place among the notes.", 1),
            "at": ("When it was noted.", _AT),
            "by": ("Name of who noted it.", _BY),
            "text": ("The note in words.", "Đã mở hai lớp"),
            "state": _DOCUMENT["state"],
            "reached": ("Part of the target that is reached; null where it is not said.", "2.5"),
        },
        "ProgressEntry",
        "DocumentProgress",
    ),
    **_of(_SHEET, "EvaluationPeriod", "EvaluationSheet"),
    "EvaluationPoints.points": ("Points of the indicator, from 0 to the most that it is worth.", _POINTS),
    "EvaluationPoints.reason": ("Reason of the mark.", "Khảo sát quý I"),
    "EvaluationGroup.group": ("The rule that gives the points.", "circular"),
    "EvaluationGroup.basis": ("The law of that rule.", "Quyết định 766/QĐ-TTg ngày 23/6/2022"),
    "EvaluationGroup.lines": ("Its indicators, in their order.", None),
    "EvaluationGroup.counted": ("How many of them have points.", 4),
    "EvaluationGroup.total": ("Sum of those that have points.", "5.5"),
    "EvaluationLine.indicator": ("Name of the indicator.", "total_time"),
    "EvaluationLine.most": ("The most that it is worth.", "2"),
    "EvaluationLine.value": ("Figure of the data; null where they carry nothing of it.", "1.8"),
    "EvaluationLine.part": ("The part of which the figure was counted; null without one.", 18),
    "EvaluationLine.whole": ("The whole of which the figure was counted; null without one.", 20),
    "EvaluationLine.computed": (
        "Points of the data; null where they carry nothing, or where their rule is not known whole.",
        "1.8",
    ),
    "EvaluationLine.marked": ("Points by hand, which go before; null where there are none.", _POINTS),
    "EvaluationLine.reason": ("Reason of the mark by hand; null without one.", "Khảo sát quý I"),
    "EvaluationLine.points": ("Points that count; null for an indicator that is left out.", _POINTS),
}
COORDINATION_PARAMETERS: Words = {
    "list_outages.unit": _UNIT,
    "list_outages.going_on": ("Only those that last.", True),
    "update_outage.outage": ("Id of the outage.", _ID),
    "acknowledge_outage.outage": ("Id of the outage.", _ID),
    "announce_outage.outage": ("Id of the outage.", _ID),
    "end_outage_recipient.recipient": ("Id of the entry.", _ID),
    "cancel_maintenance.maintenance": ("Id of the maintenance.", _ID),
    "list_urgings.unit": _UNIT,
    "list_urgings.waiting": ("Only those without an answer.", True),
    "answer_urging.urging": ("Id of the call.", _ID),
    "list_feedback.unit": _UNIT,
    "list_feedback.waiting": ("Only that without an answer.", True),
    **{
        f"{act}.feedback": ("Id of the feedback.", _ID)
        for act in ("get_feedback_receipt", "forward_feedback", "answer_feedback")
    },
    "list_register_documents.unit": _UNIT,
    "list_register_documents.kind": ("Only documents of this kind.", "measure"),
    "note_document_progress.document": ("Id of the document.", _ID),
    "list_evaluations.unit": _UNIT,
    **{
        f"{act}.sheet": ("Id of the sheet.", _ID)
        for act in ("get_evaluation", "mark_evaluation", "finalise_evaluation")
    },
    "mark_evaluation.indicator": ("Name of an indicator.", "attitude"),
}
