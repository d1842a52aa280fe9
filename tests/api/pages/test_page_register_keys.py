"""Keys in a browser: those by which papers are signed, and one's own tokens."""

from datetime import timedelta

from hoso_workflows.organisation import credentials
from hoso_workflows.organisation.credentials import Scope
from support.api_client import ADMINISTRATOR, SPECIALIST, Rest
from support.visitor import Visitor

KEYS = "/noi-bo/quan-tri/khoa"


async def made(rest: Rest, label: str) -> str:
    """The open part of a token of the administrator's own."""
    until = rest.clock.at + timedelta(days=7)
    async with rest.world.db.transaction() as tx:
        token = await credentials.make_own(
            tx, ADMINISTRATOR, label, at=rest.clock.at, expires_at=until, scopes=[Scope.READ]
        )
    return token[: credentials.PREFIX]


async def test_an_administrator_sees_keys_and_revokes_a_token_of_their_own(rest: Rest) -> None:
    kept, gone = await made(rest, "Báo cáo"), await made(rest, "Sổ quỹ")
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(KEYS)
    assert admin.page is not None
    assert "Chưa có khóa nào; khóa ký khai trong cấu hình của máy chủ." in admin.text
    assert f"Báo cáo {kept}… Đọc và tìm chưa dùng 09:00 09/03/2026" in admin.text
    address, fields = admin.sent("Thu hồi Sổ quỹ")
    for _ in range(2):
        await admin.posts(address, fields)
        assert (admin.path, "Sổ quỹ" in admin.text, "Báo cáo" in admin.text) == (KEYS, False, True)
    rows = await rest.world.db.rows("select prefix from api_token where revoked_at is not null")
    assert [row.prefix for row in rows] == [gone]
    await admin.posts(address, {"_khoa": fields["_khoa"]})
    assert (admin.page.status_code, "Chọn mã truy cập." in admin.text) == (422, True)
    other = await (await Visitor.of(rest, SPECIALIST)).goes(KEYS)
    assert ("Chưa có mã nào." in other.text, "Báo cáo" in other.text) == (True, False)
    await other.posts(address, {**fields, "ma": [kept]})
    assert other.page is not None
    assert other.page.status_code == 404
