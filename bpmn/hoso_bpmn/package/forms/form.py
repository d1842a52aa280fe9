"""A form: components shown for some answers, answers that it keeps, and their faults."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hoso_bpmn import errors, expressions
from hoso_bpmn.package.forms import answers as by_path
from hoso_bpmn.package.forms import judging, pages
from hoso_bpmn.package.forms.components import Component, Field, Group, List, Shown, flat, walk
from hoso_bpmn.package.forms.faults import FieldFault, Rule


@dataclass(frozen=True)
class Form:
    """The components of one form, in its order."""

    components: tuple[Component, ...]
    #: The form-js file, for whoever shows it.
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The questions that are asked once: those of lists are not among them."""
        found = walk(self.components)
        return tuple(each for path, each in found if isinstance(each, Field) and path == each.path)

    @cached_property
    def areas(self) -> tuple[Field, ...]:
        """The questions that ask for an area."""
        return tuple(asked for asked in self.fields if asked.area)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names under which answers lie, those of objects and lists as wholes."""
        asked = (path for path, each in walk(self.components) if isinstance(each, Field | List))
        return frozenset(path.partition(".")[0] for path in asked)

    @cached_property
    def pages(self) -> tuple[pages.Page, ...]:
        """The pages on which it is asked."""
        return pages.split(self.components)

    @cached_property
    def title(self) -> str:
        """Its name, empty where it has none."""
        return pages.title(self.components)

    @cached_property
    def controlling(self) -> frozenset[str]:
        """The names that conditions read and questions have.

        Any other is null, whatever somebody sends.
        """
        found = list(walk(self.components))
        read = {name for _, each in found for condition in each.conditions for name in condition.names}
        asked = (path for path, each in found if isinstance(each, Field | List))
        return frozenset(read.intersection(part for path in asked for part in path.split(".")))

    @cached_property
    def conditional(self) -> bool:
        """True where anything of it may be hidden."""
        return any(each.conditions for _, each in walk(self.components))

    @cached_property
    def repeated(self) -> frozenset[str]:
        """The paths of more than one question: conditions choose among them."""
        counted = Counter(path for path, each in walk(self.components) if isinstance(each, Field | List))
        return frozenset(path for path, count in counted.items() if count > 1)

    def begun(self) -> dict[str, Any]:
        """The answers with which people begin: default values, and the first items of lists."""
        return _begun(self.components)

    def visible(self, answers: Mapping[str, Any], page: int | None = None) -> tuple[Shown, ...]:
        """Components shown for these answers, in the order of the form.

        With a page, those of it. Conditions see the answers of all pages. What is hidden has no answer for them.
        """
        found, _ = self._settled(answers)
        if page is None:
            return found
        here = {id(component) for component in self.pages[page].components}
        return tuple(shown for shown in found if id(shown.component) in here)

    def kept(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers to what is shown; empty, hidden and unknown ones are left out."""
        shown, _ = self._settled(answers)
        found: dict[str, Any] = {}
        _collect(shown, found, "")
        return found

    def faults(self, answers: Mapping[str, Any], page: int | None = None) -> tuple[FieldFault, ...]:
        """Faults of the answers in the order of the form. Then, without a page, the answers that nobody asked for."""
        shown = self.visible(answers, page)
        found = [fault for each in flat(shown) for fault in judging.faults(each)]
        return (*found, *(_strange(answers, _known(shown)) if page is None else ()))

    def _settled(self, answers: Mapping[str, Any]) -> tuple[tuple[Shown, ...], Mapping[str, Any]]:
        """Components that are shown, and the answers without those that are hidden.

        One pass does for a form whose conditions read what stands above. Each further one has fewer answers, so they end.
        """
        if not self.conditional:
            return _Pass(answers, self).shown(self.components), answers
        while True:
            known = by_path.copied(answers)
            one_pass = _Pass(known, self)
            found = one_pass.shown(self.components)
            if not one_pass.forgotten:
                return found, answers
            answers = known


