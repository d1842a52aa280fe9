"""Rules on forms: the server can read and validate each of them.

What is not understood is reported, never skipped in silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
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
        *("filepicker", "group", "text", "separator", "spacer", "button", "html", "image"),
    )
)
#: Keys under which form-js keeps an expression that would be evaluated in the browser, or asks for what only that knows.
_COMPUTED = ("valuesExpression", "valuesKey", "expression", "computeOn", "disallowPassedDates")


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
            kind, name = component.get("type"), component.get("key") or component.get("id")
            if kind not in KNOWN:
                yield Fault(
                    None,
                    say(
                        "The component {name!r} is a {kind}, which is neither shown nor judged.",
                        name=name,
                        kind=kind,
                    ),
                    file=path,
                    line=1,
                )
            condition = (component.get("conditional") or {}).get("hide")
            if condition and not _compiles(str(condition)):
                wording = say(
                    "The condition {condition!r} of {name!r} is not understood, so it hides nothing.",
                    condition=condition,
                    name=name,
                )
                yield Fault(None, wording, file=path, line=1)
            for key in _COMPUTED:
                if component.get(key):
                    yield Fault(
                        None,
                        say("The component {name!r} has {key}, which is not evaluated.", name=name, key=key),
                        file=path,
                        line=1,
                    )


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
