"""The first page of administrators: what needs somebody, in words."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from hoso_workflows.operation import backup_history, sweep_progress
from support import coordinators
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT, OTHER, PROVINCE

ADDRESS = "/noi-bo/quan-tri"
SWEPT = (
    "Việc chạy định kỳ ổn Hẹn giờ của quy trình: lần cuối 09:00 02/03/2026. ổn Cảnh báo quá hạn: lần cuối"
    " 09:00 02/03/2026. ổn Gửi thư: lần cuối 09:00 02/03/2026."
)


def told(visitor: Visitor) -> str:
    """The state, without what differs from machine to machine."""
    shown = visitor.text[visitor.text.index("Đơn vị, người và thẩm quyền") :]
    return re.sub(r"[\d,]+ GiB|hoso [\d.]+$", "…", shown)


async def swept(rest: Rest) -> None:
    """Everything that runs regularly has just run, backup and rehearsal too."""
    for sweep in sweep_progress.Sweep:
        await sweep_progress.record_success(rest.world.db, sweep, rest.clock.at)
    backup = backup_history.Taken(uuid4(), rest.clock.at, 0, 0)
    await backup_history.record_rehearsal(rest.world.db, backup, 0, at=rest.clock.at)


async def administers(rest: Rest, officer: UUID, unit: str) -> None:
    """Let an officer administer a unit."""
    await rest.world.changed(
        "insert into role_assignment (id, principal_id, unit_code, role, valid_from)"
        " values (gen_random_uuid(), $1, $2, 'administrator', '2026-01-01')",
        officer,
        unit,
    )


async def test_an_administrator_begins_at_the_state_and_reads_what_is_missing(rest: Rest) -> None:
    change = rest.world.changed
    await swept(rest)
    await coordinators.named(rest.world, (PROVINCE, None), (OTHER, None))
    await change(
        "update role_assignment set role = 'head'"
        " where role in ('provincial_leader', 'head', 'division_head', 'agency_head')",
    )
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes("/noi-bo")
    assert admin.path == ADDRESS
    backed_up = (
        "Sao lưu ổn Bản sao lưu trọn vẹn gần nhất: 09:00 02/03/2026."
        " ổn Diễn tập khôi phục gần nhất: 09:00 02/03/2026, không thấy chỗ khác."
    )
    shared = f"{SWEPT} {backed_up} Máy chủ ổn Đĩa còn trống …. ổn …"
    assert "Mọi thứ hoạt động." in admin.text
    assert told(admin) == (
        "Đơn vị, người và thẩm quyền ổn Không thiếu gì. Lịch làm việc ổn Không lịch nào sắp hết"
        " dữ liệu. Thư gửi đi ổn Không thư nào bị giữ lại. Sự cố quy trình ổn Không có hồ sơ nào bị dừng vì sự cố. "
        + shared
    )
    await change("delete from role_assignment where unit_code = $1 and role = 'head'", DEPARTMENT)
    await change("delete from competence where procedure_code = '1.013871' and part = 'deciding'")
    await change("update unit set calendar = 'khong-co' where code = $1", DEPARTMENT)
    assert "Mọi thứ hoạt động." not in (await admin.goes(ADDRESS)).text
    assert told(admin) == (
        "Đơn vị, người và thẩm quyền cần xem H27.SVHTTDL Sở Văn hóa, Thể thao và Du lịch giải quyết hồ sơ nhưng"
        " không có lãnh đạo. cần xem Không đơn vị nào có thẩm quyền cho phần quyết định của thủ tục đang áp dụng 1.013871."
        " Lịch làm việc có lỗi 1 đơn vị dùng lịch khong-co, nhưng lịch chưa có nội dung Thư gửi đi ổn Không thư nào bị"
        " giữ lại. Sự cố quy trình ổn Không có hồ sơ nào bị dừng vì sự cố. " + shared
    )


async def test_outages_that_reach_too_few_lead_to_the_page_where_recipients_are_named(rest: Rest) -> None:
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(ADDRESS)
    said = "Sự cố ở H27 UBND tỉnh chỉ báo được đến 0 trong 2 nơi phải được báo ngay."
    assert said in admin.text
    assert admin.page is not None
    assert 'href="/noi-bo/dau-moi/noi-nhan-bao"' in admin.page.text


async def test_an_administrator_of_a_unit_reads_of_it_alone(rest: Rest) -> None:
    await administers(rest, SPECIALIST, DEPARTMENT)
    filed = await rest.world.at_the_specialists()
    change = rest.world.changed
    await change("delete from outbox")
    for officer, unit in ((HEAD, DEPARTMENT), (CLERK, OTHER)):
        await change("update principal set home_unit_code = $2 where id = $1", officer, unit)
        await change(
            "insert into outbox (dedup_key, topic, recipient_id, created_at, available_at, aside)"
            " values ($1, 'invitation', $2, $3, $3, 'refused')",
            unit,
            officer,
            rest.clock.at,
        )
    await change(
        "update dossier set incidents = jsonb_build_array(jsonb_build_object('id', id, 'element', 'Buoc', 'message', 'vướng',"
        " 'unit', $2::text, 'since', $3::timestamptz)) where reference = $1",
        filed.reference,
        OTHER,
        rest.clock.at,
    )
    admin = await (await Visitor.of(rest, SPECIALIST)).goes(ADDRESS)
    assert (
        "Thư gửi đi có lỗi 1 thư bị giữ lại vì lỗi. Sự cố quy trình có lỗi 1 sự cố quy trình cần người xem."
        in admin.text
    )
    assert "Hẹn giờ của quy trình: chưa chạy lần nào." in admin.text
    await change("update dossier set handling_unit = $2 where reference = $1", filed.reference, OTHER)
    await admin.goes(ADDRESS)
    assert "Sự cố quy trình ổn Không có hồ sơ nào bị dừng vì sự cố." in admin.text
    top = await (await Visitor.of(rest, ADMINISTRATOR)).goes(ADDRESS)
    assert "có lỗi 2 thư bị giữ lại vì lỗi. Sự cố quy trình có lỗi 1 sự cố" in top.text


async def test_what_a_backup_lacks_and_a_rehearsal_found_is_told(rest: Rest) -> None:
    db, at = rest.world.db, rest.clock.at
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(ADDRESS)
    assert "Sao lưu cần xem Chưa có bản sao lưu nào. Máy chủ" in admin.text
    whole = backup_history.Taken(uuid4(), at - timedelta(days=2), 0, 0)
    await backup_history.record(db, whole)
    await backup_history.record(db, backup_history.Taken(uuid4(), at, 2, 0))
    assert (
        "Sao lưu có lỗi Bản sao lưu lúc 09:00 02/03/2026 thiếu 2 tệp."
        " có lỗi Bản sao lưu trọn vẹn gần nhất: 09:00 28/02/2026."
        " cần xem Chưa diễn tập khôi phục bản sao lưu nào. Máy chủ"
    ) in (await admin.goes(ADDRESS)).text
    await backup_history.record_rehearsal(db, whole, 4, at=at)
    assert (
        "có lỗi Lần diễn tập khôi phục 09:00 02/03/2026 thấy 4 chỗ khác." in (await admin.goes(ADDRESS)).text
    )


@pytest.mark.parametrize("officer", [HEAD, CLERK])
async def test_who_has_no_office_sees_neither_the_page_nor_its_entry(rest: Rest, officer: UUID) -> None:
    visitor = await (await Visitor.of(rest, officer)).goes("/noi-bo/viec")
    assert visitor.page is not None
    assert f'href="{ADDRESS}"' not in visitor.page.text
    await visitor.goes(ADDRESS)
    assert visitor.page.status_code == 403
    rows = await rest.world.db.rows("select act, granted from access_log where principal_id = $1", [officer])
    assert [tuple(row) for row in rows if row.act == "list_gaps"] == [("list_gaps", False)]
