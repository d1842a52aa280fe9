"""Values of the catalogue: the eleven items of an entry, and its publication.

The items are those of Circular 32/2017 art. 5.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

import hoso_calendar as wt
from hoso_bpmn import text_safety
from hoso_calendar import messages
from hoso_calendar.messages import Message, say
from hoso_models import PublicationKind
from hoso_models.tables.base import described
from hoso_workflows import errors

#: Characters of a text, of a name, and of a decision's number; pieces of a list.
LONGEST, NAME, SHORT, MOST = 20_000, 1_000, 300, 100
#: Characters of a list as a whole: a cell of a workbook holds it.
WHOLE = 28_000
#: How the code of a procedure and of a unit is written.
CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"
#: No reader of XML takes these.
_NO_SIGNS = str.maketrans("", "", "\ufffe\uffff")


@described("A way in which dossiers come in or results go out.")
class Mode(StrEnum):
    """Ways of receiving dossiers and of returning results."""

    #: At the counter.
    DIRECT = "direct"
    #: By public post.
    POST = "post"
    #: Through the portal.
    ONLINE = "online"


def _cleaned(value: Any) -> Any:
    """A text without what nobody sees; None where nothing is left."""
    if not isinstance(value, str):
        return value
    return text_safety.cleaned(value).translate(_NO_SIGNS).strip() or None


def _listed(value: Any) -> Any:
    """The pieces of a list that say something."""
    if not isinstance(value, list | tuple):
        return value
    return tuple(each for each in map(_cleaned, value) if each is not None)


def _some(value: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """The list; None for one that says nothing."""
    return value or None


def _bounded(value: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    if sum(len(str(each)) for each in value or ()) > WHOLE:
        raise ValueError(say("holds more than {most} characters", most=WHOLE))
    return value


def _in_order(value: tuple[Mode, ...] | None) -> tuple[Mode, ...] | None:
    return tuple(each for each in Mode if each in (value or ())) or None


def _term(text: str | None) -> str | None:
    if text is not None:
        wt.Term.parse(text)
    return text


Model = TypeVar("Model", bound=BaseModel)
Clean = BeforeValidator(_cleaned)
Text = Annotated[Annotated[str, Field(max_length=LONGEST)] | None, Clean]
Name = Annotated[str, Clean, Field(min_length=1, max_length=NAME)]
Short = Annotated[str, Clean, Field(min_length=1, max_length=SHORT)]
Code = Annotated[str, Clean, Field(pattern=CODE)]
Number = Annotated[int, Field(ge=0, le=999)]
Bounded = AfterValidator(_bounded)
Texts = Annotated[
    Annotated[tuple[Name, ...], Field(max_length=MOST)] | None, BeforeValidator(_listed), Bounded
]
Modes = Annotated[tuple[Mode, ...] | None, AfterValidator(_in_order)]


class Value(BaseModel):
    """A value that never changes; a misspelt field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Component(Value):
    """A paper of the dossier."""

    code: Annotated[Annotated[str, Field(max_length=64)] | None, Clean] = None
    name: Name
    originals: Number = 1
    copies: Number = 0
    required: bool = True


class Fee(Value):
    """A fee in whole đồng; without an amount where only words say it."""

    name: Name
    amount: Annotated[int, Field(ge=0, le=10**12)] | None = None
    note: Annotated[Annotated[str, Field(max_length=NAME)] | None, Clean] = None


