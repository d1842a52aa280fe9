"""Units, as administrators enter, change, close and reopen them in a browser."""

from datetime import date

from hoso_workflows.organisation.permissions import table
from support.api_client import ADMINISTRATOR, HEAD, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT, OTHER, PROVINCE

UNITS = "/noi-bo/quan-tri/don-vi"
NEW = {"ma": "H27.SXD", "ten": "Sở Xây dựng", "loai": "department", "cap": "province", "cap_tren": PROVINCE}


async def stored(rest: Rest, code: str) -> tuple[object, ...] | None:
    """A unit as it is stored."""
    row = await rest.world.db.row(
        "select name, kind, level, parent_code, calendar, valid_from, valid_to, successor_code, is_authority, assignment"
        " from unit where code = $1",
        [code],
    )
    return None if row is None else tuple(row)


async def kinds(rest: Rest) -> list[str]:
    """The kinds of all acts of administration, in order."""
    rows = await rest.world.db.rows("select kind from administration_event order by at, authority, number")
    return [row.kind for row in rows]


async def test_a_unit_is_entered_once_changed_closed_and_reopened(rest: Rest) -> None:
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{UNITS}/moi?cap-tren={PROVINCE}")
    assert admin.page is not None
    await admin.presses("Thêm đơn vị", **{**NEW, "ma": "Sở", "lich": "ha-tinh"})
    assert (admin.page.status_code, await kinds(rest)) == (422, [])
    assert 'href="#f-ma"' in admin.page.text
    # Without a calendar of its own it keeps that of the unit above.
    address, fields = admin.sent("Thêm đơn vị", **NEW, lich="", tu_ngay="01/03/2026")
    await admin.posts(address, {**fields, "cap": [""]})
    assert (admin.page.status_code, "Chọn cấp." in admin.text) == (422, True)
    assert admin.form("Thêm đơn vị")[0].fields["ten"] == ["Sở Xây dựng"]
    await admin.posts(address, fields)
    assert admin.path == f"{UNITS}/H27.SXD?xong={PROVINCE}.1"
    assert "Đã thêm đơn vị · 09:00 02/03/2026" in admin.text
    entered = ("Sở Xây dựng", "department", "province", PROVINCE, "ha-tinh", date(2026, 3, 1))
    assert await stored(rest, "H27.SXD") == (*entered, None, None, False, "by_hand")
    await admin.posts(address, fields)
    assert (admin.page.status_code, await kinds(rest)) == (409, ["unit_entered"])
    rest.clock.turn("2026-03-02 09:20")
    await admin.goes(f"{UNITS}/H27.SXD?xong={PROVINCE}.1")
    assert "Đã thêm đơn vị" not in admin.text
    assert "09:00 02/03/2026 Thêm đơn vị · administrator 1 · UBND tỉnh" in admin.text
    await admin.goes(f"{UNITS}/H27.SXD/sua")
    await admin.presses("Lưu thay đổi", ten=" ")
    assert (admin.page.status_code, "Ghi tên đơn vị." in admin.text) == (422, True)
    await admin.presses("Lưu thay đổi", ten="Sở Xây dựng", dien_thoai="gọi chị Lan")
    assert (admin.page.status_code, 'href="#f-dien-thoai"' in admin.page.text) == (422, True)
    said = {"giao_viec": "by_load", "co_quan": "1", "dien_thoai": "0239 3855 555"}
    await admin.presses("Lưu thay đổi", ten="Sở Xây dựng, Giao thông", **said)
    assert "<dt>Điện thoại</dt><dd>0239 3855 555</dd>" in admin.page.text
    assert (await stored(rest, "H27.SXD") or ())[0::8] == ("Sở Xây dựng, Giao thông", True)
    await admin.goes(f"{UNITS}/H27.SXD/dong")
    await admin.presses("Đóng đơn vị", ngay_cuoi="31/03/2026", ke_thua=OTHER)
    assert (admin.page.status_code, "Ghi căn cứ." in admin.text) == (422, True)
    await admin.presses("Đóng đơn vị", can_cu="Nghị quyết 1")
    assert (await stored(rest, "H27.SXD") or ())[6:8] == (date(2026, 3, 31), OTHER)
    assert "01/03/2026 – 31/03/2026" in admin.text
    await admin.presses("Mở lại")
    assert (await stored(rest, "H27.SXD") or ())[6:8] == (None, None)
    # Its own chain begins where it becomes an authority.
    assert await kinds(rest) == [
        *("unit_entered", "unit_changed", "unit_changed", "unit_closed", "unit_reopened", "unit_succeeded")
    ]


