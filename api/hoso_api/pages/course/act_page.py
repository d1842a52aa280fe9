"""Acts on the course of a dossier: page, form and command of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import marked, spoken
from hoso_bpmn.package.forms import spelling
from hoso_workflows import localtime
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.commands import Command


class Kind(StrEnum):
    """Kinds of fields."""

    #: A text of several lines.
    TEXT = "text"
    #: A text of one line.
    LINE = "line"
    #: Several texts, each on its line.
    LINES = "lines"
    DAY = "day"
    #: A day with an hour.
    INSTANT = "instant"
    #: An amount in whole đồng.
    AMOUNT = "amount"
    #: A unit, by its code.
    UNIT = "unit"
    #: Papers of the procedure.
    PAPERS = "papers"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an act's form."""

    #: As the page names it.
    name: str
    #: The command's own field.
    of: str
    label: str
    kind: Kind = Kind.TEXT
    hint: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ActPage:
    """The page of an act on a dossier."""

    #: Last part of its address.
    word: str
    #: Its row in the table of permissions.
    act: str
    heading: str
    #: What happens, before anything is typed.
    says: str
    button: str
    command: type[Any]
    fields: tuple[Field, ...]
    #: True where a letter is issued, which can be looked at before.
    letter: bool = False
    #: True for what is not undone.
    final: bool = False

    @property
    def places(self) -> Mapping[str, str]:
        """The field of a refusal, by its slug, or by the command's own field."""
        return {"reason-missing": self.fields[0].name, **{each.of: each.name for each in self.fields}}

    @property
    def asks_units(self) -> bool:
        """True where one of its fields names a unit."""
        return any(each.kind is Kind.UNIT for each in self.fields)

    def asked(self, form: Form, units: Mapping[str, Any]) -> Command:
        """The command of a form. Raises Stopped with a fault at each field that lacks something."""
        faults: list[Fault] = []
        values: dict[str, Any] = {}
        for each in self.fields:
            value = _value(form, each)
            fault = _fault(each, form.text(each.name), value, units)
            if fault:
                faults.append(Fault(fault, each.name))
            elif value not in (None, "", ()):
                values[each.of] = value
        if faults:
            raise Stopped(form, faults)
        command: Command = self.command(**values)
        return command


def _value(form: Form, field: Field) -> Any:
    """The value of a field; None for nothing, and for what cannot be read."""
    text = form.text(field.name)
    match field.kind:
        case Kind.PAPERS:
            return tuple(form.texts(field.name))
        case Kind.LINES:
            return tuple(each.strip() for each in text.splitlines() if each.strip())
        case Kind.DAY:
            return spelling.day(text)
        case Kind.INSTANT:
            return instant(text)
        case Kind.AMOUNT:
            figure = text.replace(".", "").replace(" ", "")
            return int(figure) if figure.isascii() and figure.isdecimal() and len(figure) <= AMOUNT else None
        case _:
            return text


#: The most digits of an amount, as over REST.
AMOUNT = 15


def instant(text: str) -> datetime | None:
    """The instant of a text such as `09:30 24/11/2026` or `09:30:15 24/11/2026`. None for what is none."""
    words = text.split()
    hours = [each for each in words if ":" in each]
    days = [day for each in words if (day := spelling.day(each)) is not None]
    if len(words) != 2 or len(hours) != 1 or len(days) != 1:
        return None
    try:
        shape = "%H:%M:%S" if hours[0].count(":") > 1 else "%H:%M"
        hour = datetime.strptime(hours[0], shape).time()  # noqa: DTZ007 - an hour has no zone
    except ValueError:
        return None
    return datetime.combine(days[0], hour, localtime.ZONE)


def _fault(field: Field, text: str, value: Any, units: Mapping[str, Any]) -> str | None:
    """The reason for which a field cannot be taken as it is."""
    if not text and value in (None, "", ()):
        return None if field.optional else spoken("Chưa điền: {field}.", field=spoken(field.label))
    if value is None:
        return spoken(_FORMS[field.kind])
    if field.kind is Kind.UNIT and value not in units:
        return spoken("Không có đơn vị mang mã {code}; chọn một đơn vị trong danh sách.", code=value)
    return None


