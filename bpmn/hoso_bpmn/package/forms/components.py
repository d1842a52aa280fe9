"""Tree of a form: questions, groups, lists, texts and papers.

A path is where an answer lies: `chu_ho.ho_ten` in the object `chu_ho`. Inside of a list it counts from the item on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hoso_bpmn import expressions
from hoso_bpmn.package import patterns


@dataclass(frozen=True, slots=True)
class Option:
    """One value that may be chosen, and what people read for it."""

    value: Any
    label: str


@dataclass(frozen=True, slots=True)
class Look:
    """Look of a component: adornments, width, custom properties of the file."""

    prefix: str = ""
    suffix: str = ""
    #: Columns of sixteen; None for the whole width.
    columns: int | None = None
    searchable: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form."""

    path: str
    kind: str
    label: str
    required: bool = False
    #: `validate` of the file: min, max, minLength, maxLength, pattern, patternErrorMessage, validationType; and
    #: decimalDigits, increment, serializeToString, subtype; earliest, latest and partial of its custom properties.
    bounds: Mapping[str, Any] = field(default_factory=dict)
    #: What may be chosen; empty where any value may be given.
    options: tuple[Option, ...] = ()
    #: Its own conditions under which it is not asked; those of the groups around it stand at the groups.
    conditions: tuple[expressions.Expression, ...] = ()
    #: None where the file has none, or one that is not accepted.
    pattern: patterns.Pattern | None = None
    #: True where the code of an administrative area is asked for: the place of the matter.
    area: bool = False
    hint: str = ""
    #: The answer with which a form begins; None where it begins without.
    default: Any = None
    #: True where people read the answer and do not give it.
    readonly: bool = False
    look: Look = Look()

    @property
    def values(self) -> tuple[str, ...]:
        """The values that may be chosen, as texts."""
        return tuple(str(option.value) for option in self.options)


@dataclass(frozen=True, slots=True)
class Group:
    """Components that belong together.

    Their answers lie in an object where it has a path.
    """

    path: str
    label: str
    components: tuple[Component, ...]
    conditions: tuple[expressions.Expression, ...] = ()
    outlined: bool = False
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class List:
    """Components that are asked once for each item.

    The answer is a list of objects.
    """

    path: str
    label: str
    item: Group
    least: int = 0
    most: int = 50
    #: The number of items with which a form begins.
    first: int = 1
    #: True where people neither add items nor remove them.
    fixed: bool = False
    conditions: tuple[expressions.Expression, ...] = ()
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Text:
    """A component that asks nothing.

    Its kind is text, html, image, separator, spacer, button, or one that is not known.
    """

    kind: str
    #: Markdown, HTML, or what an image shows in words.
    text: str = ""
    #: The address of an image.
    source: str = ""
    conditions: tuple[expressions.Expression, ...] = ()
    look: Look = Look()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A component that asks for files: a paper of the dossier, no answer."""

    #: The code of the component of the dossier, empty where the file names none.
    code: str
    label: str
    required: bool = False
    accept: str = ""
    several: bool = False
    hint: str = ""
    conditions: tuple[expressions.Expression, ...] = ()
    look: Look = Look()
    path: str = ""


Component = Field | Group | List | Text | Paper


@dataclass(frozen=True, slots=True)
class Shown:
    """A component that is shown for some answers, with what lies inside."""

    #: Where its answer lies, items by their place: `thanh_vien.0.ho_ten`. Empty where it has none.
    path: str
    component: Component
    #: The answer as it was given; None where there is none.
    answer: Any = None
    #: What is shown of a group; of a list, its items, each a group.
    inside: tuple[Shown, ...] = ()


def walk(components: Sequence[Component], base: str = "") -> Iterator[tuple[str, Component]]:
    """Every component in the order of the form, with its path. An item of a list stands there as `*`."""
    for component in components:
        yield base + component.path, component
        if isinstance(component, Group):
            yield from walk(component.components, base)
        elif isinstance(component, List):
            yield from walk(component.item.components, f"{base}{component.path}.*.")


def flat(shown: Sequence[Shown]) -> Iterator[Shown]:
    """Components that are shown, with those inside, in the order of the form."""
    for each in shown:
        yield each
        yield from flat(each.inside)
