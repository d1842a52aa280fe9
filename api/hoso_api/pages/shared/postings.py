"""Answers in a form that a browser sends, and the act of its button.

A button of a list or a condition changes the page and judges nothing: `_them` adds an item, `_bo` removes one, `_hoan_tac` puts it
back, `_hien` shows what the answers open, `_tim` searches among many choices. `_hoi` names the questions that were on the page.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import orjson

from hoso_bpmn import text_safety
from hoso_bpmn.package import forms
from hoso_bpmn.package.forms import Component, Field, Form, Group, List, Shown, answers, spelling
from hoso_workflows.identity.sealing import Broken, Seal

#: Hidden fields that a page carries for itself: nobody has typed them.
CARRIED = ("_hoi", "_muc", "_nhap")
#: A list grows by posting to no more items than this, whatever its form says.
_ITEMS = 500


class Step(StrEnum):
    """Change of a page by a button of a list or a condition."""

    #: Questions were shown or hidden.
    SHOWN = "shown"
    #: An item was added.
    ADDED = "added"
    #: Nothing was added: the list is full.
    FULL = "full"
    #: An item was removed.
    REMOVED = "removed"
    #: The item that was removed came back.
    RESTORED = "restored"
    #: Choices were searched.
    SEARCHED = "searched"


@dataclass(frozen=True)
class Received:
    """The answers of a page that was sent."""

    form: Form
    #: The page of the form; None where it has no pages of its own.
    page: int | None
    #: All that was typed, the answers of other pages and to hidden questions among it: what a draft keeps.
    answers: Mapping[str, Any]
    #: The questions that were on the page; None where it does not say so.
    asked: frozenset[str] | None = None
    #: None where the page was sent to be judged.
    step: Step | None = None
    #: The list, item or question of the step.
    place: str = ""
    #: The item that was removed, in the words of `_muc`.
    removed: str | None = None
    #: What is searched among many choices, by question.
    searched: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def filed(self) -> dict[str, Any]:
        """The answers to what is shown, as they are filed."""
        return self.form.kept(self.answers)

    @cached_property
    def opened(self) -> tuple[str, ...]:
        """Questions that the answers have opened and nobody has seen yet."""
        return tuple(each.path for each in self._fresh if answers.empty(each.answer))

    @property
    def appeared(self) -> int:
        """The number of questions that are new on the page, answered before or not."""
        return len(self._fresh)

    @cached_property
    def _fresh(self) -> tuple[Shown, ...]:
        """Questions that are new on the page; none where it does not tell."""
        if self.asked is None:
            return ()
        shown = forms.flat(self.form.visible(self.answers, self.page))
        return tuple(each for each in shown if _is_asked(each) and each.path not in self.asked)

    @property
    def closed(self) -> int:
        """The number of questions that were on the page and are hidden now."""
        shown = {each.path for each in forms.flat(self.form.visible(self.answers, self.page))}
        return len((self.asked or frozenset()) - shown)

    @property
    def again(self) -> bool:
        """True where the page is shown again before anything is judged."""
        return self.step is not None or bool(self.opened)

    def faults(self) -> tuple[forms.FieldFault, ...]:
        """Faults of the page; none of a page that is shown again."""
        return () if self.again else self.form.faults(self.filed, self.page)


def _is_asked(shown: Shown) -> bool:
    component = shown.component
    return isinstance(component, List) or (isinstance(component, Field) and not component.readonly)


Posted = Iterable[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Seal on an item that is removed and comes back as it stood."""

    seal: Seal
    #: Bytes that name the person and the form.
    owner: bytes

    def close(self, item: Mapping[str, Any], path: str) -> str:
        """The item of a list, sealed for the page."""
        return base64.b64encode(self.seal.close(orjson.dumps(item), self.owner + path.encode())).decode()

    def open(self, text: str, path: str) -> dict[str, Any] | None:
        """The item that was sealed for this list; None for anything else."""
        with suppress(Broken, ValueError):
            item: dict[str, Any] = orjson.loads(
                self.seal.open(base64.b64decode(text), self.owner + path.encode())
            )
            return item
        return None


def read(
    form: Form,
    posted: Posted,
    kept: Mapping[str, Any] | None = None,
    page: int | None = None,
    *,
    envelope: Envelope | None = None,
) -> Received:
    """The answers of a page that was sent, over those that are kept already.

    Names that the form does not have are ignored; what people may not change stays as it is kept. Without an envelope, an item
    that comes back has of that only what a fresh one has.
    """
    sent = _Sent(posted, envelope)
    found = answers.copied(kept or {})
    sent.into(form.components if page is None else form.pages[page].components, found)
    received = Received(form, page, found, sent.asked, searched=sent.searched)
    for name, act in _ACTS.items():
        if sent.has(name):
            return act(received, sent)
    sought = [path for path in sent.searched if answers.empty(answers.get(found, path))]
    return _changed(received, Step.SEARCHED, sought[0]) if sought else received


