"""One's own addresses on their page: entered, proved by the code of a mail, ended."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from support import mail_text
from support.api_client import CLERK, HEAD, SPECIALIST, Rest
from support.visitor import Visitor

# Each test has its own officer.
pytestmark = pytest.mark.world("shared")

PAGE = "/noi-bo/toi/lien-he"


@pytest.fixture
def mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that gets the mails."""
    monkeypatch.setenv("HOSO_MAIL_FOLDER", str(tmp_path / "thu"))
    return tmp_path / "thu"


def codes(mails: Path) -> list[str]:
    """The codes in the mails."""
    found = [
        message_from_bytes(each.read_bytes(), policy=policy.default) for each in sorted(mails.glob("*.eml"))
    ]
    return [mail_text.plain(each).partition(": ")[2][:6] for each in found]


async def stored(rest: Rest, person: Any) -> Sequence[tuple[Any, ...]]:
    rows = await rest.world.db.rows(
        "select value, verified_at is not null, ended_at is not null from contact_point"
        " where principal_id = $1 order by entered_at, id",
        [person],
    )
    return [tuple(row) for row in rows]


async def test_an_address_is_entered_proved_by_its_code_and_ended(rest: Rest, mails: Path):
    officer = await (await Visitor.of(rest, SPECIALIST)).goes("/noi-bo/toi")
    assert officer.page is not None
    assert f'href="{PAGE}"' in officer.page.text
    await officer.goes(PAGE)
    assert "Chưa ghi địa chỉ hay số nào" in officer.text
    await officer.presses("Ghi và gửi mã", thu="không phải thư")
    assert (officer.page.status_code, 'href="#f-thu"' in officer.page.text) == (422, True)
    assert officer.form("Ghi và gửi mã")[0].fields["thu"] == ["không phải thư"]
    await officer.presses("Ghi và gửi mã", thu="cv@vidu.vn")
    assert ("Đã gửi mã" in officer.text, "chưa xác nhận" in officer.text) == (True, True)
    (code,) = codes(mails)
    field = next(name for name in officer.form("Xác nhận")[0].fields if name.startswith("ma-"))
    await officer.presses("Xác nhận", **{field: "abc"})
    assert (officer.page.status_code, f'href="#f-{field}"' in officer.page.text) == (422, True)
    assert await stored(rest, SPECIALIST) == [("cv@vidu.vn", False, False)]
    address, fields = officer.sent("Xác nhận", **{field: code})
    for _ in range(2):
        await officer.posts(address, fields)
        assert "Đã xác nhận địa chỉ" in officer.text
    assert await stored(rest, SPECIALIST) == [("cv@vidu.vn", True, False)]
    assert "thư gửi đến đây" in officer.text
    other = await Visitor.of(rest, CLERK)
    await other.posts(address, fields)
    assert other.page is not None
    assert other.page.status_code == 404
    address, fields = officer.sent("Thôi dùng")
    for _ in range(2):
        await officer.posts(address, fields)
        assert officer.page.status_code == 200
    assert await stored(rest, SPECIALIST) == [("cv@vidu.vn", True, True)]


async def test_without_a_way_of_mailing_the_page_says_so(rest: Rest):
    officer = await (await Visitor.of(rest, HEAD)).goes(PAGE)
    assert "Hệ thống chưa gửi được thư" in officer.text
    assert "Ghi và gửi mã" not in officer.text
