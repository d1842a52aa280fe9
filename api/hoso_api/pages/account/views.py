"""Sessions and factors as the account page shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows.identity.methods import Method
from hoso_workflows.identity.sessions import Listed
from hoso_workflows.operation.session_ends import Ended
from hoso_workflows.organisation.credentials import Scope

#: In the place of a session's id: all but the one that asks.
OTHERS = "khac"
PASSWORD_ADVICE = marked(
    "Chọn một câu dài mà chỉ bạn nghĩ ra, từ 15 ký tự trở lên, không chứa tên bạn hay tên cơ quan."
)
ACCOUNT_REFUSED = marked(
    "Tên tài khoản đã có người dùng hoặc chưa đúng: 2 đến 64 chữ thường không dấu, số, dấu chấm, gạch nối."
)
METHODS = {
    Method.PASSWORD: marked("mật khẩu"),
    Method.TOTP: marked("mã xác nhận"),
    Method.PASSKEY: marked("khóa đăng nhập"),
    Method.RECOVERY_CODE: marked("mã dự phòng"),
    Method.INVITATION: marked("lời mời"),
    Method.SEVERAL: marked("hai yếu tố"),
    Method.DEMO: marked("trình diễn"),
}
#: Scopes of a token, in words.
SCOPES = {
    Scope.READ: marked("Đọc và tìm"),
    Scope.ACT: marked("Xử lý hồ sơ và công việc"),
    Scope.REGISTER: marked("Quản trị: đơn vị, người, thủ tục, lịch"),
}
#: How long a new token may be good, in days.
LIFETIMES = {
    "7": marked("7 ngày"),
    "30": marked("30 ngày"),
    "90": marked("90 ngày"),
    "365": marked("một năm"),
}
ENDS = {
    Ended.SIGNED_OUT: marked("đã đăng xuất"),
    Ended.ROTATED: marked("đã thay"),
    Ended.BY_OWNER: marked("bạn đã kết thúc từ nơi khác"),
    Ended.ADMINISTRATOR: marked("quản trị đã kết thúc"),
    Ended.TOO_MANY: marked("quá số phiên cùng lúc"),
    Ended.STOLEN: marked("phiên có dấu hiệu bị đánh cắp"),
    Ended.PROVIDER: marked("nhà cung cấp đã đăng xuất"),
    Ended.FACTORS_CHANGED: marked("cách đăng nhập đã thay đổi"),
    Ended.CLOSED: marked("tài khoản đã đóng"),
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
            each.address or spoken("không rõ"),
            spoken(" và ").join(spoken(METHODS[Method(one)]) for one in each.amr if one in set(Method)),
            each.begun_at,
            each.seen_at,
            spoken(ENDS[Ended(each.ended_why)]) if each.ended_why in set(Ended) else "",
        )
        for each in found
    ]


def device(agent: str) -> str:
    """A browser and its system, as `Chrome trên Windows`."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), spoken("Trình duyệt khác"))
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return spoken("{browser} trên {system}", browser=browser, system=system) if system else browser


def identity(text: str) -> UUID | None:
    """The id in a form, None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def picture(address: str) -> str:
    """An address as a picture that an authenticator app reads, within the page itself."""
    import segno

    return segno.make(address, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
