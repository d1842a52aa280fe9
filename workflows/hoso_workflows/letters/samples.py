"""Sample values of every form, short and long.

Templates are checked by them, pictures are drawn of them, and times are measured.

Nobody in them exists: applicants have numbers for names, officers are named by their roles.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from hoso_workflows import localtime
from hoso_workflows.letters import document, forms
from hoso_workflows.letters.values import (
    Amount,
    Authority,
    Book,
    Component,
    Contact,
    Copy,
    Entry,
    Handover,
    Outcome,
    Period,
    Person,
    Signer,
    Values,
)

_RECEIVED = datetime(2026, 3, 5, 14, 30, tzinfo=localtime.ZONE)
_PROMISED = datetime(2026, 3, 10, 16, 30, tzinfo=localtime.ZONE)
_LATER = datetime(2026, 3, 17, 11, 30, tzinfo=localtime.ZONE)
_CENTRE = "Trung tâm Phục vụ hành chính công tỉnh"
_PUBLISHING = "Cấp giấy phép xuất bản tài liệu không kinh doanh"
_BASIS = "Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ"

_PERSON = Person(
    name="Người nộp 1",
    identifier="000000000001",
    address="Số 1, đường Một, phường Thành Sen, tỉnh Hà Tĩnh",
    telephone="0000 000 001",
    email="nguoinop1@vidu.example",
)
_HANDOVER = Handover(
    unit=_CENTRE,
    sender=_CENTRE,
    receiver="Phòng Thông tin, Báo chí, Xuất bản",
    at=_RECEIVED,
    giver="Công chức tiếp nhận",
    taker="Chuyên viên",
    outcome=Outcome.ON_TIME,
)
_ENTRY = Entry(
    code="H27.16-260305-0001",
    procedure=_PUBLISHING,
    applicant="Người nộp 1",
    handling="Sở Văn hóa, Thể thao và Du lịch",
    received_on=date(2026, 3, 5),
    appointed_on=date(2026, 3, 10),
    returned_on=date(2026, 3, 9),
    contact="Phường Thành Sen, 0000 000 001",
    way="Trực tiếp",
)
#: Every field that some form has; a sample takes those of its own.
_FIELDS: Mapping[str, Any] = {
    "number": 12,
    "year": 2026,
    "place": "Hà Tĩnh",
    "issued_on": date(2026, 3, 5),
    "authority": Authority(
        parent="Ủy ban nhân dân tỉnh Hà Tĩnh",
        unit=_CENTRE,
        abbreviation="PVHCC",
    ),
    "signer": Signer(name="Công chức 1"),
    "check_address": "https://dichvucong.vidu.example/kiem-chung/7F3K-9QTM-2XHD",
    "code": "H27.16-260305-0001",
    "procedure": _PUBLISHING,
    "request": "Cấp giấy phép xuất bản kỷ yếu hội thảo, 200 bản",
    "applicant": _PERSON,
    "components": (
        Component(name="Đơn đề nghị cấp giấy phép xuất bản tài liệu không kinh doanh", originals=1),
        Component(name="Bản thảo tài liệu", originals=2),
        Component(name="Quyết định thành lập tổ chức", copies=1),
    ),
    "sets": 1,
    "term": "03 ngày làm việc",
    "received_at": _RECEIVED,
    "return_at": _PROMISED,
    "former_return_at": _PROMISED,
    "return_place": _CENTRE,
    "register": Book(book="01/2026", entry=12),
    "reason": "Bản thảo thiếu phần mục lục và chưa đóng dấu giáp lai.",
    "items": ("Bản thảo có mục lục, đóng dấu giáp lai", "Giấy giới thiệu của tổ chức"),
    "answer_by": date(2026, 3, 26),
    "contact": Contact(name="Quầy số 3, Bộ phận Một cửa", telephone="0000 000 003"),
    "legal_basis": (_BASIS,),
    "stopped_at": _PROMISED,
    "resumes_on": date(2026, 3, 16),
    "resumed_at": datetime(2026, 3, 16, 7, 0, tzinfo=localtime.ZONE),
    "sender": _CENTRE,
    "receiver": "Ủy ban nhân dân phường Thành Sen",
    "consulted": "Sở Khoa học và Công nghệ",
    "question": "Nội dung chương 2 của bản thảo có thuộc phạm vi bí mật nhà nước hay không.",
    "due_at": _PROMISED,
    "amounts": (
        Amount(name="Lệ phí cấp giấy phép", amount=250_000),
        Amount(name="Phí thẩm định", amount=1_000_000),
    ),
    "payment": "Chuyển khoản",
    "handling": "Sở Văn hóa, Thể thao và Du lịch",
    "cooperating": ("Sở Khoa học và Công nghệ",),
    "handovers": (
        _HANDOVER,
        replace(
            _HANDOVER,
            unit="Phòng Thông tin, Báo chí, Xuất bản",
            sender="Phòng Thông tin, Báo chí, Xuất bản",
            receiver=_CENTRE,
            at=datetime(2026, 3, 9, 9, 15, tzinfo=localtime.ZONE),
            giver="Chuyên viên",
            taker="Công chức tiếp nhận",
            outcome=Outcome.EARLY,
            note="Trả kết quả sớm 01 ngày",
        ),
    ),
    "period": Period(first=date(2026, 1, 1), last=date(2026, 3, 31)),
    "field": "Báo chí, xuất bản",
    "entries": (
        _ENTRY,
        replace(_ENTRY, code="H27.16-260305-0002", applicant="Người nộp 2", returned_on=None, way=None),
    ),
    "copies_to": ("Sở Văn hóa, Thể thao và Du lịch", "Lưu: VT"),
}
_HEAD = Signer(titles=("KT. Giám đốc", "Phó Giám đốc"), name="Lãnh đạo 1")
#: What a letter has only in some cases.
_SELDOM = frozenset(
    [
        *("representative", "former_return_at", "payer", "case", "reference"),
        *("cancelled_at", "cancelled_for", "refunded"),
    ]
)
#: Where some forms differ from the others.
_OWN: Mapping[str, Mapping[str, Any]] = {
    "04": {"return_at": _LATER, "reason": "Hồ sơ cần lấy thêm ý kiến của cơ quan phối hợp."},
    "stop": {"reason": "Người nộp hồ sơ đề nghị rút hồ sơ ngày 09/03/2026."},
    "transfer": {"reason": "Thủ tục thuộc thẩm quyền của Ủy ban nhân dân phường Thành Sen."},
    "obligation": {"reason": "Phải nộp lệ phí trước khi nhận giấy phép."},
    "suspension": {"reason": "Chờ kết quả niêm yết công khai theo quy định."},
    "resumption": {"return_at": _LATER, "reason": "Đã hết thời gian niêm yết công khai."},
    "extension": {"return_at": _LATER, "reason": "Hồ sơ có nội dung phức tạp, cần thẩm tra, xác minh."},
}
_LONG_NAME = (
    "Công ty cổ phần đầu tư, xây dựng, thương mại, dịch vụ và xuất nhập khẩu thiết bị, vật tư ngành in, "
    "xuất bản và phát hành sách giáo khoa khu vực Bắc Trung Bộ số 1 (chi nhánh tại tỉnh Hà Tĩnh)"
)
_LONG_TEXT = " ".join(
    ["Theo quy định, giấy tờ nộp kèm phải còn giá trị sử dụng, có chữ ký và dấu của cơ quan cấp;"] * 12
)


def short(code: str) -> Values:
    """The values of a form as they mostly are. Raises FormUnknown."""
    form = forms.titled(code)
    given = {
        name: value for name, value in _FIELDS.items() if name in form.takes and name not in _missing(form)
    }
    if form.signs is forms.Signs.HEAD:
        given["signer"] = _HEAD
    return _read(Values(form=code, **{**given, **_OWN.get(code, {})}))


def long(code: str) -> Values:
    """The same form with everything that it may have: it takes several pages."""
    form = forms.titled(code)
    values = replace(short(code), **{name: _LONG[name] for name in _LONG.keys() & form.takes})
    unit = f"{_CENTRE} và Bộ phận Tiếp nhận và Trả kết quả giải quyết thủ tục hành chính liên thông"
    return _read(replace(values, authority=replace(values.authority, unit=unit)))


def _missing(form: forms.Form) -> frozenset[str]:
    return _SELDOM - form.needs | ({"reason"} - form.needs if form.code == "01" else frozenset())


#: A copy with all that its mark may say.
COPY = Copy(ordinal=2, given_at=_PROMISED, receiver="Người nhận bản sao 1")


def _read(values: Values) -> Values:
    """The values as read from their document, which accepts them."""
    return document.read(document.write(values))


_LONG: Mapping[str, Any] = {
    "applicant": replace(
        _PERSON,
        name=_LONG_NAME,
        address=f"Tầng 12, tòa nhà số 1, {_PERSON.address}, gần ngã tư đường Một và đường Hai, lô 3 khu công nghiệp",
        email="van.thu.va.luu.tru.phong.hanh.chinh.tong.hop.chi.nhanh.so.1@cong-ty-rat-dai.vidu.example",
    ),
    "representative": replace(
        _PERSON, name="Người được ủy quyền 1", paper="Giấy ủy quyền số 000001 ngày 02/03/2026"
    ),
    "case": "trường hợp tài liệu có nội dung liên quan đến từ hai địa phương trở lên",
    "request": _LONG_TEXT,
    "components": tuple(
        Component(name=f"Giấy tờ thứ {number}: {_BASIS}, bản có chứng thực", originals=1, copies=number % 3)
        for number in range(1, 31)
    ),
    "former_return_at": _PROMISED,
    "return_at": _LATER,
    "reason": _LONG_TEXT,
    "items": tuple(f"Giấy tờ thứ {number}: {_BASIS}, có xác nhận của cơ quan cấp" for number in range(1, 31)),
    "legal_basis": (_BASIS,) * 6,
    "question": _LONG_TEXT,
    "amounts": tuple(
        Amount(name=f"Phí thẩm định phần {number}", amount=number * 1_250_500) for number in range(1, 31)
    ),
    "payer": replace(_PERSON, name=_LONG_NAME),
    "cancelled_at": _LATER,
    "cancelled_for": _LONG_TEXT,
    "refunded": "1.250.500 đồng, ngày 09/03/2026",
    "handovers": _FIELDS["handovers"] * 20,
    "entries": tuple(
        replace(_ENTRY, code=f"H27.16-260305-{number:04}", applicant=f"Người nộp {number}")
        for number in range(1, 61)
    ),
    "copies_to": ("Sở Văn hóa, Thể thao và Du lịch", "Ủy ban nhân dân phường Thành Sen", "Lưu: VT, HS"),
}