class Content(Value):
    """The items of an entry. None is what its authority has not published; an empty list says that there is none."""

    name: Name
    #: The unit that answers for it.
    authority: Code
    level: Code
    field: Short
    sequence: Text = None
    method: Text = None
    components: Annotated[Annotated[tuple[Component, ...], Field(max_length=MOST)] | None, Bounded] = None
    #: How many sets of the dossier are handed in.
    sets: Annotated[int, Field(ge=1, le=99)] | None = None
    #: As working time counts it, and in words what a term cannot say.
    term: Annotated[Annotated[str, Field(max_length=SHORT)] | None, Clean, AfterValidator(_term)] = None
    term_note: Text = None
    applicants: Text = None
    decided_by: Text = None
    result: Text = None
    forms: Texts = None
    conditions: Text = None
    fees: Annotated[Annotated[tuple[Fee, ...], Field(max_length=MOST)] | None, Bounded] = None
    receiving: Modes = None
    returning: Modes = None
    legal_basis: Annotated[Texts, AfterValidator(_some)] = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The letters of the items of which it says nothing."""
        return tuple(each.letter for each in ITEMS if each.lacking(self))

    @property
    def items(self) -> dict[str, Any]:
        """The stored document beside name, authority, level and field."""
        return self.model_dump(mode="json", exclude={"name", "authority", "level", "field"})


class Publication(Value):
    """The decision that publishes a version, and the days on which it holds."""

    kind: PublicationKind
    decision_no: Short
    decision_date: date
    published_at: AwareDatetime
    valid_from: date
    valid_to: date | None = None
    #: Of an abolished procedure: the one that takes its place.
    successor: Annotated[Annotated[str, Field(pattern=CODE)] | None, Clean] = None


@dataclass(frozen=True, slots=True)
class Item:
    """One of the eleven items that the law asks for."""

    #: As the circular counts them.
    letter: str
    title: Message
    #: Fields of `Content`, all of which have to say something.
    needs: tuple[str, ...]
    #: Further fields that belong to it.
    more: tuple[str, ...] = ()

    def lacking(self, content: Content) -> bool:
        """True where the entry says nothing of it, or not all."""
        if self.letter == "d" and content.components == ():
            return False
        if self.letter == "đ":
            return content.term is None and content.term_note is None
        return any(getattr(content, name) is None for name in self.needs)


#: In the order of the law; the decision of publication belongs to the last one.
ITEMS: tuple[Item, ...] = (
    Item("a", say("Name of the procedure"), ("name",)),
    Item("b", say("Sequence"), ("sequence",)),
    Item("c", say("Method"), ("method",)),
    Item("d", say("Components and number of sets"), ("components", "sets")),
    Item("đ", say("Time limit"), ("term",), ("term_note",)),
    Item("e", say("Who may apply"), ("applicants",)),
    Item("g", say("Deciding agency"), ("decided_by",)),
    Item("h", say("Result"), ("result",)),
    Item("i", say("Forms, conditions and fees"), ("forms", "fees"), ("conditions",)),
    Item("k", say("Ways of receiving and returning"), ("receiving", "returning")),
    Item("l", say("Legal basis and decision of publication"), ("legal_basis",)),
)
LETTERS = tuple(each.letter for each in ITEMS)


def content(given: Mapping[str, Any], place: str = "") -> Content:
    """The content in a mapping. Raises FormRefused with each field that is wrong."""
    return _read(Content, given, place)


def publication(given: Mapping[str, Any], place: str = "") -> Publication:
    """The publication in a mapping. Raises FormRefused with each field that is wrong."""
    return _read(Publication, given, place)


def code_faults(code: str, field: str = "code") -> list[errors.Fault]:
    """The fault of a procedure's code that is not written as one."""
    return [] if re.fullmatch(CODE, code) else [errors.Fault(field, say("is not as it has to be written"))]


def stored(row: Any) -> Content:
    """The content of a stored version."""
    return Content.model_validate(
        {
            **row.document,
            "name": row.name,
            "authority": row.authority,
            "level": row.level,
            "field": row.field,
        }
    )


def faults(wrong: ValidationError, place: str = "") -> list[errors.Fault]:
    """The fault of each field, in words."""
    return [
        errors.Fault(
            ".".join(
                (*((place,) if place else ()), *(str(each) for each in fault["loc"] if not _shape(each)))
            ),
            _why(fault),
        )
        for fault in wrong.errors(include_url=False)
    ]


def _read(kind: type[Model], given: Mapping[str, Any], place: str) -> Model:
    try:
        return kind.model_validate(given)
    except ValidationError as wrong:
        raise errors.FormRefused(faults(wrong, place)) from wrong


def _shape(part: int | str) -> bool:
    """True for what pydantic names of a type, not of a field."""
    return isinstance(part, str) and ("[" in part or part in ("str", "int", "function-after"))


def _why(fault: Any) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind in ("missing", "string_type"):
        return say("is missing")
    if kind == "value_error" and isinstance(context.get("error"), ValueError):
        return say("cannot be read: {why}", why=messages.sentence(context["error"]))
    if kind == "string_too_long":
        return say("has more than {most} characters", most=context["max_length"])
    if kind == "too_long":
        return say("has more than {most} pieces", most=context["max_length"])
    if kind == "extra_forbidden":
        return say("is not known")
    if kind == "enum":
        return say("is none of the words that may stand here")
    if kind.startswith(("date", "timezone")):
        return say("is no day or instant as 2026-03-02 or 2026-03-02T08:30:00+07:00")
    return say("is not as it has to be written")
