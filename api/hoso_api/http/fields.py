"""Common types of request bodies and answers.

Unknown fields of a request are refused, texts are bounded and storable.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from hoso_bpmn import text_safety
from hoso_calendar.messages import say

#: The days that can be asked about: no dossier of ours lies outside of them.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
#: How deep free data may nest.
DEPTH = 16
#: The range of a JSON number that every reader keeps exactly.
EXACT = 2**53


def storable(value: Any, depth: int = DEPTH) -> Any:
    """The value, texts composed. Raises ValueError for what a database or another reader would not keep as it is."""
    if depth == 0:
        raise too_deep()
    if isinstance(value, str):
        _writable(value)
    elif isinstance(value, int | float):
        _exact(value)
    elif isinstance(value, Mapping):
        kept = {storable(key, depth - 1): storable(each, depth - 1) for key, each in value.items()}
        if len(kept) < len(value):
            raise ValueError(say("has a name twice, with its letters put together in two ways"))
        return kept
    elif isinstance(value, Sequence):
        return [storable(each, depth - 1) for each in value]
    return text_safety.composed(value)


def too_deep() -> ValueError:
    """The error of a value that nests deeper than it may."""
    return ValueError(say("is nested deeper than {depth} levels", depth=DEPTH))


def legible(text: str) -> str:
    """The text itself. Raises ValueError for signs that are not seen: people would read something else than is written."""
    _writable(text)
    if sign := text_safety.hidden(text):
        raise ValueError(
            say("contains {sign}, a sign that is not seen; write the text anew without it", sign=sign)
        )
    return text


def _writable(text: str) -> None:
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError(say("contains a character that cannot be stored (NUL or half a surrogate pair)"))


def _exact(number: float) -> None:
    if not -EXACT <= number <= EXACT:
        raise ValueError(say("contains a number that cannot be kept exactly; send it as a text"))


def _storable_instant(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(say("lies outside of the years 1 to 9999")) from None


class Body(BaseModel):
    """A body of a request; a misspelt field is refused, never ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Answer(BaseModel):
    """A body of an answer; these fields and no others."""

    model_config = ConfigDict(extra="forbid")


def _composed(text: Any) -> Any:
    return text_safety.text(text) if isinstance(text, str) else text


_Composed = BeforeValidator(_composed)
Name = Annotated[str, _Composed, StringConstraints(min_length=1, max_length=300), AfterValidator(legible)]
Text = Annotated[str, _Composed, StringConstraints(max_length=4000), AfterValidator(legible)]
#: Free data in JSON: what a form holds, what a task hands to the run.
Data = Annotated[dict[str, Any], Field(max_length=500), AfterValidator(storable)]
#: An instant with its offset.
Instant = Annotated[AwareDatetime, AfterValidator(_storable_instant)]
#: One address, and nothing that would make a mail program write to a second one.
Email = Annotated[
    str,
    StringConstraints(max_length=300, pattern=r'^[^@\s<>(),;:"\\]+@[^@\s<>(),;:"\\]+$'),
    AfterValidator(storable),
]
#: A key that we gave out: the reference or code of a dossier, the code of a procedure or a unit.
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,80}$")]
