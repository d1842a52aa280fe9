"""Reports in a browser without scripts."""

from __future__ import annotations

import asyncio
import io
import re

import openpyxl

from support.api_client import ADMINISTRATOR, CLERK, SPECIALIST, Rest
from support.command_line import hoso
from support.visitor import Visitor
from support.world import CITIZEN, DEPARTMENT, OTHER, PROVINCE, person

PLACE = "/noi-bo/bao-cao/dung-han"
WHEN = "from=2026-03-01&to=2026-03-05"


async def test_the_report_adds_up_and_says_whether_it_is_final(rest: Rest) -> None:
    await rest.accepts()
    rest.clock.turn("2026-03-03 09:00")
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes("/noi-bo/bao-cao")
    assert "Tháng này 01/03/2026 – 03/03/2026 tạm tính" in visitor.text
    assert "Tháng trước 01/02/2026 – 28/02/2026 chốt" in visitor.text
    assert "Chưa có kỳ nào được chốt." in visitor.text
    await visitor.goes(PLACE)
    assert "tạm tính: kỳ chưa kết thúc" in visitor.text
    row = "Sở Văn hóa, Thể thao và Du lịch 1.014464 1 0 0 0 0 1 0 0"
    assert row in visitor.text
    assert (
        "Nhận 1 + chuyển sang 0 = 1; đã giải quyết 0 + đang giải quyết 1 + kết thúc khác 0 = 1."
        in visitor.text
    )
    await visitor.presses("Xem", tu="01/03/2026", den="02/03/2026", don_vi=PROVINCE)
    assert (row in visitor.text, "đã chốt" in visitor.text) == (True, True)
    await visitor.presses("Xem", tu="01/02/2026", den="28/02/2026")
    assert "Kỳ này chưa có hồ sơ." in visitor.text
    kept = await rest.world.db.rows("select kind, scope, made_by from report order by period_from")
    assert [tuple(row) for row in kept] == [("lateness", PROVINCE, ADMINISTRATOR)] * 2
    await visitor.goes("/noi-bo/bao-cao")
    assert "01/03/2026 – 02/03/2026 UBND tỉnh 09:00 03/03/2026" in visitor.text


async def test_a_period_that_is_none_and_a_unit_of_others_are_refused_with_what_was_typed(rest: Rest) -> None:
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes(PLACE)
    for first, last in (
        ("hôm nay", "02/03/2026"),
        ("03/03/2026", "02/03/2026"),
        ("01/12/2026", "31/12/2026"),
    ):
        await visitor.presses("Xem", tu=first, den=last)
        assert visitor.page is not None
        assert (visitor.page.status_code, f'value="{first}"' in visitor.page.text) == (422, True)
        assert "<table" not in visitor.page.text
    head = await Visitor.of(rest, person("head", DEPARTMENT))
    for unit, status in ((DEPARTMENT, 200), (OTHER, 403), ("H27.KHONG", 404)):
        await head.goes(f"{PLACE}?don-vi={unit}")
        assert head.page is not None
        assert head.page.status_code == status


async def test_a_figure_opens_the_dossiers_behind_it_also_as_a_workbook(rest: Rest) -> None:
    code = (await rest.accepts())["code"]
    rest.clock.turn("2026-03-06 09:00")
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{PLACE}?tu=01/03/2026&den=05/03/2026")
    assert visitor.page is not None
    assert "Đang giải quyết: 1 quá hạn trên 1 (100%)" in visitor.text
    hours = visitor.text.partition("Giờ hẹn trả kết quả đến trong kỳ")[2]
    assert "Sở Văn hóa, Thể thao và Du lịch 1.014464 1 0 0 1" in hours
    line = f"tu=01/03/2026&den=05/03/2026&don-vi={PROVINCE}&o=dang-qua-han&noi={DEPARTMENT}&thu-tuc=1.014464"
    assert f'href="dung-han/danh-sach?{line}"' in visitor.page.text.replace("&amp;", "&")
    book = openpyxl.load_workbook(
        io.BytesIO((await rest.get(f"{PLACE}/xlsx?{line}", headers=visitor.headers)).content)
    )
    assert list(book.worksheets[0].iter_rows(min_row=2, values_only=True)) == [
        ("Sở Văn hóa, Thể thao và Du lịch", DEPARTMENT, "1.014464", 1, 0, 0, 0, 0, 0, 1, 0),
        ("Cộng", None, None, 1, 0, 0, 0, 0, 0, 1, 0),
    ]
    assert list(book.worksheets[1].iter_rows(min_row=2, values_only=True)) == [
        ("Sở Văn hóa, Thể thao và Du lịch", DEPARTMENT, "1.014464", 1, 0, 0, 1),
    ]
    await visitor.goes(f"{PLACE}/danh-sach?{line}")
    assert "Đang quá hạn: 1 hồ sơ" in visitor.text
    assert f"{code} Cấp" in visitor.text
    # Due at 17:00 on the 5th, where the period ends before the next working minute.
    assert "17:00 05/03/2026 chưa Đang quá hạn" in visitor.text
    assert f'href="/noi-bo/ho-so/{code}"' in visitor.page.text
    book = openpyxl.load_workbook(
        io.BytesIO((await rest.get(f"{PLACE}/danh-sach/xlsx?{line}", headers=visitor.headers)).content)
    )
    ((first, *_),) = book.worksheets[0].iter_rows(min_row=2, values_only=True)
    assert first == code
    await visitor.goes(f"{PLACE}?tu=01/03/2026&den=05/03/2026&dang=in")
    assert (code in visitor.text, "danh-sach" in visitor.page.text) == (False, False)
    # What has gone to another unit is in its list no more, and the page says that the kept figure stays.
    await rest.world.changed("update dossier set handling_unit = $1", OTHER)
    await visitor.goes(f"{PLACE}/danh-sach?{line}")
    assert "Báo cáo tính 1 hồ sơ; nay tìm thấy 0." in visitor.text


