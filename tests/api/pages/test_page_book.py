"""The register book of a desk in a browser, and as a workbook."""

from __future__ import annotations

import io

import openpyxl

from support.api_client import ADMINISTRATOR, CLERK, FILING, HEAD, Rest
from support.visitor import Visitor
from support.world import DESK

BOOK = "/noi-bo/mot-cua/so-theo-doi"
MARCH = f"don-vi={DESK}&nam=2026&thang=3"


async def test_the_book_shows_a_month_and_its_workbook_has_the_same_lines(rest: Rest):
    codes = []
    for name in ("Công ty mẫu 1", "=1+1"):
        rest.clock.turn(f"2026-03-02 0{8 + len(codes)}:00")
        filed = await rest.files(applicant={**FILING["applicant"], "name": name})
        standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
        codes.append(standing["code"])
    clerk = await (await Visitor.of(rest, CLERK)).goes(BOOK)
    assert clerk.page is not None
    assert "Sổ theo dõi hồ sơ 2026" in clerk.text
    assert f'href="/noi-bo/mot-cua/so-theo-doi/xlsx?{MARCH}"' in clerk.page.text.replace("&amp;", "&")
    assert f"1 {codes[0]} Công ty mẫu 1" in clerk.text
    assert f"2 {codes[1]} =1+1" in clerk.text
    for answer in (
        await rest.client.get(f"{BOOK}/xlsx?{MARCH}", headers=clerk.headers),
        await rest.get(f"/v1/registers/dossiers.xlsx?unit={DESK}&from=2026-03-01&to=2026-03-31", CLERK),
    ):
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        head, *lines = sheet.iter_rows(values_only=True)
        assert head[:4] == ("TT", "Mã hồ sơ", "Tên thủ tục hành chính", "Người nộp hồ sơ")
        assert [(line[0], line[1], line[3], f"{line[6]:%d/%m/%Y}", line[8]) for line in lines] == [
            (1, codes[0], "Công ty mẫu 1", "02/03/2026", None),
            (2, codes[1], "=1+1", "02/03/2026", None),
        ]
        assert sheet["D3"].data_type == "s"
    printed = await rest.client.get(f"{BOOK}/ban-in?{MARCH}", headers=clerk.headers)
    assert codes[0] in printed.text
    rows = await rest.world.db.rows("select count(*)::int as n from access_log where act = 'read_register'")
    assert rows[0].n == 4


async def test_a_month_without_dossiers_says_so_and_a_stranger_reads_no_book(rest: Rest):
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"{BOOK}?don-vi={DESK}&nam=2025&thang=0")
    assert clerk.page is not None
    assert clerk.page.status_code == 200
    assert 'href="?don-vi=H27.PVHCC&amp;nam=2026&amp;thang=1"' in clerk.page.text
    assert "/xlsx" not in clerk.page.text
    head = await (await Visitor.of(rest, HEAD)).goes(f"{BOOK}?{MARCH}")
    assert head.page is not None
    assert head.page.status_code == 403
    for path in ("ban-in", "pdf", "xlsx"):
        answer = await rest.client.get(f"{BOOK}/{path}?{MARCH}", headers=head.headers)
        assert answer.status_code == 403
    administrator = await (await Visitor.of(rest, ADMINISTRATOR)).goes(BOOK)
    assert administrator.page is not None
    assert administrator.page.status_code == 403
