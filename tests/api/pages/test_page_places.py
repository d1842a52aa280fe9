"""Areas, calendars that begin, several units closed at once, and the setup file, in a browser without scripts."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import pytest

from support import calendars
from support.api_client import ADMINISTRATOR, SPECIALIST, Rest
from support.calendars import LOCAL
from support.visitor import Visitor
from support.world import DEPARTMENT, OTHER

# Each test has areas, calendars and units of its own.
pytestmark = pytest.mark.world("shared")

PLACE = "/noi-bo/quan-tri"
AREAS, CALENDARS, CLOSING, SETUP = (f"{PLACE}/{each}" for each in ("dia-ban", "lich", "tam-nghi", "khai-bao"))
#: An area that begins in August, for the test of who only reads areas.
NEIGHBOUR = "40"


async def at(rest: Rest, by: UUID, path: str) -> Visitor:
    """A person at an address."""
    return await (await Visitor.of(rest, by)).goes(path)


def status(visitor: Visitor) -> int:
    """The status of the page that somebody is on."""
    assert visitor.page is not None
    return visitor.page.status_code


def faulty(visitor: Visitor) -> set[str]:
    """The fields to which the summary of a refused form leads."""
    assert visitor.page is not None
    return set(re.findall(r'href="#f-([^"]+)"', visitor.page.text))


async def told(rest: Rest, *kinds: str) -> list[tuple[str, str]]:
    """The acts of administration of some kinds, in order."""
    rows = await rest.world.db.rows(
        "select kind, subject from administration_event where kind = any($1::text[]) order by at, number",
        [list(kinds)],
    )
    return [(row.kind, row.subject) for row in rows]


async def test_areas_are_entered_once_listed_by_day_and_ended_once(rest: Rest) -> None:
    admin = await at(rest, ADMINISTRATOR, AREAS)
    assert "Chưa có địa bàn nào đang có hiệu lực." in admin.text
    await admin.goes(f"{AREAS}/moi")
    await admin.presses("Thêm địa bàn", ma="42", ten="Hà Tĩnh")
    assert (status(admin), faulty(admin)) == (422, {"loai"})
    assert admin.form("Thêm địa bàn")[0].fields["ten"] == ["Hà Tĩnh"]
    address, fields = admin.sent("Thêm địa bàn", loai="province", tu_ngay="01/01/2026")
    await admin.posts(address, {**fields, "tu-ngay": ["mai"]})
    assert (status(admin), faulty(admin)) == (422, {"tu-ngay"})
    await admin.posts(address, fields)
    assert (admin.path.partition("?")[0], "Đã thêm địa bàn" in admin.text) == (AREAS, True)
    await admin.posts(address, fields)
    assert (status(admin), "Việc này đã được ghi" in admin.text) == (409, True)
    await admin.posts(address, {**fields, "ten": ["Hà Tĩnh cũ"]})
    assert (status(admin), faulty(admin)) == (409, {"ma"})
    for code, name, begins in (("18073", "Xã Một", "01/01/2026"), ("18076", "Xã Hai", "01/07/2026")):
        await admin.goes(f"{AREAS}/moi")
        await admin.presses("Thêm địa bàn", ma=code, ten=name, loai="commune", thuoc="42", tu_ngay=begins)
    entered = [code for _, code in await told(rest, "area_entered") if code != NEIGHBOUR]
    assert entered == ["42", "18073", "18076"]
    await admin.goes(AREAS)
    assert ("· Xã Một 18073" in admin.text, "Xã Hai" in admin.text) == (True, False)
    assert admin.text.index("Hà Tĩnh 42") < admin.text.index("Xã Một 18073")
    await admin.presses("Lọc", ngay="02/07/2026")
    assert "Xã Hai 18076 Xã 01/07/2026 – nay chưa bắt đầu" in admin.text
    await admin.presses("Lọc", q="xa mot", ngay="02/03/2026")
    assert ("Xã Một" in admin.text, "Hà Tĩnh 42" in admin.text) == (True, False)
    await admin.goes(f"{AREAS}?ngay=hom-qua")
    assert "Không đọc được ngày này; danh sách là của hôm nay." in admin.text
    await admin.goes(f"{AREAS}/18073/dong")
    await admin.presses("Kết thúc địa bàn", ngay_cuoi="31/12/2025")
    assert (status(admin), faulty(admin)) == (422, {"ngay-cuoi"})
    await admin.presses("Kết thúc địa bàn", ngay_cuoi="30/06/2026", ke_thua="18073")
    assert (status(admin), faulty(admin)) == (409, {"ke-thua"})
    address, fields = admin.sent("Kết thúc địa bàn", ke_thua="42")
    for _ in range(2):
        await admin.posts(address, fields)
        assert admin.path.partition("?")[0] == AREAS
    assert await told(rest, "area_closed") == [("area_closed", "18073")]
    row = await rest.world.db.row("select valid_to, successor_code from area where code = '18073'")
    assert tuple(row) == (date(2026, 6, 30), "42")
    await admin.presses("Lọc", q="", ngan="tat-ca")
    assert "01/01/2026 – 30/06/2026 kế thừa: 42" in admin.text


async def test_who_administers_nothing_at_the_top_reads_areas_and_changes_none(rest: Rest) -> None:
    rest.clock.turn("2026-08-03 09:00")
    if await rest.world.one("select count(*) from principal where id = $1", LOCAL) == 0:
        await calendars.administrators(rest.world.db)
    await rest.ask(
        "POST",
        "/v1/areas",
        ADMINISTRATOR,
        json={"code": NEIGHBOUR, "name": "Nghệ An", "kind": "province", "valid_from": "2026-08-01"},
    )
    for by in (SPECIALIST, LOCAL):
        seen = await at(rest, by, AREAS)
        assert (status(seen), "Nghệ An" in seen.text, "Thêm địa bàn" in seen.text) == (200, True, False)
        for way in (f"{AREAS}/moi", f"{AREAS}/{NEIGHBOUR}/dong"):
            assert status(await seen.goes(way)) == 403
            await seen.posts(way, {"_khoa": [str(by)], "ngay-cuoi": ["01/07/2026"]})
            assert status(seen) == 403
    assert status(await at(rest, ADMINISTRATOR, f"{AREAS}/khong-co/dong")) == 404


async def test_a_calendar_is_entered_once_and_its_first_text_begins_with_another_one(rest: Rest) -> None:
    admin = await at(rest, ADMINISTRATOR, CALENDARS)
    assert "Thêm lịch" in admin.text
    await admin.goes(f"{CALENDARS}/moi")
    await admin.presses("Thêm lịch", ma="ha-tinh")
    assert (status(admin), faulty(admin)) == (422, {"ten"})
    await admin.presses("Thêm lịch", ten="Lịch miền núi", ma="Núi")
    assert (status(admin), faulty(admin)) == (422, {"ma"})
    await admin.presses("Thêm lịch", ma="ha-tinh")
    assert (status(admin), faulty(admin)) == (409, {"ma"})
    address, fields = admin.sent("Thêm lịch", ma="mien-nui", don_vi=DEPARTMENT)
    for _ in range(2):
        await admin.posts(address, fields)
        assert (status(admin), admin.path) == (200, f"{CALENDARS}/mien-nui")
    assert "Chưa có bản nào." in admin.text
    row = await rest.world.db.row("select name, unit_code, created_by from calendar where id = 'mien-nui'")
    assert tuple(row) == ("Lịch miền núi", DEPARTMENT, ADMINISTRATOR)
    entered = [code for _, code in await told(rest, "calendar_entered") if code.startswith("mien-nui")]
    assert entered == ["mien-nui"]
    await admin.goes(f"{CALENDARS}/mien-nui/ban-moi")
    await admin.presses("Lưu bản nháp", can_cu="Quyết định 1")
    assert (status(admin), faulty(admin)) == (422, {"theo-lich"})
    await admin.presses("Lưu bản nháp", theo_lich="ha-tinh")
    assert admin.path == f"{CALENDARS}/mien-nui/ban/1"
    found = await rest.get("/v1/calendars/mien-nui/versions/1/check", ADMINISTRATOR)
    assert [each for each in found.json()["items"] if each["severity"] == "error"] == []
    other = await at(rest, SPECIALIST, CALENDARS)
    assert "Thêm lịch" not in other.text
    assert status(await other.goes(f"{CALENDARS}/moi")) == 403
    await other.posts(address, fields)
    assert status(other) == 403


async def test_units_are_closed_at_once_after_a_preview_of_their_calendars(rest: Rest) -> None:
    units = await at(rest, ADMINISTRATOR, f"{PLACE}/don-vi")
    assert "Tạm nghỉ nhiều đơn vị" in units.text
    admin = await at(rest, ADMINISTRATOR, f"{CLOSING}?don-vi={OTHER}")
    assert admin.form("Lưu các bản nháp")[0].fields["don-vi"] == [OTHER]
    await admin.presses("Lưu các bản nháp", tu_ngay="20/11/2026")
    assert (status(admin), faulty(admin)) == (422, {"ten", "can-cu"})
    said = {"ten": "Bão số 3", "can_cu": "Công điện 1", "tu_ngay": "20/11/2026"}
    await admin.presses("Lưu các bản nháp", **said, den_ngay="19/11/2026")
    assert (status(admin), faulty(admin)) == (422, {"den-ngay"})
    drafts = "select count(*) from calendar_revision where basis = 'Công điện 1'"
    await admin.presses("Xem trước các lịch sẽ đổi", den_ngay="21/11/2026")
    assert "Sẽ có 1 bản nháp" in admin.text
    assert (
        "ha-tinh-h27-syt Lịch riêng theo lịch ha-tinh: đơn vị khác còn dùng lịch đó. 1 đơn vị" in admin.text
    )
    assert await rest.world.one(drafts) == 0
    address, fields = admin.sent("Lưu các bản nháp")
    for _ in range(2):
        await admin.posts(address, fields)
        assert admin.path == f"{CLOSING}?ban=ha-tinh-h27-syt.1"
        assert "ha-tinh-h27-syt · Bản 1 Bản nháp Công điện 1" in admin.text
    assert await rest.world.one(drafts) == 1
    await admin.posts(address, {**fields, "don-vi": ["H27.KHONG"]})
    assert (status(admin), faulty(admin)) == (422, {"don-vi"})
    assert "Nghỉ từ ngày" in (await admin.goes(f"{CLOSING}?ban=khong.1&ban=x")).text
    other = await at(rest, SPECIALIST, CLOSING)
    assert status(other) == 403
    await other.posts(address, fields)
    assert status(other) == 403


FILE = f"""schema = "hoso-setup/1"
[defaults]
from = 2026-03-01
basis = "Quyết định 1"

