"""An officer's own page without scripts: look, absences, notices."""

import re

import pytest

from support.acts_of_law import acts
from support.api_client import CLERK, HEAD, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT, person

# Each test has its own officer.
pytestmark = pytest.mark.world("shared")

SECOND = person("specialist", DEPARTMENT, 2)
PAGE = "/noi-bo/toi"
#: Everything chosen otherwise than at first, as the browser keeps it.
CHOSEN = "hoso-xem=vi.lon.tuong-phan.khong-phim.ve-danh-sach.gon.nha-qua-han"


async def test_the_look_is_kept_in_the_browser_and_the_page_shows_it(rest: Rest):
    officer = await (await Visitor.of(rest, SPECIALIST)).goes(PAGE)
    assert officer.form("Lưu trên trình duyệt")[0].fields["xong-viec"] == ["tiep"]
    said = {
        "co_chu": "lon",
        "tuong_phan": "co",
        "phim": "khong",
        "xong_viec": "danh-sach",
        "dong": "gon",
        "trang_dau": "qua-han",
    }
    form, _ = officer.form("Lưu trên trình duyệt")
    query = {**form.fields, **{name.replace("_", "-"): [value] for name, value in said.items()}}
    kept = await rest.client.get("/xem", params=query, headers=officer.headers)
    assert (kept.status_code, kept.headers["location"]) == (303, PAGE)
    assert kept.headers["set-cookie"].startswith(f"{CHOSEN};")
    officer.headers["Cookie"] += f"; {CHOSEN}"
    await officer.goes(PAGE)
    shown = officer.form("Lưu trên trình duyệt")[0].fields
    assert [shown[name] for name in ("co-chu", "tuong-phan", "phim", "xong-viec", "dong", "trang-dau")] == [
        *(["lon"], ["co"], ["khong"], ["danh-sach"], ["gon"], ["qua-han"]),
    ]
    assert '<html lang="vi" class="chu-lon tuong-phan gon"' in officer.page.text
    begun = await rest.get("/noi-bo", headers=officer.headers)
    assert begun.headers["location"] == "/noi-bo/qua-han"


async def test_a_place_that_is_none_of_ones_own_is_no_beginning(rest: Rest):
    headers = (await Visitor.of(rest, SPECIALIST)).headers
    for word, begins in (
        ("quan-tri", "/noi-bo/viec"),
        ("khong-co", "/noi-bo/viec"),
        ("qua-han", "/noi-bo/qua-han"),
    ):
        asked = {**headers, "Cookie": f"{headers['Cookie']}; hoso-xem=vi.nha-{word}"}
        assert (await rest.get("/noi-bo", headers=asked)).headers["location"] == begins
    refused = await rest.get("/xem?trang-dau=a%0d%0ab", headers=headers)
    assert refused.status_code == 422


async def test_a_completed_task_leads_back_to_the_list_for_who_wants_it(rest: Rest):
    for _ in range(2):
        await rest.accepts()
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/viec?ngan=don-vi")
    clerk.headers["Cookie"] += f"; {CHOSEN}"
    assert clerk.page is not None
    links = [each.partition('"')[0] for each in clerk.page.text.split('href="')]
    await clerk.goes(next(each for each in links if each.startswith("/noi-bo/viec/")))
    await clerk.presses("Hoàn thành")
    assert clerk.path.startswith("/noi-bo/viec?ngan=don-vi&xong=")


async def test_an_officer_says_who_acts_for_them_once_and_ends_it(rest: Rest):
    officer = await (await Visitor.of(rest, SPECIALIST)).goes(PAGE)
    assert officer.page is not None
    for said, field in (({}, "lam-thay"), ({"lam_thay": str(SECOND), "den_ngay": "mai"}, "den-ngay")):
        await officer.presses("Ghi và cho làm thay", **said)
        assert (officer.page.status_code, f'href="#f-{field}"' in officer.page.text) == (422, True)
    said = {"lam_thay": str(SECOND), "tu_ngay": "02/03/2026", "den_ngay": "06/03/2026", "ly_do": "Nghỉ phép"}
    address, fields = officer.sent("Ghi và cho làm thay", **said)
    for _ in range(2):
        await officer.posts(address, fields)
        assert "02/03/2026 – 06/03/2026" in officer.text
    stored = "select substitute_id, valid_to::text from substitution where principal_id = $1"
    rows = await rest.world.db.rows(stored, [SPECIALIST])
    assert [tuple(row) for row in rows] == [(SECOND, "2026-03-06")]
    address, fields = officer.sent("Kết thúc hôm nay")
    for _ in range(2):
        await officer.posts(address, fields)
        assert officer.page.status_code == 200
    rows = await rest.world.db.rows(stored, [SPECIALIST])
    assert [tuple(row) for row in rows] == [(SECOND, "2026-03-02")]
    other = await (await Visitor.of(rest, SECOND)).goes(PAGE)
    await other.posts(address, fields)
    assert other.page is not None
    assert other.page.status_code == 404


def bell(reader: Visitor) -> str:
    """The number at the bell of every page; empty where all is read."""
    assert reader.page is not None
    (number,) = re.findall(r'id="dem-notices">(.*?)<', reader.page.text)
    return str(number)


async def test_the_bell_of_every_page_counts_what_its_reader_was_told_and_has_not_read(rest: Rest):
    standing = await rest.accepts()
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/viec")
    await clerk.goes(PAGE)
    if bell(clerk):
        await clerk.presses("Đánh dấu tất cả đã đọc")
    assert bell(clerk) == ""
    await acts(rest, standing, "reply-proposal", CLERK, "2026-03-02 09:01", text="Có thể trả lời")
    assert bell(await clerk.goes("/noi-bo/viec")) == "1"
    assert "Thông báo chưa đọc 1" in (await clerk.goes("/noi-bo/dem")).text
    await clerk.goes(PAGE)
    await clerk.presses("Đã đọc")
    assert bell(await clerk.goes("/noi-bo/dem")) == ""


async def test_notices_are_marked_one_by_one_and_all_at_once_by_their_reader(rest: Rest):
    standing = await rest.accepts()
    for at in ("2026-03-02 09:01", "2026-03-02 09:02"):
        await acts(rest, standing, "reply-proposal", CLERK, at, text="Có thể trả lời là đang thẩm định")
    clerk = await (await Visitor.of(rest, CLERK)).goes(PAGE)
    unread = "select count(*) from notice where principal_id = $1 and read_at is null"
    before = await rest.world.one(unread, CLERK)
    address, fields = clerk.sent("Đã đọc")
    other = await (await Visitor.of(rest, HEAD)).goes(PAGE)
    await other.posts(address, fields)
    assert other.page is not None
    assert other.page.status_code == 404
    for _ in range(2):
        await clerk.posts(address, fields)
        assert await rest.world.one(unread, CLERK) == before - 1
    await clerk.presses("Đánh dấu tất cả đã đọc")
    assert await rest.world.one(unread, CLERK) == 0
    assert "chưa đọc" not in clerk.text
