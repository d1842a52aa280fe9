"""Pages that inform anybody: statistics, announcements with their feed, guides, the portal about itself, the check of a paper."""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx

from hoso_api.http import acts
from hoso_api.pages.information import site_map, texts
from hoso_api.portal_settings import REQUIRED, PortalSettings
from hoso_calendar.messages import ENGLISH, VIETNAMESE
from hoso_models import SessionKind
from hoso_models.tables.rating import CHANGEABLE
from hoso_workflows.drafts import parked_forms
from hoso_workflows.identity import sessions
from hoso_workflows.operation import rate_limit
from hoso_workflows.reports import statistics
from support import catalogue_entries, page_samples, template_words
from support.api_client import ADMINISTRATOR, CLERK, Rest, application
from support.browser_text import words
from support.signing_in import OURS, hidden
from support.world import CITIZEN, DESK, PROVINCE

ATOM = "{http://www.w3.org/2005/Atom}"
IN_ENGLISH = {**OURS, "Cookie": "hoso-xem=en"}
OWNER = PortalSettings(
    owner="Văn phòng Ủy ban nhân dân tỉnh",
    responsible="Chánh Văn phòng",
    address="Số 1 đường Mẫu",
    telephone="0239 000 000",
    email="cong@tinh.test",
)


async def read(rest: Rest, address: str) -> str:
    page = await rest.client.get(address, headers=OURS)
    assert page.status_code == 200, page.text
    return words(page)


async def test_statistics_say_the_same_on_the_page_in_the_file_and_to_programs(rest: Rest) -> None:
    empty = await read(rest, "/thong-ke")
    assert "Năm 2026 chưa có hồ sơ." in empty
    await rest.accepts()
    filed = await rest.files(CITIZEN, channel="online")
    await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    rest.clock.turn("2026-03-02 12:00")

    page = await read(rest, "/thong-ke?nam=1999&linh-vuc=Không có")
    assert "Bỏ qua bộ lọc không có: 1999 , Không có" in page
    assert "Cộng 1 0 – 2 0 – – – –" in page
    assert "Số liệu lúc 12:00" in page
    assert "Cộng 1 0 – 2 0" in await read(rest, "/thong-ke?sau=50")
    file = await rest.client.get("/thong-ke/csv", headers=OURS)
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert lines[0] == ["Số liệu lúc 12:00 02/03/2026"]
    assert [lines[2][0], *lines[2][2:]] == [
        *("1.014464", "Báo chí, xuất bản", "1", "0", "", "2", "0"),
        *[""] * 4,
    ]
    told = (await rest.get("/v1/public/statistics")).json()
    figures = {
        "online": 1,
        "online_resolved": 0,
        "online_on_time": 0,
        "on_time": None,
        "received": 2,
        "ratings": 0,
        "few": False,
        "satisfaction": None,
        "convenience": None,
        "timeliness": None,
        "attitude": None,
    }
    name = lines[2][1]
    named = {"procedure": "1.014464", "procedure_name": name, "field": "Báo chí, xuất bản"}
    assert told == {
        "year": 2026,
        "counted_at": "2026-03-02T12:00:00+07:00",
        "fewest_ratings": 5,
        "lines": [{**named, **figures}],
        "total": figures,
    }
    assert (await rest.get("/v1/public/statistics?unit=H27.SYT")).json()["lines"] == []
    assert (await rest.get("/v1/public/statistics?year=2021")).status_code == 422


