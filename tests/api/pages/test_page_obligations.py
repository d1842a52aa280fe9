"""Reports that units owe, in a browser without scripts: from the texts to the consolidated report."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

import openpyxl

from hoso_api.pages.reports import words
from hoso_workflows.reports.forms import tables
from hoso_workflows.reports.obligations import frozen
from support import page_samples
from support.api_client import ADMINISTRATOR, Rest
from support.visitor import Visitor
from support.world import CITIZEN, DEPARTMENT, DESK, person

CLERK, CHIEF = person("clerk"), person("agency_head")
COORDINATOR, HEAD_OF_DESK = person("reception", DESK), person("head", DESK)
FORM = "/noi-bo/bao-cao/ii-06"


async def owed(rest: Rest) -> str:
    """The department's report for the first quarter, with a dossier that it counts."""
    rest.clock.turn("2026-02-02 08:00")
    filed = await rest.files(CITIZEN, channel="online")
    await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", COORDINATOR)
    rest.clock.turn("2026-03-02 08:00")
    return await page_samples.owed_report(rest)


async def submitted(rest: Rest) -> str:
    """The same, submitted over pages."""
    report = await owed(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"/noi-bo/bao-cao/nop/{report}")
    await clerk.presses("Lưu nội dung", kho_khan="Đường truyền yếu", kien_nghi="Nâng cấp")
    assert "Chờ thủ trưởng đơn vị, không phải người soạn, duyệt." in clerk.text
    chief = await (await Visitor.of(rest, CHIEF)).goes(f"/noi-bo/bao-cao/nop/{report}")
    await chief.presses("Duyệt báo cáo")
    await clerk.goes(f"/noi-bo/bao-cao/nop/{report}")
    await clerk.presses("Nộp báo cáo")
    assert ("đã nộp" in clerk.text, "số liệu đã chốt" in clerk.text) == (True, True)
    return report


async def test_an_agency_writes_approves_and_submits_its_report(rest: Rest) -> None:
    report = await submitted(rest)
    visitor = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/bao-cao/nop")
    assert "Sở Văn hóa, Thể thao và Du lịch Báo cáo quý về dịch vụ công trực tuyến 2026-Q1" in visitor.text
    await visitor.goes(f"/noi-bo/bao-cao/nop/{report}")
    assert "khớp 3 = 7 + 11 + 14: 1 = 1" in visitor.text
    assert "Khó khăn, vướng mắc Đường truyền yếu" in visitor.text
    read = (await rest.get(f"/v1/report-obligations/{report}", CLERK)).json()
    assert (read["frozen"], read["late"], read["texts"]["proposals"]) == (True, False, "Nâng cấp")
    account = read["tables"][0]
    assert (account["total"]["received"], account["total"]["online"]) == (1, 1)
    codes = (
        await rest.get(f"/v1/report-obligations/{report}/dossiers?column=received&channel=online", CLERK)
    ).json()
    assert [each["unit"] for each in codes["items"]] == [DEPARTMENT]
    assert (await rest.get(f"/v1/report-obligations/{report}/recount", CLERK)).json() == {
        "dossiers": 1,
        "same": True,
        "intact": True,
    }


async def test_what_was_changed_in_between_is_said_and_nothing_typed_is_lost(rest: Rest) -> None:
    report = await owed(rest)
    address = f"/noi-bo/bao-cao/nop/{report}"
    one, other = await Visitor.of(rest, CLERK), await Visitor.of(rest, CHIEF)
    await one.goes(address)
    await other.goes(address)
    await other.presses("Lưu nội dung", kho_khan="Của người khác")
    await one.presses("Lưu nội dung", kho_khan="Nội dung mất công gõ")
    assert one.page is not None
    assert (one.page.status_code, "Nội dung mất công gõ" in one.page.text) == (412, True)
    seen = {"Authorization": f"Bearer {await rest.token(CLERK)}", "If-Match": '"1"'}
    stale = await rest.client.put(
        f"/v1/report-obligations/{report}/texts", headers=seen, json={"proposals": "x"}
    )
    assert stale.status_code == 412


