"""Registers as pages: who read what, the administration, disclosures, people whom nobody knows, permissions."""

from typing import Any
from uuid import UUID

import pytest

from hoso_workflows.identity import history
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT, OTHER

pytestmark = pytest.mark.world("shared")

LOG, DIARY, GIVEN = (f"/noi-bo/kiem-toan/{word}" for word in ("truy-cap", "quan-tri", "cung-cap"))
UNKNOWN = "/noi-bo/quan-tri/danh-tinh-chua-biet"
PEOPLE = "/noi-bo/quan-tri/nguoi-dung"


@pytest.fixture(scope="module")
def sessions() -> dict[UUID, dict[str, str]]:
    """The session of each person in this world."""
    return {}


@pytest.fixture
def at(rest: Rest, sessions: dict[UUID, dict[str, str]]) -> Any:
    """Somebody at an address."""

    async def open_(by: UUID, address: str) -> Visitor:
        if by not in sessions:
            sessions[by] = (await Visitor.of(rest, by)).headers
        return await Visitor(rest, sessions[by]).goes(address)

    return open_


def status(visitor: Visitor) -> int:
    """The status of the page."""
    assert visitor.page is not None
    return visitor.page.status_code


async def last_read(rest: Rest) -> tuple[Any, ...]:
    """The newest row of the access log."""
    rows = await rest.world.db.rows(
        "select principal_id, act, subject, granted, count from access_log order by id desc limit 1"
    )
    return tuple(rows[0])


async def altered(rest: Rest, table: str, statement: str, *values: object) -> None:
    """Alter events with the triggers off, as only the owner of the table can."""
    await rest.world.changed(f"alter table {table} disable trigger {table}_append_only")
    await rest.world.changed(statement, *values)
    await rest.world.changed(f"alter table {table} enable trigger {table}_append_only")


async def test_the_access_log_has_the_read_of_an_officer_and_that_of_who_reads_it(rest: Rest, at: Any):
    standing = await rest.accepts()
    reference, code = standing["reference"], standing["code"]
    await at(SPECIALIST, f"/noi-bo/ho-so/{code}")
    admin = await at(ADMINISTRATOR, "/noi-bo/kiem-toan")
    assert admin.path == LOG
    await admin.presses("Lọc", doi_tuong=f" {code} ", tu="02/03/2026")
    assert admin.path.startswith(f"{LOG}?tu=")
    assert "specialist 1" in admin.text
    assert "Xem hồ sơ" in admin.text
    assert "phiên đăng nhập" in admin.text
    shown = admin.text.count("127.0.0.0/24")
    assert await last_read(rest) == (ADMINISTRATOR, "list_access_log", code, True, shown)
    await admin.goes(f"{LOG}?ai={SPECIALIST}&doi-tuong={reference}")
    assert "specialist 1 · Sở Văn hóa, Thể thao và Du lịch · Xem mọi người" in admin.text
    await admin.goes(f"{LOG}?doi-tuong={reference}&den=01/03/2026")
    assert "Không có lượt đọc nào theo điều kiện này." in admin.text


async def test_a_refused_read_is_red_and_a_filter_that_cannot_be_read_says_so_at_its_field(
    rest: Rest, at: Any
):
    clerk = await at(CLERK, LOG)
    assert status(clerk) == 403
    admin = await at(ADMINISTRATOR, f"{LOG}?ket-qua=bi-tu-choi&ai={CLERK}")
    assert "Xem ai đã xem gì bị từ chối" in admin.text
    for query, field in (
        ("tu=31/2", "tu"),
        ("tu=05/03/2026&den=04/03/2026", "den"),
        ("doi-tuong=m%E1%BB%99t+hai", "doi-tuong"),
    ):
        await admin.goes(f"{LOG}?{query}")
        assert admin.page is not None
        assert (status(admin), f'href="#f-{field}"' in admin.page.text) == (422, True)
    await admin.goes(f"{LOG}?sau=khong")
    assert (status(admin), admin.path.partition("?")[0]) == (200, LOG)


