"""Letters of a dossier over REST: listed, as a page, as PDF, and confirmed to whoever holds the paper."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from hoso_api.settings import Settings
from hoso_workflows.letters.template_check import drawn
from support.api_client import CLERK, HEAD, Rest, problem
from support.world import CITIZEN, OTHER, STRANGER

pytestmark = pytest.mark.world("shared")

GROUND = {"reason": "Chờ kết luận <b>giám định</b>", "basis": "Luật mẫu điều 1"}
#: Form → the acts that issue it: name, who, instant, and what is said.
ISSUED: dict[str, list[tuple[str, Any, str, dict[str, Any]]]] = {
    "01": [],
    "02": [("supplement-request", CLERK, "2026-03-03 09:00", {"reason": "Thiếu", "items": ["Bản vẽ"]})],
    "04": [("reappointment", HEAD, "2026-03-04 09:00", {"reason": "Chờ", "due": "2026-03-10"})],
    "stop": [("stop", HEAD, "2026-03-03 09:00", GROUND)],
    "consultation": [
        ("consultations", CLERK, "2026-03-03 09:00", {"unit": OTHER, "question": "Có?", "due": "2026-03-06"})
    ],
    "suspension": [("suspension", HEAD, "2026-03-03 09:00", {**GROUND, "expected_end": "2026-03-16"})],
    "resumption": [
        ("suspension", HEAD, "2026-03-03 07:30", GROUND),
        ("suspension-end", HEAD, "2026-03-10 07:30", {"reason": "Đã có kết luận"}),
    ],
    "extension": [("extension", HEAD, "2026-03-04 09:00", {**GROUND, "term": "2 ngày làm việc"})],
    "obligation": [("obligation", CLERK, "2026-03-03 09:00", {**GROUND, "amount": 1_500_000})],
}
#: What stands on each paper beside the names: dates as the API explains them, words as they were said.
SAID = {
    "01": ["09 giờ 00 phút, ngày 02/03/2026", "17 giờ 00 phút, ngày 05/03/2026", "3 ngày làm việc"],
    "02": ["Bản vẽ", "Thiếu", "24/03/2026"],
    "04": ["17 giờ 00 phút, ngày 05/03/2026", "17 giờ 00 phút, ngày 10/03/2026"],
    "stop": ["Chờ kết luận <b>giám định</b>", "Luật mẫu điều 1"],
    "consultation": ["Sở Y tế", "Có?", "17 giờ 00 phút, ngày 06/03/2026"],
    "suspension": ["Chờ kết luận <b>giám định</b>", "16/03/2026"],
    "resumption": ["Đã có kết luận", "17 giờ 00 phút, ngày 12/03/2026"],
    "extension": ["17 giờ 00 phút, ngày 05/03/2026", "17 giờ 00 phút, ngày 09/03/2026"],
    "obligation": ["1.500.000", "một triệu năm trăm nghìn"],
}


async def issued(rest: Rest, form: str) -> tuple[Any, Any]:
    """A dossier with a letter of the form, and the letter as it is listed."""
    standing = await rest.accepts()
    for name, by, at, said in ISSUED[form]:
        rest.clock.turn(at)
        await rest.done(f"/v1/dossiers/{standing['reference']}/{name}", by, said)
    listed = (await rest.get(f"/v1/dossiers/{standing['reference']}/letters", CLERK)).json()["items"]
    return standing, listed[-1]


def flat(text: str) -> str:
    return " ".join(text.split()).casefold()


@pytest.mark.parametrize("form", ISSUED)
async def test_a_letter_says_what_was_decided_as_a_page_and_as_pdf(rest: Rest, form: str) -> None:
    standing, letter = await issued(rest, form)
    path = f"/v1/dossiers/{standing['reference']}/letters/{letter['id']}"
    shown, printed = await rest.get(f"{path}.html", CLERK), await rest.get(f"{path}.pdf", CLERK)
    assert (letter["form"], shown.status_code, printed.status_code) == (form, 200, 200)
    page = flat(html.unescape(re.sub(r"<[^>]+>", " ", shown.text)))
    paper = flat(drawn.text(printed.content))
    expected = [*SAID[form], standing["code"], letter["series"], "Công ty xuất khẩu sách mẫu"]
    assert [said for said in expected if flat(said) not in page] == []
    assert [said for said in expected if flat(said) not in paper] == []
    assert "<b>giám" not in shown.text
    assert shown.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert (
        printed.headers["content-disposition"]
        == f'inline; filename="{letter["series"].replace("/", "-")}.pdf"'
    )


async def test_the_letters_of_reception_before_a_code_name_the_reference(rest: Rest) -> None:
    for name, said in (
        ("refusal", {"reason": "Sai"}),
        ("transfer", {"reason": "Khác", "authority": "Công an tỉnh"}),
    ):
        filed = await rest.files()
        await rest.done(f"/v1/dossiers/{filed['reference']}/{name}", CLERK, said)
        (letter,) = (await rest.get(f"/v1/dossiers/{filed['reference']}/letters", CLERK)).json()["items"]
        printed = await rest.get(f"/v1/dossiers/{filed['reference']}/letters/{letter['id']}.pdf", CLERK)
        text = flat(drawn.text(printed.content))
        assert (
            flat(said["reason"]) in text,
            filed["reference"].casefold()[:10] in text.replace(" ", ""),
        ) == (True, True)


async def test_the_second_appointment_is_a_receipt_again_with_the_former_date(rest: Rest) -> None:
    standing, _ = await issued(rest, "obligation")
    rest.clock.turn("2026-03-16 09:00")
    await rest.done(f"/v1/dossiers/{standing['reference']}/obligation-met", CLERK, {"proof": "0001234"})
    *_, letter = (await rest.get(f"/v1/dossiers/{standing['reference']}/letters", CLERK)).json()["items"]
    text = flat(
        (await rest.get(f"/v1/dossiers/{standing['reference']}/letters/{letter['id']}.html", CLERK)).text
    )
    assert letter["form"] == "01"
    assert "09 giờ 00 phút, ngày 16/03/2026" in text
    assert "17 giờ 00 phút, ngày 19/03/2026" in text
    assert "17 giờ 00 phút, ngày 05/03/2026" in text


async def test_the_address_in_the_qr_code_confirms_the_paper_and_names_nobody(rest: Rest) -> None:
    standing, letter = await issued(rest, "01")
    path = f"/v1/dossiers/{standing['reference']}/letters/{letter['id']}.html"
    page = await rest.get(path, CLERK)
    # Whatever host the reader asked for: the paper leads to where our pages are.
    elsewhere = await rest.get(path, CLERK, headers={"Host": "elsewhere.test"})
    assert elsewhere.text == page.text
    (address,) = set(re.findall(rf"{re.escape(Settings().public_origin)}(/kiem-chung/[0-9a-f-]+)", page.text))
    found = await rest.get(address)
    assert found.status_code == 200
    for said in (
        letter["series"],
        standing["code"],
        "Trung tâm Phục vụ hành chính công tỉnh",
        "09:00, thứ Hai 02/03/2026",
    ):
        assert said in found.text
    assert "Công ty" not in found.text
    told = (await rest.get(f"/v1/public/letters/{letter['id']}")).json()
    assert told == {**letter, "unit": "Trung tâm Phục vụ hành chính công tỉnh", "code": standing["code"]}


@pytest.mark.parametrize("letter", ["00000000-0000-4000-8000-000000000001", "../../etc", "x"])
async def test_an_address_that_is_no_paper_s_says_so(rest: Rest, letter: str) -> None:
    answer = await rest.get(f"/kiem-chung/{letter}")
    assert answer.status_code == 404


async def test_an_applicant_reads_letters_to_them_and_not_those_between_authorities(rest: Rest) -> None:
    filed = await rest.files(CITIZEN, channel="online")
    path = f"/v1/dossiers/{filed['reference']}"
    await rest.done(f"{path}/acceptance", CLERK)
    await rest.done(f"{path}/consultations", CLERK, {"unit": OTHER, "question": "Có?", "due": "2026-03-06"})
    theirs = (await rest.get(f"{path}/letters", CITIZEN)).json()["items"]
    everything = (await rest.get(f"{path}/letters", CLERK)).json()["items"]
    assert ([each["form"] for each in theirs], [each["form"] for each in everything]) == (
        ["01"],
        ["01", "consultation"],
    )
    inner = everything[-1]["id"]
    assert (await rest.get(f"{path}/letters/{theirs[0]['id']}.pdf", CITIZEN)).status_code == 200
    assert (
        problem(await rest.get(f"{path}/letters/{inner}.pdf", CITIZEN))["type"]
        == "urn:hoso:problem:not-found"
    )
    assert (await rest.get(f"{path}/letters/{theirs[0]['id']}.pdf", STRANGER)).status_code == 404
    told = (await rest.get(path, CITIZEN)).json()["letters"]
    history = (await rest.get(f"{path}/events", CITIZEN)).json()["items"]
    assert [each["form"] for each in told] == ["01"]
    assert [each["payload"]["form"] for each in history if each["kind"] == "letter_issued"] == ["01"]


async def test_a_letter_of_another_dossier_is_none_of_this_one(rest: Rest) -> None:
    _, letter = await issued(rest, "01")
    rest.clock.turn("2026-03-02 10:00")
    other = await rest.accepts()
    answer = await rest.get(f"/v1/dossiers/{other['reference']}/letters/{letter['id']}.pdf", CLERK)
    assert answer.status_code == 404
