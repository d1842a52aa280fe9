"""Rules on forms: the server can read and validate each of them.

What is not understood is reported, never skipped in silence.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from hoso_bpmn import errors, expressions, text_safety
from hoso_bpmn.checks.rules.context import Contents
from hoso_bpmn.checks.rules.rule import Fault, Faults, package_rule
from hoso_bpmn.findings import RefusedFile, Severity
from hoso_bpmn.package import forms
from hoso_calendar.messages import say

#: Components that are asked, shown or grouped; every other one of form-js is not.
KNOWN = frozenset(
    (
        *(
            "textfield",
            "textarea",
            "number",
            "datetime",
            "select",
            "radio",
            "checkbox",
            "checklist",
            "taglist",
        ),
        *("filepicker", "group", "dynamiclist", "text", "separator", "spacer", "button", "html", "image"),
    )
)
#: Keys under which form-js keeps an expression that would be evaluated in the browser, or asks for what only that knows.
_COMPUTED = ("valuesExpression", "valuesKey", "expression", "computeOn", "disallowPassedDates")
#: Keys under which it keeps a value or an expression; those of `validate` too.
_PERHAPS = ("readonly", "disabled", "label", "description", "source", "increment", "decimalDigits")
_BOUNDS = ("min", "max", "minLength", "maxLength", "required", "pattern")


@package_rule("form-broken", remedy="Open the form in Camunda Modeler and save it again.")
def form_broken(contents: Contents) -> Faults:
    return _refused(contents, "form-broken")


@package_rule(
    "form-pattern", remedy="Write a simpler pattern; docs/rules/form-pattern.md says what is accepted."
)
def form_pattern(contents: Contents) -> Faults:
    return _refused(contents, "form-pattern")


def _refused(contents: Contents, rule: str) -> Faults:
    for path, data in _forms(contents):
        try:
            forms.read(data)
        except RefusedFile as refused:
            if refused.rule == rule:
                yield Fault(None, refused.message, refused.remedy, file=path, line=1)


@package_rule(
    "form-unknown",
    severity=Severity.WARNING,
    remedy=say("Use {known}, with fixed values.", known=", ".join(sorted(KNOWN))),
)
def form_unknown(contents: Contents) -> Faults:
    for path, data in _forms(contents):
        for component in _components(data):
            for said, remedy in _unknown(component):
                yield Fault(None, said, remedy, file=path, line=1)
        for said, remedy in _misplaced(data):
            yield Fault(None, said, remedy, file=path, line=1)


#: What is not understood, and what to write instead where the remedy of the rule does not say it.
_Said = Iterator[tuple[str, str | None]]


def _unknown(component: Mapping[str, Any]) -> _Said:
    kind, name = component.get("type"), component.get("key") or component.get("id")
    if kind not in KNOWN:
        yield (
            say(
                "The component {name!r} is a {kind}, which is neither shown nor judged.", name=name, kind=kind
            ),
            None,
        )
    condition = (component.get("conditional") or {}).get("hide")
    if condition and not _compiles(str(condition)):
        said = say(
            "The condition {condition!r} of {name!r} is not understood, so it hides nothing.",
            condition=condition,
            name=name,
        )
        yield said, None
    for key in _computed(component):
        yield say("The component {name!r} has {key}, which is not evaluated.", name=name, key=key), None
    if str(component.get("key") or "").startswith("_"):
        said = say(
            "The key {name!r} begins with an underscore; pages keep such names for themselves.", name=name
        )
        yield said, say("Begin the key with a letter.")
    yield from _unshown(component, name)


def _computed(component: Mapping[str, Any]) -> Iterator[str]:
    yield from (key for key in _COMPUTED if component.get(key))
    yield from (key for key in _PERHAPS if forms.computed(component.get(key)))
    bounds = component.get("validate")
    if isinstance(bounds, dict):
        yield from (key for key in _BOUNDS if forms.computed(bounds.get(key)))


def _unshown(component: Mapping[str, Any], name: Any) -> _Said:
    """Components that a page would show otherwise than it is meant."""
    kind = component.get("type")
    if kind == "text" and "{{" in str(component.get("text")):
        said = say("The text {name!r} has a template in braces, which is shown as it stands.", name=name)
        yield said, say("Write the words themselves.")
    elif kind == "html":
        said = say("The component {name!r} is html, of which pages show little more than words.", name=name)
        yield said, say("Write a text instead; it understands Markdown.")
    elif kind == "image" and not str(component.get("source") or "").startswith("data:image/"):
        said = say("The image {name!r} lies outside of the form, so it is not shown.", name=name)
        yield (
            said,
            say("Put the picture into the form, as an address that begins with data:image/png;base64,"),
        )
    elif kind == "image" and not component.get("alt"):
        said = say("The image {name!r} says nothing to people who do not see it.", name=name)
        yield said, say("Describe it in its alternative text.")


def _misplaced(data: bytes) -> _Said:
    """Lists in lists, and keys that several components have."""
    found = list(forms.walk(_tree(data)))
    for path, each in found:
        if isinstance(each, forms.List) and ".*." in path:
            said = say("The list {path!r} lies in another list, where people lose their way.", path=path)
            yield said, say("Ask for it in a list of its own, or with a text.")
    asked = Counter(path for path, each in found if isinstance(each, forms.Field | forms.List))
    for path in (path for path, times in asked.items() if times > 1):
        said = say(
            "{count} components have the key {path!r}; they share one answer.", count=asked[path], path=path
        )
        yield said, say("Give each component a key of its own.")


@package_rule(
    "form-order",
    severity=Severity.WARNING,
    remedy="Move the question above everything that its answer shows or hides.",
)
def form_order(contents: Contents) -> Faults:
    for file, data in _forms(contents):
        found = list(forms.walk(_tree(data)))
        places: dict[str, int] = {}
        for place, (path, each) in enumerate(found):
            if isinstance(each, forms.Field | forms.List):
                places.setdefault(path, place)
        for place, (path, each) in enumerate(found):
            for name in sorted({name for condition in each.conditions for name in condition.names}):
                if places.get(_meant(name, path, places), -1) >= place:
                    wording = say(
                        "{label!r} depends on {name!r}, which is asked below it.",
                        label=_label(each),
                        name=name,
                    )
                    yield Fault(None, wording, file=file, line=1)


def _meant(name: str, path: str, places: Mapping[str, int]) -> str:
    """The path of the question that a condition reads.

    It is the innermost one of that name.
    """
    parts = path.split(".")
    around = (".".join([*parts[:count], name]) for count in range(len(parts), -1, -1))
    return next((each for each in around if each in places), name)


def _label(component: forms.Component) -> str:
    return component.text if isinstance(component, forms.Text) else component.label


def _tree(data: bytes) -> tuple[forms.Component, ...]:
    """Components of a form; none of a file that form-broken reports."""
    try:
        return forms.stored(data).components
    except RefusedFile:
        return ()


def _compiles(text: str) -> bool:
    try:
        return bool(expressions.compiled(text))
    except errors.BadExpression:
        return False


@package_rule(
    "form-component",
    remedy="Name the code of a [[case.component]] in the property hoso:component of the file picker.",
)
def form_component(contents: Contents) -> Faults:
    if not contents.package.cases:  # the manifest has gaps, and what it declares is not known
        return
    known = {component.code for case in contents.package.cases for component in case.components}
    for path, data in _forms(contents):
        for component in _components(data):
            asked = (component.get("properties") or {}).get("hoso:component")
            if component.get("type") == "filepicker" and asked not in known:
                name = component.get("label") or component.get("id")
                yield Fault(
                    None,
                    say("The file picker {name!r} belongs to no component of the dossier.", name=name),
                    file=path,
                    line=1,
                )


#: Components whose answer is one text, so that it may be the code of an area.
_AREA_KINDS = ("textfield", "select", "radio")


@package_rule(
    "form-area",
    remedy=say(
        "Write area = true, and only at a {known} that is one question of the form.",
        known=", ".join(_AREA_KINDS),
    ),
)
def form_area(contents: Contents) -> Faults:
    for path, data in _forms(contents):
        for place, each in forms.walk(_tree(data)):
            if isinstance(each, forms.Field) and each.area and place != each.path:
                wording = say("The question {name!r} gives an area for each item of a list.", name=each.label)
                yield Fault(None, wording, file=path, line=1)
        for component in _components(data):
            said = (component.get("properties") or {}).get("area")
            if said is None:
                continue
            name, kind = component.get("label") or component.get("key"), component.get("type")
            if kind not in _AREA_KINDS:
                wording = say(
                    "The component {name!r} is a {kind}, which gives no area.", name=name, kind=kind
                )
                yield Fault(None, wording, file=path, line=1)
            if str(said).strip().lower() not in ("true", "false"):
                wording = say(
                    "The property area of {name!r} is {said!r}, not true or false.", name=name, said=said
                )
                yield Fault(None, wording, file=path, line=1)


def _forms(contents: Contents) -> Iterator[tuple[str, bytes]]:
    return ((path, data) for path, data in sorted(contents.package.files.items()) if path.endswith(".form"))


def _components(data: bytes) -> Iterator[dict[str, Any]]:
    """Components of a form, those of groups included. None of a file that form-broken reports."""
    try:
        pending = [text_safety.composed(json.loads(data))]
    except (ValueError, RecursionError):
        return
    while pending:
        holder = pending.pop()
        children = holder.get("components") if isinstance(holder, dict) else None
        for child in children if isinstance(children, list) else ():
            if isinstance(child, dict) and forms.misshapen(child) is None:
                yield child
                pending.append(child)
