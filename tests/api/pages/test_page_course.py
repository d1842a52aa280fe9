"""Acts on the course of a dossier, each on its page without scripts."""

from typing import Any
from uuid import UUID

import pytest

from hoso_api.pages.course import act_page
from support.acts_of_law import GROUND, acts
from support.api_client import CLERK, HEAD, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import OTHER, person

pytestmark = pytest.mark.world("shared")

STRANGER = person("specialist", OTHER)


async def at(rest: Rest, by: UUID, standing: Any, page: str) -> Visitor:
    key = standing["code"] or standing["reference"]
    return await (await Visitor.of(rest, by)).goes(f"/noi-bo/ho-so/{key}/{page}")


async def events(rest: Rest, standing: Any, kind: str) -> list[dict[str, Any]]:
    """Payloads of a dossier's events of a kind."""
    rows = await rest.world.db.rows(
        "select e.payload - 'act' as payload from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.reference = $1 and e.kind = $2 order by e.seq",
        [standing["reference"], kind],
    )
    return [row.payload for row in rows]


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


async def once(visitor: Visitor, button: str, **said: str) -> None:
    """Press a button, and once more on the same page."""
    address, fields = visitor.sent(button, **said)
    for _ in range(2):
        await visitor.posts(address, fields)
        assert status(visitor) == 200, visitor.text


async def accepted(rest: Rest) -> Any:
    return await rest.accepts()


async def filed(rest: Rest) -> Any:
    return await rest.files()


async def awaiting(rest: Rest) -> Any:
    """The applicant is asked for a supplement, and answers."""
    standing = await rest.accepts()
    await acts(rest, standing, "supplement-request", CLERK, "2026-03-02 09:00", reason="Thiếu bản sao")
    return standing


async def answered(rest: Rest) -> Any:
    standing = await awaiting(rest)
    await acts(rest, standing, "supplement", CLERK, "2026-03-02 09:01")
    return standing


async def obliged(rest: Rest) -> Any:
    standing = await rest.accepts()
    await acts(rest, standing, "obligation", CLERK, "2026-03-02 09:00", **GROUND)
    return standing


async def stopped(rest: Rest) -> Any:
    standing = await rest.accepts()
    await acts(rest, standing, "stop", HEAD, "2026-03-02 09:00", **GROUND)
    return standing


BASIS = {"can_cu": "Luật mẫu điều 1", "ly_do": "Chờ kết luận"}
#: Page → standing, who, button, what is typed, kind of the event, part of its payload.
DONE: dict[str, tuple[Any, UUID, str, dict[str, str], str, dict[str, Any]]] = {
    "chuyen": (
        filed,
        CLERK,
        "Chuyển và phát hành",
        {"ly_do": "Không thuộc thẩm quyền", "co_quan": "Cục Thuế"},
        "transferred",
        {"reason": "Không thuộc thẩm quyền"},
    ),
    "tra-bo-sung": (
        answered,
        CLERK,
        "Trả lại và phát hành",
        {"ly_do": "Bản sao mờ", "den": "30/03/2026"},
        "supplement_returned",
        {"reason": "Bản sao mờ"},
    ),
    "nghia-vu": (
        accepted,
        CLERK,
        "Yêu cầu và phát hành",
        {**BASIS, "so_tien": "1.250.000", "van_ban": "12/TB"},
        "obligation_set",
        {"amount": 1_250_000, "document": "12/TB", "reason": "Chờ kết luận"},
    ),
    "xong-nghia-vu": (
        obliged,
        CLERK,
        "Ghi nhận và in",
        {"chung_tu": "BL-12"},
        "obligation_met",
        {"proof": "BL-12"},
    ),
    "dung": (accepted, HEAD, "Dừng giải quyết và", BASIS, "stopped", {"reason": "Chờ kết luận"}),
    "lay-y-kien": (
        accepted,
        CLERK,
        "Gửi và phát hành",
        {"don_vi": OTHER, "cau_hoi": "Có đủ điều kiện không?", "han": "06/03/2026"},
        "consultation_asked",
        {"unit": OTHER, "question": "Có đủ điều kiện không?"},
    ),
    "xac-minh": (
        accepted,
        CLERK,
        "Ghi nhận xác minh",
        {
            "luc": "08:30 02/03/2026",
            "noi": "Kho số 1",
            "thanh_phan": "Đại diện 1\n\nĐại diện 2",
            "ket_luan": "Đúng như hồ sơ",
        },
        "verified",
        {
            "place": "Kho số 1",
            "finding": "Đúng như hồ sơ",
            "held_at": "2026-03-02T08:30:00+07:00",
            "participants": ["Đại diện 1", "Đại diện 2"],
        },
    ),
    "cung-cap": (
        accepted,
        HEAD,
        "Ghi nhận việc",
        {
            "ben_nhan": "Cơ quan điều tra",
            "can_cu": "Luật mẫu điều 2",
            "muc_dich": "Xác minh",
            "du_lieu": "Tên\nĐịa chỉ",
            "quyet_dinh": "12/QĐ ngày 01/03/2026",
        },
        "disclosed",
        {"recipient": "Cơ quan điều tra", "data": ["Tên", "Địa chỉ"], "decision": "12/QĐ ngày 01/03/2026"},
    ),
    "mo-lai": (stopped, HEAD, "Mở lại hồ sơ", BASIS, "reopened", {"reason": "Chờ kết luận"}),
}


