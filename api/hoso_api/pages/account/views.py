"""Sessions and factors as the account page shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import segno

from hoso_api.translation.vietnamese import marked
from hoso_workflows.identity.methods import Method
from hoso_workflows.identity.sessions import Ended, Listed
from hoso_workflows.organisation.credentials import Scope

#: In the place of a session's id: all but the one that asks.
OTHERS = "khac"
PASSWORD_ADVICE = (
    "Chọn một câu dài mà chỉ bạn nghĩ ra, từ 15 ký tự trở lên, không chứa tên bạn hay tên cơ quan."  # noqa: S105 - advice
)
ACCOUNT_REFUSED = (
    "Tên tài khoản đã có người dùng hoặc chưa đúng: 2 đến 64 chữ thường không dấu, số, dấu chấm, gạch nối."
)
METHODS = {
    Method.PASSWORD: "mật khẩu",
    Method.TOTP: "mã xác nhận",
    Method.PASSKEY: "khóa đăng nhập",
    Method.RECOVERY_CODE: "mã dự phòng",
    Method.INVITATION: "lời mời",
    Method.SEVERAL: "hai yếu tố",
    Method.DEMO: "trình diễn",
}
#: Scopes of a token, in words.
SCOPES = {
    Scope.READ: marked("Đọc và tìm"),
    Scope.ACT: marked("Xử lý hồ sơ và công việc"),
    Scope.REGISTER: marked("Quản trị: đơn vị, người, thủ tục, lịch"),
}
#: How long a new token may be good, in days.
LIFETIMES = {"7": "7 ngày", "30": "30 ngày", "90": "90 ngày", "365": "một năm"}
ENDS = {
    Ended.SIGNED_OUT: "đã đăng xuất",
    Ended.ROTATED: "đã thay",
    Ended.BY_OWNER: "bạn đã kết thúc từ nơi khác",
    Ended.ADMINISTRATOR: "quản trị đã kết thúc",
    Ended.TOO_MANY: "quá số phiên cùng lúc",
    Ended.STOLEN: "phiên có dấu hiệu bị đánh cắp",
    Ended.PROVIDER: "nhà cung cấp đã đăng xuất",
    Ended.FACTORS_CHANGED: "cách đăng nhập đã thay đổi",
    Ended.CLOSED: "tài khoản đã đóng",
}
#: What a browser says of itself, and what people call it.
_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A session as a row of a table."""

    id: UUID
    device: str
    network: str
    methods: str
    begun_at: datetime
    seen_at: datetime
    end: str


def listed(found: Iterable[Listed]) -> Sequence[Row]:
    """Sessions as rows."""
    return [
        Row(
            each.id,
            device(each.agent),
            each.address or "không rõ",
            " và ".join(METHODS.get(Method(one), one) for one in each.amr if one in set(Method)),
            each.begun_at,
            each.seen_at,
            ENDS.get(Ended(each.ended_why), "") if each.ended_why in set(Ended) else "",
        )
        for each in found
    ]


def device(agent: str) -> str:
    """A browser and its system, as `Chrome trên Windows`."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "Trình duyệt khác")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return f"{browser} trên {system}" if system else browser


def identity(text: str) -> UUID | None:
    """The id in a form, None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def picture(address: str) -> str:
    """An address as a picture that an authenticator app reads, within the page itself."""
    return segno.make(address, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
