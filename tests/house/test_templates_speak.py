"""Templates of the pages speak the reader's language: every word stands in `_("…")`, or its element names its language."""

from pathlib import Path

import pytest

from support import template_words

TEMPLATES = Path(__file__).parents[2] / "api" / "hoso_api" / "pages" / "templates"


def test_no_template_holds_a_word_in_one_language_only() -> None:
    found = {
        str(path.relative_to(TEMPLATES)): words
        for path in sorted(TEMPLATES.rglob("*.html"))
        if (words := template_words.unspoken(path.read_text()))
    }
    assert found == {}


def test_each_word_that_is_alike_in_all_languages_stands_in_a_template() -> None:
    sources = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    assert [each for each in template_words.ALIKE if each not in sources] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<p>{{ _("Hạn") }}</p>', []),
        ("<p>Hạn</p>", ["Hạn"]),
        ("<p>Xem</p>", ["Xem"]),
        ('<p>{{ "Hạn" }}</p>', ["Hạn"]),
        ("{% if x %}{{ line(_('Hạn'), hint='Dạng ngày') }}{% endif %}", ["Dạng ngày"]),
        ('{% set word = "Hạn" if x else _("Hết hạn") %}', ["Hạn"]),
        ('<td data-label="Hạn">{{ due }}</td>', ["Hạn"]),
        ('<td data-label="{{ _("Hạn") }}" id="han">{{ due }}</td>', []),
        ('<input placeholder="Tìm" name="tim" value="tim">', ["Tìm"]),
        ('<svg aria-label="{{ a }} trên {{ b }}"></svg>', ["trên"]),
        ('<p lang="vi">Thủ tục <b>mẫu</b></p><p>Hạn</p>', ["Hạn"]),
        ('<p lang="{{ language }}">Hạn</p>', ["Hạn"]),
        ('<p><span class="code">make check</span> {# Hạn #}</p>', []),
        ("{% if x %}<p class='a'>{% else %}<p lang='vi'>{% endif %}{{ y }}</p><p>Hạn</p>", ["Hạn"]),
        ('{% macro more(q) %} hx-get="{{ q }}" title="Hạn" data-mo{% endmacro %}', ["Hạn"]),
        ("<title>{% block title %}{% endblock %} · hồ sơ</title>", []),
    ],
)
def test_a_word_in_one_language_only_is_found(source: str, found: list[str]) -> None:
    assert template_words.unspoken(source) == found
