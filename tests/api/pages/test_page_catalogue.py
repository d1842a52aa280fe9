"""Pages of the catalogue: drafted by an agency, published by the office, found, checked, brought in; levels and systems."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hoso_api.pages.catalogue import check_endpoints
from hoso_workflows.catalogue import exchange
from hoso_workflows.catalogue.exchange import FileForm
from support.api_client import CLERK, Rest
from support.catalogue_entries import CODE, DECISION, EDITOR, WHOLE, entries, kept
from support.coordinators import COORDINATOR, appointed
from support.visitor import Visitor
from support.world import DEPARTMENT, person

PLACE, DECLARER = "/noi-bo/danh-muc", person("procedure_declarer")
DECIDED = {
    "loai": "new",
    "so_quyet_dinh": "12/QĐ-UBND",
    "ngay_quyet_dinh": "26/02/2026",
    "cong_bo_luc": "10:00 27/02/2026",
    "tu_ngay": "02/03/2026",
}


@pytest.fixture
async def at(rest: Rest) -> Any:
    """Somebody at an address, in a world with an editor and a coordinator."""
    rest.clock.turn("2026-03-02 09:00")
    await kept(rest.world)
    await appointed(rest.world)

    async def open_(by: UUID, address: str) -> Visitor:
        return await (await Visitor.of(rest, by)).goes(address)

    return open_


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


async def sends(visitor: Visitor, button: str, data: bytes) -> None:
    """Choose a file and press a button."""
    address, fields = visitor.sent(button)
    files = {"tep": ("a.csv", data)}
    visitor.page = await visitor.rest.client.post(address, data=fields, files=files, headers=visitor.headers)


async def test_an_agency_drafts_an_entry_and_the_office_publishes_it(rest: Rest, at: Any) -> None:
    declarer = await at(DECLARER, f"{PLACE}/moi")
    said = {
        "ma": CODE,
        "ten": WHOLE.name,
        "co_quan": DEPARTMENT,
        "cap": "province",
        "linh_vuc": WHOLE.field,
        "thanh_phan": "TP01 | Đơn đề nghị | 1 | 0 | bắt buộc\nBản vẽ",
        "so_bo": "1",
        "phi": "-",
        "tiep_nhan": "online",
    }
    await declarer.presses("Lưu bản nháp", **{**said, "thoi_han": "ba hôm", "so_bo": "x"})
    assert (status(declarer), "Thời hạn giải quyết:" in declarer.text) == (422, True)
    await declarer.presses("Lưu bản nháp", **said, thoi_han="5 ngày làm việc")
    assert (declarer.path, "Bản vẽ (1 bản chính)" in declarer.text) == (f"{PLACE}/{CODE}/soan", True)
    assert "Công bố trong danh mục" not in declarer.text
    refused = await at(DECLARER, f"{PLACE}/{CODE}/cong-bo")
    assert status(refused) == 403
    editor = await at(EDITOR, "/noi-bo")
    assert editor.path == PLACE
    await editor.goes(f"{PLACE}/{CODE}/cong-bo")
    await editor.presses("Công bố trong danh mục", **{**DECIDED, "cong_bo_luc": "10:00 27/02/2027"})
    assert status(editor) == 422
    await editor.presses("Công bố trong danh mục", **DECIDED)
    assert (editor.path, "Cơ quan chưa công bố" in editor.text) == (f"{PLACE}/{CODE}", True)
    assert "chậm 3 ngày" in editor.text
    clerk = await at(CLERK, f"{PLACE}?q=giay+chung+nhan&ngan=chua-day-du")
    assert ("1 thủ tục, 1 chưa đầy đủ" in clerk.text, CODE in clerk.text) == (True, True)
    assert (await at(CLERK, f"{PLACE}/moi")).page.status_code == 403
    await clerk.goes(f"{PLACE}/thieu")
    assert "trình tự, cách thức, đối tượng" in clerk.text
    await clerk.goes(f"{PLACE}/thoi-gian-nhap")
    assert "1 bản đã nhập, 0 trong ngày công bố" in clerk.text


async def test_a_changed_entry_shows_what_each_version_changed(rest: Rest, at: Any) -> None:
    declarer = await at(DECLARER, f"{PLACE}/moi")
    said = {"ma": CODE, "ten": WHOLE.name, "co_quan": DEPARTMENT, "cap": "province", "linh_vuc": WHOLE.field}
    await declarer.presses("Lưu bản nháp", **said)
    editor = await at(EDITOR, f"{PLACE}/{CODE}/cong-bo")
    await editor.presses("Công bố trong danh mục", **DECIDED)
    await declarer.goes(f"{PLACE}/{CODE}/soan")
    await declarer.presses("Lưu bản nháp", ket_qua="Giấy chứng nhận")
    await declarer.presses("Bỏ bản nháp này")
    assert declarer.path == f"{PLACE}/ban-nhap"
    await declarer.goes(f"{PLACE}/{CODE}/soan")
    await declarer.presses("Lưu bản nháp", ket_qua="Giấy phép")
    await editor.goes(f"{PLACE}/{CODE}/cong-bo")
    await editor.presses("Công bố trong danh mục", **{**DECIDED, "loai": "amended", "so_quyet_dinh": "13/QĐ"})
    assert ("Bản 2" in editor.text, "Giấy phép" in editor.text) == (True, True)
    await editor.goes(f"{PLACE}/{CODE}/cong-bo")
    ended = {**DECIDED, "loai": "abolished", "so_quyet_dinh": "14/QĐ", "thay_the": "8.100002"}
    await editor.presses("Công bố trong danh mục", **ended)
    assert "Đã bãi bỏ · thay bằng 8.100002" in editor.text


async def test_a_file_is_looked_at_and_then_brought_in(
    rest: Rest, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = exchange.write(entries(3), FileForm.CSV)
    editor = await at(EDITOR, f"{PLACE}/nhap")
    await editor.presses("Xem trước")
    assert (status(editor), "Chọn tệp CSV, xlsx hoặc JSON." in editor.text) == (422, True)
    await sends(editor, "Xem trước", data)
    assert ("Xem trước, chưa nhập gì" in editor.text, "Thủ tục mới 3" in editor.text) == (True, True)
    assert await rest.world.one("select count(*) from procedure_entry_version") == 0
    address, fields = editor.sent("Nhập như đã xem trước")
    await editor.posts(address, {**fields, "tep-da-xem": [fields["tep-da-xem"][0][:-8]]})
    assert (status(editor), "Chọn lại tệp: tệp không đến đủ." in editor.text) == (422, True)
    monkeypatch.setattr(check_endpoints, "MOST_CARRIED", 0)
    await sends(editor, "Xem trước", data)
    assert editor.page is not None
    assert ("Chọn lại đúng tệp" in editor.text, "tep-da-xem" in editor.page.text) == (True, False)
    monkeypatch.undo()
    await sends(editor, "Xem trước", data)
    await editor.presses("Nhập như đã xem trước")
    assert "Đã nhập" in editor.text
    assert await rest.world.one("select count(*) from procedure_entry_version") == 3
    await editor.goes(f"{PLACE}/nhap")
    await sends(editor, "Xem trước", data.replace(b"8.000001", b"???"))
    assert ("Chưa nhập được: 1 chỗ cần sửa" in editor.text, "Mã thủ tục" in editor.text) == (True, True)


async def test_the_coordinating_function_sets_levels_and_follows_systems(rest: Rest, at: Any) -> None:
    content = WHOLE.model_dump(mode="json")
    await rest.ask("PUT", f"/v1/catalogue/{CODE}/draft", EDITOR, json={"content": content})
    await rest.done(f"/v1/catalogue/{CODE}/publication", EDITOR, DECISION.model_dump(mode="json"))
    coordinator = await at(COORDINATOR, f"/noi-bo/dau-moi/muc-do/dat?thu-tuc={CODE}")
    said = {"muc_do": "partial", "so_quyet_dinh": "5/QĐ", "ngay_quyet_dinh": "26/02/2026"}
    await coordinator.presses("Đặt mức độ", **said)
    assert status(coordinator) == 422
    await coordinator.presses("Đặt mức độ", ly_do="Phải nộp bản chính")
    assert (coordinator.path, "Một phần" in coordinator.text) == ("/noi-bo/dau-moi/muc-do", True)
    await coordinator.goes(f"/noi-bo/dau-moi/muc-do/dat?thu-tuc={CODE}")
    await coordinator.presses("Đặt mức độ", **{**said, "muc_do": "full"})
    assert ("đã đính chính" in coordinator.text, "Toàn trình" in coordinator.text) == (True, True)
    await coordinator.goes("/noi-bo/dau-moi/he-thong/moi")
    await coordinator.presses("Ghi hệ thống", don_vi=DEPARTMENT, ten="Cổng của Sở", cong_dung="Nhận hồ sơ")
    await coordinator.presses("Ghi tình trạng", tinh_trang="integrated", ghi_chu="Đã nối")
    assert "Đã tích hợp" in coordinator.text
    clerk = await at(CLERK, "/noi-bo/dau-moi/he-thong")
    assert ("0 hệ thống đang dùng chưa tích hợp" in clerk.text, "Cổng của Sở" in clerk.text) == (True, False)
    own = await at(person("clerk"), "/noi-bo/dau-moi/he-thong")
    assert "Cổng của Sở" in own.text
