"""Passkeys in a real browser with a virtual device, and signing in without a script."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from playwright.async_api import Browser, CDPSession, Page, expect

from hoso_workflows.identity import factors, invitations, totp
from support.account import Account
from support.api_client import ADMINISTRATOR, HEAD, Rest
from support.browser import PATIENCE, fits, follows, opened, served
from support.signing_in import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def rest(browsed: Rest) -> Rest:
    """The API on the loop of the browser."""
    return browsed


DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


async def invitation(rest: Rest, who: UUID) -> str:
    async with rest.world.db.transaction() as tx:
        return (await invitations.invite(tx, who, by=ADMINISTRATOR, at=rest.clock.at)).code


@asynccontextmanager
async def device(
    rest: Rest, browser: Browser, complaints: list[str]
) -> AsyncIterator[tuple[Page, str, CDPSession, str]]:
    """A browser with a virtual device, the address under a name, and the device's id."""
    async with served(rest) as address, opened(browser, 1280, complaints, scripts=True) as page:
        tools = await page.context.new_cdp_session(page)
        await tools.send("WebAuthn.enable")
        made = await tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        yield page, address.replace("127.0.0.1", "localhost"), tools, made["authenticatorId"]


async def test_a_passkey_is_made_by_an_invitation_and_signs_in_and_confirms(rest: Rest, browser: Browser):
    complaints: list[str] = []
    async with device(rest, browser, complaints) as (page, address, tools, identity):
        await page.goto(f"{address}/loi-moi#{await invitation(rest, HEAD)}")
        assert await page.input_value("#ma") != ""
        assert page.url == f"{address}/loi-moi"
        await follows(page, "main form button")
        await page.fill("#ten-khoa", "Máy ở phòng")
        await follows(page, "[data-passkey=tai-khoan] button")
        assert "Máy ở phòng" in await page.inner_text("main")
        await page.click("[data-passkey=tai-khoan] button")
        said = page.locator("[data-passkey=tai-khoan] [data-fault]:visible")
        await expect(said).to_have_text(
            "Thiết bị này đã có khóa của bạn, không cần thêm. Để có khóa thứ hai, mở trang này trên một thiết bị khác"
            " hoặc cắm một khóa bảo mật.",
            timeout=PATIENCE,
        )
        await follows(page, "text=Vào làm việc")
        assert await page.inner_text("h1") == "Sở Văn hóa, Thể thao và Du lịch"
        await follows(page, "text=Đăng xuất")
        await follows(page, "text=Đăng nhập lại")
        await follows(page, "[data-passkey=dang-nhap] button")
        assert await page.inner_text("h1") == "Sở Văn hóa, Thể thao và Du lịch"
        rest.clock.turn("2026-03-02 09:06")
        await page.goto(f"{address}/tai-khoan/mat-khau")
        assert await page.inner_text("h1") == "Xác thực lại"
        await follows(page, "[data-passkey=xac-thuc-lai] button")
        assert await page.inner_text("h1") == "Mật khẩu"
        counted = (await tools.send("WebAuthn.getCredentials", {"authenticatorId": identity}))["credentials"]
        assert [each["signCount"] for each in counted] == [3]
    assert heard(complaints) == []
    stored = await rest.world.db.rows("select sign_count, label from credential where kind = 'passkey'")
    assert [tuple(row) for row in stored] == [(3, "Máy ở phòng")]


async def test_who_is_not_verified_by_the_device_is_not_signed_in(rest: Rest, browser: Browser):
    complaints: list[str] = []
    async with device(rest, browser, complaints) as (page, address, tools, identity):
        await page.goto(f"{address}/loi-moi#{await invitation(rest, HEAD)}")
        await follows(page, "main form button")
        await follows(page, "[data-passkey=tai-khoan] button")
        await follows(page, "text=Đăng xuất")
        await tools.send("WebAuthn.setUserVerified", {"authenticatorId": identity, "isUserVerified": False})
        await page.goto(f"{address}/dang-nhap")
        await page.click("[data-passkey=dang-nhap] button")
        await page.wait_for_selector("[data-passkey=dang-nhap] [data-fault]:visible")
    assert await rest.world.one("select count(*) from browser_session where ended_at is null") == 0


