"""Whether what is handed in is of this procedure: answers against forms, papers against the components of the case.

One rule for a filing and for every step, in the office and in a rehearsal. A form asks; where there is none, the names that
expressions of the diagram read may be answered. What nobody asks for is refused by its name, never dropped in silence.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from hoso_bpmn.package import forms
from hoso_bpmn.package.forms import FieldFault, Form
from hoso_bpmn.package.manifest import Case, Component
from hoso_bpmn.runs.specification import Loaded
from hoso_calendar.messages import say
from hoso_models import EntryChannel
from hoso_workflows import errors
from hoso_workflows.errors import Fault


def filing(
    loaded: Loaded, channel: str, answers: Mapping[str, Any], components: Collection[str]
) -> Iterator[Fault]:
    """What is wrong with a dossier as it is handed in.

    Online nothing that is required may be missing; at the desk a paper may hold the answers that are not typed in, and
    reception asks for the components that lack.
    """
    online = channel == EntryChannel.ONLINE
    yield from strange(components, loaded.case)
    path = loaded.case.form
    form = forms.stored(loaded.package.files[path]) if path else None
    for fault in _wrong(form, answers, loaded):
        if fault.rule != "required" or online:
            yield Fault(f"form.{fault.field}", fault.message)
    if online:
        yield from _missing(components, loaded.case)


def completion(loaded: Loaded, element: str, answers: Mapping[str, Any]) -> None:
    """Raise FormRefused unless the answers are those that the form of the step asks for."""
    form = loaded.specification.forms.get(element)
    _refuse(Fault(f"values.{fault.field}", fault.message) for fault in _wrong(form, answers, loaded))


def supplement(loaded: Loaded, components: Collection[str]) -> None:
    """Raise FormRefused where what comes in is no component of the case."""
    _refuse(strange(components, loaded.case))


def nothing(what: str, answers: Mapping[str, Any]) -> None:
    """Raise FormRefused where answers come with an act that takes none."""
    _refuse(Fault(f"values.{name}", say("{what} takes no answers.", what=what)) for name in answers)


def lacking(case: Case, received: Collection[str]) -> list[Component]:
    """Required components of the case that have not come in."""
    return [part for part in case.components if part.required and part.code not in received]


def strange(components: Iterable[str], case: Case) -> Iterator[Fault]:
    """Components that are none of the case's."""
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


def _wrong(form: Form | None, answers: Mapping[str, Any], loaded: Loaded) -> Iterable[FieldFault]:
    if form is not None:
        return form.faults(answers)
    read = loaded.specification.variables
    return (
        FieldFault(
            name,
            "unknown",
            say("{name} is asked for by no form and read by no expression of the diagram.", name=name),
        )
        for name in answers
        if name not in read
    )


def _refuse(faults: Iterable[Fault]) -> None:
    found = list(faults)
    if found:
        raise errors.FormRefused(found)
