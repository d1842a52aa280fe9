"""Dates of a dossier that heads move or stop on pages: apology, extension, suspension."""

from hoso_workflows.localtime import isoformat
from support.api_client import CLERK, HEAD, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import OTHER, person


async def last(rest: Rest, code: str, kind: str) -> dict[str, object]:
    """Payload of the last event of a kind, with its actor."""
    rows = await rest.world.db.rows(
        "select e.payload, e.actor_id from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.code = $1 and e.kind = $2 order by e.seq desc limit 1",
        [code, kind],
    )
    return {**rows[0].payload, "actor": rows[0].actor_id} if rows else {}


async def count(rest: Rest, code: str) -> int:
    """Number of a dossier's events."""
    rows = await rest.world.db.rows("select last_seq from dossier where code = $1", [code])
    return int(rows[0].last_seq)


async def test_a_head_apologises_once_and_the_date_is_promised_anew(rest: Rest):
    code = (await rest.accepts())["code"]
    head = await (await Visitor.of(rest, HEAD)).goes(f"/noi-bo/ho-so/{code}/xin-loi")
    assert "Chỉ một lần, chậm nhất 23:59 ngày 04/03/2026." in head.text
    assert head.form("Xin lỗi")[0].fields["ngay-hen"] == ["06/03/2026"]
    before = await count(rest, code)
    for day, fault in (
        ("ngày mai", "Ghi ngày theo dạng ngày/tháng/năm"),
        ("07/03/2026", "2026-03-07 không phải ngày làm việc"),
        ("04/03/2026", "phải sau"),
    ):
        await head.presses("Xin lỗi", ngay_hen=day, ly_do="Chờ số liệu của Cục Thuế")
        assert head.page is not None
        assert head.page.status_code == 422
        assert fault in head.text
        assert head.form("Xin lỗi")[0].fields["ngay-hen"] == [day]
        assert 'href="#f-ngay-hen"' in head.page.text
    await head.presses("Xin lỗi", ngay_hen="09/03/2026", ly_do=" ")
    assert 'href="#f-ly-do"' in head.page.text
    assert await count(rest, code) == before
    address, fields = head.sent("Xin lỗi", ngay_hen="09/03/2026", ly_do="Chờ số liệu của Cục Thuế")
    await head.posts(address, fields)
    assert f"Đã xin lỗi và hẹn lại · {code}" in head.text
    assert "Hồ sơ đã được xin lỗi và hẹn lại một lần" in head.text
    done = await last(rest, code, "reappointed")
    assert (done["due"], done["reason"], done["actor"]) == (
        "2026-03-09T17:00:00+07:00",
        "Chờ số liệu của Cục Thuế",
        HEAD,
    )
    after = await count(rest, code)
    await head.posts(address, fields)
    assert await count(rest, code) == after


async def test_who_heads_no_unit_of_the_dossier_has_no_form_and_is_refused(rest: Rest):
    code = (await rest.accepts())["code"]
    for word, said in (
        ("xin-loi", {"ngay-hen": "09/03/2026"}),
        ("gia-han", {"thoi-han": "1 ngày"}),
        ("tam-dung", {"can-cu": "Luật mẫu"}),
    ):
        path = f"/noi-bo/ho-so/{code}/{word}"
        officer = await (await Visitor.of(rest, SPECIALIST)).goes(path)
        assert "Việc này do lãnh đạo của đơn vị" in officer.text
        head = await (await Visitor.of(rest, HEAD)).goes(path)
        hidden = head.sent(
            {"xin-loi": "Xin lỗi", "gia-han": "Gia hạn", "tam-dung": "Tạm dừng"}[word], ly_do="Lý do"
        )[1]
        before = await count(rest, code)
        await officer.posts(path, {**hidden, **{name: [value] for name, value in said.items()}})
        assert officer.page is not None
        assert officer.page.status_code == 403
        assert await count(rest, code) == before
        stranger = await (await Visitor.of(rest, person("division_head", OTHER))).goes(path)
        assert stranger.page is not None
        assert stranger.page.status_code == 404


async def test_a_suspension_stops_the_clock_until_the_head_ends_it(rest: Rest):
    code = (await rest.accepts())["code"]
    path = f"/noi-bo/ho-so/{code}/tam-dung"
    head = await (await Visitor.of(rest, HEAD)).goes(path)
    await head.presses("Tạm dừng", can_cu="Luật mẫu điều 1", ly_do="Chờ giám định", den_ngay="01/03/2026")
    assert head.page is not None
    assert head.page.status_code == 422
    assert 'href="#f-den-ngay"' in head.page.text
    await head.presses("Tạm dừng", can_cu="Luật mẫu điều 1", ly_do="Chờ giám định", den_ngay="10/03/2026")
    assert f"Đã tạm dừng · {code}" in head.text
    done = await last(rest, code, "suspended")
    assert (done["basis"], done["reason"], done["expected_end"]) == (
        "Luật mẫu điều 1",
        "Chờ giám định",
        "2026-03-10",
    )
    other = await (await Visitor.of(rest, HEAD)).goes(path)
    assert "Thời hạn đang dừng tính." in other.text
    await head.goes(f"/noi-bo/ho-so/{code}/gia-han")
    assert "Chỉ gia hạn khi hồ sơ đang giải quyết." in head.text
    rest.clock.turn("2026-03-02 09:20")
    await other.presses("Kết thúc tạm dừng", ly_do="Đã có kết luận giám định")
    assert f"Đã hết tạm dừng · {code}" in other.text
    assert (await last(rest, code, "suspension_ended"))["reason"] == "Đã có kết luận giám định"


async def test_whoever_suspends_what_another_has_suspended_meanwhile_reads_who_it_was(rest: Rest):
    code = (await rest.accepts())["code"]
    head = await (await Visitor.of(rest, HEAD)).goes(f"/noi-bo/ho-so/{code}/tam-dung")
    said = {"reason": "Chờ giám định", "basis": "Luật mẫu điều 1"}
    await rest.done(f"/v1/dossiers/{code}/suspension", person("head"), said)
    before = await count(rest, code)
    await head.presses("Tạm dừng", can_cu="Luật mẫu điều 2", ly_do="Chờ đo đạc")
    assert head.page is not None
    assert head.page.status_code == 409
    assert "Hồ sơ đã thay đổi trong khi bạn mở trang này" in head.text
    assert await count(rest, code) == before


async def test_an_extension_names_its_law_and_what_cannot_be_counted_is_said_at_its_field(law: Rest):
    filed = await law.files()
    standing = await law.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    code, before = standing["code"], standing["due_legal"]
    head = await (await Visitor.of(law, HEAD)).goes(f"/noi-bo/ho-so/{code}/gia-han")
    await head.presses("Gia hạn", thoi_han="một ít", can_cu="Luật mẫu điều 2", ly_do="Hồ sơ phức tạp")
    assert head.page is not None
    assert head.page.status_code == 422
    assert 'href="#f-thoi-han"' in head.page.text
    await head.presses("Gia hạn", thoi_han="1 ngày", can_cu="Luật mẫu điều 2", ly_do="Hồ sơ phức tạp")
    assert f"Đã gia hạn · {code}" in head.text
    done = await last(law, code, "extended")
    assert (done["term"], done["basis"], done["reason"]) == ("1 ngày", ["Luật mẫu điều 2"], "Hồ sơ phức tạp")
    (row,) = await law.world.db.rows("select due_legal from dossier where code = $1", [code])
    assert isoformat(row.due_legal) > before