async def test_a_passkey_signs_in_while_an_account_is_guessed_at(rest: Rest, browser: Browser):
    """Ten thousand wrong passwords would change nothing: the count of an account is not asked."""
    complaints: list[str] = []
    account = await Account.of(rest, HEAD, "truong-phong")
    async with device(rest, browser, complaints) as (page, address, tools, _):
        del tools
        await page.goto(f"{address}/dang-nhap")
        await signs_in(page, account)
        await page.goto(f"{address}/tai-khoan")
        await follows(page, "[data-passkey=tai-khoan] button")
        await follows(page, "text=Đăng xuất")
        for _ in range(8):
            wrong = await account.types_password("sai")
        assert wrong.status_code == 429
        await page.goto(f"{address}/dang-nhap")
        await follows(page, "[data-passkey=dang-nhap] button")
        assert await page.inner_text("h1") == "Sở Văn hóa, Thể thao và Du lịch"
    assert (await factors.of(rest.world.db, HEAD)).totp


@pytest.mark.parametrize("width", [1280, 360])
async def test_an_account_is_made_and_used_without_a_script_and_nothing_runs_over(
    rest: Rest, browser: Browser, width: int
):
    complaints: list[str] = []
    async with served(rest) as address, opened(browser, width, complaints) as page:
        await page.goto(f"{address}/loi-moi")
        await looked(page, width)
        await page.fill("#ma", await invitation(rest, HEAD))
        await follows(page, "main form button")
        await looked(page, width)
        await follows(page, "text=Đặt mật khẩu")
        await page.fill("#tai-khoan", "truong-phong")
        await page.fill("#mat-khau", PASSWORD)
        await page.fill("#nhap-lai", "khác")
        await follows(page, "main form button")
        assert (await page.title()).startswith("Lỗi: Mật khẩu")
        await expect(page.locator("#loi")).to_be_focused(timeout=PATIENCE)
        await looked(page, width)
        await page.fill("#mat-khau", PASSWORD)
        await page.fill("#nhap-lai", PASSWORD)
        await follows(page, "main form button")
        await looked(page, width)
        text = (await page.inner_text("main span.code")).replace(" ", "")
        secret = base64.b32decode(text)
        await page.fill("#ma", totp.code(secret, totp.step(rest.clock.at)))
        await follows(page, "main form button")
        await looked(page, width)
        await follows(page, "text=Tạo mười mã dự phòng")
        await looked(page, width)
        await follows(page, "text=Đăng xuất")
        await looked(page, width)
        await page.goto(f"{address}/dang-nhap")
        await looked(page, width)
        rest.clock.turn("2026-03-02 09:01")
        await page.fill("#tai-khoan", "truong-phong")
        await page.fill("#mat-khau", PASSWORD)
        await follows(page, "form:has(#mat-khau) button")
        await looked(page, width)
        await page.fill("#ma", totp.code(secret, totp.step(rest.clock.at)))
        await follows(page, "main form button")
        assert await page.inner_text("h1") == "Sở Văn hóa, Thể thao và Du lịch"
        rest.clock.turn("2026-03-02 09:08")
        await page.goto(f"{address}/tai-khoan/mat-khau")
        await looked(page, width)
    assert heard(complaints) == []


async def signs_in(page: Page, account: Account) -> None:
    """Both steps of an own account."""
    await page.fill("#tai-khoan", account.name)
    await page.fill("#mat-khau", PASSWORD)
    await follows(page, "form:has(#mat-khau) button")
    await page.fill("#ma", account.code())
    await follows(page, "main form button")


def heard(complaints: list[str]) -> list[str]:
    """Complaints of a browser, but for answers that a test wants: a form that comes back, a cleared cache."""
    wanted = (
        "Clear-Site-Data header on",
        "Failed to load resource: the server responded with a status of 422",
    )
    return [each for each in complaints if not each.startswith(wanted)]


SANE = """() => [
  ...[...document.querySelectorAll('input:not([type=hidden]), select')]
    .filter(each => !each.labels.length).map(each => 'no label: ' + each.id),
  ...[...document.querySelectorAll('button, a')]
    .filter(each => !(each.checkVisibility() ? each.innerText : each.textContent).trim()).map(() => 'no words'),
  ...[...document.querySelectorAll('img:not([alt])')].map(() => 'no alternative'),
  ...[document.querySelectorAll('h1').length].filter(n => n !== 1).map(n => n + ' h1'),
  ...[document.title].filter(title => !title.endsWith(' · hồ sơ')).map(title => 'title ' + title),
  ...[...new Set([...document.querySelectorAll('[id]')].map(each => each.id))]
    .filter(id => document.querySelectorAll('#' + CSS.escape(id)).length > 1).map(id => 'twice ' + id),
]"""


async def looked(page: Page, width: int) -> None:
    """No part runs over, each field has its label, each page one heading and a title."""
    await fits(page, width)
    assert await page.evaluate(SANE) == []
