"""Officers, as administrators enter, invite, close and give roles to them in a browser."""

import re
from datetime import date
from uuid import UUID

from hoso_models import PrincipalKind
from hoso_workflows.organisation import principals, units
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT, FOUNDED, OTHER, PROVINCE, SINCE, person

PEOPLE = "/noi-bo/quan-tri/nguoi-dung"
COLLEAGUE = person("specialist", DEPARTMENT, 2)
SECOND = person("administrator", PROVINCE, 2)


async def keeps(rest: Rest) -> None:
    """Let units keep the records of their officers, and a second administrator be at the top."""
    async with rest.world.db.transaction() as tx:
        principals.principal(tx, PrincipalKind.OFFICER, "administrator 2", at=FOUNDED, identity=SECOND)
        await tx.flush()
        units.assign(tx, SECOND, PROVINCE, "administrator", SINCE)
    await rest.world.changed(
        "update principal p set home_unit_code = r.unit_code from role_assignment r where r.principal_id = p.id"
    )


async def kinds(rest: Rest) -> list[str]:
    """The kinds of all acts of administration, in order."""
    rows = await rest.world.db.rows("select kind from administration_event order by at, authority, number")
    return [row.kind for row in rows]


async def roles(rest: Rest, officer: object) -> list[tuple[object, ...]]:
    """The roles of a person as they are stored."""
    rows = await rest.world.db.rows(
        "select unit_code, role, valid_from, valid_to from role_assignment where principal_id = $1 order by valid_from, role",
        [officer],
    )
    return [tuple(row) for row in rows]


async def test_a_system_is_entered_and_has_keys_in_place_of_a_way_to_sign_in(rest: Rest) -> None:
    await keeps(rest)
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{PEOPLE}/moi")
    assert admin.page is not None
    said = {"ten": "Hệ thống thuế", "ma": "thue", "don_vi": DEPARTMENT}
    address, fields = admin.sent("Thêm người dùng", **said)
    await admin.posts(address, {**fields, "loai": ["citizen"]})
    assert (admin.page.status_code, 'href="#f-loai"' in admin.page.text) == (422, True)
    await admin.posts(address, {**fields, "loai": ["partner"]})
    assert "Loại tài khoản Hệ thống của cơ quan khác" in admin.text
    assert ("Mời chọn cách đăng nhập" in admin.text, "Khóa của hệ thống" in admin.text) == (False, True)
    await admin.goes(f"{PEOPLE}")
    assert "Hệ thống thuế Hệ thống của cơ quan khác" in admin.text
    await admin.goes("/noi-bo/quan-tri/khoa")
    assert admin.page.text.count(">Hệ thống thuế</option>") == 1
    assert await rest.world.one("select kind from principal where code = 'thue'") == "partner"


async def test_a_person_is_entered_once_and_their_record_changed(rest: Rest) -> None:
    await keeps(rest)
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{PEOPLE}/moi")
    assert admin.page is not None
    said = {"ten": "Chuyên viên mới", "email": "a@b", "ma": "CV9"}
    await admin.presses("Thêm người dùng", **said)
    assert (admin.page.status_code, "Chọn đơn vị." in admin.text) == (422, True)
    address, fields = admin.sent("Thêm người dùng", don_vi=DEPARTMENT)
    await admin.posts(address, {**fields, "email": ["không phải"]})
    assert (admin.page.status_code, 'href="#f-email"' in admin.page.text) == (422, True)
    assert await kinds(rest) == []
    for _ in range(2):
        await admin.posts(address, {**fields, "email": ["moi@so.example"]})
        assert admin.path.startswith(f"{PEOPLE}/")
        assert admin.text.count("moi@so.example") == 2
    assert await kinds(rest) == ["person_entered", "contact_entered"]
    entered = UUID(admin.path.partition("?")[0].rpartition("/")[2])
    assert (
        "Chuyên viên mới Chức danh – Mã cán bộ CV9 Đơn vị giữ hồ sơ cán bộ Sở Văn hóa, Thể thao và Du lịch"
        in admin.text
    )
    await admin.presses("Thêm liên hệ", lien_he="không")
    assert (admin.page.status_code, 'href="#f-lien-he"' in admin.page.text) == (422, True)
    await admin.presses("Thêm liên hệ", lien_he="0239 000 000")
    await admin.presses("Bỏ moi@so.example")
    assert "Đã bỏ địa chỉ liên hệ" in admin.text
    await admin.goes(f"{PEOPLE}/{entered}/sua")
    await admin.presses("Lưu thay đổi", ten="Chuyên viên", chuc_danh="Chuyên viên chính", don_vi=OTHER)
    row = await rest.world.db.row(
        "select name, title, code, home_unit_code from principal where id = $1", [entered]
    )
    assert tuple(row) == ("Chuyên viên", "Chuyên viên chính", "CV9", OTHER)
    await admin.goes(f"{PEOPLE}?don-vi={OTHER}")
    assert "Chuyên viên Chuyên viên chính CV9 H27.SYT chưa có vai trò" in admin.text
    assert "specialist 1 · Sở Văn hóa" not in admin.text


