"""Instants of acts on their page: an administrator sees what a correction does to the dates before it is recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest
from support.visitor import Visitor

pytestmark = pytest.mark.world("shared")


async def opened(rest: Rest, by: UUID, code: str) -> Visitor:
    return await (await Visitor.of(rest, by)).goes(f"/noi-bo/ho-so/{code}/thoi-diem")


async def accepted(rest: Rest) -> tuple[str, str]:
    """A dossier that was accepted by a clock a day ahead, and the number of that act."""
    rest.clock.turn("2026-03-02 09:00")
    reference = (await rest.files())["reference"]
    rest.clock.turn("2026-03-03 10:00")
    code = (await rest.done(f"/v1/dossiers/{reference}/acceptance", CLERK))["code"]
    events = (await rest.get(f"/v1/dossiers/{code}/events", CLERK)).json()["items"]
    first = next(each["seq"] for each in events if each["at"] == "2026-03-03T10:00:00+07:00")
    rest.clock.turn("2026-03-03 11:00")
    return code, str(first)


async def standing(rest: Rest, code: str) -> tuple[str, list[Any]]:
    """The promised date, and the corrections so far."""
    document = (await rest.get(f"/v1/dossiers/{code}/deadline", CLERK)).json()
    made = document.get("corrections", [])
    return document["dates"]["due_promised"], [(each["stamped"], each["at"], each["reason"]) for each in made]


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


async def test_a_correction_is_recorded_once_after_its_effect_was_told(rest: Rest):
    code, number = await accepted(rest)
    before, _ = await standing(rest, code)
    administrator = await opened(rest, ADMINISTRATOR, code)
    said = {"su_kien": number, "luc": "10:00 02/03/2026", "ly_do": "Đồng hồ chạy trước một ngày"}
    await administrator.presses("Xem trước ảnh hưởng", **said)
    assert status(administrator) == 200
    told = administrator.text.partition("Nếu ghi nhận")[2].partition("Ghi nhận thời điểm đúng")[0]
    assert "Hẹn trả 17:00, thứ Sáu 06/03/2026 17:00, thứ Năm 05/03/2026" in told, told
    assert await standing(rest, code) == (before, [])
    address, fields = administrator.sent("Ghi nhận thời điểm đúng")
    for _ in range(2):
        await administrator.posts(address, fields)
        assert administrator.path.startswith(f"/noi-bo/ho-so/{code}/thoi-han?xong="), administrator.text
    made = ("2026-03-03T10:00:00+07:00", "2026-03-02T10:00:00+07:00", "Đồng hồ chạy trước một ngày")
    assert await standing(rest, code) == ("2026-03-05T17:00:00+07:00", [made])
    assert "Đã hiệu chỉnh thời điểm" in administrator.text


async def test_what_was_changed_behind_the_preview_is_previewed_again(rest: Rest):
    code, number = await accepted(rest)
    administrator = await opened(rest, ADMINISTRATOR, code)
    said = {"su_kien": number, "luc": "10:00 02/03/2026", "ly_do": "Sai giờ"}
    await administrator.presses("Xem trước ảnh hưởng", **said)
    await administrator.presses("Ghi nhận thời điểm đúng", luc="09:30:15 02/03/2026")
    assert (status(administrator), "sau khi xem trước" in administrator.text) == (422, True)
    assert (await standing(rest, code))[1] == []
    await administrator.presses("Ghi nhận thời điểm đúng")
    assert [at for _, at, _ in (await standing(rest, code))[1]] == ["2026-03-02T09:30:15+07:00"]


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"su_kien": []}, "su-kien", "Chọn việc ghi sai thời điểm."),
        ({"luc": "hôm qua"}, "luc", "Viết giờ và ngày như 09:30 24/11/2026."),
        ({"ly_do": " "}, "ly-do", "Ghi lý do."),
        ({"luc": "08:00 02/03/2026"}, "luc", ""),
        ({"luc": "08:00 02/03/2027"}, "luc", ""),
    ],
)
async def test_a_correction_that_does_not_fit_comes_back_at_its_field(
    rest: Rest, said: dict[str, Any], field: str, words: str
):
    code, number = await accepted(rest)
    administrator = await opened(rest, ADMINISTRATOR, code)
    right = {"su_kien": number, "luc": "10:00 02/03/2026", "ly_do": "Đồng hồ nhanh một ngày"}
    await administrator.presses("Xem trước ảnh hưởng", **{**right, **said})
    assert administrator.page is not None
    assert (
        status(administrator) in (409, 422),
        f'<a href="#f-{field}">{words}' in administrator.page.text,
    ) == (
        True,
        True,
    ), administrator.text
    assert "Ghi nhận thời điểm đúng" not in administrator.text
    assert (await standing(rest, code))[1] == []


async def test_a_correction_of_what_changed_meanwhile_is_looked_at_again(rest: Rest):
    code, number = await accepted(rest)
    administrator = await opened(rest, ADMINISTRATOR, code)
    said = {"su_kien": number, "luc": "10:00 02/03/2026", "ly_do": "Sai giờ"}
    await administrator.presses("Xem trước ảnh hưởng", **said)
    await rest.done(f"/v1/dossiers/{code}/suspension", HEAD, {"reason": "Chờ giám định", "basis": "Luật mẫu"})
    await administrator.presses("Ghi nhận thời điểm đúng")
    assert (status(administrator), "Hồ sơ đã thay đổi trong khi bạn mở trang này" in administrator.text) == (
        409,
        True,
    )
    assert (await standing(rest, code))[1] == []


async def test_officers_read_the_instants_and_why_they_correct_none(rest: Rest):
    code, number = await accepted(rest)
    for officer in (SPECIALIST, CLERK):
        visitor = await opened(rest, officer, code)
        assert "Việc này thuộc vai trò khác trong đơn vị." in visitor.text
        assert "10:00:00 03/03/2026" in visitor.text
        assert "Xem trước ảnh hưởng" not in visitor.text
    administrator = await opened(rest, ADMINISTRATOR, code)
    address, fields = administrator.sent(
        "Xem trước ảnh hưởng", su_kien=number, luc="10:00 02/03/2026", ly_do="Sai giờ"
    )
    specialist = await Visitor.of(rest, SPECIALIST)
    await specialist.posts(address, fields)
    assert (status(specialist), (await standing(rest, code))[1]) == (403, [])


async def test_the_page_is_found_from_the_explanation_and_from_the_correction(rest: Rest):
    code, _ = await accepted(rest)
    for by, place in ((ADMINISTRATOR, "thoi-han"), (CLERK, "dinh-chinh")):
        visitor = await (await Visitor.of(rest, by)).goes(f"/noi-bo/ho-so/{code}/{place}")
        assert visitor.page is not None
        assert f'href="/noi-bo/ho-so/{code}/thoi-diem"' in visitor.page.text
