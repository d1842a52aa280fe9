"""From the sign-in over the board and a date's explanation to a token of one's own and out, in five ways."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio

from support.account import Account
from support.api_client import HEAD
from support.person import WAYS, person
from support.signing_in import PASSWORD
from support.world import DEPARTMENT

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

TOKENS = "select label, scopes from api_token where principal_id = $1 and provider is null order by label"
#: Dossiers on the board of a unit: handled, and late among them.
BOARD = """
select count(*)::text, (count(*) filter (where due_legal < $2))::text from dossier
where handling_unit = $1 and accepted_at is not null and closed_at is null
"""
OPEN = "select 1 from browser_session where ended_at is null"


@dataclass(frozen=True, slots=True)
class Late:
    """An officer with an account and a name, and a dossier of theirs that is late."""

    account: Account
    name: str
    code: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def late(stage) -> Late:
    """The dossier is late since Thursday; another one has time."""
    rest = stage.rest
    code = (await rest.accepts())["code"]
    rest.clock.turn("2026-03-10 09:00")
    await rest.accepts()
    account = await Account.of(rest, HEAD, "truong-phong")
    (row,) = await rest.world.db.rows("select name from principal where id = $1", [HEAD])
    return Late(account, row.name, code)


@pytest.mark.parametrize("mode", WAYS)
async def test_an_officer_signs_in_sees_why_a_date_is_late_gives_out_a_token_and_leaves(stage, late, mode):
    rest = stage.rest
    # A changing code is good once.
    rest.clock.at += timedelta(minutes=1)
    async with person(stage.browser, stage.address, mode) as officer:
        await officer.goes("/dang-nhap")
        await officer.fills("Tên tài khoản", late.account.name)
        await officer.fills("Mật khẩu", "không phải mật khẩu")
        await officer.presses("Tiếp tục")
        assert await officer.page.title() == "Lỗi: Đăng nhập · hồ sơ"
        await officer.fills("Mật khẩu", PASSWORD)
        await officer.presses("Tiếp tục")
        await officer.fills("Mã 6 số trong ứng dụng, hoặc một mã dự phòng", late.account.code())
        await officer.presses("Đăng nhập")
        await officer.goes("/noi-bo/qua-han")
        await officer.picks("Đơn vị", "Sở Văn hóa, Thể thao và Du lịch")
        await officer.presses("Lọc")
        assert officer.path == "/noi-bo/qua-han?don-vi=H27.SVHTTDL"
        shown = await officer.page.locator(".totals dd").all_inner_texts()
        (row,) = await rest.world.db.rows(BOARD, [DEPARTMENT, rest.clock.at])
        assert (shown[0], shown[2]) == tuple(row) == ("2", "1")
        await officer.follows(late.code)
        assert officer.path == f"/noi-bo/ho-so/{late.code}"
        await officer.follows("Vì sao?")
        assert await officer.heading() == "Vì sao hẹn 17:00, thứ Năm 05/03/2026"
        await officer.follows(late.name)
        await officer.follows("Mã truy cập cho chương trình")
        await officer.fills("Phần mềm dùng mã", f"Báo cáo {mode}")
        await officer.chooses("30 ngày")
        await officer.presses("Tạo mã")
        await officer.presses("Đăng xuất")
        assert await officer.heading() == "Bạn đã đăng xuất"
    assert await rest.world.db.rows(OPEN) == []