@pytest.mark.parametrize("word", sorted(DONE))
async def test_an_act_is_done_once_by_who_may_and_says_to_others_why_not(rest: Rest, word: str):
    make, by, button, said, kind, payload = DONE[word]
    standing = await make(rest)
    page = next(each for each in act_page.PAGES if each.word == word)
    visitor = await at(rest, by, standing, word)
    await visitor.presses(button, **dict.fromkeys(said, " "))
    assert status(visitor) == 422
    assert visitor.page is not None
    required = [each.name for each in page.fields if not each.optional]
    assert [each for each in required if f'href="#f-{each}"' in visitor.page.text] == required
    assert await events(rest, standing, kind) == []
    rest.clock.turn("2026-03-02 09:05")
    await once(visitor, button, **said)
    (done,) = await events(rest, standing, kind)
    assert {name: done[name] for name in payload} == payload
    reader = await at(rest, SPECIALIST, standing, word)
    assert button not in reader.text.partition("Các trang của hồ sơ")[2] or status(reader) != 200
    stranger = await at(rest, STRANGER, standing, word)
    assert status(stranger) == 404


async def test_what_cannot_be_read_is_said_at_its_field_and_the_rest_is_kept(rest: Rest):
    standing = await rest.accepts()
    clerk = await at(rest, CLERK, standing, "xac-minh")
    for typed in ("hôm qua", "25:10 02/03/2026", "08:30", "08:30 31/02/2026"):
        await clerk.presses("Ghi nhận xác minh", luc=typed, noi="Kho số 1", ket_luan="Đúng")
        assert "Viết giờ và ngày như 09:30 24/11/2026." in clerk.text
        assert clerk.form("Ghi nhận xác minh")[0].fields["luc"] == [typed]
        assert clerk.form("Ghi nhận xác minh")[0].fields["noi"] == ["Kho số 1"]
    await clerk.goes(f"/noi-bo/ho-so/{standing['code']}/nghia-vu")
    await clerk.presses("Yêu cầu và phát hành", **BASIS, so_tien="một triệu")
    assert "Viết số tiền bằng chữ số" in clerk.text
    await clerk.goes(f"/noi-bo/ho-so/{standing['code']}/lay-y-kien")
    await clerk.presses("Gửi và phát hành", don_vi="H27.KHONG", cau_hoi="Có không?", han="06/03/2026")
    assert "Không có đơn vị mang mã H27.KHONG" in clerk.text
    await clerk.presses("Gửi và phát hành", don_vi=OTHER, cau_hoi="Có không?", han="08/03/2026")
    assert status(clerk) == 422
    assert clerk.page is not None
    assert 'href="#f-han"' in clerk.page.text
    assert await events(rest, standing, "consultation_asked") == []


async def test_a_letter_is_looked_at_before_it_is_issued_and_nothing_is_stored(rest: Rest):
    standing = await rest.accepts()
    head = await at(rest, HEAD, standing, "dung")
    before = await rest.content()
    await head.presses("Xem trước giấy", ly_do="Chờ kết luận", can_cu=" ")
    assert status(head) == 422
    await head.presses("Xem trước giấy", **BASIS)
    assert head.page is not None
    assert "BẢN XEM TRƯỚC" in head.page.text
    assert "Chờ kết luận" in head.text
    assert await rest.content() == before


async def test_whoever_stops_what_was_stopped_meanwhile_reads_it(rest: Rest):
    standing = await rest.accepts()
    head = await at(rest, HEAD, standing, "dung")
    await acts(rest, standing, "stop", person("head"), "2026-03-02 09:10", **GROUND)
    await head.presses("Dừng giải quyết và", **BASIS)
    assert status(head) == 409
    assert "Hồ sơ đã thay đổi trong khi bạn mở trang này" in head.text
    assert len(await events(rest, standing, "stopped")) == 1


async def test_a_dossier_that_was_not_answered_is_closed_only_after_its_term(rest: Rest):
    standing = await awaiting(rest)
    clerk = await at(rest, CLERK, standing, "dong")
    await clerk.presses("Đóng hồ sơ")
    assert status(clerk) == 409
    assert await events(rest, standing, "closed_unanswered") == []
    rest.clock.turn("2026-04-20 09:00")
    clerk = await at(rest, CLERK, standing, "dong")
    await once(clerk, "Đóng hồ sơ", ghi_chu="Đã gọi hai lần")
    assert len(await events(rest, standing, "closed_unanswered")) == 1
