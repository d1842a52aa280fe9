"""The page that explains a date, day by day."""

import pytest

from support.api_client import ADMINISTRATOR, CLERK, HEAD, Rest
from support.browser_text import seen, words
from support.procedures.law import Walk

pytestmark = pytest.mark.world("shared")


async def test_every_day_is_counted_or_says_why_not(rest: Rest):
    rest.clock.turn("2026-03-05 15:00")
    code = (await rest.accepts())["code"]
    said = words(await seen(rest, ADMINISTRATOR, f"/noi-bo/ho-so/{code}/thoi-han"))
    assert "Vì sao hẹn 17:00, thứ Ba 10/03/2026" in said
    for line in (
        "05/03/2026 thứ Năm – không tính ngày nhận hồ sơ, ngày đầu không tính",
        "06/03/2026 thứ Sáu 1 ngày làm việc thứ 1",
        "07/03/2026 thứ Bảy – không tính thứ Bảy, nghỉ hằng tuần Bộ luật Lao động 2019 Điều 111",
        "10/03/2026 thứ Ba 3 ngày làm việc thứ 3; hết hạn 17:00",
    ):
        assert line in said
    assert "3 ngày làm việc" in said
    assert "bản " in said


async def test_a_date_is_of_its_dossier_and_of_no_entry_of_the_navigation(rest: Rest):
    code = (await rest.accepts())["code"]
    shown = (await seen(rest, ADMINISTRATOR, f"/noi-bo/ho-so/{code}/thoi-han")).text
    assert 'href="/noi-bo/qua-han"' in shown
    assert "aria-current" not in shown


async def test_each_promise_has_its_own_table_the_newest_first(rest: Rest):
    code = (await rest.accepts())["code"]
    path = f"/v1/dossiers/{code}"
    await rest.done(f"{path}/supplement-request", CLERK, {"reason": "Thiếu nhãn hàng"})
    waiting = words(await seen(rest, ADMINISTRATOR, f"/noi-bo/ho-so/{code}/thoi-han"))
    assert "Đang dừng tính thời hạn" in waiting
    rest.clock.turn("2026-03-04 09:00")
    await rest.done(f"{path}/supplement", CLERK, {"components": ["TP04"]})
    said = words(await seen(rest, ADMINISTRATOR, f"/noi-bo/ho-so/{code}/thoi-han"))
    assert said.index("Lần hẹn 2: Nhận bổ sung, tính lại từ đầu") < said.index("Lần hẹn 1: Tiếp nhận hồ sơ")
    assert "Trong hạn" in said


async def test_a_date_that_moved_because_the_clock_stood_still_says_so(law: Rest):
    walk = await Walk.accepted(law, "2026-03-02 09:00", "resume")
    await walk.asked_and_received("2026-03-09 10:00", "2026-03-10 14:00")
    said = words(await seen(law, CLERK, f"/noi-bo/ho-so/{walk.code}/thoi-han"))
    for line in (
        "Vì sao hẹn 17:00, thứ Ba 10/03/2026",
        "Đồng hồ đang dừng thì thời hạn không kết thúc: lùi đến giờ đóng cửa của ngày tiếp tục",
        "09/03/2026 thứ Hai 5 ngày làm việc thứ 5; đến 17:00 vẫn tạm dừng #1 nên chưa hết hạn",
        "10/03/2026 thứ Ba – không tính hạn lùi đến ngày này sau tạm dừng #1: Thiếu bản sao; hết hạn 17:00",
    ):
        assert line in said


async def test_the_limits_of_a_term_of_calendar_days_are_told_with_their_numbers(law: Rest):
    walk = await Walk.accepted(law, "2026-03-02 09:00", "shares")
    said = words(await seen(law, CLERK, f"/noi-bo/ho-so/{walk.code}/thoi-han"))
    told = "Thẩm định : 15 ngày trong 20 ngày còn lại = 5.670 trong 7.560 phút làm việc, đến 07:30 18/03/2026"
    assert (told in said, "không còn vừa" in said) == (True, False)
    await walk.completes("2026-03-23 16:00")
    await walk.asked_and_received("2026-03-23 16:30", "2026-03-25 16:30")
    late = words(await seen(law, CLERK, f"/noi-bo/ho-so/{walk.code}/thoi-han"))
    assert "Các bước không còn vừa thời hạn: bước này được nửa phần ban đầu của nó." in late


async def test_a_date_that_relies_on_an_expected_day_off_is_called_provisional(rest: Rest):
    rest.clock.turn("2026-11-20 09:00")
    code = (await rest.accepts())["code"]
    said = words(await seen(rest, ADMINISTRATOR, f"/noi-bo/ho-so/{code}/thoi-han"))
    assert "tạm tính" in said
    assert "dự kiến" in said


async def test_a_dossier_before_acceptance_has_no_date_yet(rest: Rest):
    filed = await rest.files()
    page = await seen(rest, ADMINISTRATOR, f"/noi-bo/ho-so/{filed['reference']}/thoi-han")
    assert "chưa có ngày hẹn" in words(page)


async def test_the_page_tells_no_step_no_note_and_no_officer(rest: Rest):
    standing = await rest.completes(await rest.accepts(), CLERK, note="NỘI BỘ")
    await rest.done(f"/v1/dossiers/{standing['code']}/supplement-proposal", HEAD, {"reason": "NỘI BỘ"})
    said = (await seen(rest, ADMINISTRATOR, f"/noi-bo/ho-so/{standing['code']}/thoi-han")).text
    people = await rest.world.db.rows(
        "select name from principal where kind = 'officer' and id <> $1", [ADMINISTRATOR]
    )
    tasks = await rest.world.db.rows("select id::text, name from user_task")
    internal = {
        "NỘI BỘ",
        *(row.name for row in people),
        *(row.id for row in tasks),
        *(row.name for row in tasks),
    }
    assert {each for each in internal if each in said} == set()


@pytest.mark.parametrize("key", ["KHONG-CO", "a%00b"])
async def test_an_unknown_dossier_is_a_page_that_leads_back(rest: Rest, key: str):
    page = await seen(rest, ADMINISTRATOR, f"/noi-bo/ho-so/{key}/thoi-han")
    assert page.status_code in (404, 422)
    assert "Về trang đầu" in page.text