def unpressed(posted: Posted) -> Posted:
    """The fields of a page without the act of its button."""
    return [(name, value) for name, value in posted if name not in _ACTS]


class _Sent:
    """The names and values of a form that was sent."""

    def __init__(self, posted: Posted, envelope: Envelope | None) -> None:
        self.envelope = envelope
        self.values: dict[str, list[str]] = {}
        for name, value in posted:
            if isinstance(value, str):
                self.values.setdefault(name, []).append(value)
        self.asked = _names(self.one("_hoi")) if "_hoi" in self.values else None
        self.searched = {
            name.removeprefix("_q."): texts[0].strip()
            for name, texts in self.values.items()
            if name.startswith("_q.") and texts[0].strip()
        }

    def has(self, name: str) -> bool:
        return name in self.values

    def one(self, name: str) -> str:
        return self.values.get(name, [""])[0]

    def removed(self, item: Mapping[str, Any], path: str) -> str:
        """An item that is removed, for `_muc`."""
        return self.envelope.close(item, path) if self.envelope else orjson.dumps(item).decode()

    def restored(self, asked: List, path: str) -> dict[str, Any] | None:
        """The item of `_muc`; None for what is no item of this list."""
        text = self.one("_muc")
        if self.envelope:
            return self.envelope.open(text, path)
        item = _json(text)
        return _back(asked, item) if isinstance(item, Mapping) else None

    def into(self, components: Sequence[Component], found: dict[str, Any], base: str = "") -> None:
        """Read the answers to components into those of a form, or of an item."""
        for component in components:
            if isinstance(component, Group):
                self.into(component.components, found, base)
            elif isinstance(component, List):
                self._items(component, found, base)
            elif isinstance(component, Field) and component.readonly:
                _give(component, found)
            elif isinstance(component, Field):
                self._answer(component, found, base + component.path)

    def _answer(self, asked: Field, found: dict[str, Any], path: str) -> None:
        if path not in self.values and path not in (self.asked or ()):
            return
        _put(found, asked.path, self._typed(asked, path))

    def _typed(self, asked: Field, path: str) -> Any:
        values = self.values.get(path, [])
        if asked.kind == "checkbox":
            return spelling.answer(asked, values[0] if values else "")
        if asked.kind in ("checklist", "taglist"):
            return spelling.answer(asked, [value for value in values if value])
        typed = values[0] if values else ""
        return spelling.answer(
            asked, spelling.together(typed, self.one(f"_gio.{path}")) if _apart(asked) else typed
        )

    def _items(self, asked: List, found: dict[str, Any], base: str) -> None:
        """Read the items of a list in their order, without gaps."""
        path = base + asked.path
        places = sorted({place for name in self._known() if (place := _place(name, path)) is not None})
        if asked.fixed or (not places and path not in (self.asked or ())):
            known = answers.get(found, asked.path)
            places = list(range(len(known) if isinstance(known, list) else asked.first * asked.fixed))
        items = []
        for place in places[:_ITEMS]:
            before = answers.get(found, f"{asked.path}.{place}")
            item = answers.copied(before) if isinstance(before, Mapping) else _begun(asked)
            self.into(asked.item.components, item, f"{path}.{place}.")
            items.append(item)
        if items:
            answers.put(found, asked.path, items)
        else:
            answers.drop(found, asked.path)

    def _known(self) -> Iterator[str]:
        yield from self.values
        yield from self.asked or ()


def _give(asked: Field, found: dict[str, Any]) -> None:
    """Fill in the default value of a question that people may not change.

    What is kept of it stays.
    """
    if asked.default is not None and answers.empty(answers.get(found, asked.path)):
        answers.put(found, asked.path, asked.default)


def _begun(asked: List) -> dict[str, Any]:
    """A fresh item of a list."""
    return Form(asked.item.components).begun()


def _apart(asked: Field) -> bool:
    return asked.kind == "datetime" and asked.bounds.get("subtype") == "datetime"


def _place(name: str, path: str) -> int | None:
    """The place of the item of a list to which a name belongs."""
    rest = name.removeprefix("_gio.")
    number = rest[len(path) + 1 :].split(".")[0] if rest.startswith(f"{path}.") else ""
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else None


def _names(text: str) -> frozenset[str]:
    with suppress(orjson.JSONDecodeError):
        told = orjson.loads(text)
        return (
            frozenset(each for each in told if isinstance(each, str))
            if isinstance(told, list)
            else frozenset()
        )
    return frozenset()


