"""Words of messages: subject and text of each topic, in two languages."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from hoso_workflows import localtime
from hoso_workflows.notifications import (
    catalogue_words,
    coordination_words,
    wording_english,
)
from hoso_workflows.notifications.applicants import mails, words
from hoso_workflows.notifications.applicants.mails import Lines

VIETNAMESE, ENGLISH = "vi", "en"
#: The topic of several messages in one.
DIGEST = "digest"
#: Of a report that a unit owes: before its deadline, and behind it.
_REPORT_DUE = (
    "Sắp đến hạn báo cáo {period}: {report}",
    "{unit} phải gửi {report}, kỳ {period}, trước ngày {day}.",
)
_REPORT_LATE = (
    "Quá hạn báo cáo {period}: {report}",
    "{unit} chưa gửi {report}, kỳ {period}; hạn là trước ngày {day}.",
)
#: Of a day without anybody on duty, soon and further ahead.
_UNCOVERED = (
    "Chưa có người trực ngày {day}: {unit}",
    "{unit} chưa có ai trực tiếp nhận hồ sơ trực tuyến ngày {day}; nhập lịch trực cho ngày này.",
)
#: Topic → subject and text; `code`, `step`, `due`, `unit`, `day`, and `job`, `subject`, `moved`, `left` of long jobs are filled in.
WORDING = {
    **{topic: each.listed for topic, each in words.VIETNAMESE.topics.items()},
    "desk.applicant_wrote": (
        "Người nộp hồ sơ {code} đã viết",
        "Người nộp hồ sơ {code} đã viết cho bộ phận một cửa; xem nội dung trong mục trao đổi của hồ sơ.",
    ),
    "desk.reply_proposed": (
        "Đề nghị trả lời người nộp hồ sơ {code}",
        "Đơn vị giải quyết đề nghị nội dung trả lời người nộp hồ sơ {code}; xem trong mục trao đổi của hồ sơ.",
    ),
    "note.mentioned": (
        "Hồ sơ {code}: có ghi chú nhắc đến bạn",
        "Một đồng nghiệp nhắc đến bạn trong ghi chú nội bộ của hồ sơ {code}; xem trong mục trao đổi của hồ sơ.",
    ),
    "step.came_back": (
        "Hồ sơ {code} trở lại bước của bạn",
        "Sau bước “{sender}”{outcome}, hồ sơ {code} trở lại bước “{step}” của bạn; xem ý kiến ở bước này trong mục Việc.",
    ),
    "desk.result_corrected": (
        "Hồ sơ {code}: trả kết quả đã đính chính",
        "Kết quả đã trả của hồ sơ {code} đã được đính chính; mời người nộp nhận bản đúng và ghi việc trả trong hồ sơ.",
    ),
    "unit.consultation_asked": (
        "Lấy ý kiến về hồ sơ {code}",
        "Đơn vị được lấy ý kiến về hồ sơ {code}; xem nội dung và thời hạn trả lời trong danh sách lấy ý kiến.",
    ),
    "unit.limits_do_not_fit": (
        "Hồ sơ {code}: thời gian của các bước không còn vừa thời hạn",
        "Bước “{step}” của hồ sơ {code} chỉ được nửa phần thời gian ban đầu của nó: thời gian của các bước không còn vừa thời hạn.",
    ),
    "desk.consultation_answered": (
        "Đã có ý kiến trả lời: hồ sơ {code}",
        "Đơn vị được lấy ý kiến về hồ sơ {code} đã trả lời.",
    ),
    "desk.consultation_passed": (
        "Quá hạn trả lời lấy ý kiến: hồ sơ {code}",
        "Đơn vị được lấy ý kiến về hồ sơ {code} không trả lời trong thời hạn.",
    ),
    "desk.supplement_proposed": (
        "Đề nghị yêu cầu bổ sung hồ sơ {code}",
        "Đơn vị giải quyết đề nghị yêu cầu người nộp bổ sung hồ sơ {code}.",
    ),
    "account.contact_code": (
        "Mã xác nhận địa chỉ thư điện tử",
        "Mã xác nhận địa chỉ thư điện tử: {secret}. Mã có hiệu lực trong 15 phút. Nếu không phải bạn yêu cầu, hãy bỏ qua thư này và không đưa mã cho ai.",
    ),
    "account.contact_changed": (
        "Địa chỉ liên hệ của tài khoản đã thay đổi",
        "Địa chỉ liên hệ của tài khoản vừa được thay đổi. Nếu không phải bạn làm, hãy báo ngay cho người quản trị.",
    ),
    "account.sign_in_changed": (
        "Cách đăng nhập của tài khoản đã thay đổi",
        "Một cách đăng nhập của tài khoản vừa được thêm hoặc bỏ. Nếu không phải bạn làm, hãy báo ngay cho người quản trị.",
    ),
    "account.recovery_asked": (
        "Có yêu cầu khôi phục tài khoản",
        "Người quản trị đã yêu cầu khôi phục tài khoản của bạn; người quản trị thứ hai phải xác nhận. Nếu bạn không đề nghị, hãy báo ngay.",
    ),
    "account.recovered": (
        "Tài khoản đã được khôi phục",
        "Mọi cách đăng nhập cũ của tài khoản đã bị thu hồi. Nếu bạn không đề nghị khôi phục, hãy báo ngay cho người quản trị.",
    ),
    "account.invitation": (
        "Lời mời chọn cách đăng nhập",
        "Bạn được mời chọn cách đăng nhập. Mở địa chỉ sau trong 72 giờ, dùng được một lần: {secret}",
    ),
    "register.role_given": (
        "Vai trò mới trong {unit}: {person}",
        "Từ ngày {day}, {person} được giao thêm vai trò trong {unit}; xem trong danh sách cán bộ. Nếu bạn không biết việc này, hãy báo ngay cho người quản trị.",
    ),
    "register.role_proposed": (
        "Vai trò chờ xác nhận trong {unit}: {person}",
        "{person} được đề nghị giao vai trò trong {unit} từ ngày {day}; xem và xác nhận hoặc bác trong mục Người mới của đơn vị. Nếu bạn không biết việc này, hãy báo ngay cho người quản trị.",
    ),
    "register.substitution_entered": (
        "Làm thay trong {unit}: {person}",
        "Từ ngày {day}, {person} làm thay {subject} trong {unit}; xem trong mục Vắng mặt. Nếu bạn không biết việc này, hãy báo ngay cho người quản trị.",
    ),
    "escalation.step_due": (
        "Bước xử lý quá hạn: hồ sơ {code}",
        "Bước “{step}” của hồ sơ {code} đã quá hạn lúc {due}.",
    ),
    "escalation.step_unclaimed": (
        "Bước quá hạn chưa có người nhận: hồ sơ {code}",
        "Bước “{step}” của hồ sơ {code} đã quá hạn lúc {due} mà chưa có người nhận.",
    ),
    "escalation.due_soon": ("Hồ sơ {code} sắp đến hạn", "Hồ sơ {code} đến hạn trả kết quả lúc {due}."),
    "escalation.overdue": ("Hồ sơ {code} quá hạn", "Hồ sơ {code} đã quá hạn trả kết quả lúc {due}."),
    "escalation.overdue_received": (
        "Hồ sơ {code} đã tiếp nhận bị quá hạn",
        "Hồ sơ {code} do đơn vị của ông/bà tiếp nhận đã quá hạn trả kết quả lúc {due} mà đơn vị xử lý chưa có kết quả.",
    ),
    "escalation.return_overdue": (
        "Hồ sơ {code} đến giờ hẹn mà chưa trả được kết quả",
        "Kết quả hồ sơ {code} hẹn trả lúc {due} chưa về quầy hoặc chưa được gửi cho người nộp.",
    ),
    "escalation.reception_waits": (
        "Hồ sơ chờ tiếp nhận: {code}",
        "Hồ sơ {code} đã chờ tiếp nhận từ 2 giờ làm việc trở lên; hạn tiếp nhận là {due}.",
    ),
    "job.done": (
        "Việc chạy lâu đã xong: {subject}",
        "{job} {subject} đã xong: {moved} hồ sơ đã xử lý, {left} hồ sơ giữ nguyên; xem từng hồ sơ trong mục Việc chạy lâu.",
    ),
    "job.failed": (
        "Việc chạy lâu không xong: {subject}",
        "{job} {subject} đã ngừng vì lỗi sau khi xử lý {moved} hồ sơ; xem lý do và ra lệnh lại trong mục Việc chạy lâu.",
    ),
    "job.cancelled": (
        "Việc chạy lâu đã bị dừng: {subject}",
        "{job} {subject} bị người khác dừng sau khi xử lý {moved} hồ sơ; những gì đã làm vẫn giữ. Xem trong mục Việc chạy lâu.",
    ),
    "reminder.dossier": (
        "Nhắc xử lý hồ sơ {code} quá hạn",
        "Bạn được nhắc xử lý hồ sơ {code}, đã quá hạn trả kết quả lúc {due}.",
    ),
    "reminder.step": (
        "Nhắc xử lý bước quá hạn: hồ sơ {code}",
        "Bạn được nhắc xử lý bước “{step}” của hồ sơ {code}, đã quá hạn lúc {due}.",
    ),
    "reminder.reception": (
        "Nhắc tiếp nhận hồ sơ {code}",
        "Bạn được nhắc tiếp nhận, từ chối hoặc yêu cầu bổ sung hồ sơ {code}; hạn tiếp nhận đã hết lúc {due}.",
    ),
    # Of earlier releases, in whose place the ladder tells.
    "report.due": _REPORT_DUE,
    "report.late": _REPORT_LATE,
    "escalation.report_due": _REPORT_DUE,
    "escalation.report_late": _REPORT_LATE,
    "escalation.report_awaited": _REPORT_LATE,
    "escalation.report_late_agency": _REPORT_LATE,
    "escalation.report_late_coordinator": _REPORT_LATE,
    "report.reminder": (
        "Đôn đốc báo cáo {period}: {report}",
        "{unit} được nhắc gửi {report}, kỳ {period}; hạn là trước ngày {day}.",
    ),
    "duty.uncovered": _UNCOVERED,
    "duty.uncovered_ahead": _UNCOVERED,
    "payment.unknown_order": (
        "Có khoản thanh toán chưa rõ của hồ sơ nào",
        "Cổng thanh toán báo về {money} trả vào tài khoản của {unit} mà không hồ sơ nào ở đây chờ thu; xem và giải quyết ở mục Thanh toán cần xem lại.",
    ),
    **coordination_words.WORDING,
    **catalogue_words.WORDING,
    "escalation.reception_overdue": (
        "Quá hạn tiếp nhận: hồ sơ {code}",
        "Hồ sơ {code} chưa được tiếp nhận, từ chối hay yêu cầu bổ sung; hạn tiếp nhận đã hết lúc {due}.",
    ),
}
#: What a long job does, by its kind.
_JOBS = {
    "rehoming": "Việc chuyển hồ sơ sang đơn vị kế thừa",
    "calendar_revision": "Việc áp dụng lịch làm việc",
    "verification": "Việc kiểm chứng",
    "migration": "Việc chuyển hồ sơ sang phiên bản khác của thủ tục",
}
#: Escalations whose level an authority has added, by what their rung watches.
_WATCHED = {
    "reception": ("Hồ sơ chờ tiếp nhận: {code}", "Hồ sơ {code} chờ tiếp nhận; hạn tiếp nhận là {due}."),
    "step": ("Bước xử lý của hồ sơ {code}", "Bước “{step}” của hồ sơ {code} có hạn lúc {due} mà chưa xong."),
    "dossier": (
        "Hồ sơ {code} chưa có kết quả",
        "Hồ sơ {code} có hạn trả kết quả lúc {due} mà chưa có kết quả.",
    ),
    "consultation": (
        "Chưa trả lời lấy ý kiến: hồ sơ {code}",
        "Đơn vị được lấy ý kiến về hồ sơ {code} chưa trả lời; hạn trả lời là {due}.",
    ),
    "supplement": (
        "Chưa bổ sung hồ sơ {code}",
        "Người nộp chưa bổ sung hồ sơ {code}; hạn bổ sung là {due}.",
    ),
    "report": (
        "Chưa gửi báo cáo {period}: {report}",
        "{unit} phải gửi {report}, kỳ {period}, trước ngày {day}, mà chưa gửi.",
    ),
}
_OTHERS = ("Thông báo về hồ sơ {code}", "Có thông báo mới về hồ sơ {code}.")
_DIGEST = ("Tổng hợp {number} thông báo", "{subject}: {text}")


def said(topic: str, payload: Mapping[str, Any], language: str = VIETNAMESE) -> tuple[str, str]:
    """Subject and text of a message, for mails and lists alike."""
    english = language == ENGLISH
    known, others = (wording_english.WORDING, wording_english.OTHERS) if english else (WORDING, _OTHERS)
    if topic.startswith("escalation."):
        watched = wording_english.WATCHED if english else _WATCHED
        others = watched.get(str(payload.get("subject")), others)
    subject, text = known.get(topic, others)
    fields = _words(payload, english=english)
    return subject.format_map(fields), text.format_map(fields)


def letter(
    topic: str, payload: Mapping[str, Any], language: str = VIETNAMESE
) -> tuple[str, list[str | Lines]]:
    """Subject and parts of a mail: paragraphs, and lists of lines with names."""
    if topic != DIGEST:
        return said(topic, payload, language)[0], _body(topic, payload, language)
    messages = payload["messages"]
    subject, line = wording_english.DIGEST if language == ENGLISH else _DIGEST
    parts: list[str | Lines] = []
    for each in messages:
        about, _ = said(each["topic"], each["payload"], language)
        first, *more = _body(each["topic"], each["payload"], language)
        parts += [line.format_map({"subject": about, "text": first}), *more]
    # What every mail to applicants ends with, it says once.
    return subject.format_map({"number": len(messages)}), _once(parts)


def _body(topic: str, payload: Mapping[str, Any], language: str) -> list[str | Lines]:
    """The parts of one message, with its facts where they were found."""
    if mails.FACTS not in payload:
        return [said(topic, payload, language)[1], *_answer(payload)]
    english = language == ENGLISH
    known = words.ENGLISH if english else words.VIETNAMESE
    happened = known.topics[topic].happened.format_map(_words(payload, english=english))
    return mails.body(topic, happened, payload, english=english)


def _once(parts: list[str | Lines]) -> list[str | Lines]:
    """The parts, each paragraph where it stands last."""
    return [each for number, each in enumerate(parts) if each not in parts[number + 1 :]]


def _answer(payload: Mapping[str, Any]) -> list[str | Lines]:
    return [each for each in str(payload.get("answer") or "").splitlines() if each.strip()]


def _words(payload: Mapping[str, Any], *, english: bool) -> dict[str, str]:
    due = payload.get("due")
    instant = datetime.fromisoformat(due).astimezone(localtime.ZONE) if due else None
    joint = "on" if english else "ngày"
    jobs, job = (wording_english.JOBS, "The job") if english else (_JOBS, "Việc")
    return {
        "code": str(payload.get("code") or payload.get("reference") or ""),
        "step": str(payload.get("step") or ""),
        "outcome": f" ({payload['outcome']})" if payload.get("outcome") else "",
        "due": f"{instant:%H:%M} {joint} {instant:%d/%m/%Y}" if instant else "",
        "unit": str(payload.get("unit_name") or ""),
        "money": _money(payload, english=english),
        "day": f"{date.fromisoformat(payload['day']):%d/%m/%Y}" if "day" in payload else "",
        "secret": str(payload.get("secret") or "…"),
        "job": jobs.get(str(payload.get("kind")), job),
        **{
            name: str(payload.get(name, ""))
            for name in ("sender", "subject", "person", "moved", "left", "report", "period")
        },
    }


def _money(payload: Mapping[str, Any], *, english: bool) -> str:
    amount, currency = f"{payload.get('amount', 0):,}", payload.get("currency", "VND")
    if english:
        return f"{amount} {currency}"
    return f"{amount.replace(',', '.')} {'đồng' if currency == 'VND' else currency}"
