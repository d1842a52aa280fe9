"""Forms: questions of a form-js file, and validation of answers.

Files are components of the dossier, not answers: a `filepicker` asks for nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hoso_bpmn import text_safety
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import patterns
from hoso_bpmn.package.forms import answers, spelling
from hoso_bpmn.package.forms.components import (
    Component,
    Field,
    Group,
    List,
    Look,
    Option,
    Paper,
    Shown,
    Text,
    flat,
    walk,
)
from hoso_bpmn.package.forms.faults import FieldFault, Rule
from hoso_bpmn.package.forms.form import Form
from hoso_bpmn.package.forms.pages import Page
from hoso_bpmn.package.forms.reading import FOREIGN, asks_for_area, computed, misshapen, tree
from hoso_calendar.messages import say

__all__ = [
    "FOREIGN",
    "Component",
    "Field",
    "FieldFault",
    "Form",
    "Group",
    "List",
    "Look",
    "Option",
    "Page",
    "Paper",
    "Rule",
    "Shown",
    "Text",
    "answers",
    "asks_for_area",
    "computed",
    "flat",
    "misshapen",
    "read",
    "spelling",
    "stored",
    "walk",
]


def read(document: bytes) -> Form:
    """The form in a form-js file; raises `RefusedFile` with rule `form-broken` or `form-pattern`."""
    form = stored(document)
    asked = [each for _, each in walk(form.components) if isinstance(each, Field)]
    for field in asked:
        if field.bounds.get("pattern") and field.pattern is None:
            _refuse_pattern(field)
    places = sum(field.pattern.places for field in asked if field.pattern)
    if places > patterns.PLACES_OF_FORM:
        said = say(
            "Written out, the patterns of the form have {places:,} places; {most:,} are matched.",
            places=places,
            most=patterns.PLACES_OF_FORM,
        )
        raise RefusedFile("form-pattern", said, remedy="Count to less in braces, or split the form.")
    _refuse_frames(form)
    return form


def _refuse_pattern(asked: Field) -> None:
    try:
        patterns.compiled(asked.bounds["pattern"])
    except patterns.BadPattern as bad:
        said = say("The pattern of the field {key} is not accepted: {why}.", key=asked.path, why=bad.why)
        raise RefusedFile("form-pattern", said, remedy=bad.remedy) from None


def _refuse_frames(form: Form) -> None:
    for _, each in walk(form.components):
        if isinstance(each, Field | Text) and each.kind == "iframe":
            said = say(
                "The component {name!r} is an iframe, which would load another site.", name=_name(each)
            )
            raise RefusedFile("form-broken", said, remedy="Take it out, and say with a text where to look.")


def _name(component: Field | Text) -> str:
    return component.label if isinstance(component, Field) else component.text


@lru_cache(maxsize=256)
def stored(document: bytes) -> Form:
    """Form of a published version.

    It may use patterns that were accepted then. Raises `RefusedFile` as `read` does. A pattern that is no longer
    accepted judges no answer: dossiers of the version go on, and officers look at them.
    """
    try:
        told: Mapping[str, Any] = text_safety.composed(json.loads(document))
        return Form(tree(told["components"]), told)
    except (ArithmeticError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise RefusedFile(
            "form-broken",
            say(
                "This is not a form of form-js ({kind}: {broken}).",
                kind=type(broken).__name__,
                broken=str(broken),
            ),
            remedy="Open it in Camunda Modeler and save it again.",
        ) from broken
