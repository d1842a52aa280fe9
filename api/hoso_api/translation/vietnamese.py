"""Sentences of the pages: Vietnamese in the source, English from a gettext catalogue.

    spoken("Đã nhận việc {name}.", name=task.name)

Templates say the same as ``{{ _("…") }}``. Refusals and names of the engine are English in the source; those are said by
`hoso_calendar.messages.translated`.
"""

import gettext
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from hoso_calendar import messages

DOMAIN = "hoso_pages"
FOLDER = Path(__file__).parents[1] / "locale"
_LANGUAGE: ContextVar[str] = ContextVar("page_language", default=messages.VIETNAMESE)


def spoken(text: str, /, **values: Any) -> str:
    """A sentence of a page in the reader's language, with its values."""
    found = _english().gettext(text) if _LANGUAGE.get() == messages.ENGLISH else text
    return found.format(**values) if values else found


def speak(language: str) -> None:
    """Say pages and refusals in this language from now on, in this context."""
    _LANGUAGE.set(language)
    messages.speak(language)


def language() -> str:
    """The language in which pages are said in this context."""
    return _LANGUAGE.get()


def marked(text: str) -> str:
    """The text itself, marked for the catalogue; `spoken` says it later."""
    return text


@cache
def _english() -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, str(FOLDER), [messages.ENGLISH], fallback=True)