async def test_a_dossier_whose_clock_stands_still_says_so_and_since_when_it_is_late(
    rest: Rest, world_url: str
) -> None:
    accepted = await rest.accepts()
    rest.clock.turn("2026-03-09 09:00")
    asked = {"items": ["TP03"], "reason": "Thiếu bản vẽ"}
    await rest.done(f"/v1/dossiers/{accepted['code']}/supplement-request", CLERK, asked)
    rest.clock.turn("2026-03-12 09:00")
    figure = f"from=2026-03-01&to=2026-03-31&unit={DEPARTMENT}&column=open_overdue"
    (item,) = (await rest.get(f"/v1/reports/lateness/dossiers?{figure}", SPECIALIST)).json()["items"]
    since = {"since": "2026-03-09T09:00:00+07:00", "why": "supplement"}
    assert (item["late_since"], item["still"]) == ("2026-03-05T17:00:00+07:00", since)
    said = "1 ngày 2 giờ làm việc quá hạn từ 17:00 05/03/2026 dừng tính thời hạn từ 09:00 09/03/2026: chờ người nộp bổ sung"
    visitor = await Visitor.of(rest, SPECIALIST)
    await visitor.goes(f"{PLACE}/danh-sach?tu=01/03/2026&den=31/03/2026&don-vi={DEPARTMENT}&o=dang-qua-han")
    assert said in visitor.text
    told = await asyncio.to_thread(
        hoso,
        "report",
        "--from",
        "2026-03-01",
        "--to",
        "2026-03-31",
        "--column",
        "open_overdue",
        url=world_url,
    )
    assert "dừng tính thời hạn từ" in " ".join(told.out.split())


async def test_who_may_not_report_on_a_unit_is_shown_none_of_its_dossiers(rest: Rest) -> None:
    code = (await rest.accepts())["code"]
    rest.clock.turn("2026-03-06 09:00")
    figure = f"{WHEN}&column=open_overdue"
    told = (await rest.get(f"/v1/reports/lateness/dossiers?{figure}", SPECIALIST)).json()
    (item,) = told["items"]
    assert (told["number"], item["code"], item["column"], item["finished_at"]) == (
        1,
        code,
        "open_overdue",
        None,
    )
    assert item["late_since"] == item["due"] == item["promised"]
    assert item["lateness"] == {"days": 0, "hours": 0, "minutes": 0}
    for by, unit, status in ((SPECIALIST, OTHER, 403), (CITIZEN, DEPARTMENT, 403), (ADMINISTRATOR, "X", 404)):
        answer = await rest.get(f"/v1/reports/lateness/dossiers?{figure}&unit={unit}", by)
        assert answer.status_code == status
    stranger = await (await Visitor.of(rest, SPECIALIST)).goes(f"{PLACE}/danh-sach?don-vi={OTHER}")
    assert stranger.page is not None
    assert stranger.page.status_code == 403
    await stranger.goes(f"{PLACE}/danh-sach?tu=khong&den=ro")
    assert "Ghi ngày theo dạng ngày/tháng/năm" in stranger.text
    rows = await rest.world.db.rows(
        "select principal_id, subject, granted, count from access_log where act = 'list_reported_dossiers' order by id"
    )
    assert [tuple(row) for row in rows] == [
        (SPECIALIST, DEPARTMENT, True, 1),
        (SPECIALIST, OTHER, False, None),
        (CITIZEN, DEPARTMENT, False, None),
        (SPECIALIST, OTHER, False, None),
    ]


async def test_each_kind_of_report_opens_from_its_own_link(rest: Rest) -> None:
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes("/noi-bo/bao-cao")
    assert visitor.page is not None
    links = re.findall(r'href="(/noi-bo/bao-cao/[a-z0-9-]+)"', visitor.page.text)
    assert f"{'/noi-bo/bao-cao'}/hai-long" in links
    assert {link: (await visitor.goes(link)).page.status_code for link in links} == dict.fromkeys(links, 200)
