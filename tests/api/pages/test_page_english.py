"""Pages before and beside the inside in English: sign-in, account, papers, due dates, problems."""

from collections.abc import Iterator, Mapping

import httpx
import pytest

from hoso_api.pages.shared import look
from hoso_api.translation import reckoning, vietnamese, wording
from hoso_calendar import messages
from hoso_models import SessionKind
from hoso_workflows.identity import invitations
from hoso_workflows.monitoring import overdue
from support import page_samples, template_words
from support.account import Account
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest
from support.browser_text import words
from support.procedures.law import Walk
from support.signing_in import OURS, signed_in
from support.world import CITIZEN

# Each test has its own officer or dossier.
pytestmark = pytest.mark.world("shared")

ENGLISH = f"{look.COOKIE}=en"


@pytest.fixture(autouse=True)
def spoken_before() -> Iterator[None]:
    """Begin in Vietnamese, and let whatever runs after a test speak as before it."""
    before, refusals = vietnamese.language(), messages.language()
    vietnamese.speak(messages.VIETNAMESE)
    yield
    vietnamese.speak(before)
    messages.speak(refusals)


def in_english(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a browser that keeps the choice of English."""
    kept = f"{headers['Cookie']}; {ENGLISH}" if "Cookie" in headers else ENGLISH
    return {**headers, "Cookie": kept}


async def names(rest: Rest) -> list[str]:
    """Names of people, which have no language, the longest first."""
    rows = await rest.world.db.rows("select name from principal")
    return sorted({row.name for row in rows}, key=len, reverse=True)


async def left(rest: Rest, page: httpx.Response) -> list[str]:
    """The Vietnamese that is left on a page."""
    assert '<html lang="en"' in page.text, page.text[:200]
    text = page.text
    for name in await names(rest):
        text = text.replace(name, "")
    return template_words.vietnamese(text)


async def test_every_page_of_somebody_without_a_session_is_english(rest: Rest):
    paper = await page_samples.SAMPLES["/kiem-chung/{letter}"](rest)
    addresses = {
        "/dang-nhap": "Sign in",
        "/loi-moi": "Accept an invitation",
        "/": "File and follow dossiers",
        "/thu-tuc": "Administrative procedures",
        "/thu-tuc/1.014464": "Who may apply",
        "/thu-tuc/khong-co": "There is no such procedure",
        "/tinh-han": "Work out a due date",
        "/tinh-han?thoi-han=la&luc=la&don-vi=la": "Cannot be counted yet",
        "/thiet-lap": "Not found",
        "/khong-co": "Not found",
        "/dang-nhap/tro-lai": "The sign-in failed",
        paper: "This paper was issued by this system",
        "/kiem-chung/khong-co": "This paper was not found",
    }
    for address, heading in addresses.items():
        page = await rest.client.get(address, headers=in_english(OURS))
        assert (await left(rest, page), heading in page.text) == ([], True), address


async def test_forms_before_sign_in_come_back_in_english(rest: Rest):
    headers = in_english(OURS)
    sent = {
        "/dang-nhap": (
            {"tai-khoan": "la", "mat-khau": "sai"},
            "The account name, password or code is wrong.",
        ),
        "/loi-moi": ({"ma": "sai"}, "The code is wrong, used or out of date."),
        "/dang-xuat": ({}, "You are signed out"),
    }
    for address, (fields, said) in sent.items():
        page = await rest.client.post(address, data=fields, headers=headers)
        assert (await left(rest, page), said in words(page)) == ([], True), address


async def test_the_account_and_its_forms_are_english(rest: Rest):
    await Account.of(rest, HEAD, "truong-phong")
    headers = in_english(await signed_in(rest.world.db, HEAD, at=rest.clock.at))
    made = {"ten": "Weekly report", "quyen": "read", "ngay": "30"}
    sent = {
        "/tai-khoan/mat-khau": ({"mat-khau": "1", "nhap-lai": "2"}, "The two passwords are not the same."),
        "/tai-khoan/ma-truy-cap": ({**made, "ten": ""}, "Enter the name of the software"),
        "/tai-khoan/ma-du-phong": ({}, "Ten recovery codes"),
    }
    for address, (fields, said) in sent.items():
        page = await rest.client.post(address, data=fields, headers=headers)
        assert (await left(rest, page), said in words(page)) == ([], True), address
    short = {"mat-khau": "short", "nhap-lai": "short", "tai-khoan": "truong-phong"}
    page = await rest.client.post("/tai-khoan/mat-khau", data=short, headers=headers)
    assert "A password has 15 characters or more. Choose a long phrase" in words(page)
    page = await rest.client.post("/tai-khoan/ma-truy-cap", data=made, headers=headers)
    assert (await left(rest, page), "valid until" in words(page)) == ([], True)
    for address in (
        "/tai-khoan",
        "/tai-khoan/mat-khau",
        "/tai-khoan/ma-xac-nhan",
        "/tai-khoan/ma-truy-cap",
        "/xac-thuc-lai",
    ):
        page = await rest.client.get(address, headers=headers)
        assert (page.status_code, await left(rest, page)) == (200, []), address
    own = words(await rest.client.get("/tai-khoan", headers=headers))
    assert "Weekly report" in own
    assert "Read and search" in own


async def test_who_was_invited_and_who_applies_read_english(rest: Rest):
    async with rest.world.db.transaction() as tx:
        code = (await invitations.invite(tx, SPECIALIST, by=ADMINISTRATOR, at=rest.clock.at)).code
    begun = await rest.client.post("/loi-moi", data={"ma": code}, headers=in_english(OURS))
    session = begun.headers["set-cookie"].partition(";")[0]
    page = await rest.client.get("/tai-khoan", headers=in_english({**OURS, "Cookie": session}))
    assert (await left(rest, page), "Choose how you sign in before" in words(page)) == ([], True)
    headers = await signed_in(rest.world.db, CITIZEN, at=rest.clock.at, kind=SessionKind.APPLICANT)
    page = await rest.client.get("/cua-toi", headers=in_english(headers))
    assert (await left(rest, page), "My dossiers" in words(page)) == ([], True)
    page = await rest.client.get("/cua-toi/nhan-thu", headers=in_english(headers))
    assert (await left(rest, page), "Times that I choose below" in words(page)) == ([], True)
    mine = await page_samples.SAMPLES["/ho-so/{key}/thoi-han"](rest)
    page = await rest.client.get(mine, headers=in_english(headers))
    assert (await left(rest, page), "My dossiers" in words(page)) == ([], True)


async def test_a_refused_page_of_an_officer_is_english(rest: Rest):
    headers = in_english(await signed_in(rest.world.db, CLERK, at=rest.clock.at))
    page = await rest.client.get("/noi-bo/ho-so/KHONG-CO/thoi-han", headers=headers)
    assert (await left(rest, page), "To the first page" in words(page)) == ([], True)


async def test_a_date_is_explained_in_english_day_by_day(law: Rest):
    walk = await Walk.accepted(law, "2026-03-02 09:00", "resume")
    await walk.asked_and_received("2026-03-09 10:00", "2026-03-10 14:00")
    headers = in_english(await signed_in(law.world.db, CLERK, at=law.clock.at))
    page = await law.client.get(f"/noi-bo/ho-so/{walk.code}/thoi-han", headers=headers)
    assert await left(law, page) == []
    said = words(page)
    for line in (
        "Why it is due 17:00, Tuesday 10/03/2026",
        "A term does not end while its clock stands still",
        "02/03/2026 Monday – not counted day of receipt; the first day does not count",
        "07/03/2026 Saturday – not counted Saturday, weekly day off",
        "09/03/2026 Monday 5 working day 5; suspension 1 still lasts at 17:00, so the term does not end",
        "the term moves to this day after suspension 1: Thiếu bản sao ; the term ends at 17:00",
    ):
        assert line in said
    assert '<span lang="vi">Thiếu bản sao</span>' in page.text


async def test_the_choice_of_a_language_leads_back_to_the_page_of_its_link(rest: Rest):
    async def led(headers: dict[str, str], query: str = "") -> str:
        answer = await rest.client.get(f"/xem?ngon-ngu=en{query}", headers={**OURS, **headers})
        assert answer.headers["set-cookie"].startswith(f"{ENGLISH}.thuong;")
        return str(answer.headers["location"])

    here = "https://hoso.test"
    assert await led({"Referer": f"{here}/dang-nhap?tiep=/noi-bo/viec"}) == "/dang-nhap?tiep=/noi-bo/viec"
    assert await led({"Referer": f"{here}/thiet-lap/quan-tri"}) == "/thiet-lap"
    assert await led({"Referer": f"{here}/xem?ngon-ngu=vi"}) == "/"
    assert await led({"Referer": "https://la.test//la"}) == "/"
    assert await led({}) == "/"
    assert await led({"Referer": f"{here}/loi-moi"}, "&tiep=/noi-bo/toi") == "/noi-bo/toi"


async def test_what_is_shown_once_has_no_link_that_leads_away(rest: Rest):
    headers = await signed_in(rest.world.db, SPECIALIST, at=rest.clock.at)
    shown = await rest.client.get("/dang-nhap", headers=headers)
    once = await rest.client.post("/tai-khoan/ma-du-phong", headers=headers)
    assert ["/xem?" in page.text for page in (shown, once)] == [True, False]


async def test_the_size_of_text_is_kept_before_sign_in_too(rest: Rest):
    page = await rest.client.get("/dang-nhap", headers={**OURS, "Cookie": f"{look.COOKIE}=vi.lon.tuong-phan"})
    assert '<html lang="vi" class="chu-lon tuong-phan">' in page.text


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1 ngày làm việc", "1 working day"),
        ("0,5 nửa ngày làm việc", "0,5 half working days"),
        ("trong ngày", "the same day"),
        ("PT4H", '<span lang="vi">PT4H</span>'),
    ],
)
def test_a_term_is_said_in_english_as_far_as_it_is_known(written: str, said: str):
    vietnamese.speak("en")
    assert reckoning.term(written) == said


def test_a_reason_that_somebody_wrote_stays_whole_and_is_escaped():
    written = "tạm dừng #2: Thiếu A; thiếu <B>; hết hạn 17:00"
    assert reckoning.reasons(written) == "tạm dừng #2: Thiếu A; thiếu &lt;B&gt;; hết hạn 17:00"
    vietnamese.speak("en")
    assert reckoning.reasons(written) == (
        'suspension 2: <span lang="vi">Thiếu A; thiếu &lt;B&gt;</span>; the term ends at 17:00'
    )


def test_working_time_is_said_in_english():
    vietnamese.speak("en")
    late = (overdue.Lateness(1, 2, 600), overdue.Lateness(0, 1, 61), overdue.Lateness(0, 0, 0))
    assert [wording.working_time(each) for each in late] == [
        "1 day 2 hours of working time",
        "1 hour 1 minute of working time",
        "under 1 minute of working time",
    ]
