"""Reports in a browser without scripts."""

from __future__ import annotations

from support.api_client import ADMINISTRATOR, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT, OTHER, PROVINCE, person

PLACE = "/noi-bo/bao-cao/dung-han"


async def test_the_report_adds_up_and_says_whether_it_is_final(rest: Rest) -> None:
    await rest.accepts()
    rest.clock.turn("2026-03-03 09:00")
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes("/noi-bo/bao-cao")
    assert "Tháng này : 01/03/2026 – 03/03/2026" in visitor.text
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