[[unit]]
code = "{DEPARTMENT}.TTB"
name = "Thanh tra sở"
kind = "division"
level = "province"
calendar = "ha-tinh"
parent = "{DEPARTMENT}"
"""


async def test_a_setup_file_is_previewed_applied_as_it_was_shown_and_once(rest: Rest) -> None:
    admin = await at(rest, ADMINISTRATOR, SETUP)
    await admin.presses("Xem trước")
    assert (status(admin), faulty(admin)) == (422, {"tep"})
    for broken, said in (
        (FILE.replace('kind = "division"', "kind = "), "Dòng 9: "),
        (FILE.replace("level", "cap"), "Dòng 6: unit.0.level: "),
        (FILE.replace('calendar = "ha-tinh"', 'calendar = "sao-hoa"'), "Dòng 6: unit.0: "),
        (f'officers = ["cb.csv"]\n{FILE}', "officers: "),
    ):
        await admin.presses("Xem trước", noi_dung=broken)
        assert (status(admin), said in admin.text) == (422, True), (said, admin.text)
        assert admin.form("Xem trước")[0].fields["noi-dung"][0].strip() == broken.strip()
    assert admin.page is not None
    address, fields = admin.sent("Xem trước")
    sent = await rest.client.post(
        address, data=fields, files={"tep": ("so.toml", FILE.encode())}, headers=admin.headers
    )
    assert ("Sẽ có 1 việc, chưa lưu gì" in sent.text, "Thanh tra sở" in sent.text) == (True, True)
    stored = f"select count(*) from unit where code = '{DEPARTMENT}.TTB'"  # noqa: S608 - a code of our own
    await admin.goes(SETUP)
    await admin.presses("Xem trước", noi_dung=FILE)
    assert "Thêm đơn vị 1" in admin.text
    address, fields = admin.sent("Áp dụng như đã xem trước")
    await admin.posts(address, {**fields, "noi-dung": [FILE.replace("Thanh tra sở", "Thanh tra")]})
    assert (status(admin), await rest.world.one(stored)) == (409, 0)
    another = {"tep": ("so.toml", FILE.replace("Thanh tra sở", "Thanh tra").encode())}
    refused = await rest.client.post(address, data=fields, files=another, headers=admin.headers)
    assert (refused.status_code, await rest.world.one(stored)) == (409, 0)
    await admin.posts(address, fields)
    assert ("Đã áp dụng: 1 việc" in admin.text, await rest.world.one(stored)) == (True, 1)
    await admin.posts(address, fields)
    assert ("Không có gì phải đổi." in admin.text, await rest.world.one(stored)) == (True, 1)
    assert [each for each in await told(rest, "unit_entered") if "TTB" in each[1]] == [
        ("unit_entered", f"{DEPARTMENT}.TTB")
    ]


async def test_the_present_setup_is_given_to_who_administers_all_of_it_and_its_reading_logged(
    rest: Rest,
) -> None:
    if await rest.world.one("select count(*) from principal where id = $1", LOCAL) == 0:
        await calendars.administrators(rest.world.db)
    admin = await at(rest, ADMINISTRATOR, SETUP)
    assert "Tải khai báo hiện tại" in admin.text
    file = await rest.get(f"{SETUP}/tep", headers=admin.headers)
    assert (file.status_code, file.headers["content-type"]) == (200, "application/toml")
    assert file.text == (await rest.get("/v1/setup", ADMINISTRATOR)).json()["file"]
    rows = await rest.world.db.rows(
        "select distinct principal_id from access_log where act = 'export_setup' and granted"
    )
    assert [row.principal_id for row in rows] == [ADMINISTRATOR]
    local = await at(rest, LOCAL, SETUP)
    assert (status(local), "Tải khai báo hiện tại" in local.text) == (200, False)
    assert status(await local.goes(f"{SETUP}/tep")) == 403
    other = await at(rest, SPECIALIST, SETUP)
    assert status(other) == 403
    for way in ("", "/xem-truoc"):
        await other.posts(f"{SETUP}{way}", {"_khoa": [str(SPECIALIST)], "noi-dung": [FILE]})
        assert status(other) == 403
