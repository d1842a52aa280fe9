"""Public pages of the catalogue: every procedure is near, read whole, and its date is the one that is promised."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from hoso_api.demo import catalogue
from hoso_api.pages.directory import home_endpoints, listing
from hoso_bpmn.package import package
from hoso_workflows.catalogue import exchange, importing, reads
from hoso_workflows.catalogue.exchange import FileForm
from hoso_workflows.directory import figures
from support import markup
from support.api_client import CLERK, Rest
from support.browser_text import words
from support.catalogue_entries import CODE, DECISION, WHOLE, asked, entries, kept
from support.coordinators import COORDINATOR, appointed
from support.signing_in import OURS, signed_in
from support.world import DEPARTMENT, PROVINCE

DECLARED = "1.014464"
LINK = re.compile(r'<a [^>]*href="([^"#]+)"')


@pytest.fixture
async def portal(rest: Rest) -> Rest:
    """A portal with thirteen entries in force and one of a declared procedure."""
    rest.clock.turn("2026-03-03 09:00")
    at = asked(at="2026-03-03 08:00")
    await kept(rest.world)
    declared = catalogue.of_package(package.bundled(DECLARED), DEPARTMENT, date(2025, 11, 21), at.at)
    owned = [*entries(13, (DEPARTMENT,)), (CODE, WHOLE, DECISION), declared]
    await importing.bring_in(rest.world.db, exchange.write(owned, FileForm.JSON), "set", at)
    return rest


async def opened(rest: Rest, address: str, **headers: str) -> httpx.Response:
    """The answer at an address, for somebody whom nobody knows."""
    return await rest.client.get(address, headers={**OURS, **headers})


async def page(rest: Rest, address: str, status: int = 200) -> str:
    """The words of a page that is well-formed."""
    answer = await opened(rest, address)
    assert (answer.status_code, markup.faults(answer.text)) == (status, []), address
    return words(answer)


async def reached(rest: Rest, most: int) -> dict[str, int]:
    """Every path that links lead to from the home, by the number of clicks."""
    found, edge = {"/": 0}, ["/"]
    for clicks in range(1, most + 1):
        following: list[str] = []
        for address in edge:
            answer = await opened(rest, address)
            if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
                following += [
                    urljoin(address, each.replace("&amp;", "&")) for each in LINK.findall(answer.text)
                ]
        edge = sorted({each for each in following if each.startswith("/") and each not in found})
        found |= dict.fromkeys(edge, clicks)
    return found


async def test_every_procedure_is_two_clicks_from_the_home_and_its_filing_three(portal: Rest):
    found = await reached(portal, 3)
    rows = await portal.world.db.rows(
        "select distinct procedure_code as code from workflow_version where status = 'active'"
        " union select procedure_code from procedure_entry_search where not abolished"
        " and valid_from <= '2026-03-03' and coalesce(valid_until, 'infinity') > '2026-03-03'"
    )
    codes = {row.code for row in rows}
    active = await portal.world.db.rows(
        "select procedure_code as code from workflow_version where status = 'active'"
    )
    assert {code for code in codes if found.get(f"/thu-tuc/{code}", 9) > 2} == set()
    assert {row.code for row in active if found.get(f"/nop/{row.code}", 9) > 3} == set()
    paths = {urlsplit(each).path for each in found}
    answers = {
        path: (await opened(portal, path)).status_code for path in paths if not path.startswith("/xem")
    }
    assert {path for path, status in answers.items() if status not in (200, 303)} == set()


async def test_the_home_of_an_empty_portal_says_so_and_the_list_still_leads_to_what_is_filed(rest: Rest):
    assert "Chưa có thủ tục nào được công khai." in await page(rest, "/")
    listed = await page(rest, "/thu-tuc")
    assert "Nộp được trên mạng, chưa có trong danh mục công bố" in listed
    assert DECLARED in listed
    bare = await page(rest, f"/thu-tuc/{DECLARED}")
    assert ("Nộp hồ sơ" in bare, "Cơ quan chưa công bố" in bare) == (True, True)


async def test_the_home_counts_fields_levels_and_what_is_filed_most(portal: Rest):
    await portal.accepts()
    fields = (
        *(
            "An toàn thực phẩm 1",
            "Báo chí, xuất bản 2",
            "Bảo hiểm xã hội 1",
            "Bảo trợ xã hội 1",
            "Chăn nuôi, thú y 1",
        ),
        *("Chứng thực 1", "Công nghiệp 1", "Đất đai 1", "Đấu thầu 1", "Điện lực 1", "Đường bộ 1"),
        *("Giáo dục phổ thông 1", "Văn hóa, di sản 1"),
    )
    assert await page(portal, "/") == " ".join(
        (
            "Nộp và theo dõi hồ sơ thủ tục hành chính Tìm thủ tục theo tên, mã hoặc lĩnh vực Tìm",
            "Nộp hồ sơ Tra cứu hồ sơ Hồ sơ của tôi Lĩnh vực",
            *fields,
            "Cấp Cấp tỉnh 14 Nộp nhiều trong 90 ngày qua",
            (
                f"{package.bundled(DECLARED).name} ({DECLARED}) 1 hồ sơ Thủ tục hành chính Tra cứu hồ sơ Tính ngày hẹn trả"
                " Thông báo của cổng Thống kê dịch vụ công Hướng dẫn Góp ý Sơ đồ trang"
            ),
        )
    )


async def test_the_home_tells_of_maintenance_and_of_what_came_on_time(portal: Rest):
    await portal.accepts()
    await appointed(portal.world)
    said = {
        "unit": DEPARTMENT,
        "service": "Nộp hồ sơ",
        "announcement": "Nâng cấp máy chủ",
        "urgency": "Vá lỗ hổng",
    }
    when = {"starts_at": "2026-03-08T07:00:00+07:00", "ends_at": "2026-03-08T09:00:00+07:00"}
    await portal.done("/v1/maintenance", COORDINATOR, said | when)
    await portal.world.changed("update dossier set verdict = 'early', result_ready_at = $1", portal.clock.at)
    home = await page(portal, "/")
    assert (
        "Nộp hồ sơ : bảo trì từ 07:00 08/03/2026 đến 09:00 08/03/2026 Nâng cấp máy chủ Thông báo của cổng"
        in home
    )
    share = "Năm nay giải quyết đúng hạn 100,0 %, trên 1 hồ sơ đã có kết quả."
    assert f"{share} Thống kê dịch vụ công" in home
    links = LINK.findall((await opened(portal, "/")).text.partition('<nav aria-label="Trên cổng này"')[0])
    assert {"/thong-bao", "/thong-ke"} <= {*links}
    assert home_endpoints.share(figures.OnTime(2026, 3_000, 2_999)) == "99,9"


async def test_a_search_needs_no_accents_and_says_what_it_ignores(portal: Rest):
    found = await page(portal, "/thu-tuc?q=chung+nhan+du+dieu+kien+trung+bay&cap=xyz")
    assert "Bỏ qua bộ lọc không có: xyz." in found
    assert "1 thủ tục" in found
    assert f"{CODE} · Sở Văn hóa, Thể thao và Du lịch" in found
    assert "5 ngày làm việc · không thu phí" in found
    narrowed = await opened(portal, "/thu-tuc?cap=province")
    assert 'href="/thu-tuc"' in narrowed.text
    assert "linh-vuc=" in narrowed.text
    assert "Đối tượng thực hiện Công dân" in await page(portal, "/thu-tuc")
    companies = await page(portal, "/thu-tuc?doi-tuong=organisation&cap=xyz")
    assert "Tổ chức, doanh nghiệp (bỏ lọc)" in companies
    assert "Bỏ qua bộ lọc không có: xyz." in companies
    nothing = await page(portal, "/thu-tuc?q=trung+byaa+chung+nhn")
    assert "Không có thủ tục nào khớp “trung byaa chung nhn”." in nothing
    assert f"Gần giống: {WHOLE.name}" in nothing
    at = await reads.browse(portal.world.db, reads.Filters(), day=date(2026, 3, 3), limit=9)
    after = await reads.browse(
        portal.world.db, reads.Filters(), day=date(2026, 3, 3), limit=9, after=at.after
    )
    fields = [each.field for each in (*at.items, *after.items)]
    assert fields == sorted(fields, key=listing.sorting)
    assert (len(fields), after.after) == (14, None)
    lost = await opened(portal, "/thu-tuc?q=giay&sau=x")
    assert (lost.status_code, lost.headers["location"]) == (303, "/thu-tuc?q=giay")


async def test_a_procedure_is_read_whole_and_its_date_is_what_acceptance_promises(portal: Rest):
    address = f"/thu-tuc/{DECLARED}"
    read = await page(portal, address)
    titles = [
        *("Tên thủ tục", "Trình tự thực hiện", "Cách thức thực hiện", "Thành phần, số lượng hồ sơ"),
        *(
            "Thời hạn giải quyết",
            "Đối tượng thực hiện",
            "Cơ quan thực hiện",
            "Kết quả",
            "Mẫu đơn, yêu cầu, phí",
        ),
        *("Cách tiếp nhận và trả kết quả", "Căn cứ pháp lý, quyết định công bố"),
    ]
    answer = await opened(portal, address)
    assert [
        re.sub("<[^>]*>", "", each) for each in re.findall(r"<h2 id=\"muc-[^>]*>(.*?)</h2>", answer.text)
    ] == titles
    assert "<svg" in answer.text
    standing = await portal.accepts()
    promised = re.search(r"hẹn trả <strong><time datetime=\"([^\"]+)\"", answer.text)
    assert promised
    assert promised[1] == standing["due_promised"][: len(promised[1])]
    why = re.search(r'<a href="(/tinh-han[^"]+)">Vì sao\?', answer.text)
    assert why
    counted = await opened(portal, why[1].replace("&amp;", "&"))
    assert f'Hẹn trả <time datetime="{promised[1]}"' in counted.text
    assert "Cơ quan quyết định Cơ quan chưa công bố" in read


async def test_what_is_kept_by_browsers_says_so_and_what_names_a_reader_is_kept_nowhere(portal: Rest):
    first = await opened(portal, f"/thu-tuc/{CODE}")
    assert (first.headers["cache-control"], first.headers["vary"]) == ("public, max-age=300", "Cookie")
    again = await opened(portal, f"/thu-tuc/{CODE}", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")
    officer = await signed_in(portal.world.db, CLERK, at=portal.clock.at)
    assert (await portal.client.get("/thu-tuc", headers=officer)).headers["cache-control"] == "no-store"
    english = await opened(portal, f"/thu-tuc/{CODE}?ngon-ngu=en")
    origin = re.search(r'<link rel="canonical" href="([^"]*)/thu-tuc', english.text)
    assert origin
    assert '<html lang="en"' in english.text
    assert (
        f'<link rel="alternate" hreflang="en" href="{origin[1]}/thu-tuc/{CODE}?ngon-ngu=en">' in english.text
    )
    told: dict[str, Any] = (await opened(portal, f"/thu-tuc/{CODE}/du-lieu")).json()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', first.text, re.DOTALL)
    assert (json.loads(block[1]) if block else None) == told
    assert (told["@type"], told["name"], "availableChannel" in told) == (
        "GovernmentService",
        WHOLE.name,
        False,
    )
    site, robots = await opened(portal, "/sitemap.xml"), await opened(portal, "/robots.txt")
    assert f"<loc>{origin[1]}/thu-tuc/{CODE}</loc><lastmod>2026-03-02</lastmod>" in site.text
    assert "Disallow: /noi-bo\n" in robots.text
    assert robots.text.endswith(f"Sitemap: {origin[1]}/sitemap.xml\n")


async def test_an_abolished_procedure_names_its_successor_and_an_unknown_one_is_searched(portal: Rest):
    editor = await kept(portal.world)
    ended = {
        **DECISION.model_dump(mode="json"),
        "kind": "abolished",
        "decision_no": "14/QĐ",
        "successor": "8.000001",
    }
    await portal.done(f"/v1/catalogue/{CODE}/publication", editor, ended)
    gone = await page(portal, f"/thu-tuc/{CODE}", 410)
    assert f"Thủ tục {CODE} đã bị bãi bỏ. Thay bằng thủ tục 8.000001 ." in gone
    missing = await opened(portal, "/thu-tuc/khong-co")
    assert (missing.status_code, 'name="q" value="khong-co"' in missing.text) == (404, True)
    assert "Mã lỗi: 404 · not-found" in await page(portal, "/huong-dan/khong-co", 404)
    assert (await opened(portal, f"/thu-tuc/{DECLARED}/mau/default/TP01")).status_code == 404


async def test_a_due_date_is_counted_for_anybody_and_what_cannot_be_read_is_said(portal: Rest):
    first = await page(portal, "/tinh-han")
    assert "Hẹn trả" in first
    assert "Thời hạn 5 ngày làm việc" in first
    chosen = re.findall(r'<option value="([^"]+)" selected', (await opened(portal, "/tinh-han")).text)
    assert chosen == [PROVINCE]
    free = await page(portal, f"/tinh-han?thoi-han=2+ng%C3%A0y&luc=09:30+03/03/2026&don-vi={DEPARTMENT}")
    assert "Thứ Năm" in free or "thứ Năm" in free
    published = await page(portal, f"/tinh-han?thu-tuc={CODE}&don-vi={DEPARTMENT}")
    assert f"Thủ tục {WHOLE.name}" in published
    wrong = {
        "thoi-han=ba+hom": "Viết thời hạn như 5 ngày làm việc, 20 ngày hoặc 4 giờ làm việc.",
        "luc=31/02/2026": "Viết giờ và ngày như 09:30 24/11/2026.",
        "thu-tuc=khong-co": "Không có thủ tục nào mang mã này.",
        "don-vi=la": "Chọn một đơn vị trong danh sách.",
        "luc=09:30+24/11/1990": "chưa có dữ liệu",
        "thoi-han=999999+ng%C3%A0y": "chưa có dữ liệu",
        "thoi-han=999999999999+gi%E1%BB%9D": "Chưa tính được",
    }
    for query, said in wrong.items():
        assert said in await page(portal, f"/tinh-han?{query}", 422), query
