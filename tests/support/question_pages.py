"""Pages of questions, drawn without a server and read like a browser would."""

from collections.abc import Iterator
from typing import Any

from lxml import html

from hoso_api.pages.shared.look import Look
from hoso_api.pages.shared.questions import Sheet
from hoso_api.pages.shared.templating import ENVIRONMENT

_PAGE = ENVIRONMENT.from_string(
    """{% extends "base.html" %}{% import "questions.html" as questions %}
{% block title %}{% if sheet.faults %}Lỗi: {% endif %}Tờ khai{% endblock %}
{% block main %}
{{ questions.summary(sheet) }}
<h1>Tờ khai</h1>
{% if sheet.editing %}
<form class="sheet inside" method="post" novalidate>
{{ questions.default_button(sheet) }}
{{ questions.fields(sheet) }}
<p><button class="button" name="_di" value="tiep">Tiếp tục</button></p>
</form>
{% else %}
<h2>Nội dung</h2>
{{ questions.answers(sheet, change=change) }}
{% endif %}
{% endblock %}"""
)


def drawn(sheet: Sheet, change: str = "") -> str:
    """The whole page of a sheet."""
    return _PAGE.render(sheet=sheet, reader=None, change=change, look=Look(language=sheet.language))


def parsed(sheet: Sheet, change: str = "") -> Any:
    """The main part of the page of a sheet, parsed."""
    return html.fromstring(drawn(sheet, change)).find(".//main")


def sent(
    page: Any, button: tuple[str, str] = ("_di", "tiep"), **typed: str | list[str]
) -> list[tuple[str, str]]:
    """Fields that a browser sends when a button is pressed, after some were typed into or chosen."""
    given = [(name, value) for name, value in _values(page.xpath(".//form")[0]) if name not in typed]
    for name, value in typed.items():
        given += [(name, each) for each in ([value] if isinstance(value, str) else value)]
    return [*given, button]


def _values(form: Any) -> Iterator[tuple[str, str]]:
    """Names and values of the fields, as the standard says; lxml's own function takes an empty radio for `on`."""
    for field in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
        if field.tag == "textarea":
            yield field.get("name"), (field.text or "").removeprefix("\n")
        elif field.tag == "select":
            chosen = field.xpath("./option[@selected]") or field.xpath("./option")[:1]
            yield from ((field.get("name"), option.get("value")) for option in chosen)
        elif field.get("type") not in ("radio", "checkbox") or field.get("checked") is not None:
            yield field.get("name"), field.get("value", "on")


def text(node: Any) -> str:
    """Text of a part of a page."""
    return " ".join(node.text_content().split())
