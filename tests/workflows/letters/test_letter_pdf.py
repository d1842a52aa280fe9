"""A letter as PDF, read back: it says what the values say and what the page says, and nothing runs in it."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import example, given, settings

from hoso_workflows import letters
from hoso_workflows.letters import display, forms, html, pdf, pool, samples
from hoso_workflows.letters.template_check import drawn
from hoso_workflows.letters.values import Component, Person, Values
from support.hostile_texts import HOSTILE, TEXTS

pytestmark = pytest.mark.slow

CODES = sorted(forms.FORMS)
DATE = re.compile(r"\d\d/\d\d/\d{4}")


def typeset(values: Values) -> bytes:
    return pool.POOL.set_now(pdf.job(values))


#: Heads of tables, which stand again on each page.
_MONEY = "TTKhoảnthuSốtiền"
TABLE_HEADS = {
    "05": "TTTêncơquan,bộphậnGiao,nhậnhồsơKếtquảgiảiquyếtGhichú",
    "06": "TTMãhồsơTênthủtụchànhchínhNgườinộphồsơĐịachỉ,sốđiệnthoạiCơquanchủtrìgiảiquyếtNgàynhậnNgàyhẹntrả"
    "NgàytrảPhươngthứcnhậnkếtquảKýnhậnGhichú",
    "obligation": _MONEY,
    "receipt_of_payment": _MONEY,
}
#: What a form does not tell of those whom it names: a letter says no more of them than it needs.
UNTOLD = {
    "02": {"identifier"},
    "04": {"address", "telephone", "email"},
    "receipt_of_payment": {"applicant", "telephone", "email"},
} | {
    code: {"identifier", "address", "telephone", "email"}
    for code in ("consultation", "stop", "suspension", "resumption", "extension", "obligation")
}
#: What stands on paper in other words: titles, dates in a sentence, counts.
OTHER_WORDS = {"form", "number", "year", "place", "issued_on", "procedure", "case", "note"}


def read(values: Values, made: bytes) -> str:
    """All text without white space, without what the later pages repeat."""
    pages = [drawn.joined(page) for page in drawn.pages(made)]
    shown = display.shown(values)
    for number in range(1, len(pages)):
        head = f"{shown['series']}{number + 1}/{len(pages)}"
        assert pages[number].startswith(head)
        pages[number] = pages[number].removeprefix(head).removeprefix(TABLE_HEADS.get(values.form, "-"))
    return "".join(pages)


def on_page(values: Values) -> str:
    return drawn.joined(html.text(letters.page(values)))


def texts(shown: display.Shown, untold: set[str]) -> list[str]:
    """Every text in a table but for those of some keys."""
    if isinstance(shown, str):
        return [shown]
    if isinstance(shown, list):
        return [text for each in shown for text in texts(each, untold)]
    return [text for key, each in (shown or {}).items() if key not in untold for text in texts(each, untold)]


def told(values: Values) -> list[str]:
    """Every text that its form tells."""
    shown = {key: each for key, each in display.shown(values).items() if key not in ("name", "paper")}
    untold = OTHER_WORDS | UNTOLD.get(values.form, set())
    return texts(shown, untold | ({"originals", "copies"} if values.components else set()))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("sample", [samples.short, samples.long])
def test_pdf_and_page_say_the_same_in_the_same_order(code: str, sample: Callable[[str], Values]):
    assert read(sample(code), typeset(sample(code))) == on_page(sample(code))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("sample", [samples.short, samples.long])
def test_every_value_stands_on_paper(code: str, sample: Callable[[str], Values]):
    said = read(sample(code), typeset(sample(code))).casefold()
    assert [text for text in told(sample(code)) if drawn.joined(text).casefold() not in said] == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("sample", [samples.short, samples.long])
def test_every_date_on_paper_is_one_of_the_values(code: str, sample: Callable[[str], Values]):
    said = DATE.findall(read(sample(code), typeset(sample(code))))
    assert set(said) == set(DATE.findall(" ".join(told(sample(code)))))


@pytest.mark.parametrize("code", [code for code in CODES if forms.FORMS[code].has_qr])
def test_the_qr_code_on_paper_is_of_the_public_check(code: str):
    values = samples.short(code)
    made = typeset(values)
    assert values.check_address is not None
    assert drawn.has_code(made, values.check_address)
    assert not drawn.has_code(made, values.check_address + "1")


@settings(max_examples=settings.default.max_examples // 2)
@given(TEXTS, TEXTS)
@example(HOSTILE[0], HOSTILE[1])
@example(HOSTILE[7], HOSTILE[8])
@example(HOSTILE[9], HOSTILE[4])
@example(":a-a::::<<<<<<+m", HOSTILE[0])  # its hyphen ends a line
def test_what_people_wrote_is_read_back_from_the_pdf_as_text(name: str, reason: str):
    values = replace(
        samples.short("01"),
        applicant=Person(name=name, address=reason, telephone=name, email=name),
        representative=Person(name=reason, paper=name),
        procedure=reason,
        components=(Component(name=name), Component(name=reason, copies=2)),
        former_return_at=datetime(2026, 3, 5, tzinfo=UTC),
        reason=reason,
    )
    said, page = read(values, typeset(values)), on_page(values)
    if len(name) + len(reason) < 500:
        assert said == page
    # A signature that is broken over pages is read page by page: the letters are the same, their order is not.
    assert sorted(said) == sorted(page)
    assert page.count(drawn.joined(display.plain(reason))) >= 4


@pytest.mark.parametrize("code", CODES)
def test_a_text_that_is_longer_than_a_page_is_broken_and_not_cut(code: str):
    long = "dòng chữ rất dài " * 400
    values = samples.short(code)
    given_ = {
        "reason": long,
        "applicant": Person(name=long, address=long),
        "copies_to": (long, long),
        "return_place": long,
        "payment": long,
        "receiver": long,
        "handling": long,
    }
    if values.handovers:
        given_["handovers"] = (replace(values.handovers[0], note=long),)
    if values.entries:
        given_["entries"] = (replace(values.entries[0], note=long),)
    values = replace(
        values, **{name: each for name, each in given_.items() if name in forms.FORMS[code].takes}
    )
    # A row that is broken over pages is read page by page: the letters are the same, their order is not.
    assert sorted(read(values, typeset(values))) == sorted(on_page(values))


def test_equal_values_give_equal_bytes_whichever_child_sets_them():
    first = [typeset(samples.short(code)) for code in CODES]
    pool.POOL.close()
    read_back = [letters.read(letters.write(samples.short(code))) for code in reversed(CODES)]
    assert [typeset(values) for values in read_back] == first[::-1]


@pytest.mark.parametrize("code", CODES)
def test_a_file_is_tagged_and_has_title_language_and_the_date_of_the_letter(code: str):
    values = samples.short(code)
    made = typeset(values)
    with pypdfium2.PdfDocument(made) as document:
        about = document.get_metadata_dict()
        assert document.is_tagged()
    form = forms.titled(code)
    assert about["Title"] == f"{form.title} số 12/2026/{form.abbreviation}-PVHCC"
    assert about["CreationDate"].startswith("D:20260305")
    assert b"/Lang(vi-VN)" in made
    assert b"pdfaid:part" in made
    assert b"pdfuaid:part" in made


@pytest.mark.parametrize("code", CODES)
def test_the_first_page_is_of_the_paper_of_the_form(code: str):
    sizes = {"a5": (148, 210), "a4": (210, 297), "a4-landscape": (297, 210)}
    with pypdfium2.PdfDocument(typeset(samples.short(code))) as document:
        width, height = document[0].get_size()
        assert len(document) == 1
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == sizes[forms.FORMS[code].paper]


def test_later_pages_bear_series_and_number():
    heads = [page.splitlines()[0] for page in drawn.pages(typeset(samples.long("01")))]
    assert [head.split(" ")[-1] for head in heads[1:]] == ["2/4", "3/4", "4/4"]
    assert [head.split(" ")[0] for head in heads[1:]] == ["12/2026/TNHS-PVHCC"] * 3


def test_a_sign_that_no_font_of_ours_has_costs_the_letter_nothing_else():
    values = replace(samples.short("03"), applicant=Person(name="Người nộp 文"))
    made = typeset(values)
    assert drawn.joined("đã xem xét hồ sơ của: Người nộp") in drawn.joined(drawn.text(made))
    assert b"pdfaid:part" not in made


def test_a_template_that_is_not_ours_cannot_read_a_file(tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text("bí mật")
    for source in (f'#read("{secret}")', '#read("/etc/passwd")', '#read("01.typ")', '#read("../forms.py")'):
        with pytest.raises(pool.NotSet):
            pool.POOL.set_now(pdf.job(samples.short("01"), source))


async def test_letters_are_set_at_once_from_one_loop():
    values = [samples.short(code) for code in CODES] * 2
    made = await asyncio.gather(*(letters.typeset(each) for each in values))
    assert made == [typeset(each) for each in values]


@pytest.mark.parametrize(
    "code", [code for code in CODES if forms.FORMS[code].signs is not forms.Signs.NOBODY]
)
def test_a_copy_bears_its_mark_on_each_page_and_says_the_same_beside_it(code: str):
    """As an artifact: in the structure of lists and tables that go on over pages it would break PDF/UA."""
    values, mark = samples.long(code), drawn.joined(display.mark(samples.COPY))
    made = pool.POOL.set_now(pdf.job(values, copy=samples.COPY))
    marked = [drawn.joined(page) for page in drawn.pages(made)]
    plain = [drawn.joined(page) for page in drawn.pages(typeset(values))]
    assert [page.count(mark) for page in marked] == [1] * len(plain)
    assert [page.replace(mark, "") for page in marked] == plain
    assert b"pdfuaid:part" in made