async def test_officers_are_narrowed_by_name_and_role_and_no_name_stands_in_an_address(rest: Rest) -> None:
    await keeps(rest)
    await rest.world.changed("update principal set name = 'Đặng Thị Ánh' where id = $1", SPECIALIST)
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(PEOPLE)
    assert ("Đặng Thị Ánh" in admin.text, "administrator 2" in admin.text) == (True, True)
    await admin.presses("Lọc", q="dang thi")
    assert (admin.path, "Đặng Thị Ánh" in admin.text, "administrator 2" in admin.text) == (
        PEOPLE,
        True,
        False,
    )
    await admin.presses("Lọc", vai_tro="administrator")
    assert "Không người dùng nào khớp bộ lọc." in admin.text
    assert admin.form("Lọc")[0].fields["q"] == ["dang thi"]
    await admin.presses("Lọc", q="")
    assert ("Đặng Thị Ánh" in admin.text, "administrator 2" in admin.text) == (False, True)
    listed = (await rest.get("/v1/principals?role=specialist", ADMINISTRATOR)).json()["items"]
    assert all(any(held.startswith("specialist @ ") for held in each["roles"]) for each in listed)
    assert str(SPECIALIST) in {each["id"] for each in listed}
    read = await rest.world.db.rows(
        "select count(*)::int as n from access_log where act = 'list_people' and granted"
    )
    assert read[0].n >= 4
    other = await (await Visitor.of(rest, SPECIALIST)).posts(PEOPLE, {"q": ["dang"]})
    assert other.page is not None
    assert other.page.status_code == 403


async def test_a_role_is_given_and_ended_and_an_office_waits_for_a_second_person(rest: Rest) -> None:
    await keeps(rest)
    way = f"{PEOPLE}/{COLLEAGUE}"
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{way}/vai-tro")
    assert admin.page is not None
    await admin.presses("Giao vai trò", don_vi=DEPARTMENT)
    assert (admin.page.status_code, "Chọn vai trò." in admin.text) == (422, True)
    address, fields = admin.sent("Giao vai trò", vai_tro="clerk", tu_ngay="03/03/2026")
    await admin.posts(address, {**fields, "tu-ngay": ["31/2"]})
    assert (admin.page.status_code, 'href="#f-tu-ngay"' in admin.page.text) == (422, True)
    await admin.posts(address, fields)
    assert (admin.path, "Đã giao vai trò" in admin.text) == (f"{way}?xong={DEPARTMENT}.1", True)
    await admin.posts(address, fields)
    assert (admin.page.status_code, await kinds(rest)) == (409, ["role_given"])
    await admin.goes(way)
    await admin.presses("Kết thúc Văn thư", ngay_cuoi="không")
    assert admin.page.status_code == 422
    await admin.presses("Kết thúc Văn thư", ngay_cuoi="31/03/2026")
    held = [
        (DEPARTMENT, "specialist", SINCE, None),
        (DEPARTMENT, "clerk", date(2026, 3, 3), date(2026, 3, 31)),
    ]
    assert await roles(rest, COLLEAGUE) == held
    await admin.goes(f"{way}/vai-tro")
    await admin.presses("Giao vai trò", vai_tro="auditor", don_vi=DEPARTMENT)
    assert "Kiểm toán chờ xác nhận" in admin.text
    assert await roles(rest, COLLEAGUE) == held
    await admin.goes(PEOPLE)
    assert "Rút đề xuất" in admin.text
    second = await (await Visitor.of(rest, SECOND)).goes(PEOPLE)
    assert second.page is not None
    address, fields = second.sent("Xác nhận")
    for status in (200, 409):
        await second.posts(address, fields)
        assert second.page.status_code == status
    assert await roles(rest, COLLEAGUE) == [held[0], (DEPARTMENT, "auditor", date(2026, 3, 2), None), held[1]]
    await admin.goes(f"{way}/vai-tro")
    await admin.presses("Giao vai trò", vai_tro="procedure_approver", don_vi=DEPARTMENT)
    await second.goes(PEOPLE)
    await second.presses("Bác")
    assert await kinds(rest) == [
        *("role_given", "role_ended", "role_proposed", "role_confirmed", "role_proposed", "role_rejected")
    ]


