"""Owner and opening of a procedure, on their pages without scripts."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT, OTHER

# Each test looks at what is its own.
pytestmark = pytest.mark.world("shared")

PROCEDURE = "/noi-bo/thu-tuc/1.014464"
OWNER, OPENING = f"{PROCEDURE}/co-quan-chu-quan", f"{PROCEDURE}/nhan-ho-so"
BASIS = "Quyết định số 12/QĐ-UBND"


async def opened(rest: Rest, by: UUID, place: str) -> Visitor:
    return await (await Visitor.of(rest, by)).goes(place)


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


async def named(rest: Rest, basis: str) -> list[tuple[Any, ...]]:
    """The owners that were named on a basis."""
    rows = await rest.world.db.rows(
        "select unit_code, valid_from, named_by from procedure_owner where basis = $1 order by named_at",
        [basis],
    )
    return [tuple(row) for row in rows]


async def test_an_owner_is_named_once_from_a_day_on(rest: Rest):
    administrator = await opened(rest, ADMINISTRATOR, OWNER)
    said = {"don_vi": OTHER, "tu_ngay": "10/03/2026", "can_cu": BASIS}
    late = await opened(rest, ADMINISTRATOR, OWNER)
    address, fields = administrator.sent("Giao đơn vị chủ quản", **said)
    for _ in range(2):
        await administrator.posts(address, fields)
        assert (administrator.path, BASIS in administrator.text) == (OWNER, True)
    assert await named(rest, BASIS) == [(OTHER, date(2026, 3, 10), ADMINISTRATOR)]
    await late.presses("Giao đơn vị chủ quản", don_vi=DEPARTMENT, can_cu="Quyết định số 13/QĐ-UBND")
    assert (status(late), "Quyết định số 13/QĐ-UBND" in (late.page.text if late.page else "")) == (409, True)
    assert "Đơn vị chủ quản vừa được đổi sau khi bạn mở trang này." in late.text
    assert await named(rest, "Quyết định số 13/QĐ-UBND") == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"don_vi": ""}, "don-vi"),
        ({"don_vi": "H27.KHONG"}, "don-vi"),
        ({"can_cu": " "}, "can-cu"),
        ({"tu_ngay": "hôm qua"}, "tu-ngay"),
        ({"tu_ngay": "01/03/2026"}, "tu-ngay"),
    ],
)
async def test_an_owner_that_does_not_fit_comes_back_at_its_field(
    rest: Rest, said: dict[str, str], field: str
):
    administrator = await opened(rest, ADMINISTRATOR, OWNER)
    right = {"don_vi": OTHER, "tu_ngay": "02/03/2026", "can_cu": "Quyết định số 14/QĐ-UBND"}
    await administrator.presses("Giao đơn vị chủ quản", **{**right, **said})
    assert administrator.page is not None
    assert (status(administrator), f'<a href="#f-{field}">' in administrator.page.text) == (422, True)
    assert await named(rest, "Quyết định số 14/QĐ-UBND") == []


async def test_others_read_who_owns_a_procedure_and_name_nobody(rest: Rest):
    clerk = await opened(rest, CLERK, OWNER)
    assert "Chỉ quản trị viên ở đầu cây đơn vị giao được đơn vị chủ quản." in clerk.text
    fields = {"_khoa": [str(uuid4())], "don-vi": [OTHER], "can-cu": ["Quyết định số 15/QĐ-UBND"]}
    known = await rest.world.one("select count(*) from procedure_owner where procedure_code = '1.014464'")
    await clerk.posts(OWNER, {**fields, "da-thay": [str(known)]})
    assert (status(clerk), await named(rest, "Quyết định số 15/QĐ-UBND")) == (403, [])
    assert status(await opened(rest, CLERK, "/noi-bo/thu-tuc/9.999999/co-quan-chu-quan")) == 404
    reserved = await opened(rest, ADMINISTRATOR, "/noi-bo/thu-tuc/9.999999/co-quan-chu-quan")
    assert (status(reserved), "Giao đơn vị chủ quản" in reserved.text) == (200, True)


async def changes(rest: Rest) -> list[tuple[Any, ...]]:
    """Days from which the procedure was closed and opened."""
    rows = await rest.world.db.rows(
        "select valid_from, is_open, entered_by from procedure_opening where procedure_code = '1.014464'"
        " order by entered_at"
    )
    return [tuple(row) for row in rows]


async def test_a_procedure_is_closed_once_and_opened_again(rest: Rest):
    clerk = await opened(rest, CLERK, OPENING)
    assert "Người phê duyệt và quản trị viên của đơn vị chủ quản thay đổi được việc này." in clerk.text
    fields = {"_khoa": [str(uuid4())], "can-cu": [BASIS], "tu-ngay": ["09/03/2026"]}
    await clerk.posts(f"{OPENING}/ngung", fields)
    assert (status(clerk), await changes(rest)) == (403, [])
    administrator = await opened(rest, ADMINISTRATOR, OPENING)
    assert "Thủ tục đang nhận hồ sơ mới." in administrator.text
    await administrator.presses("Ngừng nhận hồ sơ mới", can_cu=" ")
    assert (status(administrator), "Ghi căn cứ." in administrator.text) == (422, True)
    await administrator.presses("Ngừng nhận hồ sơ mới", can_cu=BASIS, tu_ngay="01/03/2026")
    assert administrator.page is not None
    assert (status(administrator), '<a href="#f-tu-ngay">' in administrator.page.text) == (422, True)
    address, fields = administrator.sent("Ngừng nhận hồ sơ mới", can_cu=BASIS, tu_ngay="09/03/2026")
    for _ in range(2):
        await administrator.posts(address, fields)
        assert (administrator.path, status(administrator)) == (OPENING, 200)
    closed = (date(2026, 3, 9), False, ADMINISTRATOR)
    assert await changes(rest) == [closed]
    await administrator.posts(address, {**fields, "can-cu": ["Căn cứ khác"]})
    assert status(administrator) == 409
    rest.clock.turn("2026-03-09 08:00")
    later = await opened(rest, ADMINISTRATOR, OPENING)
    assert "Thủ tục đã ngừng nhận hồ sơ mới từ ngày" in later.text
    await later.presses("Nhận lại hồ sơ mới", can_cu=BASIS)
    assert await changes(rest) == [closed, (date(2026, 3, 9), True, ADMINISTRATOR)]
    assert "Thủ tục đang nhận hồ sơ mới." in later.text
