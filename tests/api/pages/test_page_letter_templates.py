"""Templates of letters in a browser without scripts."""

from __future__ import annotations

from typing import Any

from support import calendars
from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.calendars import SECOND
from support.visitor import Visitor
from support.world import DEPARTMENT

PLACE = "/noi-bo/quan-tri/mau-giay"
#: Without sources the form is our own again, and no child has to set it.
ENTRY = {"unit": DEPARTMENT, "form": "suspension", "basis": "Quyết định số 12/QĐ", "valid_from": "2026-03-03"}


async def standing(rest: Rest) -> list[tuple[Any, ...]]:
    """People who entered and approved each template."""
    rows = await rest.world.db.rows("select entered_by, approved_by from letter_template")
    return [tuple(row) for row in rows]


async def test_a_template_is_approved_once_by_a_second_person_and_by_nobody_else(rest: Rest) -> None:
    await calendars.administrators(rest.world.db)
    made = await rest.done("/v1/letter-templates", ADMINISTRATOR, ENTRY)
    place = f"{PLACE}/{made['id']}"
    clerk = await (await Visitor.of(rest, CLERK)).goes(PLACE)
    assert "Quyết định số 12/QĐ H27.SVHTTDL Chờ phê duyệt 03/03/2026" in clerk.text
    await clerk.goes(place)
    assert "Chỉ quản trị của đơn vị, hoặc của đơn vị cấp trên, phê duyệt." in clerk.text
    second = await (await Visitor.of(rest, SECOND)).goes(place)
    address, fields = second.sent("Phê duyệt mẫu")
    await clerk.posts(address, fields)
    author = await (await Visitor.of(rest, ADMINISTRATOR)).goes(place)
    assert "Bạn đã nhập mẫu này: một quản trị khác phê duyệt." in author.text
    await author.posts(address, fields)
    assert [each.page.status_code for each in (clerk, author) if each.page] == [403, 403]
    assert await standing(rest) == [(ADMINISTRATOR, None)]
    for _ in range(2):
        await second.posts(address, fields)
        assert (second.path, "Đã phê duyệt" in second.text) == (place, True)
    assert await standing(rest) == [(ADMINISTRATOR, SECOND)]
