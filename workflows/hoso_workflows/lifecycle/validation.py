"""Validation of answers against forms, and of papers against the case's components.

The same rules hold for a filing and for every step, in the service and in a simulation. The form defines the fields; without a
form, the names that expressions of the diagram read may be answered. Unknown names are refused, never silently ignored.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from hoso_bpmn.package import forms
from hoso_bpmn.package.forms import Form, Rule
from hoso_bpmn.package.manifest import Case, Component
from hoso_bpmn.runs.specification import Loaded
from hoso_calendar.messages import say
from hoso_models import EntryChannel
from hoso_workflows import errors
from hoso_workflows.errors import Fault


def filing(
    loaded: Loaded, channel: str, answers: Mapping[str, Any], components: Collection[str]
) -> Iterator[Fault]:
    """The faults of a dossier at its filing.

    Online nothing that is required may be missing. At the desk, answers that are not typed in may be on paper, and reception
    asks for missing components.
    """
    online = channel == EntryChannel.ONLINE
    yield from strange(components, loaded.case)
    yield from answers_given(loaded, channel, answers)
    if online:
        yield from _missing(components, loaded.case)


def answers_given(loaded: Loaded, channel: str, answers: Mapping[str, Any]) -> Iterator[Fault]:
    """The faults of answers to the form of filing.

    At the desk, answers may be missing that are required online.
    """
    path = loaded.case.form
    form = forms.stored(loaded.package.files[path]) if path else None
    for rule, fault in _wrong(form, answers, loaded, "form"):
        if rule is not Rule.REQUIRED or channel == EntryChannel.ONLINE:
            yield fault


def completion(loaded: Loaded, element: str, answers: Mapping[str, Any]) -> None:
    """Raise FormRefused unless the answers fit the form of the step."""
    form = loaded.specification.forms.get(element)
    _refuse(fault for _, fault in _wrong(form, answers, loaded, "values"))


def supplement(loaded: Loaded, components: Collection[str]) -> None:
    """Raise FormRefused if a supplied component is not one of the case's."""
    _refuse(strange(components, loaded.case))


def nothing(what: str, answers: Mapping[str, Any]) -> None:
    """Raise FormRefused if answers are given to a command that takes none."""
    _refuse(Fault(f"values.{name}", say("{what} takes no answers.", what=what)) for name in answers)


def lacking(case: Case, received: Collection[str]) -> list[Component]:
    """Required components of the case that have not been received."""
    return [part for part in case.components if part.required and part.code not in received]


def strange(components: Iterable[str], case: Case) -> Iterator[Fault]:
    """The faults of components that are not the case's."""
    known = [component.code for component in case.components]
    for place, code in enumerate(components):
        if code not in known:
            yield Fault(
                f"components[{place}]",
                say("{code} is no component of this procedure: {known}", code=code, known=", ".join(known)),
            )


def _missing(components: Collection[str], case: Case) -> Iterator[Fault]:
    for component in case.components:
        if component.required and component.code not in components:
            yield Fault(
                "components", say("{code} is required: {name}", code=component.code, name=component.name)
            )


def _wrong(
    form: Form | None, answers: Mapping[str, Any], loaded: Loaded, part: str
) -> Iterator[tuple[Rule, Fault]]:
    """Faults of the answers, each with its rule.

    `part` is where they stand in the request.
    """
    if form is not None:
        yield from (
            (fault.rule, Fault(f"{part}.{fault.path}", fault.message)) for fault in form.faults(answers)
        )
        return
    for name in answers:
        if name not in loaded.specification.variables:
            said = say("{name} is asked for by no form and read by no expression of the diagram.", name=name)
            yield Rule.UNKNOWN, Fault(f"{part}.{name}", said)


def _refuse(faults: Iterable[Fault]) -> None:
    found = list(faults)
    if found:
        raise errors.FormRefused(found)
