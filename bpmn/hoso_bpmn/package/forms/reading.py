"""Reading of form-js files into trees.

Form-js is the format that Camunda Modeler edits. What is of a wrong type raises ValueError, KeyError, TypeError or
AttributeError; `forms.stored` says so in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from hoso_bpmn import errors, expressions
from hoso_bpmn.package import patterns
from hoso_bpmn.package.forms.components import Component, Field, Group, List, Look, Option, Paper, Text

#: Groups and lists lie in each other at most so deep.
DEEPEST = 12
#: A list has at most so many items, whatever its file says.
MOST_ITEMS = 500

_SHOWN = frozenset({"text", "separator", "spacer", "button", "html", "image"})
#: Kinds of form-js that neither ask nor show anything here.
FOREIGN = frozenset({"table", "expression", "documentPreview", "iframe"})
_BOUNDS = ("min", "max", "minLength", "maxLength", "decimalDigits", "increment")


def tree(components: Sequence[Mapping[str, Any]], around: str = "", depth: int = 0) -> tuple[Component, ...]:
    """The components of a file, below the path of the group around them."""
    if depth > DEEPEST:
        raise ValueError(f"groups lie in each other more than {DEEPEST} deep")
    return tuple(_components(components, around, depth))


def _components(components: Sequence[Mapping[str, Any]], around: str, depth: int) -> Iterator[Component]:
    for component in components:
        if fault := misshapen(component):
            raise TypeError(fault)
        kind = component["type"]
        if kind in ("group", "dynamiclist"):
            yield (_group if kind == "group" else _list)(component, around, depth)
        elif kind == "filepicker":
            yield _paper(component)
        elif kind in _SHOWN or (kind in FOREIGN and not component.get("key")):
            yield _text(component)
        else:
            yield _field(component, around)


def misshapen(component: Mapping[str, Any]) -> str | None:
    """Description of a component's first value of a wrong type, or None."""
    for key, kind in (("type", str), ("conditional", dict), ("properties", dict), ("components", list)):
        if component.get(key) is not None and not isinstance(component[key], kind):
            return f"{key} is {component[key]!r:.60}"
    asked = (component.get("properties") or {}).get("hoso:component", "")
    return None if isinstance(asked, str) else f"hoso:component is {asked!r:.60}"


def asks_for_area(component: Mapping[str, Any]) -> bool:
    """True where the custom property `area` of a component says so."""
    return str((component.get("properties") or {}).get("area", "")).strip().lower() == "true"


def computed(value: Any) -> bool:
    """True for an expression that only a browser would evaluate."""
    return isinstance(value, str) and value.lstrip().startswith("=")


def _group(component: Mapping[str, Any], around: str, depth: int) -> Group:
    path = _path(component.get("path") or "", around)
    return Group(
        path=path,
        label=_words(component, "label"),
        components=tree(component.get("components") or (), path or around, depth + 1),
        conditions=tuple(_conditions(component)),
        outlined=component.get("showOutline") is True,
        look=_look(component),
    )


def _list(component: Mapping[str, Any], around: str, depth: int) -> List:
    label = _words(component, "label")
    most = min(_count(component, "hoso:max", 50), MOST_ITEMS)
    first = component.get("defaultRepetitions", 1)
    if not isinstance(first, int):
        raise TypeError(f"defaultRepetitions is {first!r:.60}")
    return List(
        path=_path(component["path"], around) or _no_path(component),
        label=label,
        item=Group("", label, tree(component.get("components") or (), "", depth + 1)),
        least=min(_count(component, "hoso:min", 0), most),
        most=most,
        first=max(0, min(first, most)),
        fixed=component.get("allowAddRemove") is False,
        conditions=tuple(_conditions(component)),
        look=_look(component),
    )


def _no_path(component: Mapping[str, Any]) -> str:
    raise ValueError(f"the path of {component.get('id')!r:.60} is empty")


def _count(component: Mapping[str, Any], name: str, otherwise: int) -> int:
    said = (component.get("properties") or {}).get(name)
    if said is None:
        return otherwise
    if not re.fullmatch(r"\d{1,6}", str(said)):
        raise ValueError(f"{name} is {said!r:.60}")
    return int(str(said))