async def test_an_act_of_administration_stands_in_words_and_a_flipped_byte_makes_it_red(rest: Rest, at: Any):
    given = {
        "person": str(SPECIALIST),
        "unit": DEPARTMENT,
        "role": "clerk",
        "valid_from": "2026-03-09",
        "basis": "Quyết định 7/QĐ-SVHTTDL",
    }
    for day in ("2026-03-09", "2026-04-01"):
        await rest.done(
            "/v1/role-assignments",
            ADMINISTRATOR,
            {**given, "valid_from": day, **({"valid_to": "2026-03-20"} if day < "2026-04" else {})},
        )
    admin = await at(ADMINISTRATOR, DIARY)
    words = "Người: specialist 1 · Sở Văn hóa, Thể thao và Du lịch Vai trò: Văn thư"
    assert admin.text.count(words) == 2
    assert "Từ ngày: 09/03/2026 Đến hết ngày: 20/03/2026" in admin.text
    assert "Quyết định 7/QĐ-SVHTTDL" in admin.text
    assert "Mọi dòng trên trang này còn nguyên như khi ghi" in admin.text
    assert (await rest.get("/v1/administration-events", ADMINISTRATOR)).json()["items"][0]["fault"] is None
    first = await rest.world.db.rows(
        "select authority, number from administration_event where kind = 'role_given' order by number limit 1"
    )
    authority, number = tuple(first[0])
    await altered(
        rest,
        "administration_event",
        """update administration_event set payload = jsonb_set(payload, '{role}', '"head"')
           where authority = $1 and number = $2""",
        *(authority, number),
    )
    await admin.goes(DIARY)
    assert admin.page is not None
    assert admin.page.text.count('class="broken"') == 1
    assert f'<tr id="sk-{authority}-{number}" class="broken">' in admin.page.text
    assert f"Chuỗi sự kiện quản trị không khớp {authority} số {number}" in admin.text
    assert "không khớp Nội dung đã bị sửa sau khi ghi Giao vai trò" in admin.text
    listed = (await rest.get("/v1/administration-events", ADMINISTRATOR)).json()["items"]
    assert [each["number"] for each in listed if each["fault"]] == [number]
    await admin.goes(f"{DIARY}?den=01/03/2026")
    assert "Không có việc quản trị nào theo điều kiện này." in admin.text
    assert status(await at(HEAD, DIARY)) == 403


async def test_a_flipped_byte_in_an_event_of_a_dossier_is_a_red_line_at_that_event(rest: Rest, at: Any):
    standing = await rest.accepts()
    address = f"/noi-bo/ho-so/{standing['code']}/nhat-ky"
    clerk = await at(CLERK, address)
    assert clerk.page is not None
    assert 'class="broken"' not in clerk.page.text
    await altered(
        rest,
        "dossier_event",
        """update dossier_event set payload = payload || '{"note": "khác"}'
           where kind = 'accepted' and dossier_id = (select id from dossier where code = $1)""",
        standing["code"],
    )
    number = await rest.world.one(
        "select seq from dossier_event where kind = 'accepted' and dossier_id = (select id from dossier where code = $1)",
        standing["code"],
    )
    await clerk.goes(address)
    assert f'<tr id="sk-{number}" class="broken">' in clerk.page.text
    assert clerk.page.text.count('class="broken"') == 1
    assert f"Chuỗi đứt ở sự kiện số {number}" in clerk.text
    assert "không khớp Nội dung đã bị sửa sau khi ghi Tiếp nhận" in clerk.text


async def test_what_was_given_to_third_parties_is_read_by_period_and_printed(rest: Rest, at: Any):
    standing = await rest.accepts()
    given = {
        "recipient": "Tòa án nhân dân khu vực 1",
        "basis": "Bộ luật Tố tụng dân sự điều 106",
        "purpose": "Xác minh trong vụ án dân sự",
        "data": ["Họ tên", "Địa chỉ"],
        "decision": "QĐ 12/QĐ-SVHTTDL",
    }
    await rest.done(f"/v1/dossiers/{standing['reference']}/disclosures", HEAD, given)
    head = await at(HEAD, f"{GIVEN}?ho-so={standing['code']}")
    told = "Tòa án nhân dân khu vực 1 Xác minh trong vụ án dân sự Họ tên, Địa chỉ"
    assert told in head.text
    assert head.page is not None
    assert f'href="/noi-bo/ho-so/{standing["code"]}"' in head.page.text
    await head.goes(f"{GIVEN}?ho-so={standing['code']}&tu=02/03/2026&den=02/03/2026&dang=in")
    assert "02/03/2026 – 02/03/2026 · 1 dòng" in head.text
    assert '<form class="filter"' not in head.page.text
    await head.goes(f"{GIVEN}?ho-so={standing['code']}&den=01/03/2026")
    assert "Không cung cấp dữ liệu nào cho bên thứ ba theo điều kiện này." in head.text
    asked = f"/v1/disclosures?dossier={standing['code']}"
    counts = [
        len((await rest.get(f"{asked}&{period}", HEAD)).json()["items"])
        for period in ("from=2026-03-02", "to=2026-03-01", "from=2026-03-02&to=2026-03-02")
    ]
    assert counts == [1, 0, 1]
    assert [status(await at(SPECIALIST, GIVEN)), status(await at(HEAD, f"{GIVEN}?don-vi={OTHER}"))] == [
        403,
        403,
    ]


