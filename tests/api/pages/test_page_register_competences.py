"""Competences, as everybody inside reads and administrators give and end them in a browser."""

from datetime import date

from support.api_client import ADMINISTRATOR, HEAD, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT, DESK, OTHER, SINCE

COMPETENCES = "/noi-bo/quan-tri/tham-quyen"


async def stored(rest: Rest, procedure: str, part: str) -> list[tuple[object, ...]]:
    """The competences for a part as they are stored."""
    rows = await rest.world.db.rows(
        "select unit_code, valid_from, valid_to, basis from competence where procedure_code = $1 and part = $2"
        " order by valid_from, unit_code",
        [procedure, part],
    )
    return [tuple(row) for row in rows]


async def test_a_competence_is_ended_and_given_anew_where_it_is_missing(rest: Rest) -> None:
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{COMPETENCES}?thu-tuc=1.013871")
    assert admin.page is not None
    assert "chưa có đơn vị" not in admin.text
    await admin.presses("Kết thúc Giải quyết H27.SYT", ngay_cuoi="không")
    assert admin.page.status_code == 422
    address, fields = admin.sent("Kết thúc Giải quyết H27.SYT 1.013871", ngay_cuoi="31/03/2026")
    for _ in range(2):
        await admin.posts(address, fields)
        assert (admin.page.status_code, admin.path.partition("?")[0]) == (200, COMPETENCES)
    ended = (OTHER, SINCE, date(2026, 3, 31), "Quyết định công bố")
    assert await stored(rest, "1.013871", "handling") == [ended]
    rest.clock.turn("2026-04-01 08:00")
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes("/noi-bo/quan-tri")
    assert admin.page is not None
    assert f'href="{COMPETENCES}?thu-tuc=1.013871"' in admin.page.text
    await admin.goes(COMPETENCES)
    assert "1.013871 chưa có đơn vị Giải quyết Giao thẩm quyền" in admin.text
    await admin.goes(f"{COMPETENCES}/moi?thu-tuc=1.013871&phan=handling")
    await admin.presses("Giao thẩm quyền", don_vi=DEPARTMENT)
    assert (admin.page.status_code, "Ghi căn cứ." in admin.text) == (422, True)
    address, fields = admin.sent("Giao thẩm quyền", can_cu="Quyết định 2", tu_ngay="01/04/2026")
    await admin.posts(address, {**fields, "linh-vuc": ["Y tế"]})
    assert (admin.page.status_code, 'href="#f-thu-tuc"' in admin.page.text) == (422, True)
    await admin.posts(address, {**fields, "dia-ban": ["khong"]})
    assert (admin.page.status_code, 'href="#f-dia-ban"' in admin.page.text) == (422, True)
    await admin.posts(address, fields)
    assert (admin.path.partition("?")[0], "Đã giao thẩm quyền" in admin.text) == (COMPETENCES, True)
    await admin.posts(address, fields)
    assert admin.page.status_code == 409
    given = (DEPARTMENT, date(2026, 4, 1), None, "Quyết định 2")
    assert await stored(rest, "1.013871", "handling") == [ended, given]


async def test_everybody_inside_reads_competences_and_only_administrators_act(rest: Rest) -> None:
    officer = await (await Visitor.of(rest, SPECIALIST)).goes(f"{COMPETENCES}?don-vi={OTHER}")
    assert officer.page is not None
    assert ("1.013871" in officer.text, "1.014464" in officer.text) == (True, False)
    assert (
        "Tiếp nhận Trung tâm Phục vụ hành chính công tỉnh 01/01/2026 – nay Quyết định công bố" in officer.text
    )
    assert "Kết thúc Tiếp nhận H27" not in officer.text
    await officer.goes(f"{COMPETENCES}?sau=x")
    assert (officer.page.status_code, officer.path) == (200, COMPETENCES)
    entry = await rest.world.one("select id from competence where unit_code = $1", DESK)
    for way in ("moi", f"{entry}/ket-thuc"):
        await officer.posts(f"{COMPETENCES}/{way}", {"_khoa": [str(HEAD)]})
        assert officer.page.status_code == 403, way
    await officer.goes(f"{COMPETENCES}/moi")
    assert officer.page.status_code == 403
    assert await rest.world.db.rows("select 1 from administration_event") == []
