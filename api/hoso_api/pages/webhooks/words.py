"""Words for receivers of webhooks and their messages."""

from collections.abc import Mapping

from hoso_api.translation.vietnamese import marked
from hoso_models import ReceiverKind
from hoso_workflows.webhooks import kinds
from hoso_workflows.webhooks.deliveries import DeliveryState
from hoso_workflows.webhooks.kinds import Event

#: The kinds of receivers.
KINDS: Mapping[ReceiverKind, str] = {
    ReceiverKind.SYSTEM: marked("Hệ thống theo dõi hồ sơ, như cổng dịch vụ công"),
    ReceiverKind.GATEWAY: marked("Cổng nhắn tin cho người nộp, như SMS, Zalo"),
}
#: What happened to a dossier.
EVENTS: Mapping[Event, str] = {
    Event.FILED: marked("Đã nộp"),
    Event.ACCEPTED: marked("Đã tiếp nhận"),
    Event.REFUSED: marked("Từ chối tiếp nhận"),
    Event.SUPPLEMENT_ASKED: marked("Yêu cầu bổ sung"),
    Event.SUPPLEMENT_RECEIVED: marked("Đã nhận bổ sung"),
    Event.SUPPLEMENT_RETURNED: marked("Trả lại phần bổ sung chưa đạt"),
    Event.CLOSED_UNANSWERED: marked("Dừng do không bổ sung"),
    Event.WITHDRAWN: marked("Người nộp rút hồ sơ"),
    Event.SUSPENDED: marked("Tạm dừng giải quyết"),
    Event.SUSPENSION_ENDED: marked("Tiếp tục giải quyết"),
    Event.OBLIGATION_SET: marked("Chờ nghĩa vụ tài chính"),
    Event.OBLIGATION_MET: marked("Đã xong nghĩa vụ tài chính"),
    Event.EXTENDED: marked("Gia hạn giải quyết"),
    Event.REAPPOINTED: marked("Xin lỗi và hẹn lại"),
    Event.CALENDAR_REVISED: marked("Đổi ngày hẹn do lịch làm việc"),
    Event.TRANSFERRED: marked("Chuyển cơ quan có thẩm quyền"),
    Event.UNIT_REPLACED: marked("Đơn vị kế thừa nhận hồ sơ"),
    Event.RECTIFIED: marked("Đính chính thông tin"),
    Event.DISCLOSED: marked("Cung cấp dữ liệu cho bên thứ ba"),
    Event.FEE_ASSESSED: marked("Xác định phí, lệ phí"),
    Event.FEE_EXEMPTED: marked("Miễn, giảm phí, lệ phí"),
    Event.PAYMENT_RECORDED: marked("Ghi nhận tiền nộp"),
    Event.PAYMENT_CANCELLED: marked("Hủy khoản thu"),
    Event.PAYMENT_REFUNDED: marked("Hoàn tiền"),
    Event.APPLICANT_WROTE: marked("Người nộp viết cho bộ phận một cửa"),
    Event.DESK_WROTE: marked("Bộ phận một cửa viết cho người nộp"),
    Event.RESULT_READY: marked("Có kết quả"),
    Event.RETURNED: marked("Đã trả kết quả"),
    Event.RESULT_CORRECTED: marked("Đính chính kết quả"),
    Event.CORRECTION_HANDED_OVER: marked("Đã trả kết quả đính chính"),
    Event.STOPPED: marked("Dừng giải quyết"),
    Event.REOPENED: marked("Giải quyết lại"),
    Event.ERASED: marked("Đã xóa dữ liệu cá nhân"),
    Event.PORTAL_STATUS: marked("Trạng thái trên cổng (chỉ cho cổng của cơ quan khác)"),
}
#: Mark and words of each state of a message.
STATES: Mapping[DeliveryState, tuple[str, str]] = {
    DeliveryState.SENT: ("done", marked("Bên nhận đã nhận")),
    DeliveryState.WAITING: ("still", marked("Đang chờ gửi")),
    DeliveryState.SET_ASIDE: ("late", marked("Bị giữ lại")),
    DeliveryState.DROPPED: ("still", marked("Không cần gửi nữa")),
}
TEST = marked("Tin thử")


def of(kind: str) -> str:
    """The words of a message's type, or of its topic."""
    if kind in (kinds.TEST, kinds.TEST_TYPE):
        return TEST
    name = kind.removeprefix(kinds.TYPE).removeprefix(kinds.TOPIC)
    return EVENTS[Event(name)] if name in set(Event) else name