async def test_somebody_who_signed_in_and_is_unknown_is_entered_from_their_line(rest: Rest, at: Any):
    await rest.world.changed(
        """insert into unknown_identity (issuer, subject, provider, name, compared, first_at, last_at)
           values ('https://id.example', 's1', 'vneid', 'Cán bộ chưa biết', 'CV77', $1, $1)""",
        rest.clock.at,
    )
    admin = await at(ADMINISTRATOR, PEOPLE)
    assert admin.page is not None
    assert f'href="{UNKNOWN}"' in admin.page.text
    await admin.goes(UNKNOWN)
    assert "Cán bộ chưa biết s1 vneid https://id.example CV77" in admin.text
    assert "Trong 30 ngày qua không lần đăng nhập nào qua nhà cung cấp định danh bị từ chối." in admin.text
    await history.record(
        rest.world.db, None, history.REFUSED, "vneid", rest.clock.at, granted=False, what="factors"
    )
    await admin.goes(UNKNOWN)
    assert "Lần đăng nhập không đủ hai yếu tố factors vneid 1" in admin.text
    assert await last_read(rest) == (ADMINISTRATOR, "list_unknown_identities", None, True, 1)
    identity = await rest.world.one("select id from unknown_identity where subject = 's1'")
    await admin.goes(f"{PEOPLE}/moi?danh-tinh={identity}")
    _, fields = admin.sent("Thêm người dùng")
    assert (fields["ten"], fields["ma"]) == (["Cán bộ chưa biết"], ["CV77"])
    assert await last_read(rest) == (ADMINISTRATOR, "list_unknown_identities", str(identity), True, 1)
    await admin.goes(f"{PEOPLE}/moi?danh-tinh={UUID(int=7)}")
    assert status(admin) == 404
    assert status(await at(CLERK, UNKNOWN)) == 403


async def test_an_officer_reads_the_table_and_what_they_and_those_they_oversee_may_do(rest: Rest, at: Any):
    clerk = await at(CLERK, "/noi-bo/toi")
    assert clerk.page is not None
    own = f"{PEOPLE}/{CLERK}/quyen"
    assert f'href="{own}"' in clerk.page.text
    await clerk.goes(own)
    assert "Tôi được làm gì hôm nay" in clerk.text
    assert "Tiếp nhận hồ sơ" in clerk.text
    await clerk.goes("/noi-bo/quyen")
    assert "accept_dossier" in clerk.text
    assert "list_access_log" not in clerk.text
    await clerk.goes("/noi-bo/quyen?vai-tro=auditor")
    assert "list_access_log" in clerk.text
    assert "accept_dossier" not in clerk.text
    assert status(await at(CLERK, f"{PEOPLE}/{SPECIALIST}/quyen")) == 404
    admin = await at(ADMINISTRATOR, f"{PEOPLE}/{SPECIALIST}/quyen")
    assert "Quyền hạn hôm nay: specialist 1" in admin.text
    assert await last_read(rest) == (ADMINISTRATOR, "get_permissions", str(SPECIALIST), True, None)


async def test_registers_are_there_in_english_too(rest: Rest, at: Any):
    admin = await at(ADMINISTRATOR, LOG)
    english = Visitor(rest, {**admin.headers, "Cookie": f"{admin.headers['Cookie']}; hoso-xem=en"})
    for address, heading in (
        (LOG, "Access log"),
        (DIARY, "Diary of the administration"),
        (GIVEN, "Register of data given to third parties"),
        (UNKNOWN, "Unknown people who signed in"),
        ("/noi-bo/quyen", "Permissions"),
    ):
        await english.goes(address)
        assert (status(english), heading in english.text) == (200, True)
