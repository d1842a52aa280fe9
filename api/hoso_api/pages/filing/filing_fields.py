"""Fields of a filing that no question of a procedure asks: applicant, delivery, units.

The desk's page and the applicant's own have the same ones. A draft keeps them in the fields of a filing over REST, as they
were typed, right or wrong.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hoso_api.pages.shared.acting import Fault, Form
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar import messages
from hoso_models import DeliveryMode, PartyKind
from hoso_workflows import errors
from hoso_workflows.lifecycle.commands import Applicant

#: Fields of the form, as its page names them; no question of a procedure is named so.
KIND, NAME, NUMBER, PLACE, PHONE, EMAIL, AREA = (
    "np-loai",
    "np-ten",
    "np-so",
    "np-dia-chi",
    "np-dien-thoai",
    "np-thu",
    "np-dia-ban",
)
PROXY, PROXY_NUMBER, PROXY_PAPER = "np-uy-quyen", "np-uy-quyen-so", "np-uy-quyen-giay"
MODE, CONSENT = "np-nhan", "np-dien-tu"
#: The applicant's own field of each field of the page.
APPLICANT: Mapping[str, str] = {
    KIND: "kind",
    NAME: "name",
    NUMBER: "identifier",
    PLACE: "address",
    PHONE: "phone",
    EMAIL: "email",
    PROXY: "authorised_name",
    PROXY_NUMBER: "authorised_identifier",
    PROXY_PAPER: "authorisation_paper",
}
_WITH_AREA = {**APPLICANT, AREA: "area"}
#: The field that chooses the unit of a part.
UNITS: Mapping[str, str] = {
    "receiving": "np-noi-nhan",
    "handling": "np-noi-giai-quyet",
    "deciding": "np-noi-quyet-dinh",
}
KINDS: Mapping[PartyKind, str] = {
    PartyKind.PERSON: marked("Cá nhân"),
    PartyKind.ORGANISATION: marked("Tổ chức, doanh nghiệp"),
}
PARTS: Mapping[str, str] = {
    "receiving": marked("Nơi tiếp nhận"),
    "handling": marked("Nơi giải quyết"),
    "deciding": marked("Nơi quyết định"),
}
MODES = (
    (DeliveryMode.COUNTER.value, marked("Nhận tại quầy")),
    (DeliveryMode.POST.value, marked("Gửi bưu chính công ích")),
    (DeliveryMode.ONLINE.value, marked("Trả trực tuyến")),
)
_LONGEST = {NAME: 300, NUMBER: 300, PHONE: 300, EMAIL: 300, PROXY: 300, PROXY_NUMBER: 300, AREA: 80}
_EMAIL = re.compile(r'[^@\s<>(),;:"\\]+@[^@\s<>(),;:"\\]+')


def faults(said: Mapping[str, str]) -> Iterator[Fault]:
    """Faults of the applicant's fields that no command would find."""
    if said.get(EMAIL) and not _EMAIL.fullmatch(said[EMAIL]):
        yield Fault(spoken("Ghi một địa chỉ thư điện tử, ví dụ ten@vidu.vn."), EMAIL)
    for field, most in _LONGEST.items():
        if len(said.get(field, "")) > most:
            yield Fault(spoken("Viết ngắn hơn: nhiều nhất {n} ký tự.", n=most), field)


def placed(fault: errors.Fault, fields: Mapping[str, str]) -> Fault:
    """A fault of a filing at the field of the page."""
    field = fault.field.partition("[")[0]
    said = messages.translated(fault.message)
    if field in fields:
        return Fault(messages.opening(said), fields[field])
    return Fault(f"{fault.field}: {said}" if fault.field else messages.opening(said))


def texts(form: Form) -> dict[str, str]:
    """The texts in the applicant's fields of a form."""
    return {field: form.text(field) for field in _WITH_AREA}


def applicant(said: Mapping[str, str]) -> Applicant:
    """The applicant of the page's fields. A kind that is none is a person."""
    kind = said.get(KIND, "")
    further = {
        name: said.get(field) or None for field, name in _WITH_AREA.items() if field not in (NAME, KIND)
    }
    known = PartyKind(kind) if kind in set(PartyKind) else PartyKind.PERSON
    return Applicant(said.get(NAME, ""), known, **further)


def mode(text: str) -> DeliveryMode:
    """The way in which the result is wanted. At the counter where it is none."""
    return DeliveryMode(text) if text in set(DeliveryMode) else DeliveryMode.COUNTER


def written(said: Mapping[str, str]) -> dict[str, str]:
    """The applicant as a draft keeps it."""
    return filled({name: said.get(field, "") for field, name in _WITH_AREA.items()})


def filled(said: Mapping[str, Any]) -> dict[str, Any]:
    """The values without those that are empty."""
    return {name: value for name, value in said.items() if value not in ("", None)}


def read(content: Mapping[str, Any]) -> dict[str, str]:
    """The texts of the page's fields for a draft's content, whoever has written it."""
    applicant = content.get("applicant")
    of_applicant = applicant if isinstance(applicant, dict) else {}
    named = {
        **{field: of_applicant.get(name) for field, name in _WITH_AREA.items()},
        MODE: content.get("delivery_mode"),
        CONSENT: "co" if content.get("e_result_consent") is True else "",
        **{field: content.get(f"{part}_unit") for part, field in UNITS.items()},
    }
    return {name: text for name, text in named.items() if isinstance(text, str) and text}


#: What is said of an applicant besides kind and name, in the order of the page.
_FACTS: tuple[tuple[str, str], ...] = (
    (NUMBER, marked("Số định danh, mã số thuế hoặc số quyết định")),
    (PLACE, marked("Địa chỉ")),
    (AREA, marked("Mã địa bàn hành chính")),
    (PHONE, marked("Điện thoại")),
    (EMAIL, marked("Thư điện tử")),
    (PROXY, marked("Người được ủy quyền nộp")),
    (PROXY_NUMBER, marked("Số định danh của người được ủy quyền")),
    (PROXY_PAPER, marked("Giấy ủy quyền")),
)


def applicant_facts(typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """The applicant in words: labels with their values, those that are empty left out."""
    kinds = {kind.value: words for kind, words in KINDS.items()}
    return [
        (spoken("Người nộp là"), spoken(kinds.get(typed.get(KIND, ""), KINDS[PartyKind.PERSON]))),
        (spoken("Họ tên, hoặc tên tổ chức"), typed.get(NAME) or spoken("Không trả lời")),
        *((spoken(label), typed[field]) for field, label in _FACTS if typed.get(field)),
    ]


def delivery_facts(typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """The way of the result in words, and the units that were chosen."""
    modes, mode = dict(MODES), typed.get(MODE, "")
    return [
        (spoken("Bạn nhận kết quả"), spoken(modes[mode]) if mode in modes else spoken("Không trả lời")),
        (
            spoken("Đồng ý nhận kết quả điện tử"),
            spoken("Có") if typed.get(CONSENT) == "co" else spoken("Không"),
        ),
        *((spoken(PARTS[part]), typed[field]) for part, field in UNITS.items() if typed.get(field)),
    ]