async def test_announcements_tell_state_and_public_text_and_the_feed_changes_with_them(rest: Rest) -> None:
    assert "Không có thông báo." in await read(rest, "/thong-bao")
    rest.clock.turn("2026-03-02 09:00")
    outage = {"unit": DESK, "service": "Thanh toán", "description": "CHIM", "began_at": page_samples._EARLIER}
    quiet = await rest.done("/v1/outages", CLERK, {**outage, "service": "Nội bộ"})
    made = await rest.done("/v1/outages", CLERK, outage)
    await page_samples.made_public(rest, made["id"], "Chưa thanh toán được")
    await catalogue_entries.kept(rest.world)
    await page_samples.SAMPLES["/noi-bo/danh-muc/{code}"](rest)
    plan = {"unit": PROVINCE, "service": "Cổng", "announcement": "Nâng cấp"}
    hours = {"starts_at": "2026-03-06T20:00:00+07:00", "ends_at": "2026-03-06T22:00:00+07:00"}
    planned = await rest.done("/v1/maintenance", ADMINISTRATOR, {**plan, **hours})

    page = await read(rest, "/thong-bao")
    first, _, rest_of_it = page.partition("Tất cả, mới nhất trước")
    assert [each in first for each in ("đang diễn ra", "theo kế hoạch", "Bảo trì", "CHIM", "Nội bộ")] == [
        *(True, True, True, False, False)
    ]
    assert "Cấp giấy chứng nhận đủ điều kiện trưng bày" in rest_of_it
    assert "Quyết định 12/QĐ-UBND" in rest_of_it
    one = await read(rest, f"/thong-bao/{planned['id']}")
    assert "Nâng cấp" in one
    hidden_one = await rest.client.get(f"/thong-bao/{quiet['id']}", headers=OURS)
    assert hidden_one.status_code == 404

    feed = await rest.client.get("/thong-bao.atom")
    assert feed.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(feed.content)  # noqa: S314 - what we wrote ourselves
    entries = root.findall(f"{ATOM}entry")
    assert {each.findtext(f"{ATOM}id") for each in entries} >= {
        *(f"urn:uuid:{made['id']}", f"urn:uuid:{planned['id']}")
    }
    assert [
        (name, len(each.findall(f"{ATOM}{name}")))
        for each in entries
        for name in ("id", "title", "updated", "author", "link", "summary")
        if len(each.findall(f"{ATOM}{name}")) != 1
    ] == []
    assert [root.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated")] == [True] * 3
    assert b"CHIM" not in feed.content
    same = await rest.client.get("/thong-bao.atom", headers={"If-None-Match": feed.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    resolved = {"text": "Đã thay máy", "resolves": True}
    await rest.done(f"/v1/outages/{made['id']}/updates", CLERK, resolved)
    changed = await rest.client.get("/thong-bao.atom", headers={"If-None-Match": feed.headers["etag"]})
    assert (changed.status_code, "đã xong" in changed.text) == (200, True)
    assert "đã xong" in await read(rest, f"/thong-bao/{made['id']}")


async def test_the_footer_names_the_owner_and_the_map_every_page_of_the_portal(rest: Rest) -> None:
    unset = await read(rest, "/lien-he")
    assert unset.count("Cơ quan chưa công bố") == len(REQUIRED)
    transport = application(rest.world, rest.clock, portal=OWNER)
    async with httpx.AsyncClient(transport=transport, base_url=str(rest.client.base_url)) as client:
        page = await client.get("/tra-cuu", headers=OURS)
    foot = page.text.partition("<footer")[2]
    assert [getattr(OWNER, name) in foot for name in REQUIRED] == [True] * len(REQUIRED)
    assert 'href="tel:0239000000"' in foot

    shown = await rest.client.get("/so-do-trang", headers=OURS)
    there = {
        route.path_format
        for route, _ in acts.routes(rest.client._transport.app)  # type: ignore[attr-defined]  # the application of the test
        if "GET" in (getattr(route, "methods", None) or ()) and not getattr(route, "include_in_schema", True)
    }
    assert site_map.unnamed(there) == []
    links = set(re.findall(r"<main.*</main>", shown.text, re.S)[0].split('"'))
    assert {*site_map.PUBLIC, *site_map.APPLICANTS} & there <= links
    assert {f"/huong-dan/{each.slug}" for each in texts.guides(VIETNAMESE)} <= links
    assert OWNER.missing == ()
    assert PortalSettings(owner="Sở").missing == REQUIRED[1:]


def test_every_guide_and_statement_is_there_in_both_languages_and_leads_to_pages_that_are(
    tmp_path: Path,
) -> None:
    for folder in (texts.GUIDES, texts.STATEMENTS):
        vietnamese, english = (
            sorted(each.name for each in (folder / language).glob("*.md"))
            for language in (VIETNAMESE, ENGLISH)
        )
        assert vietnamese == english
    english_ones = texts.guides(ENGLISH)
    assert [each.language for each in english_ones] == [ENGLISH] * len(english_ones)
    assert [template_words.vietnamese(each.html) for each in english_ones] == [[]] * len(english_ones)
    shipped = [*texts.guides(VIETNAMESE), *english_ones]
    links = {link for each in shipped for link in re.findall(r'href="([^"]+)"', each.html)}
    assert links <= {*site_map.PUBLIC, *site_map.APPLICANTS}

    own = tmp_path / VIETNAMESE
    own.mkdir()
    (own / "bo-sung.md").write_text("# Của tỉnh\n\nMở đầu.\n\n<script>x</script> [a](javascript:x)", "utf-8")
    (own / "moi.md").write_text("# Mới\n", "utf-8")
    found = texts.guide("bo-sung", ENGLISH, tmp_path)
    assert (found.title, found.opening, found.language) == ("Của tỉnh", "Mở đầu.", VIETNAMESE)
    assert "<script>" not in found.html
    assert "<a" not in found.html
    assert [each.slug for each in texts.guides(VIETNAMESE, tmp_path)] == [
        *(each.slug for each in texts.guides(VIETNAMESE)),
        "moi",
    ]


def test_guides_and_statements_tell_the_times_and_numbers_that_hold() -> None:
    limit, minute = rate_limit.DEFAULTS[rate_limit.Purpose.LOOK_UP], timedelta(minutes=1)
    assert (limit.every * limit.burst, limit.burst, statistics.FEWEST) == (minute, 10, 5)
    idle = sessions.IDLE[SessionKind.APPLICANT] // minute
    longest, kept = sessions.ABSOLUTE // timedelta(hours=1), parked_forms.LASTS // minute
    holds = {
        "theo-doi": ("mười mã một phút", "Ten codes a minute"),
        "dang-nhap": (f"{idle} phút", f"{longest} giờ", f"{idle} minutes", f"{longest} hours at most"),
        "danh-gia-gop-y": (
            f"{CHANGEABLE.days} ngày",
            "từng nhóm năm lượt",
            f"{CHANGEABLE.days} days",
            "groups of five",
        ),
        "tro-nang": (f"giữ lại {kept} phút", f"kept for {kept} minutes"),
    }
    shipped = [each for language in (VIETNAMESE, ENGLISH) for each in texts.guides(language)]
    shipped += [texts.statement("tro-nang", language) for language in (VIETNAMESE, ENGLISH)]
    told = {slug: " ".join(each.html for each in shipped if each.slug == slug) for slug in holds}
    assert {slug: [each for each in said if each not in told[slug]] for slug, said in holds.items()} == {
        slug: [] for slug in holds
    }
    times = re.compile(r"\b\d+ (?:phút|giờ|ngày|minutes|hours|days)\b")
    assert [each.slug for each in shipped if times.search(each.html) and each.slug not in holds] == []


async def test_a_paper_matches_or_the_part_that_differs_is_named(rest: Rest) -> None:
    address = await page_samples.SAMPLES["/kiem-chung/{letter}"](rest)
    letter = address.rpartition("/")[2]
    told = (await rest.get(f"/v1/public/letters/{letter}")).json()
    key = {"_khoa": hidden(await rest.client.get("/kiem-chung", headers=OURS), "_khoa")}

    async def checked(data: dict[str, str], file: tuple[str, bytes] | None = None) -> tuple[int, str]:
        sent = {"tep": file} if file else None
        answer = await rest.client.post("/kiem-chung", data={**key, **data}, files=sent, headers=OURS)
        return answer.status_code, words(answer)

    status, said = await checked({"ma": f"https://hoso.test{address}", "so": told["series"].lower()})
    assert (status, "Khớp" in said, told["series"] in said, told["unit"] in said) == (200, True, True, True)
    status, said = await checked({"ma": letter, "so": "999/TN"})
    assert (status, "khác ở: Số." in said, told["series"] in said) == (200, True, False)
    receipt = json.dumps({**told, "unit": "Đơn vị khác", "code": "H27.PVHCC-260302-9999"}).encode()
    status, said = await checked({}, ("a.json", receipt))
    assert (status, "khác ở: Đơn vị phát hành, Mã hồ sơ." in said) == (200, True)
    status, said = await checked({}, ("a.pdf", b"%PDF-1.7 khong phai"))
    assert (status, "Tệp này không phải tệp mà hệ thống đã phát hành" in said) == (200, True)
    assert [(await checked(each))[0] for each in ({}, {"ma": "12"})] == [422, 422]


IN_BOTH = {
    "/thong-ke": "Public service statistics 2026",
    "/thong-bao": "There are no announcements.",
    "/huong-dan": "File a dossier online",
    "/huong-dan/ngay-hen": "What a promised date means",
    "/lien-he": "Not published by the authority",
    "/so-do-trang": "For everybody",
    "/tro-nang": "Accessibility",
    "/quyen-rieng-tu": "Privacy",
    "/kiem-chung": "Check a paper",
}


async def test_pages_that_inform_are_english_throughout(rest: Rest) -> None:
    pages = {each: await rest.client.get(each, headers=IN_ENGLISH) for each in IN_BOTH}
    left = {each: template_words.vietnamese(page.text) for each, page in pages.items()}
    assert [each for each in left.items() if each[1]] == []
    assert [each for each, page in pages.items() if IN_BOTH[each] not in words(page)] == []
