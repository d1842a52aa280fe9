"""A letter as a page: it loads nothing, and what people wrote is text in it."""

from dataclasses import replace
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given

from hoso_workflows import letters
from hoso_workflows.letters import display, forms, html, qr, samples
from hoso_workflows.letters.values import Person, Values
from support.hostile_texts import TEXTS


class Marks(HTMLParser):
    """Elements and the names of their attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.marks: list[tuple[str, ...]] = []
        self.addresses: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.marks.append((tag, *(name for name, _ in attrs)))
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def written_by(text: str) -> Values:
    """A refusal whose applicant, reason and request are one text."""
    return replace(
        samples.short("03"),
        applicant=Person(name=text, address=text),
        reason=text,
        request=text,
        procedure=text,
    )


@pytest.mark.parametrize("code", sorted(forms.FORMS))
def test_a_page_loads_nothing_and_has_neither_script_nor_inline_style(code: str):
    marks = Marks(letters.page(samples.long(code)))
    assert marks.addresses == []
    assert {"script", "link", "img", "iframe"} & {tag for tag, *_ in marks.marks} == set()
    assert [mark for mark in marks.marks if "style" in mark[1:]] == []


@pytest.mark.parametrize("code", sorted(forms.FORMS))
def test_a_page_is_of_its_language_its_title_and_its_paper(code: str):
    page = letters.page(samples.short(code))
    form = forms.titled(code)
    assert page.startswith('<!doctype html>\n<html lang="vi">\n')
    assert f"<title>{form.title} số 12/2026/{form.abbreviation}-PVHCC</title>" in page
    assert f'<body class="{form.paper}">' in page


@given(TEXTS)
def test_what_people_wrote_is_escaped_and_changes_no_mark(text: str):
    page = letters.page(written_by(text))
    assert (
        page.count(
            escape(display.plain(text), quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
        )
        >= 4
    )
    assert Marks(page).marks == Marks(letters.page(written_by("x"))).marks


def test_the_qr_code_of_the_public_check_is_drawn_into_the_page():
    values = samples.short("01")
    assert values.check_address is not None
    assert qr.svg(values.check_address) in letters.page(values)


def test_the_style_sheet_is_known_by_its_digest():
    assert f"<style>{html.style()}</style>" in letters.page(samples.short("01"))
    assert html.style_digest().startswith("'sha256-")


def test_a_second_appointment_says_so_and_names_the_former_date():
    page = html.text(letters.page(samples.long("01")))
    assert "(hẹn trả kết quả lần hai)" in page
    assert "Thời gian đã hẹn trả kết quả: 16 giờ 30 phút, ngày 10/03/2026" in page
    assert "lần hai" not in letters.page(samples.short("01"))
