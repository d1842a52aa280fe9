"""Forms of the one-stop shop: title, series, paper, signatures, needed values.

Mẫu 01 to 06 are the forms of Thông tư 01/2018/TT-VPCP and of Thông tư 03/2025 after it; the others are the notices that the
Nghị định on the one-stop shop names without a form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hoso_workflows.letters import refusals


class Paper(StrEnum):
    """Paper of a form."""

    #: 148 × 210 mm, the one-stop shop's own forms.
    A5 = "a5"
    #: 210 × 297 mm, letters of an authority.
    A4 = "a4"
    #: 297 × 210 mm, the register.
    A4_LANDSCAPE = "a4-landscape"


class Signs(StrEnum):
    """Signatures of a form."""

    #: The applicant on the left, the officer at the desk on the right.
    APPLICANT_AND_DESK = "applicant_and_desk"
    #: The officer at the desk.
    DESK = "desk"
    #: The head of the authority, or who signs for the head; never the desk.
    HEAD = "head"
    #: The payer on the left, who took the money on the right.
    PAYER_AND_COLLECTOR = "payer_and_collector"
    #: Nobody: the system keeps it.
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is declared.

    `needs` and `may` are names of fields of `values.Values`, beside those that every letter has.
    """

    code: str
    title: str
    #: Abbreviation in the number series, as in `12/2026/TNHS-PVHCC`.
    abbreviation: str
    paper: Paper
    signs: Signs
    needs: frozenset[str]
    may: frozenset[str]

    @property
    def takes(self) -> frozenset[str]:
        """Every field that a letter of this form may have."""
        signed = frozenset() if self.signs is Signs.NOBODY else frozenset(["signer"])
        return EVERY_NEEDS | self.needs | self.may | signed

    @property
    def wants(self) -> frozenset[str]:
        """Every field that a letter of this form must have."""
        return EVERY_NEEDS | self.needs

    @property
    def has_code(self) -> bool:
        """True where the dossier's code, or its reference, stands on the paper."""
        return "code" in self.takes

    @property
    def has_qr(self) -> bool:
        """True where a QR code leads to the public check of the paper."""
        return "check_address" in self.wants


EVERY_NEEDS = frozenset(["form", "number", "year", "place", "issued_on", "authority"])
_DOSSIER = frozenset(["procedure", "applicant", "check_address"])
_DOSSIER_MAY = frozenset(["code", "reference", "case", "request"])
_NOTICE_MAY = _DOSSIER_MAY | {"copies_to", "contact", "return_at"}


def _form(
    code: str, title: str, abbreviation: str, paper: Paper, signs: Signs, needs: str, may: str = ""
) -> Form:
    more = _NOTICE_MAY if signs is Signs.HEAD else _DOSSIER_MAY
    return Form(
        code,
        title,
        abbreviation,
        paper,
        signs,
        _DOSSIER | frozenset(needs.split()),
        more | frozenset(may.split()),
    )


_ALL = (
    _form(
        "01",
        "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
        "TNHS",
        Paper.A5,
        Signs.APPLICANT_AND_DESK,
        "sets term received_at return_at return_place",
        "components representative former_return_at register reason",
    ),
    _form(
        "02",
        "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
        "PBS",
        Paper.A5,
        Signs.DESK,
        "items reason contact",
        "answer_by",
    ),
    _form(
        "03",
        "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
        "PTC",
        Paper.A5,
        Signs.APPLICANT_AND_DESK,
        "reason",
        "legal_basis contact",
    ),
    _form(
        "04",
        "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
        "PXL",
        Paper.A5,
        Signs.HEAD,
        "received_at former_return_at return_at reason",
    ),
    Form(
        "05",
        "Phiếu kiểm soát quá trình giải quyết hồ sơ",
        "PKS",
        Paper.A4,
        Signs.NOBODY,
        frozenset(["code", "procedure", "handling", "received_at", "return_at", "handovers"]),
        frozenset(["case", "cooperating", "check_address"]),
    ),
    Form(
        "06",
        "Sổ theo dõi hồ sơ",
        "STD",
        Paper.A4_LANDSCAPE,
        Signs.NOBODY,
        frozenset(["period", "entries"]),
        frozenset(["field"]),
    ),
    _form("stop", "Thông báo dừng giải quyết hồ sơ", "TBD", Paper.A4, Signs.HEAD, "reason", "legal_basis"),
    _form(
        "transfer",
        "Phiếu chuyển hồ sơ",
        "PCHS",
        Paper.A4,
        Signs.HEAD,
        "sender receiver reason",
        "components sets legal_basis received_at",
    ),
    _form(
        "consultation",
        "Phiếu lấy ý kiến",
        "PLYK",
        Paper.A4,
        Signs.HEAD,
        "consulted question due_at",
        "components legal_basis",
    ),
    _form(
        "suspension",
        "Thông báo tạm dừng giải quyết hồ sơ",
        "TBTD",
        Paper.A4,
        Signs.HEAD,
        "reason stopped_at legal_basis",
        "resumes_on",
    ),
    _form(
        "resumption",
        "Thông báo tiếp tục giải quyết hồ sơ",
        "TBTT",
        Paper.A4,
        Signs.HEAD,
        "resumed_at return_at",
        "stopped_at former_return_at reason legal_basis",
    ),
    _form(
        "extension",
        "Thông báo gia hạn thời gian giải quyết hồ sơ",
        "TBGH",
        Paper.A4,
        Signs.HEAD,
        "former_return_at return_at reason legal_basis",
    ),
    _form(
        "obligation",
        "Thông báo thực hiện nghĩa vụ tài chính",
        "TBNV",
        Paper.A4,
        Signs.HEAD,
        "reason",
        "amounts answer_by payment legal_basis",
    ),
    _form(
        "receipt_of_payment",
        "Biên lai thu phí, lệ phí",
        "BLTP",
        Paper.A5,
        Signs.PAYER_AND_COLLECTOR,
        "amounts payment",
        "payer cancelled_at cancelled_for refunded",
    ),
)
FORMS: Mapping[str, Form] = {form.code: form for form in _ALL}


def titled(code: str) -> Form:
    """The form of a code such as `01` or `stop`. Raises FormUnknown."""
    form = FORMS.get(code)
    if form is None:
        raise refusals.FormUnknown(code)
    return form


def series(form: Form, number: int, year: int, unit: str) -> str:
    """The number of a letter as it is written: `12/2026/TNHS-PVHCC`.

    `unit` is the unit's abbreviation. Below ten the number has a zero before it (Nghị định 30/2020/NĐ-CP).
    """
    return f"{number:02}/{year}/{form.abbreviation}-{unit}"