async def test_a_unit_with_dossiers_is_closed_with_a_successor_that_gets_them(rest: Rest) -> None:
    filed = await rest.world.at_the_specialists()
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{UNITS}/{DEPARTMENT}/dong")
    assert admin.page is not None
    assert "1 hồ sơ · 1.014464 · Giải quyết" in admin.text
    said = {"ngay_cuoi": "02/03/2026", "can_cu": "Nghị quyết 1"}
    await admin.presses("Đóng đơn vị", **said)
    assert (admin.page.status_code, "#f-ke-thua" in admin.page.text) == (409, True)
    await admin.presses("Xem trước hồ sơ sẽ chuyển", ke_thua=OTHER)
    assert "Hồ sơ sẽ chuyển: 1" in admin.text
    assert "chưa ai nhận, Chuyên viên: 1" in admin.text
    assert "Đơn vị kế thừa chưa có thẩm quyền hôm nay 1.014464 · Giải quyết" in admin.text
    await admin.presses("Đóng đơn vị")
    assert await kinds(rest) == ["unit_closed", "unit_succeeded"]
    await admin.goes(f"{UNITS}/{DEPARTMENT}/chuyen-ho-so")
    await admin.presses("Chuyển hồ sơ", can_cu="Nghị quyết 1")
    assert admin.page.status_code == 409
    assert await kinds(rest) == ["unit_closed", "unit_succeeded"]
    rest.clock.turn("2026-03-03 08:00")
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{UNITS}/{DEPARTMENT}")
    assert "Đơn vị đã đóng nhưng còn hồ sơ đang giải quyết." in admin.text
    await admin.goes(f"{UNITS}/{DEPARTMENT}/chuyen-ho-so")
    await admin.presses("Xem trước hồ sơ sẽ chuyển")
    assert "Hồ sơ sẽ chuyển: 1" in admin.text
    address, fields = admin.sent("Chuyển hồ sơ", can_cu="Nghị quyết 1")
    for _ in range(2):
        await admin.posts(address, fields)
        assert "Đã chuyển 1 trên 1 hồ sơ Không còn hồ sơ nào phải chuyển." in admin.text
        assert "H27.SVHTTDL → H27.SYT Nghị quyết 1 1 xong" in admin.text
    assert (
        await rest.world.one("select handling_unit from dossier where reference = $1", filed.reference)
        == OTHER
    )
    assert await kinds(rest) == ["unit_closed", "unit_succeeded", "dossiers_rehomed"]
    rows = await rest.world.db.rows("select subject from access_log where act = 'preview_rehoming'")
    assert [row.subject for row in rows] == [DEPARTMENT] * 2


async def test_everybody_inside_reads_the_tree_and_only_administrators_act(rest: Rest) -> None:
    officer = await (await Visitor.of(rest, SPECIALIST)).goes(UNITS)
    assert officer.page is not None
    assert [officer.text.find(each) > 0 for each in ("UBND tỉnh", "· Sở Y tế", "Thêm đơn vị")] == [
        True,
        True,
        False,
    ]
    await officer.presses("Lọc", q="y te")
    assert ("Sở Y tế" in officer.text, "Sở Văn hóa" in officer.text) == (True, False)
    await officer.goes(f"{UNITS}?sau=1-khong")
    assert (officer.page.status_code, officer.path) == (200, UNITS)
    await officer.goes(f"{UNITS}/{OTHER}")
    assert ("Cán bộ Vai trò" in officer.text, "Hồ sơ đang giải quyết" in officer.text) == (False, False)
    await officer.goes(f"{UNITS}/{DEPARTMENT}")
    assert "specialist 1 · Sở Văn hóa, Thể thao và Du lịch Chuyên viên" in officer.text
    for way, act in (
        ("moi", "enter_unit"),
        (f"{DEPARTMENT}/sua", "change_unit"),
        (f"{DEPARTMENT}/dong", "close_unit"),
        (f"{DEPARTMENT}/chuyen-ho-so", "list_rehomings"),
    ):
        await officer.goes(f"{UNITS}/{way}")
        assert officer.page.status_code == 403, way
        await officer.posts(f"{UNITS}/{way}", {"_khoa": [str(HEAD)], "ke-thua": [OTHER], "can-cu": ["1"]})
        assert officer.page.status_code == 403, way
        assert act in table.ACTS.acts
    await officer.goes(f"{UNITS}/H27.KHONG")
    assert officer.page.status_code == 404
    assert await kinds(rest) == []
