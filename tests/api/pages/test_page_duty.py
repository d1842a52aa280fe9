"""The duty roster of a desk, as its head and its officers use it in a browser without scripts."""

from __future__ import annotations

import re

from support.api_client import ADMINISTRATOR, CLERK, HEAD, Rest
from support.visitor import Visitor
from support.world import DESK, person

DESK_HEAD = person("head", DESK)
SECOND = person("reception", DESK, 2)
MARCH = f"/noi-bo/mot-cua/truc?don-vi={DESK}&thang=2026-03"


async def entered(rest: Rest) -> list[tuple[str, str, object]]:
    """The places of the roster."""
    rows = await rest.world.db.rows("select day, kind, principal_id from duty order by day, kind desc")
    return [(f"{row.day:%d/%m}", row.kind, row.principal_id) for row in rows]


async def acts(rest: Rest) -> int:
    """Number of changes of the roster."""
    (row,) = await rest.world.db.rows(
        "select count(*)::int as n from administration_event where kind = 'duty_entered'"
    )
    return int(row.n)


async def test_a_head_enters_days_once_and_the_desk_sees_the_days_without_anybody(rest: Rest):
    head = await (await Visitor.of(rest, DESK_HEAD)).goes(MARCH)
    said = {
        "ngay": ["2026-03-03", "2026-03-04"],
        "truc_chinh": str(CLERK),
        "du_phong": str(SECOND),
    }
    address, fields = head.sent("Ghi lịch trực", **said)
    await head.posts(address, fields)
    await head.posts(address, fields)
    assert head.path == MARCH
    both = [("main", CLERK), ("backup", SECOND)]
    assert await entered(rest) == [(day, *each) for day in ("03/03", "04/03") for each in both]
    assert await acts(rest) == 1
    clerk = await (await Visitor.of(rest, CLERK)).goes(MARCH)
    assert clerk.page is not None
    assert 'name="_khoa"' not in clerk.page.text.partition("<main")[2]
    assert re.search(
        r"Chưa có người trực: 02/03/2026, 05/03/2026, 06/03/2026, 09/03/2026, 10/03/2026 và 15 ngày khác\.",
        clerk.text,
    )
    await clerk.posts(address, fields)
    assert clerk.page.status_code == 403
    assert await acts(rest) == 1


async def test_what_is_wrong_is_said_and_nothing_is_entered(rest: Rest):
    administrator = await (await Visitor.of(rest, ADMINISTRATOR)).goes(MARCH)
    address, fields = administrator.sent("Ghi lịch trực", truc_chinh=str(CLERK))
    for said, words in (
        ({}, "Đánh dấu ít nhất một ngày."),
        ({"ngay": ["2026-03-07"]}, "07/03/2026"),
        ({"ngay": ["2026-03-03"], "du-phong": [str(CLERK)]}, "03/03/2026"),
        ({"ngay": ["2026-03-03"], "truc-chinh": ["ai"]}, "Chọn một người của đơn vị."),
    ):
        await administrator.posts(address, {**fields, **said})
        assert administrator.page is not None
        assert (administrator.page.status_code, words in administrator.text) == (422, True), said
    assert await entered(rest) == []


async def test_an_empty_month_is_filled_from_the_one_before_by_weekday(rest: Rest):
    head = await (await Visitor.of(rest, DESK_HEAD)).goes(MARCH)
    await head.presses("Sao chép tháng trước")
    assert "Tháng trước không có người trực nào để sao chép." in head.text
    await head.goes(MARCH)
    await head.presses("Ghi lịch trực", ngay=["2026-03-03", "2026-03-09"], truc_chinh=str(CLERK))
    await head.goes(MARCH.replace("2026-03", "2026-04"))
    await head.presses("Sao chép tháng trước")
    # The first Tuesday and the second Monday.
    assert await entered(rest) == [(day, "main", CLERK) for day in ("03/03", "09/03", "07/04", "13/04")]


async def test_a_stranger_reads_no_roster_and_whoever_has_none_is_told(rest: Rest):
    head = await (await Visitor.of(rest, HEAD)).goes(MARCH)
    assert head.page is not None
    assert head.page.status_code == 403
    await head.goes("/noi-bo/mot-cua/truc?thang=nay")
    assert head.page.status_code == 200
    await head.goes("/noi-bo/mot-cua/truc?don-vi=H99")
    assert head.page.status_code == 404
