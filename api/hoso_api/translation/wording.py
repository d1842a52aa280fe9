"""Vietnamese wording of the pages: dates, lengths of working time, states.

One place, so that every page says it alike.
"""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hoso_api.translation.vietnamese import spoken
from hoso_workflows.monitoring import overdue

#: The surface speaks the time of Việt Nam; below it, instants are UTC.
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

#: By `date.weekday`.
WEEKDAYS: Mapping[int, str] = {
    0: "thứ Hai",
    1: "thứ Ba",
    2: "thứ Tư",
    3: "thứ Năm",
    4: "thứ Sáu",
    5: "thứ Bảy",
    6: "Chủ nhật",
}

STATUSES: Mapping[str, str] = {
    "filed": "Mới nộp, chờ tiếp nhận",
    "awaiting_supplement_before": "Chờ bổ sung trước khi tiếp nhận",
    "refused": "Từ chối tiếp nhận",
    "closed_unanswered": "Đóng vì không bổ sung",
    "in_process": "Đang giải quyết",
    "awaiting_supplement": "Chờ bổ sung",
    "suspended": "Tạm dừng",
    "financial_obligation": "Chờ nghĩa vụ tài chính",
    "result_ready": "Đã có kết quả",
    "returned": "Đã trả kết quả",
    "withdrawn": "Đã rút hồ sơ",
    "stopped": "Dừng giải quyết",
}

#: Whom a dossier waited for.
HOLDERS: Mapping[str, str] = {
    "unit": "Đơn vị, chưa ai nhận việc",
    "officer": "Cán bộ",
    "consulted": "Đơn vị được lấy ý kiến",
    "applicant": "Người nộp",
    "excluded": "Bước không tính thời hạn",
    "suspension": "Tạm dừng",
    "nobody": "Không chờ người nào",
}
#: What happened to a dossier, by the kind of the event; `moved` is told to applicants and is no event.
HAPPENED: Mapping[str, str] = {
    "filed": "Nộp hồ sơ",
    "accepted": "Tiếp nhận hồ sơ",
    "refused": "Từ chối tiếp nhận",
    "supplement_proposed": "Đề xuất yêu cầu bổ sung",
    "supplement_asked": "Yêu cầu bổ sung",
    "supplement_received": "Nhận bổ sung",
    "supplement_returned": "Trả lại bổ sung",
    "closed_unanswered": "Đóng vì không bổ sung",
    "withdrawn": "Rút hồ sơ",
    "suspended": "Tạm dừng",
    "suspension_ended": "Hết tạm dừng",
    "obligation_set": "Yêu cầu nghĩa vụ tài chính",
    "obligation_met": "Đã thực hiện nghĩa vụ tài chính",
    "extended": "Gia hạn",
    "reappointed": "Xin lỗi và hẹn lại",
    "consultation_asked": "Lấy ý kiến",
    "consultation_answered": "Cho ý kiến",
    "consultation_passed": "Hết hạn cho ý kiến",
    "verified": "Ghi nhận xác minh",
    "disclosed": "Cung cấp dữ liệu cho bên thứ ba",
    "hold_placed": "Yêu cầu giữ nguyên hồ sơ",
    "hold_lifted": "Thôi giữ nguyên hồ sơ",
    "erasure_ordered": "Quyết định xóa dữ liệu",
    "erased": "Xóa dữ liệu cá nhân",
    "transferred": "Chuyển cơ quan có thẩm quyền",
    "attachment_added": "Thêm tệp",
    "attachment_superseded": "Thay tệp",
    "result_exchanged": "Thay tệp kết quả trước khi trả",
    "result_corrected": "Đính chính kết quả đã trả",
    "correction_handed_over": "Trả kết quả đã đính chính",
    "rectified": "Đính chính thông tin",
    "fee_assessed": "Xác định phí, lệ phí",
    "fee_exempted": "Miễn, giảm phí, lệ phí",
    "payment_recorded": "Thu phí, lệ phí",
    "payment_cancelled": "Hủy khoản thu",
    "payment_refunded": "Hoàn trả phí, lệ phí",
    "applicant_wrote": "Người nộp nhắn tin",
    "desk_wrote": "Nhắn tin cho người nộp",
    "reply_proposed": "Đề xuất nội dung trả lời",
    "reopened": "Mở lại hồ sơ",
    "calendar_revised": "Lịch làm việc thay đổi",
    "task_opened": "Mở bước",
    "task_closed": "Kết thúc bước",
    "task_claimed": "Nhận việc",
    "task_unclaimed": "Trả lại việc",
    "task_delegated": "Nhờ xử lý việc",
    "task_resolved": "Trả việc cho người nhờ",
    "task_prioritised": "Đổi mức ưu tiên",
    "noted": "Ghi chú nội bộ",
    "note_amended": "Sửa ghi chú nội bộ",
    "timer_set": "Đặt hẹn giờ",
    "timer_dropped": "Kết thúc hẹn giờ",
    "result_ready": "Có kết quả",
    "returned": "Trả kết quả",
    "stopped": "Dừng giải quyết",
    "letter_issued": "Phát hành giấy tờ",
    "letter_signed": "Ký số giấy tờ",
    "letter_copied": "Cấp bản sao giấy tờ",
    "message_received": "Nhận thông điệp",
    "message_sent": "Gửi thông điệp",
    "incident": "Quy trình bị vướng",
    "incident_resolved": "Gỡ vướng quy trình",
    "migrated": "Chuyển phiên bản quy trình",
    "unit_replaced": "Thay đơn vị",
    "corrected": "Hiệu chỉnh thời điểm",
    "moved": "Chuyển đến đơn vị",
}
#: What a day of the calendar is, by its kind.
DAYS: Mapping[str, str] = {
    "working": "Ngày làm việc",
    "weekend": "Nghỉ hằng tuần",
    "holiday": "Nghỉ lễ, tết",
    "substitute": "Nghỉ bù",
    "swap_off": "Nghỉ hoán đổi",
    "makeup_work": "Làm bù",
    "closure": "Tạm nghỉ",
    "special": "Giờ làm riêng",
}