class _Pass:
    """One walk over a form in its order.

    It forgets the answers to what is hidden.
    """

    def __init__(self, answers: Mapping[str, Any], form: Form) -> None:
        self.answers = answers
        self.form = form
        #: Answers of several questions: one that is shown keeps the answer of one that is hidden.
        self.left: set[str] = set()
        self.forgotten = False

    def shown(self, components: tuple[Component, ...]) -> tuple[Shown, ...]:
        """Components that are shown of a whole form."""
        found = tuple(self._each(components, "", (self.answers,)))
        for path in self.left - {each.path for each in flat(found)}:
            self.forgotten |= by_path.drop(self.answers, path)
        return found

    def _each(self, components: tuple[Component, ...], base: str, scopes: tuple[Any, ...]) -> Iterator[Shown]:
        """Components that are shown of these.

        Their conditions look names up in the scopes, the innermost first.
        """
        for component in components:
            if any(self._holds(condition, scopes) for condition in component.conditions):
                self._forget(component, base)
            else:
                yield self._one(component, base, scopes)

    def _one(self, component: Component, base: str, scopes: tuple[Any, ...]) -> Shown:
        path = base + component.path if component.path else ""
        answer = by_path.get(self.answers, path) if path else None
        if isinstance(component, Group):
            inner = (answer, *scopes) if path else scopes
            return Shown(path, component, answer, tuple(self._each(component.components, base, inner)))
        if isinstance(component, List):
            items = enumerate(answer if isinstance(answer, list) else ())
            return Shown(
                path, component, answer, tuple(self._item(component, path, *at, scopes) for at in items)
            )
        return Shown(path, component, answer)

    def _item(self, asked: List, path: str, place: int, answer: Any, scopes: tuple[Any, ...]) -> Shown:
        at = f"{path}.{place}"
        inside = self._each(asked.item.components, f"{at}.", (answer, *scopes))
        return Shown(at, asked.item, answer, tuple(inside))

    def _holds(self, condition: expressions.Expression, scopes: tuple[Any, ...]) -> bool:
        """True when the condition holds.

        An unanswered question is null, and a comparison that is impossible does not hold.
        """
        known = self.form.controlling
        try:
            return bool(
                condition.evaluate(
                    {name: _found(name, scopes) if name in known else None for name in condition.names}
                )
            )
        except errors.ExpressionFailed:
            return False

    def _forget(self, component: Component, base: str) -> None:
        for path, each in walk((component,), base):
            if isinstance(each, Field | List) and ".*" not in path[len(base) :]:
                if re.sub(r"\.\d+(?=\.)", ".*", path) in self.form.repeated:
                    self.left.add(path)
                else:
                    self.forgotten |= by_path.drop(self.answers, path)


def _found(name: str, scopes: tuple[Any, ...]) -> Any:
    """The answer of that name, looked up in the innermost object first; None for an empty one."""
    found = next((each[name] for each in scopes if isinstance(each, Mapping) and name in each), None)
    return None if found in ("", []) else found


def _begun(components: tuple[Component, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, each in walk(components):
        if not isinstance(each, Field | List) or path != each.path:  # those of items come with their items
            continue
        if isinstance(each, Field) and each.default is not None:
            by_path.put(found, path, each.default)
        elif isinstance(each, List) and each.first:
            by_path.put(found, path, [_begun(each.item.components) for _ in range(each.first)])
    return found


def _collect(shown: tuple[Shown, ...], found: dict[str, Any], base: str) -> None:
    for each in shown:
        if isinstance(each.component, Field) and (each.answer is False or not by_path.empty(each.answer)):
            by_path.put(found, each.path[len(base) :], each.answer)
        elif isinstance(each.component, Group):
            _collect(each.inside, found, base)
        elif isinstance(each.component, List) and each.inside:
            items: list[dict[str, Any]] = [{} for _ in each.inside]
            for item, inner in zip(items, each.inside, strict=True):
                _collect(inner.inside, item, f"{inner.path}.")
            by_path.put(found, each.path[len(base) :], items)


def _known(shown: tuple[Shown, ...]) -> dict[str, Any]:
    """The names that are asked for: None for a question, a table for an object, a list of tables for a list."""
    found: dict[str, Any] = {}
    _name(shown, found, "")
    return found


def _name(shown: tuple[Shown, ...], found: dict[str, Any], base: str) -> None:
    for each in shown:
        if isinstance(each.component, Field):
            by_path.put(found, each.path[len(base) :], None)
        elif isinstance(each.component, Group):
            if each.path and by_path.get(found, each.path[len(base) :]) is None:
                by_path.put(found, each.path[len(base) :], {})
            _name(each.inside, found, base)
        elif isinstance(each.component, List):
            items: list[dict[str, Any]] = [{} for _ in each.inside]
            for item, inner in zip(items, each.inside, strict=True):
                _name(inner.inside, item, f"{inner.path}.")
            by_path.put(found, each.path[len(base) :], items)


def _strange(answers: Mapping[str, Any], known: Mapping[str, Any], base: str = "") -> Iterator[FieldFault]:
    for name, answer in answers.items():
        path, inner = f"{base}{name}", known.get(name)
        if name not in known:
            yield FieldFault(path, Rule.UNKNOWN)
        elif isinstance(inner, dict) and isinstance(answer, Mapping):
            yield from _strange(answer, inner, f"{path}.")
        elif isinstance(inner, list) and isinstance(answer, list):
            for place, (item, names) in enumerate(zip(answer, inner, strict=True)):
                if isinstance(item, Mapping):
                    yield from _strange(item, names, f"{path}.{place}.")
