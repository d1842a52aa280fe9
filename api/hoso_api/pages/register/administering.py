"""Acts of administration: over which units a reader may do them."""

from collections.abc import Iterable

from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import marked
from hoso_workflows import errors
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import ADMINISTRATOR, readings, table

#: Where the pages of administrators begin, and the word of their entry.
ADDRESS, HERE = "/noi-bo/quan-tri", "quan-tri"
#: The pages of administrators with their names, in their order.
PLACES: tuple[tuple[str, str], ...] = (
    (ADDRESS, marked("Tình trạng")),
    (f"{ADDRESS}/don-vi", marked("Đơn vị")),
    (f"{ADDRESS}/dia-ban", marked("Địa bàn")),
    (f"{ADDRESS}/nguoi-dung", marked("Người dùng")),
    (f"{ADDRESS}/tham-quyen", marked("Thẩm quyền")),
    (f"{ADDRESS}/lich", marked("Lịch làm việc")),
    (f"{ADDRESS}/canh-bao", marked("Cảnh báo")),
    (f"{ADDRESS}/thu-gui", marked("Thư gửi đi")),
    (f"{ADDRESS}/webhook", marked("Webhook")),
    (f"{ADDRESS}/cong", marked("Cổng khác")),
    ("/noi-bo/viec-chay", marked("Việc chạy lâu")),
    (f"{ADDRESS}/mau-giay", marked("Mẫu giấy tờ")),
    (f"{ADDRESS}/khoa", marked("Khóa")),
    (f"{ADDRESS}/luu-tru", marked("Giữ hồ sơ")),
    (f"{ADDRESS}/tieu-huy", marked("Tiêu hủy")),
)


async def overseen(visit: Visit, act: str) -> frozenset[str]:
    """The units over which the reader has an office that may do the act.

    Raises Forbidden, which is recorded, where there is none.
    """
    units = permissions.overseen(visit.rights, act)
    if units:
        return units
    async with readings.refusals(visit.service.db, act, visit.principal, None, visit.at, visit.origin):
        raise errors.Forbidden(visit.principal, table.ACTS[act].says, ADMINISTRATOR, None)


def may(visit: Visit, act: str, *units: str | None) -> bool:
    """True where the reader may do an act of an office on all units."""
    return permissions.overseen(visit.rights, act).issuperset(units)


def may_anywhere(visit: Visit, act: str) -> bool:
    """True where the reader may do an act of an office on some unit."""
    return bool(permissions.overseen(visit.rights, act))


async def require(visit: Visit, act: str, unit: str) -> None:
    """Raise Forbidden, which is recorded, unless the reader may do it there."""
    if may(visit, act, unit):
        return
    async with readings.refusals(visit.service.db, act, visit.principal, unit, visit.at, visit.origin):
        raise errors.Forbidden(visit.principal, table.ACTS[act].says, ADMINISTRATOR, unit)


async def whole(visit: Visit, units: Iterable[str]) -> bool:
    """True for units among which are all at the top of the tree."""
    tops = await visit.service.db.rows("select code from unit where parent_code is null")
    return {row.code for row in tops} <= frozenset(units)