#: Why a dossier has a further appointment, by the appointment's kind.
APPOINTMENTS: Mapping[str, str] = {
    "accepted": "Tiếp nhận hồ sơ",
    "restart": "Nhận bổ sung, tính lại từ đầu",
    "resume": "Nhận bổ sung, tính tiếp",
    "suspension_ended": "Hết tạm dừng, tính tiếp",
    "second": "Hẹn lần hai sau nghĩa vụ tài chính",
    "extension": "Gia hạn theo luật",
    "reappointment": "Xin lỗi và hẹn lại",
    "calendar_revision": "Lịch làm việc thay đổi",
}

#: The role words of procedure packages; an agency's own words are shown as they are.
ROLES: Mapping[str, str] = {
    "reception": "Bộ phận Một cửa",
    "clerk": "Văn thư",
    "specialist": "Chuyên viên",
    "division_head": "Lãnh đạo phòng",
    "agency_head": "Lãnh đạo cơ quan",
    "provincial_leader": "Lãnh đạo UBND tỉnh",
    "head": "Thủ trưởng đơn vị",
}

#: Offices, which no lane of a procedure names.
OFFICES: Mapping[str, str] = {
    "procedure_declarer": "Người khai báo quy trình",
    "procedure_approver": "Người phê duyệt quy trình",
    "administrator": "Quản trị",
    "auditor": "Kiểm toán",
    "coordinator": "Cơ quan đầu mối",
    "catalogue_editor": "Quản lý danh mục thủ tục",
}
#: Kinds and levels of units; an authority's own words are shown as they are.
UNIT_KINDS: Mapping[str, str] = {
    "people_committee": "Ủy ban nhân dân",
    "department": "Sở, ban, ngành",
    "one_stop": "Trung tâm phục vụ hành chính công",
    "division": "Phòng, chi cục",
    "authority": "Cơ quan khác",
}
AREA_KINDS: Mapping[str, str] = {
    "province": "Tỉnh, thành phố",
    "commune": "Xã",
    "ward": "Phường",
    "special_zone": "Đặc khu",
    "district": "Huyện, quận (trước 01/7/2025)",
}
UNIT_LEVELS: Mapping[str, str] = {"province": "Cấp tỉnh", "commune": "Cấp xã"}
#: Bundled calendars by their regions.
CALENDARS: Mapping[str, str] = {
    "vn": "Cả nước",
    "ha-tinh": "Hà Tĩnh",
    "nghe-an": "Nghệ An",
    "cao-bang": "Cao Bằng",
}
#: How the tasks of a unit get their officers.
ASSIGNMENTS: Mapping[str, str] = {
    "by_hand": "Cán bộ tự nhận, hoặc lãnh đạo giao",
    "by_load": "Giao ngay cho người đang có ít việc nhất",
}
#: Parts of a procedure for which units are competent.
COMPETENCE_PARTS: Mapping[str, str] = {
    "receiving": "Tiếp nhận",
    "handling": "Giải quyết",
    "deciding": "Quyết định",
    "publishing": "Công bố",
}
#: Parts of units beside those of their competences, as a move of dossiers names them.
MOVED_PARTS: Mapping[str, str] = {
    "task": "Việc đang mở",
    "consultation": "Lấy ý kiến",
    "incident": "Sự cố quy trình",
    "ahead": "Bước sắp tới",
}
#: What administrators did, by the kind of the event.
ADMINISTERED: Mapping[str, str] = {
    "unit_entered": "Thêm đơn vị",
    "unit_changed": "Sửa đơn vị",
    "unit_closed": "Đóng đơn vị",
    "unit_reopened": "Mở lại đơn vị",
    "unit_succeeded": "Tiếp nhận từ đơn vị đã đóng",
    "traces_taken_away": "Gỡ dữ liệu không sự kiện nào của hồ sơ nói tới",
    "dossiers_rehomed": "Chuyển hồ sơ sang đơn vị kế thừa",
    "area_entered": "Thêm địa bàn",
    "area_closed": "Kết thúc địa bàn",
    "rung_entered": "Thêm mức cảnh báo",
    "rung_ended": "Kết thúc mức cảnh báo",
    "owner_named": "Chỉ định đơn vị chủ quản",
    "person_entered": "Thêm người dùng",
    "person_changed": "Sửa thông tin người dùng",
    "person_closed": "Đóng tài khoản",
    "person_reopened": "Mở lại tài khoản",
    "contact_entered": "Thêm địa chỉ liên hệ",
    "contact_ended": "Bỏ địa chỉ liên hệ",
    "role_given": "Giao vai trò",
    "role_proposed": "Đề xuất chức trách, chờ người thứ hai xác nhận",
    "role_confirmed": "Xác nhận chức trách",
    "role_rejected": "Bác đề xuất chức trách",
    "role_ended": "Kết thúc vai trò",
    "competence_given": "Giao thẩm quyền",
    "competence_ended": "Kết thúc thẩm quyền",
    "substitution_entered": "Ghi người làm thay",
    "substitution_ended": "Kết thúc làm thay",
    "invitation_given": "Mời chọn cách đăng nhập",
    "recovery_asked": "Đề nghị khôi phục tài khoản",
    "recovery_confirmed": "Xác nhận khôi phục tài khoản",
    "account_reset": "Đặt lại cách đăng nhập",
    "sessions_ended": "Kết thúc các phiên đăng nhập",
    "token_given": "Cấp mã truy cập",
    "token_revoked": "Thu hồi mã truy cập",
    "key_entered": "Ghi khóa của hệ thống khác",
    "key_revoked": "Thu hồi khóa của hệ thống khác",
    "duty_entered": "Phân công trực",
    "payment_dispute_settled": "Xử lý khoản thu không khớp",
    "destruction_drawn": "Lập danh mục tiêu hủy",
    "destruction_confirmed": "Xác nhận danh mục tiêu hủy",
    "destruction_rejected": "Bác danh mục tiêu hủy",
    "procedure_opened": "Mở nhận hồ sơ của thủ tục",
    "procedure_closed": "Ngừng nhận hồ sơ của thủ tục",
    "procedure_restored": "Khôi phục gói thủ tục bị hỏng",
    "calendar_restored": "Khôi phục lịch làm việc bị hỏng",
    "calendar_entered": "Ghi bản mới của lịch làm việc",
    "calendar_approved": "Phê duyệt bản của lịch làm việc",
    "calendar_applied": "Áp dụng bản của lịch làm việc",
    "activation_scheduled": "Hẹn ngày áp dụng bản thủ tục",
    "activation_taken_back": "Rút lịch áp dụng bản thủ tục",
    "letter_template_entered": "Nhập mẫu giấy tờ",
    "letter_template_approved": "Phê duyệt mẫu giấy tờ",
    "webhook_entered": "Thêm hệ thống nhận tin",
    "webhook_changed": "Thay đổi hệ thống nhận tin",
    "webhook_secret_made": "Tạo khóa bí mật mới cho hệ thống nhận tin",
    "webhook_tested": "Gửi tin thử đến hệ thống nhận tin",
    "portal_entered": "Thêm cổng của cơ quan khác",
    "portal_ended": "Ngừng cổng của cơ quan khác",
    "portal_statuses_resent": "Gửi lại trạng thái đến cổng của cơ quan khác",
    "webhook_ended": "Ngừng hệ thống nhận tin",
    "row_sealed": "Niêm phong lại một dòng dữ liệu",
    "outage_recipient_entered": "Ghi nơi nhận báo sự cố",
    "outage_recipient_ended": "Bỏ nơi nhận báo sự cố",
    "outage_reported": "Báo sự cố",
    "outage_updated": "Cập nhật sự cố",
    "outage_resolved": "Ghi đã khắc phục sự cố",
    "outage_acknowledged": "Xác nhận đã biết sự cố",
    "outage_announced": "Công khai sự cố",
    "outage_announcement_withdrawn": "Thôi công khai sự cố",
    "maintenance_announced": "Thông báo bảo trì",
    "maintenance_cancelled": "Hủy thông báo bảo trì",
    "unit_urged": "Đôn đốc, kiểm tra đơn vị",
    "urging_answered": "Trả lời đôn đốc, kiểm tra",
    "document_entered": "Ghi văn bản vào sổ",
    "entry_drafted": "Soạn bản nháp trong danh mục",
    "entry_draft_discarded": "Bỏ bản nháp trong danh mục",
    "entry_published": "Công bố thủ tục trong danh mục",
    "entry_abolished": "Bãi bỏ thủ tục trong danh mục",
    "catalogue_imported": "Nhập danh mục từ tệp",
    "service_level_set": "Đặt mức độ dịch vụ",
    "service_level_corrected": "Đính chính mức độ dịch vụ",
    "agency_system_entered": "Ghi hệ thống của cơ quan",
    "agency_system_changed": "Đổi tình trạng hệ thống của cơ quan",
    "document_progressed": "Ghi tiến độ thực hiện văn bản",
    "evaluation_opened": "Lập phiếu đánh giá",
    "evaluation_marked": "Chấm điểm phiếu đánh giá",
    "evaluation_final": "Chốt phiếu đánh giá",
    "improvement_proposed": "Đề xuất cải tiến",
    "feedback_forwarded": "Chuyển góp ý cho đơn vị",
    "feedback_answered": "Trả lời góp ý",
    "report_kind_entered": "Nhập loại báo cáo phải nộp",
    "online_target_set": "Đặt chỉ tiêu hồ sơ trực tuyến",
    "report_written": "Soạn báo cáo phải nộp",
    "report_approved": "Duyệt báo cáo phải nộp",
    "report_submitted": "Nộp báo cáo",
    "report_returned": "Trả lại báo cáo",
    "report_reminded": "Nhắc nộp báo cáo",
}
#: What the access log keeps beside the acts of the table of permissions.
#: Where reports stand that are owed.
REPORT_STATES: Mapping[str, str] = {
    "owed": "chưa làm",
    "drafted": "đang soạn",
    "approved": "đã duyệt",
    "submitted": "đã nộp",
    "returned": "bị trả lại",
}

