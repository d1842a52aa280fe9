"""Places of the catalogue, and words of its entries."""

from collections.abc import Mapping, Sequence
from datetime import date

from hoso_api.pages.coordination import places
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import marked
from hoso_models import Integration, PublicationKind
from hoso_workflows.catalogue import code_lists, drafts, importing
from hoso_workflows.catalogue.values import Mode
from hoso_workflows.embedding import seen

#: Where the pages begin, and the word of their entry.
ADDRESS, HERE = "/noi-bo/danh-muc", "danh-muc"
DRAFTS, MISSING = f"{ADDRESS}/ban-nhap", f"{ADDRESS}/thieu"
LAGS, IMPORT, FILE = f"{ADDRESS}/thoi-gian-nhap", f"{ADDRESS}/nhap", f"{ADDRESS}/tep"
EMBEDDING, SITES = f"{ADDRESS}/nhung", f"{ADDRESS}/trang-nhung"
LEVELS, SYSTEMS = places.LEVELS, places.SYSTEMS
#: Items of a list.
LENGTH = 50
#: The places with their names, and the act of which a reader needs a unit; None for everybody inside.
PLACES: tuple[tuple[str, str, str | None], ...] = (
    (ADDRESS, marked("Danh mục"), None),
    (DRAFTS, marked("Bản nháp"), drafts.EDIT),
    (MISSING, marked("Chưa đầy đủ"), None),
    (LAGS, marked("Thời gian nhập"), None),
    (IMPORT, marked("Nhập từ tệp"), importing.IMPORT),
    (EMBEDDING, marked("Đưa vào trang khác"), None),
    (SITES, marked("Trang nhúng"), seen.LIST),
)
#: Fields of an entry in the order of the law, each with its words.
FIELDS: Mapping[str, str] = {
    "name": marked("Tên thủ tục"),
    "authority": marked("Cơ quan chịu trách nhiệm"),
    "level": marked("Cấp"),
    "field": marked("Lĩnh vực"),
    "sequence": marked("Trình tự thực hiện"),
    "method": marked("Cách thức thực hiện"),
    "components": marked("Thành phần hồ sơ"),
    "sets": marked("Số bộ hồ sơ"),
    "term": marked("Thời hạn giải quyết"),
    "term_note": marked("Ghi thêm về thời hạn"),
    "applicants": marked("Đối tượng thực hiện"),
    "decided_by": marked("Cơ quan quyết định"),
    "result": marked("Kết quả"),
    "forms": marked("Mẫu đơn, tờ khai"),
    "conditions": marked("Yêu cầu, điều kiện"),
    "fees": marked("Phí, lệ phí"),
    "receiving": marked("Cách tiếp nhận hồ sơ"),
    "returning": marked("Cách trả kết quả"),
    "legal_basis": marked("Căn cứ pháp lý"),
}
#: The items by their letters.
ITEMS: Mapping[str, str] = {
    "a": marked("tên"),
    "b": marked("trình tự"),
    "c": marked("cách thức"),
    "d": marked("thành phần, số bộ"),
    "đ": marked("thời hạn"),
    "e": marked("đối tượng"),
    "g": marked("cơ quan quyết định"),
    "h": marked("kết quả"),
    "i": marked("mẫu đơn, phí"),
    "k": marked("cách tiếp nhận, trả kết quả"),
    "l": marked("căn cứ pháp lý"),
}
KINDS: Mapping[str, str] = {
    PublicationKind.NEW: marked("Ban hành mới"),
    PublicationKind.AMENDED: marked("Sửa đổi, bổ sung"),
    PublicationKind.ABOLISHED: marked("Bãi bỏ"),
}
MODES: Mapping[str, str] = {
    Mode.DIRECT: marked("Trực tiếp"),
    Mode.POST: marked("Qua bưu chính công ích"),
    Mode.ONLINE: marked("Trực tuyến"),
}
#: The mark and the words of a state.
STATES: Mapping[str, tuple[str, str]] = {
    Integration.APART: ("wait", marked("Chưa tích hợp")),
    Integration.UNDER_WAY: ("soon", marked("Đang tích hợp")),
    Integration.INTEGRATED: ("done", marked("Đã tích hợp")),
    Integration.ENDED: ("still", marked("Không dùng nữa")),
}


def sections(visit: Visit) -> list[tuple[str, str]]:
    """The places that a reader may enter."""
    return [(address, name) for address, name, act in PLACES if act is None or places.units(visit, act)]


def levels(day: date | None = None, now: str = "") -> Sequence[tuple[str, str]]:
    """All levels of administration, or those of a day beside the present one."""
    return [
        (each.code, each.name)
        for each in code_lists.levels()
        if day is None or each.holds(day) or each.code == now
    ]


def audiences() -> Mapping[str, str]:
    """The audiences by their codes."""
    return {each.code: each.name for each in code_lists.audiences()}


def service_levels() -> Mapping[str, str]:
    """The service levels by their codes."""
    return {each.code: each.name for each in code_lists.service_levels()}
