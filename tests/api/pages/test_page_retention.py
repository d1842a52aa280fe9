"""Holds and lists of destruction, on the pages of administrators without scripts."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from support.acts_of_law import acts
from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.command_line import hoso
from support.destructions import AGENCY, second
from support.visitor import Visitor
from support.world import DEPARTMENT

pytestmark = pytest.mark.world("shared")

HOLDS, LISTS = "/noi-bo/quan-tri/luu-tru", "/noi-bo/quan-tri/tieu-huy"
GROUND = {"ly_do": "Hồ sơ là chứng cứ trong vụ án", "can_cu": "Công văn 12/TA"}
OURS = {"procedure": "9.000100", "form": {}, "components": [], "case": "kept"}


async def opened(rest: Rest, by: UUID, place: str) -> Visitor:
    return await (await Visitor.of(rest, by)).goes(place)


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


async def holds(rest: Rest, standing: Any) -> list[tuple[str, dict[str, Any]]]:
    """The holds that were placed on a dossier, and their ends."""
    rows = await rest.world.db.rows(
        "select e.kind, e.payload - 'act' as payload from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.reference = $1 and e.kind like 'hold%' order by e.seq",
        [standing["reference"]],
    )
    return [(row.kind, row.payload) for row in rows]


PLACED = ("hold_placed", {"reason": GROUND["ly_do"], "basis": GROUND["can_cu"]})


async def test_a_dossier_is_kept_once_and_let_go_once(rest: Rest, world_url: str):
    standing = await rest.accepts()
    administrator = await opened(rest, ADMINISTRATOR, HOLDS)
    address, fields = administrator.sent("Giữ hồ sơ", ho_so=standing["code"].lower(), **GROUND)
    for _ in range(2):
        await administrator.posts(address, fields)
        assert administrator.path.startswith(f"{HOLDS}?xong=")
        assert f"Đã yêu cầu giữ nguyên hồ sơ · {standing['code']}" in administrator.text
    assert await holds(rest, standing) == [PLACED]
    listed = (await rest.get("/v1/holds", ADMINISTRATOR)).json()["items"]
    ran = await asyncio.to_thread(hoso, "privacy", "holds", "--json", url=world_url)
    assert ran.json["items"] == listed
    (told,) = [each for each in listed if each["dossier"]["code"] == standing["code"]]
    assert (told["unit"], told["reason"], told["basis"], told["placed_by"]) == (
        DEPARTMENT,
        GROUND["ly_do"],
        GROUND["can_cu"],
        await rest.world.one("select name from principal where id = $1", ADMINISTRATOR),
    )
    assert GROUND["ly_do"] in administrator.text
    address, fields = administrator.sent(f"Thôi giữ hồ sơ {standing['code']}")
    await administrator.posts(address, {**fields, "ly-do-bo": [" "]})
    assert (status(administrator), "Ghi lý do." in administrator.text) == (422, True)
    for _ in range(2):
        await administrator.posts(address, {**fields, "ly-do-bo": ["Vụ án đã kết thúc"]})
        assert administrator.path.startswith(f"{HOLDS}?xong=")
    assert await holds(rest, standing) == [PLACED, ("hold_lifted", {"reason": "Vụ án đã kết thúc"})]


async def test_a_hold_that_cannot_be_placed_comes_back_at_its_field(rest: Rest):
    standing = await rest.accepts()
    administrator = await opened(rest, ADMINISTRATOR, HOLDS)
    await administrator.presses("Giữ hồ sơ", ho_so=standing["code"], ly_do=" ")
    assert administrator.page is not None
    assert '<a href="#f-ly-do">Ghi lý do.' in administrator.page.text
    assert '<a href="#f-can-cu">Ghi căn cứ.' in administrator.page.text
    await administrator.presses("Giữ hồ sơ", **{**GROUND, "ho_so": "H27.KHONG-260302-9999"})
    assert (status(administrator), GROUND["ly_do"] in administrator.text) == (404, True)
    assert "Không có hồ sơ nào mang mã này trong các đơn vị bạn quản trị." in administrator.text
    first, late = await opened(rest, ADMINISTRATOR, HOLDS), await opened(rest, ADMINISTRATOR, HOLDS)
    await first.presses("Giữ hồ sơ", ho_so=standing["code"], **GROUND)
    await late.presses("Giữ hồ sơ", ho_so=standing["code"], **GROUND)
    assert (status(late), await holds(rest, standing)) == (409, [PLACED])


async def test_who_administers_nothing_neither_reads_holds_nor_lists(rest: Rest):
    standing = await rest.accepts()
    for place in (HOLDS, LISTS):
        clerk = await opened(rest, CLERK, place)
        assert status(clerk) == 403
    fields = {"_khoa": [str(uuid4())], "ho-so": [standing["code"]], "ly-do": ["Vụ án"], "can-cu": ["Luật"]}
    await clerk.posts(HOLDS, fields)
    assert (status(clerk), await holds(rest, standing)) == (403, [])


async def refused(rest: Rest) -> Any:
    """A dossier that was refused at reception."""
    filed = await rest.files()
    return await acts(rest, filed, "refusal", CLERK, "2026-03-02 09:00", reason="Sai thẩm quyền")


async def decided(rest: Rest, standing: Any) -> list[tuple[Any, ...]]:
    """The decisions on the lists of a dossier."""
    rows = await rest.world.db.rows(
        "select l.confirmed, l.decision, l.decided_by from destruction_list l"
        " join destruction_item i on i.list_id = l.id join dossier d on d.id = i.dossier_id"
        " where d.reference = $1",
        [standing["reference"]],
    )
    return [tuple(row) for row in rows]


async def test_an_erasure_by_law_is_ordered_once_and_decided_by_another_person(rest: Rest):
    await second(rest)
    standing = await refused(rest)
    author = await opened(rest, ADMINISTRATOR, LISTS)
    said = {"ho_so": standing["reference"], "ly_do": "Rút đồng ý", "can_cu_xoa": "Luật mẫu điều 2"}
    address, fields = author.sent("Đề nghị xóa", **said)
    for _ in range(2):
        await author.posts(address, fields)
        assert author.path.startswith(f"{LISTS}?xong=")
    assert await decided(rest, standing) == [(None, None, None)]
    found = (await rest.get("/v1/destruction-lists", ADMINISTRATOR)).json()["items"][0]
    place = f"{LISTS}/{found['id']}"
    await author.goes(place)
    assert "không quyết định" in author.text
    other = await opened(rest, AGENCY, place)
    address, fields = other.sent("Duyệt tiêu hủy", quyet_dinh=" ")
    await other.posts(address, fields)
    assert (status(other), "Ghi số, ngày của quyết định." in other.text) == (422, True)
    address, fields = other.sent("Không duyệt", quyet_dinh="CV 8")
    for _ in range(2):
        await other.posts(address, fields)
        assert (other.path, status(other), "Không duyệt" in other.text) == (place, 200, True)
    address = f"{place}/duyet"
    await other.posts(address, {**fields, "_khoa": [str(uuid4())]})
    assert status(other) == 409
    await author.posts(address, {**fields, "_khoa": [str(uuid4())]})
    assert status(author) == 409
    assert await decided(rest, standing) == [(False, "CV 8", AGENCY)]


async def test_a_list_is_drawn_up_once_and_confirmed_once(law: Rest):
    await second(law)
    law.clock.turn("2026-03-02 09:00")
    standing = await law.files(**OURS)
    await acts(law, standing, "refusal", CLERK, "2026-03-02 09:00", reason="Sai thẩm quyền")
    early = await opened(law, ADMINISTRATOR, LISTS)
    said = {"don_vi": DEPARTMENT, "can_cu": "Kế hoạch tiêu hủy năm 2026"}
    await early.presses("Lập danh mục", **said)
    assert early.page is not None
    assert (status(early), '<a href="#f-don-vi">' in early.page.text) == (409, True)
    law.clock.turn("2026-09-03 08:00")
    author = await opened(law, ADMINISTRATOR, LISTS)
    address, fields = author.sent("Lập danh mục", **said)
    places = []
    for _ in range(2):
        await author.posts(address, fields)
        places.append(author.path)
    assert (len(set(places)), await decided(law, standing)) == (1, [(None, None, None)])
    assert standing["reference"] in author.text
    other = await opened(law, AGENCY, places[0])
    address, fields = other.sent("Duyệt tiêu hủy", quyet_dinh="QĐ 7")
    for _ in range(2):
        await other.posts(address, fields)
        assert (other.path, "Đã duyệt, đang xóa" in other.text) == (places[0], True)
    assert await decided(law, standing) == [(True, "QĐ 7", AGENCY)]