RECORDED: Mapping[str, str] = {
    "sign in": "Đăng nhập",
    "prove again": "Chứng minh lại danh tính",
    "end session": "Kết thúc phiên đăng nhập",
    "refused sign-in": "Đăng nhập bị từ chối",
    "stolen session": "Phiên bị dùng lại, đã kết thúc",
    "sign-out at provider": "Đăng xuất ở nhà cung cấp định danh",
    "link identity": "Gắn tài khoản định danh",
    "unlink identity": "Bỏ gắn tài khoản định danh",
    "set password": "Đặt mật khẩu",
    "set changing codes": "Đặt mã xác nhận",
    "make recovery codes": "Tạo mã dự phòng",
    "add passkey": "Thêm khóa đăng nhập",
    "remove passkey": "Bỏ khóa đăng nhập",
    "export of own data": "Lấy bản sao dữ liệu của chính mình",
    "giving a token": "Cấp mã truy cập",
    "revoking a token": "Thu hồi mã truy cập",
    "rebuilding a dossier": "Dựng lại hồ sơ từ chuỗi sự kiện",
    "taking a backup": "Sao lưu toàn bộ dữ liệu",
    "restoring a backup": "Phục hồi dữ liệu từ bản sao lưu",
}
#: What runs regularly without anybody, by its job.
SWEEPS: Mapping[str, str] = {
    "fire-timers": "Hẹn giờ của quy trình",
    "escalate": "Cảnh báo quá hạn",
    "deliver-outbox": "Gửi thư",
}
#: Why somebody is told of a dossier, by the level of the escalation ladder.
LEVELS: Mapping[str, str] = {
    "step_due": "Bước quá hạn",
    "step_unclaimed": "Bước quá hạn, chưa ai nhận",
    "due_soon": "Hồ sơ sắp đến hạn",
    "overdue": "Hồ sơ quá hạn",
    "overdue_received": "Hồ sơ quá hạn, báo đơn vị tiếp nhận",
    "return_overdue": "Đến giờ hẹn, chưa trả được kết quả",
    "reception_waits": "Hồ sơ chờ tiếp nhận",
    "reception_overdue": "Quá hạn tiếp nhận",
    "report_due": "Báo cáo sắp đến hạn",
    "report_late": "Báo cáo quá hạn",
    "report_awaited": "Báo cáo quá hạn, đơn vị nhận đang chờ",
    "report_late_agency": "Báo cáo quá hạn, báo thủ trưởng cơ quan",
    "report_late_coordinator": "Báo cáo quá hạn, báo cơ quan đầu mối",
}
#: Subjects of the rungs of the ladder, and who is told.
RUNG_SUBJECTS: Mapping[str, str] = {
    "reception": "Hồ sơ chờ tiếp nhận",
    "step": "Bước xử lý có thời hạn",
    "dossier": "Hồ sơ đã tiếp nhận",
    "consultation": "Ý kiến đang lấy của đơn vị khác",
    "supplement": "Bổ sung mà người nộp chưa gửi",
    "return": "Kết quả chờ trả, chưa về quầy hoặc chưa gửi",
    "report": "Báo cáo mà đơn vị phải gửi",
}
RUNG_RECIPIENTS: Mapping[str, str] = {
    "holder": "Người đang giữ việc",
    "head": "Thủ trưởng đơn vị",
    "receiving_head": "Thủ trưởng đơn vị tiếp nhận hồ sơ",
    "agency_head": "Thủ trưởng cơ quan",
    "coordinator": "Cơ quan đầu mối",
    "awaiting_head": "Thủ trưởng đơn vị nhận báo cáo",
}
#: Ways by which somebody is told.
CHANNELS: Mapping[str, str] = {
    "portal": "danh sách thông báo của người nhận",
    "email": "thư điện tử",
}
#: What became of what somebody was told.
DELIVERIES: Mapping[str, str] = {
    "sent": "Đã gửi thư",
    "waiting": "Chờ gửi thư",
    "listed": "Chỉ trong danh sách thông báo",
    "overtaken": "Không còn đúng, không gửi",
    "set_aside": "Thư bị giữ lại",
}
#: Where a version of a procedure stands.
VERSION_STATUSES: Mapping[str, str] = {
    "draft": "Bản nháp",
    "submitted": "Chờ phê duyệt",
    "approved": "Đã phê duyệt",
    "active": "Đang áp dụng",
    "retired": "Thôi áp dụng",
}
#: The units that a dossier names; others are shown by their codes.
UNIT_PARTS: Mapping[str, str] = {
    "receiving": "Đơn vị tiếp nhận",
    "handling": "Đơn vị giải quyết",
    "deciding": "Đơn vị quyết định",
    "item": "Đơn vị của từng mục",
}
#: What a step achieves.
MILESTONES: Mapping[str, str] = {
    "accept": "Tiếp nhận",
    "result": "Có kết quả",
    "return": "Trả kết quả",
}