def _changed(received: Received, step: Step, place: str = "", **more: Any) -> Received:
    return Received(
        **{
            "form": received.form,
            "page": received.page,
            "answers": received.answers,
            "asked": received.asked,
            "searched": received.searched,
            "step": step,
            "place": place,
            **more,
        }
    )


def _list(received: Received, path: str) -> List | None:
    """The list at a path, where people may change it."""
    shown = forms.flat(received.form.visible(received.answers, received.page))
    found = next((each.component for each in shown if each.path == path), None)
    return found if isinstance(found, List) and not found.fixed else None


def _with(received: Received, path: str, items: list[Any]) -> dict[str, Any]:
    """The answers with another list at a path."""
    found: dict[str, Any] = answers.copied(received.answers)
    head, _, last = path.rpartition(".")
    holder = answers.get(found, head) if head else found
    if isinstance(holder, dict):
        holder[last] = items
    else:
        answers.put(found, path, items)
    return found


def _of(received: Received, path: str) -> list[Any]:
    found = answers.get(received.answers, path)
    return list(found) if isinstance(found, list) else []


def _added(received: Received, sent: _Sent) -> Received:
    path = sent.one("_them")
    asked, items = _list(received, path), _of(received, path)
    if asked is None:
        return _changed(received, Step.SHOWN)
    if len(items) >= min(asked.most, _ITEMS):
        return _changed(received, Step.FULL, path)
    more = [*items, _begun(asked)]
    return _changed(received, Step.ADDED, f"{path}.{len(items)}", answers=_with(received, path, more))


def _removed(received: Received, sent: _Sent) -> Received:
    path, _, number = sent.one("_bo").rpartition(".")
    items = _of(received, path)
    if _list(received, path) is None or not number.isdecimal() or int(number) >= len(items):
        return _changed(received, Step.SHOWN)
    gone = sent.removed(items.pop(int(number)), path)
    left = _with(received, path, items)
    return _changed(received, Step.REMOVED, f"{path}.{number}", answers=left, removed=gone)


def _restored(received: Received, sent: _Sent) -> Received:
    path, _, number = sent.one("_hoan_tac").rpartition(".")
    asked, items = _list(received, path), _of(received, path)
    full = asked is None or len(items) >= min(asked.most, _ITEMS)
    item = sent.restored(asked, path) if asked else None
    if full or item is None or not number.isdecimal():
        return _changed(received, Step.SHOWN)
    place = min(int(number), len(items))
    items.insert(place, item)
    return _changed(received, Step.RESTORED, f"{path}.{place}", answers=_with(received, path, items))


def _back(asked: List, item: Mapping[str, Any]) -> dict[str, Any]:
    """An item that comes back.

    It comes from a browser: only answers that its list asks for are taken, and what people may not change is that of a fresh item.
    """
    found = _begun(asked)
    for path, each in forms.walk(asked.item.components):
        if path != each.path:  # those of inner lists come back with their items
            continue
        answer = answers.get(item, path)
        if isinstance(each, List):
            _put(found, path, _all_back(each, answer))
        elif isinstance(each, Field) and not each.readonly:
            _put(found, path, answer if _plain(answer) else None)
    return found


def _all_back(asked: List, items: Any) -> list[dict[str, Any]]:
    """The items of an inner list that come back, no more than it holds."""
    most = asked.first if asked.fixed else min(asked.most, _ITEMS)
    told = [each for each in items if isinstance(each, Mapping)] if isinstance(items, list) else []
    missing: list[dict[str, Any]] = [{}] * (most - len(told)) if asked.fixed else []
    return [_back(asked, each) for each in (*told[:most], *missing)]


def _put(found: dict[str, Any], path: str, answer: Any) -> None:
    if answer is None or answer in ("", []):
        answers.drop(found, path)
    else:
        answers.put(found, path, answer)


def _plain(answer: Any) -> bool:
    if isinstance(answer, list):
        return all(isinstance(each, str | int | float) and _plain(each) for each in answer)
    legible = isinstance(answer, str) and text_safety.hidden(answer) is None
    return legible or isinstance(answer, int | float)


def _json(text: str) -> Any:
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(text)
    return None


def _searching(received: Received, sent: _Sent) -> Received:
    return _changed(received, Step.SEARCHED, sent.one("_tim"))


def _showing(received: Received, sent: _Sent) -> Received:
    return _changed(received, Step.SHOWN, sent.one("_hien"))


_ACTS = {
    "_them": _added,
    "_bo": _removed,
    "_hoan_tac": _restored,
    "_tim": _searching,
    "_hien": _showing,
}
