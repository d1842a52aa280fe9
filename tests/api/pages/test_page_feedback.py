"""Feedback on its pages: given by anybody, answered by a coordinator, throttled."""

import re

import pytest

from support.api_client import SPECIALIST, Rest
from support.browser_text import words
from support.coordinators import appointed
from support.signing_in import OURS, hidden
from support.visitor import Visitor
from support.world import DEPARTMENT, OTHER

SAID = {
    "ve": "portal",
    "noi-dung": "Trang mở chậm",
    "ten": "CHIM",
    "thu": "chim@nguoi-nop.test",
    "tra-loi": "co",
}


async def test_anybody_says_something_and_reads_the_answer_where_nobody_is_named(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
):
    client, coordinator = rest.client, await appointed(rest.world)
    page = await client.get("/gop-y", headers=OURS)
    assert "Cổng hiện chưa gửi thư điện tử" in words(page)
    monkeypatch.setenv("HOSO_MAIL_FOLDER", "thu")
    assert "Cổng hiện chưa gửi" not in words(await client.get("/gop-y", headers=OURS))
    key = {"_khoa": hidden(page, "_khoa")}
    refused = await client.post("/gop-y", data={**key, **SAID, "thu": ""}, headers=OURS)
    assert (refused.status_code, 'href="#f-thu"' in refused.text, "Trang mở chậm" in refused.text) == (
        422,
        True,
        True,
    )
    for _ in range(2):
        taken = await client.post("/gop-y", data={**key, **SAID}, headers=OURS)
        assert taken.status_code == 303
    given = words(await client.get(taken.headers["location"], headers=OURS))
    assert re.search(r"GY-2026-\d{6}.*Trả lời trước", given)
    assert "CHIM" not in given
    visitor = await (await Visitor.of(rest, coordinator)).goes("/noi-bo/dau-moi/gop-y")
    assert visitor.text.count("Trang mở chậm") == 1
    number = taken.headers["location"].rpartition("/")[2]
    await visitor.goes(f"/noi-bo/dau-moi/gop-y/{number}")
    assert "CHIM · chim@nguoi-nop.test" in visitor.text
    await visitor.presses("Chuyển", don_vi=OTHER)
    await visitor.presses("Trả lời", tra_loi="Đã nâng cấp", tom_tat="Cổng mở chậm")
    public = words(await client.get("/gop-y", headers=OURS))
    assert "Cổng mở chậm" in public
    assert "CHIM" not in public
    assert "Đã nâng cấp" in words(await client.get(taken.headers["location"], headers=OURS))


async def test_who_gives_much_feedback_is_told_when_to_come_again(rest: Rest):
    page = await rest.client.get("/gop-y", headers=OURS)
    key = {"_khoa": hidden(page, "_khoa")}
    for _ in range(5):
        await rest.client.post("/gop-y", data={**key, **SAID}, headers=OURS)
    late = await rest.client.post("/gop-y", data={**key, **SAID}, headers=OURS)
    assert (late.status_code, "Thử lại sau" in words(late)) == (429, True)


async def test_an_officer_proposes_for_their_unit(rest: Rest):
    visitor = await (await Visitor.of(rest, SPECIALIST)).goes("/noi-bo/dau-moi/gop-y/de-xuat")
    await visitor.presses("Gửi đề xuất", don_vi=DEPARTMENT, noi_dung="Nhận hồ sơ sáng thứ Bảy")
    (row,) = await rest.world.db.rows("select kind, from_unit from feedback")
    assert tuple(row) == ("proposal", DEPARTMENT)