_FORMS: Mapping[Kind, str] = {
    Kind.DAY: marked("Viết ngày như 24/11/2026."),
    Kind.INSTANT: marked("Viết giờ và ngày như 09:30 24/11/2026."),
    Kind.AMOUNT: marked("Viết số tiền bằng chữ số, ví dụ 1.250.000."),
}


async def units(visit: Visit) -> Mapping[str, str]:
    """The names of units, by their codes."""
    register = await visit.service.reference_data.register()
    return {code: unit.name for code, unit in sorted(register.units.items())}


_REASON = Field("ly-do", "reason", marked("Lý do"), hint=marked("Người nộp đọc được."))
_BASIS = Field(
    "can-cu",
    "basis",
    marked("Căn cứ"),
    Kind.LINE,
    marked("Điều, khoản của luật, hoặc số và ngày của quyết định."),
)
#: Every act of these pages, in the order of a dossier's way.
PAGES: Sequence[ActPage] = (
    ActPage(
        "chuyen",
        "transfer_dossier",
        marked("Chuyển cơ quan có thẩm quyền"),
        marked("Hồ sơ chưa tiếp nhận được chuyển theo phiếu chuyển. Đơn vị nhận tiếp nhận lại từ đầu; chuyển ra ngoài hệ thống thì hồ sơ kết thúc ở đây."),
        marked("Chuyển và phát hành phiếu"),
        commands.Transfer,
        (
            _REASON,
            Field("don-vi", "unit", marked("Đơn vị nhận"), Kind.UNIT, marked("Gõ tên hoặc mã; để trống khi chuyển ra cơ quan ngoài hệ thống."), optional=True),
            Field("co-quan", "authority", marked("Cơ quan ngoài hệ thống"), Kind.LINE, optional=True),
            Field("don-vi-giai-quyet", "handling_unit", marked("Đơn vị giải quyết"), Kind.UNIT, marked("Để trống: theo thẩm quyền."), optional=True),
            Field("don-vi-quyet-dinh", "deciding_unit", marked("Đơn vị quyết định"), Kind.UNIT, marked("Để trống: theo thẩm quyền."), optional=True),
        ),
        letter=True,
        final=True,
    ),
    ActPage(
        "tra-bo-sung",
        "return_supplement",
        marked("Trả lại phần bổ sung"),
        marked("Phần bổ sung chưa đúng yêu cầu được trả lại bằng phiếu (Mẫu 02); thời hạn dừng tính cho tới khi bổ sung lại."),
        marked("Trả lại và phát hành phiếu"),
        commands.ReturnSupplement,
        (
            _REASON,
            Field("giay-to", "items", marked("Giấy tờ cần bổ sung"), Kind.PAPERS, optional=True),
            Field("den", "answer_by", marked("Bổ sung trước ngày"), Kind.DAY, marked("Ví dụ 24/11/2026. Để trống: theo thời hạn của luật."), optional=True),
        ),
        letter=True,
    ),
    ActPage(
        "dong",
        "close_unanswered",
        marked("Đóng hồ sơ không bổ sung"),
        marked("Hồ sơ đã hết hạn bổ sung mà không được bổ sung thì đóng lại, có thông báo cho người nộp."),
        marked("Đóng hồ sơ và phát hành thông báo"),
        commands.CloseUnanswered,
        (Field("ghi-chu", "note", marked("Ghi chú"), hint=marked("Chỉ cán bộ đọc."), optional=True),),
        letter=True,
        final=True,
    ),
    ActPage(
        "nghia-vu",
        "set_obligation",
        marked("Yêu cầu nghĩa vụ tài chính"),
        marked("Thời hạn dừng tính cho tới khi người nộp hoàn thành nghĩa vụ; sau đó hẹn lần hai theo thời hạn riêng."),
        marked("Yêu cầu và phát hành thông báo"),
        commands.SetObligation,
        (
            _REASON,
            _BASIS,
            Field("so-tien", "amount", marked("Số tiền (đồng)"), Kind.AMOUNT, marked("Khi cơ quan biết số tiền."), optional=True),
            Field("van-ban", "document", marked("Số thông báo, phiếu chuyển"), Kind.LINE, marked("Văn bản đã gửi cơ quan thuế."), optional=True),
        ),
        letter=True,
    ),
    ActPage(
        "xong-nghia-vu",
        "meet_obligation",
        marked("Ghi nhận nghĩa vụ tài chính đã xong"),
        marked("Từ lúc này thời hạn của lần hẹn thứ hai bắt đầu tính, có giấy hẹn mới."),
        marked("Ghi nhận và in giấy hẹn"),
        commands.MeetObligation,
        (Field("chung-tu", "proof", marked("Số chứng từ nộp tiền"), Kind.LINE),),
        letter=True,
    ),
    ActPage(
        "dung",
        "stop_dossier",
        marked("Dừng giải quyết"),
        marked("Hồ sơ kết thúc không có kết quả, có thông báo dừng giải quyết. Việc này không hoàn tác được."),
        marked("Dừng giải quyết và phát hành thông báo"),
        commands.Stop,
        (_REASON, _BASIS),
        letter=True,
        final=True,
    ),
    ActPage(
        "lay-y-kien",
        "consult_unit",
        marked("Lấy ý kiến đơn vị khác"),
        marked("Đơn vị được hỏi đọc câu hỏi và mã hồ sơ. Thời hạn vẫn tính."),
        marked("Gửi và phát hành công văn lấy ý kiến"),
        commands.Consult,
        (
            Field("don-vi", "unit", marked("Đơn vị được hỏi"), Kind.UNIT, marked("Gõ tên hoặc mã, chọn trong danh sách.")),
            Field("cau-hoi", "question", marked("Nội dung cần lấy ý kiến")),
            Field("han", "due", marked("Trả lời trước ngày"), Kind.DAY, marked("Ví dụ 24/11/2026. Để trống: theo thời hạn của thủ tục."), optional=True),
        ),
        letter=True,
    ),
    ActPage(
        "xac-minh",
        "record_verification",
        marked("Ghi nhận xác minh"),
        marked("Biên bản xác minh, thẩm định thực tế nằm trong hồ sơ; người nộp không nhận giấy tờ nào."),
        marked("Ghi nhận xác minh"),
        commands.RecordVerification,
        (
            Field("luc", "held_at", marked("Thời điểm"), Kind.INSTANT, marked("Giờ và ngày, ví dụ 09:30 24/11/2026.")),
            Field("noi", "place", marked("Địa điểm"), Kind.LINE),
            Field("thanh-phan", "participants", marked("Thành phần tham gia"), Kind.LINES, marked("Mỗi dòng một người."), optional=True),
            Field("ket-luan", "finding", marked("Kết luận")),
        ),
    ),
    ActPage(
        "cung-cap",
        "disclose_data",
        marked("Cung cấp dữ liệu cho bên thứ ba"),
        marked("Ghi vào sổ cung cấp dữ liệu; người nộp được báo."),
        marked("Ghi nhận việc cung cấp"),
        commands.Disclose,
        (
            Field("ben-nhan", "recipient", marked("Bên nhận"), Kind.LINE),
            _BASIS,
            Field("muc-dich", "purpose", marked("Mục đích")),
            Field("du-lieu", "data", marked("Dữ liệu cung cấp"), Kind.LINES, marked("Mỗi dòng một loại dữ liệu.")),
            Field("quyet-dinh", "decision", marked("Số, ngày của quyết định"), Kind.LINE),
        ),
    ),
    ActPage(
        "mo-lai",
        "reopen_dossier",
        marked("Mở lại hồ sơ"),
        marked("Theo quyết định giải quyết khiếu nại hoặc bản án. Hồ sơ giữ mã và lịch sử; thời hạn tính lại từ đầu."),
        marked("Mở lại hồ sơ"),
        commands.Reopen,
        (_REASON, _BASIS),
        letter=True,
    ),
)  # fmt: skip