#: How the sum of the limits stands to the term.
AGAINST: Mapping[str, str] = {
    "above": "nhiều hơn thời hạn",
    "equal": "bằng thời hạn",
    "below": "ít hơn thời hạn",
}

#: Groups of tasks by how far their due date is away.
DUE_GROUPS: Mapping[str, str] = {
    "overdue": "Quá hạn",
    "today": "Hôm nay",
    "tomorrow": "Ngày mai",
    "week": "Trong 7 ngày tới",
    "later": "Muộn hơn",
    "owner": "Đã có kết quả, chờ người nộp",
    "still": "Hồ sơ đang dừng tính thời hạn",
    "done": "Đã xong",
}
VERDICTS: Mapping[str, str] = {"early": "Trước hạn", "on_time": "Đúng hạn", "late": "Quá hạn"}


def day(value: date) -> str:
    """`24/11/2026`."""
    return f"{value:%d/%m/%Y}"


def weekday(value: date) -> str:
    """`thứ Ba`."""
    return spoken(WEEKDAYS[value.weekday()])


def instant(value: datetime) -> str:
    """`16:30, thứ Ba 24/11/2026`, in the time of Việt Nam."""
    local = value.astimezone(ZONE)
    return f"{local:%H:%M}, {weekday(local)} {day(local)}"