def _paper(component: Mapping[str, Any]) -> Paper:
    accept = component.get("accept")
    return Paper(
        code=(component.get("properties") or {}).get("hoso:component") or "",
        label=_words(component, "label", "id"),
        required=bool((component.get("validate") or {}).get("required")),
        accept=accept if isinstance(accept, str) else "",
        several=component.get("multiple") is True,
        hint=_words(component, "description"),
        conditions=tuple(_conditions(component)),
        look=_look(component),
    )


def _text(component: Mapping[str, Any]) -> Text:
    kind = component["type"]
    names = {"text": ("text",), "html": ("content",), "image": ("alt",), "button": ("label",)}
    return Text(
        kind=kind,
        text=_words(component, *names.get(kind, ("label", "id"))),
        source=_words(component, "source") if kind == "image" else "",
        conditions=tuple(_conditions(component)),
        look=_look(component),
    )


def _field(component: Mapping[str, Any], around: str) -> Field:
    bounds = _bounds(component)
    return Field(
        path=_path(component["key"], around) or _no_path(component),
        kind=component["type"],
        label=_words(component, "label", "dateLabel", "timeLabel", "key"),
        required=bool(bounds.get("required")),
        bounds=bounds,
        options=tuple(_options(component)),
        conditions=tuple(_conditions(component)),
        pattern=_pattern(bounds.get("pattern", "")),
        area=asks_for_area(component),
        hint=_words(component, "description"),
        default=component.get("defaultValue"),
        readonly=component.get("readonly") is True or component.get("disabled") is True,
        look=_look(component),
    )


def _path(key: Any, around: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"the key is {key!r:.60}")
    return f"{around}.{key}" if around and key else key


def _words(component: Mapping[str, Any], *names: str) -> str:
    """The first of these values with words in it, else nothing."""
    found = (component.get(name) for name in names)
    return next((each for each in found if isinstance(each, str) and each.strip()), "")


def _conditions(component: Mapping[str, Any]) -> Iterator[expressions.Expression]:
    """The condition that hides a component. One that does not compile hides nothing; the check of a package names it."""
    text = (component.get("conditional") or {}).get("hide")
    if text:
        with suppress(errors.BadExpression):
            yield expressions.compiled(str(text))


def _bounds(component: Mapping[str, Any]) -> Mapping[str, Any]:
    besides = ("decimalDigits", "increment", "serializeToString", "subtype")
    properties = component.get("properties") or {}
    found = {
        **(component.get("validate") or {}),
        **{key: component[key] for key in besides if component.get(key) is not None},
        **{
            key: properties[f"hoso:{key}"]
            for key in ("earliest", "latest", "partial")
            if f"hoso:{key}" in properties
        },
    }
    for name in _BOUNDS:
        if name in found:
            found[name] = _figure(found[name], name, component)
    for name in ("earliest", "latest"):
        if name in found:
            date.fromisoformat(found[name])
    if not isinstance(found.get("pattern", ""), str):
        raise TypeError(f"pattern of {component['key']} is no text")
    return {name: value for name, value in found.items() if value is not None or name not in _BOUNDS}


def _figure(said: Any, name: str, component: Mapping[str, Any]) -> int | float | None:
    """A bound, which may stand there as a text. None for an expression, which the check of a package names."""
    if isinstance(said, str) and (computed(said) or not said.strip()):
        return None
    if isinstance(said, str) and re.fullmatch(r"\s*-?\d{1,40}(\.\d{1,40})?\s*", said):
        return float(said) if "." in said else int(said)
    if not isinstance(said, int | float):
        raise TypeError(f"{name} of {component['key']} is no number")
    return said


def _options(component: Mapping[str, Any]) -> Iterator[Option]:
    for option in component.get("values") or ():
        value, label = option["value"], option.get("label")
        yield Option(value, label if isinstance(label, str) and label.strip() else str(value))


def _pattern(text: str) -> patterns.Pattern | None:
    with suppress(patterns.BadPattern):
        return patterns.compiled(text) if text else None
    return None


def _look(component: Mapping[str, Any]) -> Look:
    adorned = component.get("appearance")
    adorned = adorned if isinstance(adorned, dict) else {}
    layout = component.get("layout")
    columns = layout.get("columns") if isinstance(layout, dict) else None
    properties = component.get("properties") or {}
    return Look(
        prefix=_words(adorned, "prefixAdorner"),
        suffix=_words(adorned, "suffixAdorner"),
        columns=columns if isinstance(columns, int) and 1 <= columns <= 16 else None,
        searchable=component.get("searchable") is True,
        properties={str(name): str(value) for name, value in properties.items()},
    )