async def test_a_person_is_invited_by_a_link_that_is_shown_once_and_recovered_by_two(rest: Rest) -> None:
    await keeps(rest)
    way = f"{PEOPLE}/{COLLEAGUE}"
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(way)
    assert admin.page is not None
    await admin.presses("Mời chọn cách đăng nhập")
    link = re.search(r"https://hoso.test/loi-moi#[\w-]{22}", admin.text)
    assert link
    await admin.goes(way)
    assert "loi-moi#" not in admin.page.text
    await admin.presses("Đề nghị khôi phục")
    assert (admin.path, "Khôi phục tài khoản" in admin.text) == (PEOPLE, True)
    assert "Xác nhận khôi phục" not in admin.text
    second = await (await Visitor.of(rest, SECOND)).goes(PEOPLE)
    address, fields = second.sent("Xác nhận khôi phục")
    await second.posts(address, fields)
    again = re.search(r"https://hoso.test/loi-moi#[\w-]{22}", second.text)
    assert again
    assert again[0] != link[0]
    await second.posts(address, fields)
    assert second.page is not None
    assert (second.page.status_code, "Việc này đã được ghi" in second.text) == (409, True)
    officer = await (await Visitor.of(rest, COLLEAGUE)).goes("/noi-bo/viec")
    await admin.goes(way)
    await admin.presses("Kết thúc mọi phiên")
    assert "Đăng nhập lần cuối 09:00 02/03/2026" in admin.text
    await officer.goes("/noi-bo/viec")
    assert officer.path.startswith("/dang-nhap")
    assert await kinds(rest) == ["invitation_given", "recovery_asked", "recovery_confirmed", "sessions_ended"]


async def test_an_account_is_closed_after_its_tasks_were_taken_back_and_opened_again(rest: Rest) -> None:
    await keeps(rest)
    standing = await rest.world.at_the_specialists()
    (task,) = await rest.world.open_tasks(standing)
    await rest.done(f"/v1/user-tasks/{task['id']}/assignment", SPECIALIST)
    rest.clock.turn("2026-03-02 11:00")
    way = f"{PEOPLE}/{SPECIALIST}"
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{way}/dong")
    assert admin.page is not None
    assert "Việc đang giữ Sở Văn hóa, Thể thao và Du lịch: 1 việc" in admin.text
    await admin.presses("Thu hồi việc")
    assert (admin.page.status_code, "Ghi lý do." in admin.text) == (422, True)
    address, fields = admin.sent("Thu hồi việc", ly_do="Nghỉ hưu")
    await admin.posts(address, fields)
    code = await rest.world.one("select code from dossier where reference = $1", standing.reference)
    assert re.search(rf"{code}\s*: đã trả về đơn vị", admin.text)
    assert await rest.world.one("select assignee_id from user_task where id = $1", UUID(task["id"])) is None
    assert admin.form("Đóng tài khoản")[0].fields["ly-do"] == ["Nghỉ hưu"]
    address, fields = admin.sent("Đóng tài khoản")
    for _ in range(2):
        await admin.posts(address, fields)
        assert "đã đóng 11:00 02/03/2026" in admin.text
    await admin.presses("Mở lại tài khoản")
    assert "Tài khoản đang mở" in admin.text
    assert await kinds(rest) == ["person_closed", "person_reopened"]