async def test_the_coordinating_function_returns_consolidates_and_submits(rest: Rest) -> None:
    report = await submitted(rest)
    coordinator = await (await Visitor.of(rest, COORDINATOR)).goes("/noi-bo/dau-moi/bao-cao")
    assert "Đã nộp 1 trên 2 báo cáo, 0 báo cáo trễ." in coordinator.text
    assert "Mọi thủ tục của các đơn vị đều nộp được qua hệ thống." in coordinator.text
    await rest.world.changed(
        "insert into competence (unit_code, part, procedure_code, valid_from, basis)"
        " values ('H27.SYT', 'handling', '9.999999', '2026-01-01', 'QĐ 1')"
    )
    await coordinator.goes("/noi-bo/dau-moi/bao-cao")
    assert "Sở Y tế 9.999999 chưa có quy trình áp dụng chưa đặt chưa ghi" in coordinator.text
    await rest.world.changed(
        "insert into agency_system (unit_code, name, purpose, state, state_from, entered_at, entered_by, changed_at, changed_by)"
        " values ('H27.SYT', 'Một cửa ngành y tế', 'Xử lý hồ sơ', 'apart', '2026-03-02', $1, $2, $1, $2)",
        *(rest.clock.at, COORDINATOR),
    )
    await coordinator.goes("/noi-bo/dau-moi/bao-cao")
    assert "chưa có quy trình áp dụng chưa đặt Một cửa ngành y tế : Chưa tích hợp" in coordinator.text
    services = (await rest.get("/v1/reports/unintegrated-services", COORDINATOR)).json()["items"]
    systems = [{"unit": "H27.SYT", "name": "Một cửa ngành y tế", "state": "apart"}]
    assert [
        (each["unit"], each["procedure"], each["why"], each["service_level"], each["systems"])
        for each in services
    ] == [("H27.SYT", "9.999999", "no_version", None, systems)]
    await coordinator.goes("/noi-bo/dau-moi/bao-cao/2026-Q1")
    await coordinator.presses("Lưu nội dung", danh_gia="Chung: tốt")
    head = await (await Visitor.of(rest, HEAD_OF_DESK)).goes("/noi-bo/dau-moi/bao-cao/2026-Q1")
    await head.presses("Duyệt báo cáo")
    await coordinator.goes("/noi-bo/dau-moi/bao-cao/2026-Q1")
    await coordinator.presses("Nộp báo cáo")
    assert coordinator.page is not None
    assert (coordinator.page.status_code, "H27.SYT" in coordinator.text) == (409, True)
    await coordinator.presses("Nộp báo cáo", thieu="1")
    assert ("đã nộp" in coordinator.text, "Chung: tốt" in coordinator.text) == (True, True)
    items = (await rest.get("/v1/report-obligations?period=2026-Q1", COORDINATOR)).json()["items"]
    (whole,) = (each for each in items if each["part"] == "consolidated")
    read = (await rest.get(f"/v1/report-obligations/{whole['id']}", COORDINATOR)).json()
    assert ([each["unit"] for each in read["sources"]], read["missing"]) == ([DEPARTMENT], ["H27.SYT"])
    await coordinator.goes(f"/noi-bo/bao-cao/nop/{report}")
    await coordinator.presses("Trả lại báo cáo", ly_do="Thiếu số liệu")
    assert coordinator.page is not None
    assert coordinator.page.status_code == 409


async def test_the_files_of_a_report_hold_what_its_page_shows(rest: Rest) -> None:
    report = await submitted(rest)
    visitor = await Visitor.of(rest, CLERK)
    address = f"/noi-bo/bao-cao/nop/{report}/tep?dang="
    made: dict[str, Any] = {
        kind: (await rest.get(f"{address}{kind}", headers=visitor.headers))
        for kind in ("xlsx", "csv", "pdf", "svg")
    }
    book = openpyxl.load_workbook(io.BytesIO(made["xlsx"].content))
    assert book.sheetnames == ["II-06", "II-07", "ONLINE", "Kỳ báo cáo"]
    kept = await frozen.submission(rest.world.db, UUID(report), 1)
    (line,) = tables.of_account(kept.figures.account).rows
    assert [*book["II-06"].values][1] == (*line.labels, *line.figures)
    assert [*csv.reader(io.StringIO(made["csv"].content.decode("utf-8-sig")))][1] == [
        str(each) for each in (*line.labels, *line.figures)
    ]
    assert (made["pdf"].content[:4], b"<svg" in made["svg"].content) == (b"%PDF", True)
    rest_file = await rest.get(f"/v1/report-obligations/{report}/file?format=csv", CLERK)
    assert rest_file.content == made["csv"].content


async def test_a_form_opens_the_dossiers_behind_its_figures(rest: Rest) -> None:
    await owed(rest)
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{FORM}?tu=01/02/2026&den=28/02/2026")
    assert visitor.page is not None
    assert "khớp 3 = 4 + 5a + 5b + 6: 1 = 1" in visitor.text
    line = f"tu=01/02/2026&den=28/02/2026&don-vi=H27&o=nhan&noi={DEPARTMENT}&thu-tuc=1.014464&kenh=online"
    assert line in visitor.page.text.replace("&amp;", "&")
    await visitor.goes(f"/noi-bo/bao-cao/dung-han/danh-sach?{line}")
    assert "Nhận trong kỳ: 1 hồ sơ" in visitor.text
    await visitor.goes(f"/noi-bo/bao-cao/dung-han/danh-sach?{line}".replace("online", "post"))
    assert "Không có hồ sơ nào." in visitor.text
    for kind in ("ii-07", "buoc", "truc-tuyen", "nguoi-xu-ly"):
        await visitor.goes(f"/noi-bo/bao-cao/{kind}?tu=01/02/2026&den=28/02/2026")
        assert visitor.page is not None
        assert visitor.page.status_code == 200
    await visitor.goes(f"{FORM}?tu=hôm nay&den=28/02/2026")
    assert (visitor.page.status_code, "hôm nay" in visitor.page.text) == (422, True)


def test_every_word_of_a_form_can_be_translated() -> None:
    columns = {
        each.words
        for group in (tables.ACCOUNT, tables.CAUSES, tables.STEPS, tables.ONLINE, *tables.SPLITS.values())
        for each in group
    }
    assert columns <= words.COLUMNS
    assert set(words.TITLES) == set(tables.Form)
