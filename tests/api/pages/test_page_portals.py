"""Portals of other authorities, in a browser without scripts."""

from __future__ import annotations

from support import partner_portals
from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.partner_portals import NATIONAL, SPEAKER
from support.visitor import Visitor
from support.world import PROVINCE

PLACE = "/noi-bo/quan-tri/cong"
SAID = {
    "ma": [NATIONAL],
    "ten": ["Cổng Dịch vụ công quốc gia"],
    "don-vi": [PROVINCE],
    "pham-vi": ["all"],
    "he-thong": [str(SPEAKER)],
    "so-phut": ["15"],
    "can-cu": ["Nghị định mẫu"],
}


async def test_an_administrator_enters_a_portal_sees_its_log_and_tells_it_anew(rest: Rest) -> None:
    await partner_portals.spoken_for(rest.world)
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes(PLACE)
    assert "Chưa có cổng nào." in visitor.text
    await visitor.goes(f"{PLACE}/moi")
    address, fields = visitor.sent("Thêm")
    await visitor.posts(address, {**fields, **SAID, "ten": [""], "so-phut": ["x"]})
    assert ("Ghi tên cổng." in visitor.text, "Ghi số phút" in visitor.text) == (True, True)
    await visitor.posts(address, {**fields, **SAID, "tu-ngay": ["01/03/2026"]})
    assert visitor.page is not None
    assert visitor.page.status_code == 422
    for _ in range(2):
        await visitor.posts(address, {**fields, **SAID})
    assert (visitor.path, await rest.world.one("select count(*) from partner_portal")) == (
        f"{PLACE}/{NATIONAL}",
        1,
    )

    code = (await rest.accepts())["code"]
    changes = (await rest.get(f"/v1/portals/{NATIONAL}/changes", SPEAKER)).json()
    refused = [{"id": changes["items"][2]["id"], "reason": "không có mã này"}]
    await rest.done(f"/v1/portals/{NATIONAL}/acknowledgement", SPEAKER, {"up_to": 1, "refused": refused})
    await visitor.goes(f"{PLACE}/{NATIONAL}")
    for words in (code, "Đã xác nhận", "Đã gửi, chưa xác nhận", "Cổng không nhận", "không có mã này"):
        assert words in visitor.text
    await visitor.posts(*visitor.sent("Gửi lại mọi trạng thái chưa xác nhận"))
    assert (visitor.path, "Đang chờ gửi" in visitor.text, "Cổng không nhận" in visitor.text) == (
        *(f"{PLACE}/{NATIONAL}?loai=chua-xac-nhan", True),
        False,
    )
    await visitor.goes(f"{PLACE}/{NATIONAL}")
    await visitor.posts(*visitor.sent("Ngừng báo cho cổng này"))
    assert "Ngừng báo cho cổng này" not in visitor.text
    await visitor.goes(PLACE)
    assert ("Mọi hồ sơ của đơn vị" in visitor.text, "02/03/2026 – 02/03/2026" in visitor.text) == (True, True)


async def test_who_administers_nothing_sees_and_enters_no_portal(rest: Rest) -> None:
    await partner_portals.spoken_for(rest.world)
    await partner_portals.enter(rest.world)
    visitor = await Visitor.of(rest, CLERK)
    for address in (PLACE, f"{PLACE}/moi", f"{PLACE}/{NATIONAL}"):
        await visitor.goes(address)
        assert visitor.page is not None
        assert visitor.page.status_code == 403