async def test_who_keeps_no_records_sees_nobody(rest: Rest) -> None:
    await keeps(rest)
    for officer in (HEAD, CLERK):
        visitor = await (await Visitor.of(rest, officer)).goes(PEOPLE)
        assert visitor.page is not None
        assert visitor.page.status_code == 403
        for word in ("", "/sua", "/vai-tro", "/dong"):
            await visitor.goes(f"{PEOPLE}/{SPECIALIST}{word}")
            assert visitor.page.status_code in (403, 404), word
        for word in (
            "sua",
            "lien-he",
            "vai-tro",
            "loi-moi",
            "khoi-phuc",
            "phien/ket-thuc",
            "viec",
            "dong",
            "mo-lai",
        ):
            await visitor.posts(
                f"{PEOPLE}/{SPECIALIST}/{word}", {"_khoa": [str(HEAD)], "ly-do": ["a"], "ten": ["a"]}
            )
            assert visitor.page.status_code in (403, 404), word
        own = await visitor.goes(f"{PEOPLE}/{officer}")
        assert (own.page is not None and own.page.status_code, "Mời" in own.text) == (200, False)
    assert await kinds(rest) == []
    await rest.world.changed(
        "update role_assignment set role = 'administrator' where principal_id = $1", HEAD
    )
    head = await (await Visitor.of(rest, HEAD)).goes(PEOPLE)
    assert ("specialist 1 · Sở Văn hóa" in head.text, "Trung tâm Phục vụ" in head.text) == (True, False)
    await head.goes(f"{PEOPLE}/{CLERK}")
    assert head.page is not None
    assert head.page.status_code == 404


async def test_who_was_entered_by_one_administrator_is_let_in_by_their_head(rest: Rest) -> None:
    await keeps(rest)
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{PEOPLE}/moi")
    await admin.presses("Thêm người dùng", ten="Trưởng phòng mới", don_vi=DEPARTMENT)
    entered = admin.path.partition("?")[0]
    await admin.goes(f"{entered}/vai-tro")
    await admin.presses("Giao vai trò", don_vi=DEPARTMENT, vai_tro="division_head")
    await admin.goes(entered)
    await admin.presses("Mời chọn cách đăng nhập")
    assert "Bạn đã nhập người này, nên người khác phải mời." in admin.text

    await rest.world.changed("update principal set home_unit_code = $2 where id = $1", SECOND, DEPARTMENT)
    head = await (await Visitor.of(rest, HEAD)).goes(f"/noi-bo/don-vi/{DEPARTMENT}/nguoi-moi")
    assert head.page is not None
    invited = set(re.findall(r'>Mời<span class="unseen"> (.*?)( · .*?)?<', head.page.text))
    # Nobody invites themselves, and an administrator is invited by another one.
    offered = {"Trưởng phòng mới", "specialist 1", "division_head 1", "administrator 2"} & {
        n for n, _ in invited
    }
    assert offered == {"Trưởng phòng mới", "specialist 1"}
    assert "administrator 1 · UBND tỉnh" in head.text
    await head.presses("Xác nhận Trưởng phòng mới")
    assert "Không có vai trò nào chờ." in head.text
    newcomer = UUID(entered.rpartition("/")[2])
    assert await roles(rest, newcomer) == [(DEPARTMENT, "division_head", date(2026, 3, 2), None)]
    await head.presses("Mời Trưởng phòng mới")
    assert "/loi-moi#" in head.text
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"/noi-bo/don-vi/{DEPARTMENT}/nguoi-moi")
    assert clerk.page is not None
    assert clerk.page.status_code == 403
