"""Rules on a package as a whole: named files exist, all keys are known."""

from __future__ import annotations

from difflib import get_close_matches

from hoso_bpmn.checks.rules.context import Contents
from hoso_bpmn.checks.rules.rule import Fault, Faults, package_rule
from hoso_bpmn.findings import RefusedFile, Severity
from hoso_bpmn.package import manifest
from hoso_calendar.messages import say


@package_rule("file-missing", remedy="Add the file to the package, or correct its path in procedure.toml.")
def file_missing(contents: Contents) -> Faults:
    for case in contents.package.cases:
        for key, path in (("process", case.process), ("form", case.form)):
            if path is not None and path not in contents.package.files:
                yield Fault(
                    None,
                    say(
                        "case {id!r}: {key} = {path!r} is not in the package.", id=case.id, key=key, path=path
                    ),
                )
        for component in case.components:
            for key, path in (("form", component.form), ("template", component.template)):
                if path is not None and path not in contents.package.files:
                    yield Fault(
                        None,
                        say(
                            "component {code!r}: {key} = {path!r} is not in the package.",
                            code=component.code,
                            key=key,
                            path=path,
                        ),
                    )


@package_rule(
    "task-form-missing", remedy="Add the form to the folder forms of the package, or delete the reference."
)
def task_form_missing(contents: Contents) -> Faults:
    for path, drawing in contents.drawings.items():
        for element in (e for process in drawing.processes for e in process.elements.values()):
            name = element.properties.get("form")
            if name and contents.package.form(name) is None:
                yield Fault(
                    element,
                    say(
                        "{label!r} names the form {name!r}, which is not there.",
                        label=element.label,
                        name=name,
                    ),
                    file=path,
                )


@package_rule(
    "manifest-unknown-key",
    severity=Severity.WARNING,
    remedy="Correct the key; what nothing reads is kept and means nothing.",
)
def manifest_unknown_key(contents: Contents) -> Faults:
    try:
        declared, _ = manifest.read(contents.package.files[manifest.FILE])
    except RefusedFile:  # manifest-key names its faults
        return
    for place, key, known in manifest.unknown_keys(declared):
        near = get_close_matches(key, known, n=1)
        hint = say(" Is {near!r} meant?", near=near[0]) if near else ""
        yield Fault(None, say("{place} is no key of a manifest.{hint}", place=place, hint=hint))