def short(value: datetime) -> str:
    """`16:30 24/11/2026`, for the cell of a table."""
    return f"{value.astimezone(ZONE):%H:%M %d/%m/%Y}"


def working_time(lateness: overdue.Lateness) -> str:
    """`3 ngày 2 giờ làm việc`.

    Rounded down to the hour from one day on, so that nobody is called later than they are.
    """
    minutes = 0 if lateness.days else lateness.minutes % 60
    return length(lateness.days, lateness.hours, minutes)


def length(days: int, hours: int, minutes: int) -> str:
    """A length of working time in its parts, those of 0 left out: `3 ngày 2 giờ làm việc`."""
    parts = (
        _days(days) if days else "",
        _hours(hours) if hours else "",
        _minutes(minutes) if minutes else "",
    )
    text = " ".join(filter(None, parts)) or spoken("dưới 1 phút")
    return spoken("{length} làm việc", length=text)


def _days(n: int) -> str:
    """`3 ngày`."""
    return spoken("1 ngày") if n == 1 else spoken("{n} ngày", n=n)


def _hours(n: int) -> str:
    return spoken("1 giờ") if n == 1 else spoken("{n} giờ", n=n)


def _minutes(n: int) -> str:
    return spoken("1 phút") if n == 1 else spoken("{n} phút", n=n)


