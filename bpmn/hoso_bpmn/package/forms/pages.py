"""Pages of a form: form-js has none, so separators and groups make them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hoso_bpmn.package.forms.components import Component, Field, Group, List, Paper, Text, walk

#: A form of more questions without a separator has a page for each of its groups.
QUESTIONS = 12


@dataclass(frozen=True, slots=True)
class Page:
    """Components that are asked together, in their order."""

    #: Empty where the form names it nowhere.
    title: str
    components: tuple[Component, ...]


def title(components: Sequence[Component]) -> str:
    """The name of a form: its first text that begins with `#`, else nothing."""
    return next(filter(None, (_heading(each, "# ") for each in components)), "")


def split(components: Sequence[Component]) -> tuple[Page, ...]:
    """The pages of a form. Papers stand on none of them: they have a page of their own."""
    asked = [each for each in components if not isinstance(each, Paper)]
    parts = list(_separated(asked))
    if len(parts) == 1 and _questions(asked) > QUESTIONS:
        parts = list(_grouped(asked))
    return tuple(Page(_named(part), tuple(part)) for part in parts if part)


def _questions(components: Iterable[Component]) -> int:
    return sum(isinstance(each, Field) for _, each in walk(tuple(components)))


def _asks(components: Iterable[Component]) -> bool:
    return any(isinstance(each, Field | List) for _, each in walk(tuple(components)))


def _separated(components: Sequence[Component]) -> Iterator[list[Component]]:
    """Parts between separators that have a question on both sides."""
    part: list[Component] = []
    for place, each in enumerate(components):
        if _kind(each) == "separator" and _asks(part) and _asks(components[place:]):
            yield part
            part = []
        else:
            part.append(each)
    yield part


def _grouped(components: Sequence[Component]) -> Iterator[list[Component]]:
    """A part for each group, and for what is asked between two of them.

    Texts go with what follows.
    """
    part: list[Component] = []
    waiting: list[Component] = []
    for each in components:
        if not _asks((each,)):
            waiting.append(each)
            continue
        if _asks(part) and (_kind(each) == "group" or any(_kind(other) == "group" for other in part)):
            yield part
            part = []
        part += [*waiting, each]
        waiting = []
    yield [*part, *waiting]


def _named(part: Sequence[Component]) -> str:
    first = part[0]
    if said := first.look.properties.get("hoso:page"):
        return said
    if heading := _heading(first, "## "):
        return heading
    groups = [each.label for each in part if isinstance(each, Group)]
    return groups[0] if len(groups) == 1 and len([each for each in part if _asks((each,))]) == 1 else ""


def _heading(component: Component, sign: str) -> str:
    """The first line of a text that begins with the sign, without that."""
    said = component.text if isinstance(component, Text) and component.kind == "text" else ""
    return said.removeprefix(sign).splitlines()[0].strip("# ") if said.startswith(sign) else ""


def _kind(component: Component) -> str:
    if isinstance(component, Field | Text):
        return component.kind
    return "group" if isinstance(component, Group) else ""
