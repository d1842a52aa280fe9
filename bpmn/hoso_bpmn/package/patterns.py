r"""Patterns of form fields, matched in linear time whoever wrote them.

Camunda Modeler tries a pattern as JavaScript, here the `regex` of Rust matches it, which pydantic brings. What one of the two
would read otherwise, or not at all, is refused at publication; what compiled there is what matches an answer. As before,
`\d`, `\w` and `\b` know the digits and letters of every script, where JavaScript knows those of English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

from hoso_calendar.messages import say

#: An answer that a pattern judges has at most so many characters; a pattern comes to so many places, those of a form
#: together to so many. This bounds the time for a whole form: 0.2 s where somebody means harm, microseconds elsewhere.
LONGEST, PLACES, PLACES_OF_FORM = 1_000, 1_000, 20_000
#: A letter of any script is a large set, which takes more to compile than one character.
_LETTER = 4

_ESCAPE = r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[dDwWsSbBtnrfv]|[ !-/:;=?@\[-`{-~])"
_TOKEN = re.compile(
    rf"""(?P<open>\((?:\?:|\?<[A-Za-z_]\w*>|(?!\?))) | (?P<close>\))
    | (?P<times>(?:[*+?]|\{{(?P<least>\d{{1,9}})(?P<upto>,(?P<most>\d{{0,9}}))?\}})\??)
    | (?P<place>{_ESCAPE} | \[(?!\^?\])\^?(?:{_ESCAPE}|(?!&&|~~|--)[^\\\[\]])+\] | [^\\\[({{]) """,
    re.VERBOSE | re.DOTALL,
)


class BadPattern(ValueError):
    """A pattern that is not accepted: why, and what to write instead."""

    def __init__(self, text: str, why: str, remedy: str) -> None:
        self.text = text
        self.why = why
        self.remedy = remedy
        super().__init__(
            say(
                "The pattern {text!r:.80} is not accepted: {why}. {remedy}", text=text, why=why, remedy=remedy
            )
        )


@dataclass(frozen=True, slots=True)
class Pattern:
    """Compiled pattern; `places` is its size with all repetitions written out."""

    text: str
    places: int
    _engine: SchemaValidator = field(repr=False, compare=False)

    def found_in(self, answer: str) -> bool:
        """True when any part of the answer matches, as `RegExp.test` does. `^` and `$` are its very ends."""
        try:
            self._engine.validate_python(answer)
        except ValidationError:
            return False
        return True


def compiled(text: str) -> Pattern:
    """The pattern, ready to match; raises `BadPattern`."""
    places = _places(text) if len(text) <= PLACES else len(text)
    if places > PLACES:
        why = say(
            "written out it has {places:,} places, and {most:,} are matched", places=places, most=PLACES
        )
        raise BadPattern(
            text, why, say("Count to less in braces, or bound the length by minLength and maxLength.")
        )
    try:
        schema = core_schema.str_schema(pattern=text, strict=True)
        return Pattern(text, places, SchemaValidator(schema, {"regex_engine": "rust-regex"}))
    except SchemaError as error:
        said = str(error).rpartition("error: ")[2].rpartition("SchemaError: ")[2]
        remedy = say("Correct it, and try it in Camunda Modeler.")
        raise BadPattern(text, said.strip().rstrip("."), remedy) from None


def _places(text: str) -> int:
    """Count the places of a pattern. Raises `BadPattern` for syntax that other engines read differently."""
    open_groups, last, before = [0], 0, ""
    for found in _tokens(text):
        kind = found.lastgroup or ""
        if kind == "open":
            open_groups.append(0)
        elif kind == "close" and len(open_groups) > 1:
            last = open_groups.pop()
            open_groups[-1] += last
        elif kind == "times":
            if before == "times":
                raise _strange(text, found.group(), say("Repeat a group instead: (?:a+)*."))
            open_groups[-1] += last * (_most(found) - 1)
        else:
            last = _LETTER if r"\w" in found.group().lower() else 1
            open_groups[-1] += last
        before = kind
    return sum(open_groups)


def _most(times: re.Match[str]) -> int:
    """The number of times a repetition is written out: its most, else its least."""
    return max(int(times["most"] or 0), int(times["least"] or 1), 1)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise _unread(text, place)
        yield found
        place = found.end()


def _unread(text: str, place: int) -> BadPattern:
    """The reason for which a pattern is not read on from this place."""
    rest = text[place:]
    if re.match(r"\(\?<?[=!]", rest):
        return BadPattern(
            text,
            say("it looks around"),
            say("Say in the pattern itself what may stand there; look-around is not read."),
        )
    if re.match(r"\\(?:[1-9]|k<)", rest):
        return BadPattern(
            text, say("it refers back to a group"), say("Write out what may stand there a second time.")
        )
    if rest.startswith("["):
        remedy = say(
            r"Between [ and ] write \[ \] \& \~ \- for these characters themselves, and at least one."
        )
        return _strange(text, rest[:8], remedy)
    if rest.startswith("{"):
        return _strange(
            text,
            rest[:8],
            say(r"Write \{{ for the character itself, or how often: {{2}}, {{2,}} or {{2,5}}."),
        )
    remedy = say(
        r"Groups are (…), (?:…) and (?<name>…); of letters \d \w \s \b \t \n \r \f \v \x41 \u1EA1 are read."
    )
    return _strange(text, rest[:4], remedy)


def _strange(text: str, sign: str, remedy: str) -> BadPattern:
    return BadPattern(text, say("{sign!r} is read differently elsewhere", sign=sign), remedy)
