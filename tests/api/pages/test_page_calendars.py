"""Calendars of the house in a browser without scripts."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

import hoso_calendar as wt
from hoso_api.pages.administration.calendar_year import Year
from support import calendars
from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.calendars import BASIS, LOCAL, SECOND
from support.visitor import Visitor
from support.world import CITIZEN

# What is entered here stands in revisions of its own.
pytestmark = pytest.mark.world("shared")

PLACE = "/noi-bo/quan-tri/lich"


async def at(rest: Rest, by: UUID, path: str) -> Visitor:
    """A person at an address."""
    return await (await Visitor.of(rest, by)).goes(path)


def markup(visitor: Visitor) -> str:
    """The markup of the page that somebody is on."""
    assert visitor.page is not None
    return visitor.page.text


def status(visitor: Visitor) -> int:
    """The status of the page that somebody is on."""
    assert visitor.page is not None
    return visitor.page.status_code


async def test_every_officer_reads_the_calendars_and_an_applicant_none(rest: Rest) -> None:
    for by in (ADMINISTRATOR, CLERK):
        seen = await at(rest, by, PLACE)
        assert (status(seen), "ha-tinh" in seen.text, "31/12/2027" in seen.text) == (200, True, True)
    stranger = await rest.get(PLACE, CITIZEN)
    assert stranger.status_code in (303, 401, 403)


async def test_a_year_is_shown_day_by_day_with_letters_and_what_is_only_expected(rest: Rest) -> None:
    seen = await at(rest, CLERK, f"{PLACE}/ha-tinh?nam=2027")
    cal = wt.load("ha-tinh")
    year = Year.of(cal, 2027)
    assert f"Năm 2027: {year.working_days} ngày làm việc" in seen.text
    cells = re.findall(r"<td(?: class=\"([a-z_ ]*)\")?>(\d+)", markup(seen))
    assert len(cells) == 365
    marked = sum(kind.split()[0] not in ("", "weekend") for kind, _ in cells if kind.split())
    assert marked == sum(bool(each.letter) for each in year.noted)
    assert year.expected > 0
    assert f"{year.expected} ngày dự kiến" in seen.text
    assert "Tết Nguyên đán" in seen.text


async def test_a_year_without_data_and_a_calendar_that_is_none_are_told(rest: Rest) -> None:
    beyond = await at(rest, CLERK, f"{PLACE}/ha-tinh?nam=2031")
    assert "Lịch này chưa có dữ liệu của năm 2031." in beyond.text
    assert '<table class="month">' not in markup(beyond)
    assert status(await at(rest, CLERK, f"{PLACE}/sao-hoa")) == 404


@pytest.fixture
async def house(rest: Rest) -> Rest:
    """The world with two administrators, on the day before the one that is closed."""
    if await rest.world.one("select count(*) from principal where id = $1", SECOND) == 0:
        await calendars.administrators(rest.world.db)
    rest.clock.turn("2026-03-03 09:00")
    return rest


CLOSED = {"can_cu": BASIS, "loai": "closure", "tu_ngay": "04/03/2026", "ten": "Bão số 3"}
STANDING = (
    "select number, status, entered_by, approved_by, applied_by, units from calendar_revision order by number"
)


async def entered(rest: Rest) -> int:
    """The number of the newest revision of the calendar."""
    return int(await rest.world.one("select coalesce(max(number), 0) from calendar_revision"))


async def standing(rest: Rest) -> list[tuple[object, ...]]:
    """Every revision and who brought it where it is."""
    return [tuple(row)[:5] for row in await rest.world.db.rows(STANDING)]


async def test_days_are_entered_previewed_approved_by_another_person_and_applied(house: Rest) -> None:
    # The only dossier here.
    house.clock.turn("2026-03-02 09:00")
    await house.accepts()
    house.clock.turn("2026-03-03 09:00")
    before = await standing(house)
    number = await entered(house) + 1
    first = await at(house, ADMINISTRATOR, f"{PLACE}/ha-tinh/ban-moi")
    address, fields = first.sent("Lưu bản nháp", **CLOSED)
    for _ in range(2):
        await first.posts(address, fields)
        assert first.path == f"{PLACE}/ha-tinh/ban/{number}"
    assert "04/03/2026, thứ Tư Ngày làm việc Tạm nghỉ: Bão số 3" in first.text
    await first.presses("Xem trước hồ sơ đổi ngày")
    assert "Ngày hẹn trả: 17:00 05/03/2026 → 17:00 06/03/2026" in first.text
    assert "Bạn đã nhập bản này: một quản trị khác phê duyệt." in first.text
    digest = await house.world.one(
        "select preview ->> 'digest' from calendar_revision where number = $1", number
    )
    own = await at(house, ADMINISTRATOR, first.path)
    _, fields = own.sent("Xem trước lại")
    await own.posts(f"{first.path}/phe-duyet", {**fields, "da-xem": [digest]})
    assert "không được tự phê duyệt" in own.text
    assert status(own) == 403
    await own.goes(first.path)
    _, fields = own.sent("Xem trước lại")
    await own.posts(f"{first.path}/ap-dung", fields)
    assert status(own) == 409
    second = await at(house, SECOND, first.path)
    address, fields = second.sent("Phê duyệt như đã xem trước")
    await second.posts(address, {**fields, "da-xem": ["0" * 64]})
    assert status(second) == 409
    for _ in range(2):
        await second.posts(address, fields)
        assert "Đã phê duyệt" in second.text
    address, fields = second.sent("Áp dụng")
    for _ in range(2):
        await second.posts(address, fields)
        assert "Đúng như xem trước: 1; khác: 0; mới: 0. Thông báo đã gửi: 1." in second.text
    assert await standing(house) == [*before, (number, "applied", ADMINISTRATOR, SECOND, SECOND)]
    read = await house.world.db.rows(
        "select distinct principal_id, subject from access_log where act = 'list_calendar_moves' and granted"
    )
    assert {tuple(row) for row in read} == {(by, f"ha-tinh/{number}") for by in (ADMINISTRATOR, SECOND)}


async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept(house: Rest) -> None:
    before = await standing(house)
    for change, said in (
        ({"can_cu": ""}, "Ghi căn cứ: quyết định hoặc văn bản."),
        ({"tu_ngay": "ngày mai"}, "Ghi ngày theo dạng ngày/tháng/năm"),
        ({"loai": "swap"}, "Ghi ngày làm bù."),
        ({"loai": "khac"}, "Chọn loại ngày."),
        ({"ten": ""}, "Ghi tên ngày"),
    ):
        page = await at(house, ADMINISTRATOR, f"{PLACE}/ha-tinh/ban-moi")
        typed = {**CLOSED, **change}
        await page.presses("Lưu bản nháp", **typed)
        assert (status(page), said in page.text) == (422, True), change
        kept = {name: value for name, value in typed.items() if value != "khac"}  # no kind to be chosen
        assert page.sent("Lưu bản nháp") == page.sent("Lưu bản nháp", **kept)
    page = await at(house, ADMINISTRATOR, f"{PLACE}/ha-tinh/ban-moi")
    address, fields = page.sent("Lưu bản nháp", can_cu=BASIS)
    sent = await house.client.post(
        address, data=fields, files={"tep": ("lich.toml", b"hours = 1\n")}, headers=page.headers
    )
    assert (sent.status_code, 'href="#f-tep"' in sent.text) == (422, True)
    assert await standing(house) == before


async def test_who_is_no_administrator_over_it_enters_nothing_and_sees_no_dossier(house: Rest) -> None:
    for by in (CLERK, LOCAL):
        assert status(await at(house, by, f"{PLACE}/ha-tinh/ban-moi")) == 403
    await house.done(
        "/v1/calendars/ha-tinh/versions",
        ADMINISTRATOR,
        {"basis": BASIS, "closure": [{"date": "2026-03-05", "name": "Bão số 4", "basis": BASIS}]},
    )
    seen = await at(house, CLERK, f"{PLACE}/ha-tinh/ban/{await entered(house)}")
    assert "Chỉ quản trị của đơn vị có lịch này" in seen.text
    assert '<form method="post" action="/noi-bo/quan-tri' not in markup(seen)
