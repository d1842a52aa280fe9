"""Translated sentences: English in the source, other languages from gettext catalogues.

    raise NotFound(say("No {what} is known as {key}.", what=say("person"), key=key))
    translated(error_or_sentence, "vi")

A `Message` is its English text, so it may be stored, compared and logged like any `str`; it keeps the template and the
values, so that whoever shows it may show it in the reader's language. Catalogues are gettext's, one for each package, made by
`tools/catalogues.py`.
"""

import gettext
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Self

#: The language of the source.
ENGLISH = "en"
VIETNAMESE = "vi"
#: The languages in which everything is said.
LANGUAGES = (ENGLISH, VIETNAMESE)

_FOLDERS: dict[str, Path] = {}
_LANGUAGE: ContextVar[str] = ContextVar("language", default=ENGLISH)


class _Vietnamese(Formatter):
    """Formatted numbers with a point between thousands and a comma before decimals."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """The text of a value: `5.000.000` for 5000000 and `{n:,}`."""
        text: str = super().format_field(value, format_spec)
        return text.translate(_TURNED) if format_spec and isinstance(value, int | float) else text


_TURNED = str.maketrans(",.", ".,")
_ENGLISH = Formatter()
_FORMATTERS: Mapping[str, Formatter] = {VIETNAMESE: _Vietnamese()}


class Message(str):
    """An English sentence that keeps its template and its values."""

    __slots__ = ("many", "template", "values")

    template: str
    #: The form for more than one, where the sentence counts something.
    many: str | None
    values: Mapping[str, Any]

    def __new__(cls, template: str, values: Mapping[str, Any] | None = None, many: str | None = None) -> Self:
        values = dict(values or {})
        chosen = template if many is None or values["n"] == 1 else many
        message = super().__new__(cls, chosen.format(**values))
        message.template, message.many, message.values = template, many, values
        return message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.template, self.values, self.many)

    def in_language(self, language: str) -> str:
        """The sentence in a language; what its catalogue lacks stays English."""
        found = _catalogue(language)
        form = (
            found.gettext(self.template)
            if self.many is None
            else found.ngettext(self.template, self.many, self.values["n"])
        )
        values = {name: _value(value, language) for name, value in self.values.items()}
        return _FORMATTERS.get(language, _ENGLISH).vformat(form, (), values)


class Opening(Message):
    """A word or sentence that begins with a capital in every language."""

    __slots__ = ()

    def __new__(cls, template: str, values: Mapping[str, Any] | None = None, many: str | None = None) -> Self:
        inner = Message(template, values, many)
        message = str.__new__(cls, _capital(inner))
        message.template, message.many, message.values = inner.template, inner.many, inner.values
        return message

    def in_language(self, language: str) -> str:
        """The sentence in a language, its first letter a capital."""
        return _capital(super().in_language(language))


def opening(said: str) -> str:
    """A word or sentence with its first letter a capital."""
    if isinstance(said, Message):
        return Opening(said.template, said.values, said.many)
    return _capital(said)


def say(template: str, /, **values: Any) -> Message:
    """A sentence with its values in place of `{name}`; ``{{`` is a brace."""
    return Message(template, values)


def counted(n: int, one: str, many: str, /, **values: Any) -> Message:
    """A sentence with a number: `one` if n is 1, else `many`.

    Both may use `{n}`.
    """
    return Message(one, {**values, "n": n}, many)


def joined(separator: str, parts: Iterable[str]) -> Message:
    """Sentences or words one after the other, each translated by itself."""
    named = {f"part{number}": part for number, part in enumerate(parts)}
    return Message(separator.join(f"{{{name}}}" for name in named), named)


def translated(said: object, language: str | None = None) -> str:
    """A sentence, or that of an error, in `language`.

    Without a language it is that of the `speaking` block. A plain text is looked up as it is, so that constant texts need no
    more than to stand in the catalogue. An object that has `template` and `values`, whatever its class, is translated as a
    `Message` is.
    """
    language = language or _LANGUAGE.get()
    said = sentence(said)
    if isinstance(said, Message):
        return said.in_language(language)
    return _catalogue(language).gettext(said) if said else ""


def sentence(said: object) -> str:
    """The English sentence of an error, a `Message` where the error was given one."""
    if isinstance(said, BaseException):
        if hasattr(said, "template"):
            return Message(said.template, getattr(said, "values", {}))
        first = said.args[0] if len(said.args) == 1 else None
        return first if isinstance(first, Message) else str(said)
    return said if isinstance(said, str) else str(said)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in this language in the block, as far as it is translated."""
    token = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def speak(language: str) -> None:
    """Say everything in this language from now on, in this context."""
    _LANGUAGE.set(language)


def language() -> str:
    """The language of the `speaking` block; English outside of one."""
    return _LANGUAGE.get()


def add_catalogues(domain: str, folder: Path) -> None:
    """Register the catalogues `folder/<language>/LC_MESSAGES/<domain>.mo`."""
    _FOLDERS[domain] = folder
    _catalogue.cache_clear()


def packed(said: str) -> str | dict[str, Any]:
    """A sentence for JSON: plain text, or a `Message` in its parts."""
    if not isinstance(said, Message):
        return said
    values = {name: packed(value) if isinstance(value, str) else value for name, value in said.values.items()}
    return {"template": said.template, "values": values, "many": said.many}


def unpacked(stored: str | Mapping[str, Any]) -> str:
    """The sentence that `packed` gave."""
    if isinstance(stored, str):
        return stored
    values = {
        name: unpacked(value) if isinstance(value, str | Mapping) else value
        for name, value in stored["values"].items()
    }
    return Message(stored["template"], values, stored["many"])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _value(value: Any, language: str) -> Any:
    return value.in_language(language) if isinstance(value, Message) else value


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    found = gettext.NullTranslations()
    if language != ENGLISH:
        for domain, folder in _FOLDERS.items():
            found.add_fallback(gettext.translation(domain, str(folder), [language], fallback=True))
    return found