def machine(value: datetime) -> str:
    """ISO 8601 in Vietnamese local time with its offset. For programs that read the page."""
    return value.astimezone(ZONE).isoformat(timespec="seconds")


def moment(value: str) -> datetime:
    """The instant in ISO 8601, for the other filters."""
    return datetime.fromisoformat(value)


def counted(number: int) -> str:
    """`12.345`: thousands as they are written in Việt Nam."""
    return f"{number:,}".replace(",", ".")


#: Who may be entered in the register, by kind.
ENTERED_KINDS: Mapping[str, str] = {
    "officer": "Cán bộ",
    "system": "Hệ thống của cơ quan",
    "partner": "Hệ thống của cơ quan khác",
}
#: What a page says of a problem that its status says too little of, by its slug.
PROBLEM_PAGES: Mapping[str, tuple[str, str]] = {
    "identity-provider-away": (
        "Hệ thống đăng nhập không trả lời",
        "Thử lại sau ít phút. Nếu vẫn không được, báo quản trị hệ thống.",
    ),
    "sign-in-refused": (
        "Đăng nhập không thành công",
        "Mở trang Đăng nhập và bắt đầu lại từ đầu. Nếu vẫn không được, báo quản trị hệ thống.",
    ),
    "sign-in-without-second-factor": (
        "Cần đăng nhập với hai lớp xác thực",
        (
            "Nơi cấp tài khoản cho biết bạn chỉ dùng một lớp, thường là mật khẩu. Bật lớp thứ hai ở đó (ứng dụng tạo mã, khóa hoặc thẻ)"
            " rồi đăng nhập lại."
        ),
    ),
    "sign-in-level-too-low": (
        "Mức xác thực chưa đủ",
        (
            "Ở đây cần mức xác thực cao hơn mức bạn vừa dùng. Đăng nhập lại và chọn cách có lớp xác thực thứ hai, hoặc nâng mức tài khoản ở"
            " nơi cấp."
        ),
    ),
    "sign-in-clock": (
        "Đồng hồ hai hệ thống lệch nhau",
        (
            "Giờ của nơi cấp tài khoản và giờ ở đây lệch nhau quá một phút, nên chưa nhận được lần đăng nhập này. Bạn không làm sai: thử lại"
            " một lần; nếu vẫn vậy, báo quản trị hệ thống là đồng hồ lệch."
        ),
    ),
    "sign-in-cancelled": (
        "Bạn chưa đăng nhập",
        "Việc đăng nhập ở nơi cấp tài khoản đã bị hủy hoặc không được chấp nhận ở đó. Muốn vào thì mở trang Đăng nhập và bắt đầu lại.",
    ),
    "unknown-person": (
        "Tài khoản chưa được liên kết",
        "Tài khoản của bạn hợp lệ nhưng chưa gắn với ai ở đây. Đề nghị quản trị đơn vị nhập tên bạn, hoặc gửi lời mời.",
    ),
    "procedure-damaged": (
        "Thủ tục này tạm thời chưa làm được",
        "Hệ thống đang được sửa. Những gì đã nộp vẫn còn nguyên; thử lại sau, hoặc hỏi bộ phận một cửa.",
    ),
    "calendar-damaged": (
        "Tạm thời chưa tính được ngày trả kết quả",
        "Hệ thống đang được sửa. Những gì đã nộp vẫn còn nguyên; thử lại sau, hoặc hỏi bộ phận một cửa.",
    ),
    "cross-site": ("Biểu mẫu không được nhận", "Mở lại trang này trên cổng rồi gửi lại biểu mẫu từ đó."),
    "insecure-sign-in": (
        "Không đăng nhập qua kết nối không mã hóa",
        "Mở địa chỉ bắt đầu bằng https; nếu chưa có, báo quản trị hệ thống.",
    ),
    "last-factor": (
        "Đây là cách đăng nhập cuối cùng",
        "Thêm khóa khác, hoặc mật khẩu và mã xác nhận, rồi mới xóa khóa này.",
    ),
    "passkey-missing": (
        "Cần khóa đăng nhập",
        "Người quản trị và người phê duyệt làm việc này bằng khóa đăng nhập (passkey). Thêm khóa ở trang Tài khoản, rồi xác thực lại bằng khóa.",
    ),
    "outcome-unknown": (
        "Chưa rõ đã ghi hay chưa",
        "Kết nối bị ngắt giữa chừng: việc bạn vừa gửi có thể đã được ghi. Gửi lại chính biểu mẫu này (nếu dưới đây không có nút Gửi lại thì quay lại trang trước rồi gửi); việc chỉ được ghi một lần.",
    ),
    "already-done": (
        "Việc này đã được ghi",
        "Biểu mẫu này đã được nhận trước đó; lần gửi lại này không ghi thêm gì.",
    ),
    "session-over": ("Phiên làm việc đã kết thúc", "Đăng nhập lại rồi thử lại."),
}
#: What a page says when something is not possible, by status: a heading and what to do.
PROBLEMS: Mapping[int, tuple[str, str]] = {
    400: ("Yêu cầu không đọc được", "Mở lại trang từ đầu danh sách."),
    403: ("Không có quyền xem", "Tài khoản này không có vai trò trong đơn vị được hỏi."),
    404: ("Không tìm thấy", "Kiểm tra lại mã hồ sơ hoặc địa chỉ trang."),
    409: ("Chưa tính được", "Lịch làm việc chưa có dữ liệu của năm cần tính; báo quản trị hệ thống."),
    413: ("Nội dung quá lớn", "Gửi lại với nội dung nhỏ hơn."),
    422: ("Yêu cầu chưa đúng", "Kiểm tra lại địa chỉ trang."),
    429: ("Quá nhiều yêu cầu", "Chờ ít giây rồi thử lại; không có gì bị mất."),
    500: ("Hệ thống gặp lỗi", "Thử lại; nếu vẫn lỗi, báo quản trị hệ thống."),
    503: ("Tạm thời chưa truy cập được dữ liệu", "Thử lại sau ít giây; không có gì bị mất."),
}
