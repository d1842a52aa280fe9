"""Incidents on their page: what holds a run up, and letting it go on."""

import html
import re
from collections.abc import Iterator

import pytest

from hoso_api.pages.heads import incident_endpoints
from hoso_models import postgres
from hoso_workflows.dossiers import due_timers
from support.api_client import CLERK, FILING, Rest
from support.procedures import exchange
from support.procedures.exchange import CODE, OPINION, PARTNER, REMINDER, SPECIALIST
from support.visitor import Visitor
from support.world import OTHER, person

HEAD = person("head")


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world with the procedure in it."""
    with exchange.founded(server) as url:
        yield url


async def calling(rest: Rest) -> tuple[str, str]:
    """The code of a dossier that waits for a call, and the call."""
    filing = {**FILING, "procedure": CODE, "form": {}, "components": []}
    filed = await rest.done("/v1/dossiers", CLERK, filing)
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    messages = f"/v1/dossiers/{standing['code']}/messages"
    standing = await rest.done(messages, SPECIALIST, {"name": OPINION})
    (call,) = standing["tasks"]
    return standing["code"], call["id"]


async def held_up(rest: Rest) -> str:
    """The code of a dossier whose timer could not fire."""
    code, call = await calling(rest)
    messages = f"/v1/dossiers/{code}/messages"
    await rest.done(f"/v1/user-tasks/{call}/completion", PARTNER)
    await rest.done(messages, SPECIALIST, {"name": REMINDER})
    rest.clock.turn("2026-03-03 10:00")
    await due_timers.fire(rest.world.service, at=rest.clock.at)
    return code


async def test_a_head_lets_a_run_go_on_with_the_value_that_was_missing(rest: Rest):
    code = await held_up(rest)
    stranger = await (await Visitor.of(rest, person("head", OTHER))).goes("/noi-bo/su-co-quy-trinh")
    assert "Không có hồ sơ nào bị dừng vì sự cố." in stranger.text
    officer = await (await Visitor.of(rest, SPECIALIST)).goes("/noi-bo/su-co-quy-trinh")
    assert code in officer.text
    assert "Chạy lại" not in officer.text
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/su-co-quy-trinh")
    await head.presses("Chạy lại", gia_tri="chín")
    assert head.page is not None
    assert head.page.status_code == 422
    assert head.form("Chạy lại")[0].fields["gia-tri"] == ["chín"]
    address, fields = head.sent("Chạy lại", gia_tri="muc = 9")
    await officer.posts(address, fields)
    assert officer.page is not None
    assert officer.page.status_code == 403
    await head.posts(address, fields)
    assert f"· {code}" in head.text
    assert "Không có hồ sơ nào bị dừng vì sự cố." in head.text
    rows = await rest.world.db.rows(
        "select count(*) as n from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.code = $1 and e.kind = 'incident_resolved'",
        [code],
    )
    await head.posts(address, fields)
    assert (rows[0].n, head.page.status_code) == (1, 200)


async def test_values_that_rest_refuses_are_told_at_their_row_with_what_was_typed(rest: Rest):
    await held_up(rest)
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/su-co-quy-trinh")
    before = await rest.content()
    for said, fault in (
        ("chín", "dạng: tên = giá trị"),
        ("muc = NaN", "số không giữ được chính xác"),
        ("muc = 1e999", "số không giữ được chính xác"),
        (f"muc = 1{'0' * 400}", "số không giữ được chính xác"),
        (f"muc = {'[' * 17}{']' * 17}", "lồng nhau quá 16 cấp"),
        (f"muc = {'[' * 3000}", "lồng nhau quá 16 cấp"),
        ('muc = "\\u0000"', "không lưu được"),
        ("muc = 9\u202e", "U+202E"),
    ):
        await head.presses("Chạy lại", gia_tri=said)
        assert head.page is not None
        assert (said, head.page.status_code) == (said, 422)
        assert fault.lower() in head.text.lower()
        assert 'href="#f-gia-tri"' in head.page.text
        assert head.page.text.count('id="f-gia-tri"') == 1
        assert head.form("Chạy lại")[0].fields["gia-tri"] == [said]
    assert await rest.content() == before


async def test_a_row_of_the_second_page_comes_back_on_that_page(rest: Rest, monkeypatch: pytest.MonkeyPatch):
    _, call = await calling(rest)
    await rest.done(f"/v1/user-tasks/{call}/completion", PARTNER)
    await held_up(rest)
    monkeypatch.setattr(incident_endpoints, "LENGTH", 1)
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/su-co-quy-trinh")
    assert head.page is not None
    (following,) = re.findall(r'href="([^"]*)" rel="next"', head.page.text)
    await head.goes(html.unescape(following))
    await head.presses("Chạy lại", gia_tri="chín")
    assert 'href="#f-gia-tri"' in head.page.text
    assert head.page.text.count('id="f-gia-tri"') == 1
    assert head.form("Chạy lại")[0].fields["gia-tri"] == ["chín"]


async def test_what_no_head_can_let_go_on_has_no_button(rest: Rest):
    _, call = await calling(rest)
    await rest.done(f"/v1/user-tasks/{call}/failure", PARTNER, {"message": "Cơ quan thuế không trả lời"})
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/su-co-quy-trinh")
    assert "Cơ quan thuế không trả lời" in head.text
    assert "Chạy lại" not in head.text
    await rest.done(f"/v1/user-tasks/{call}/completion", PARTNER)
    assert "Không có hồ sơ nào bị dừng vì sự cố." in (await head.goes("/noi-bo/su-co-quy-trinh")).text
    await held_up(rest)
    head = await Visitor.of(rest, HEAD)
    assert (await head.goes("/noi-bo/su-co-quy-trinh")).text.count("Chạy lại") == 2
    await rest.world.changed(
        "insert into damaged_run (dossier_id, element, message, since)"
        " select id, 'Hen', 'Trạng thái hỏng', $1 from dossier where incidents <> '[]'",
        rest.clock.at,
    )
    assert (await head.goes("/noi-bo/su-co-quy-trinh")).text.count("Trạng thái hỏng") == 2
    assert "Chạy lại" not in head.text


async def test_a_failed_call_is_reported_once_from_the_step_and_told_there_and_among_the_incidents(
    rest: Rest,
):
    code, call = await calling(rest)
    role = await rest.world.one("select role from user_task where id = $1::uuid", call)
    unit = await rest.world.one("select unit_code from user_task where id = $1::uuid", call)
    officer = await (await Visitor.of(rest, person(role, unit))).goes(f"/noi-bo/viec/{call}")
    assert officer.page is not None
    assert f'href="/noi-bo/viec/{call}/loi-goi"' in officer.page.text
    await officer.goes(f"/noi-bo/viec/{call}/loi-goi")
    await officer.presses("Báo lời gọi thất bại", dieu_gi=" ")
    assert (officer.page.status_code, 'href="#f-dieu-gi"' in officer.page.text) == (422, True)
    address, fields = officer.sent("Báo lời gọi thất bại", dieu_gi="Cơ quan thuế không trả lời")
    for _ in range(2):
        await officer.posts(address, fields)
        assert officer.path.startswith(f"/noi-bo/viec/{call}/loi-goi?xong="), officer.text
    told = "select count(*) from dossier_event where kind = 'incident' and payload ->> 'message' = $1"
    assert await rest.world.one(told, "Cơ quan thuế không trả lời") == 1
    assert "Sự cố đang mở" in officer.text
    await officer.goes("/noi-bo/su-co-quy-trinh")
    assert (code in officer.text, "Bước chờ lời gọi" in officer.text) == (True, True)
    head = await (await Visitor.of(rest, HEAD)).goes(f"/noi-bo/viec/{call}/loi-goi")
    assert "không giữ vai trò của bước" in head.text
    await head.posts(address, {**fields, "_khoa": ["00000000-0000-4000-8000-000000000001"]})
    assert head.page is not None
    assert head.page.status_code == 403
