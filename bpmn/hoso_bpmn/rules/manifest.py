"""Rules on a package as a whole: what the manifest names is there, and every key of it is read."""

from __future__ import annotations

from difflib import get_close_matches

from hoso_bpmn import diagram, manifest
from hoso_bpmn.findings import RefusedFile, Severity
from hoso_bpmn.package import Package
from hoso_bpmn.rules.rule import Fault, Faults, package_rule


@package_rule("file-missing", remedy="Add the file to the package, or correct its path in procedure.toml.")
def file_missing(package: Package) -> Faults:
    for case in package.cases:
        for key, path in (("process", case.process), ("form", case.form)):
            if path is not None and path not in package.files:
                yield Fault(None, f"case {case.id!r}: {key} = {path!r} is not in the package.")
        for component in case.components:
            for key, path in (("form", component.form), ("template", component.template)):
                if path is not None and path not in package.files:
                    yield Fault(
                        None, f"component {component.code!r}: {key} = {path!r} is not in the package."
                    )


@package_rule(
    "task-form-missing", remedy="Add the form to the folder forms of the package, or delete the reference."
)
def task_form_missing(package: Package) -> Faults:
    for path in dict.fromkeys(case.process for case in package.cases):
        try:
            processes = diagram.read(package.files[path]).processes if path in package.files else ()
        except RefusedFile:  # the process itself is reported
            continue
        for process in processes:
            for element in process.elements.values():
                name = element.properties.get("form")
                if name and package.form(name) is None:
                    yield Fault(
                        element, f"{element.label!r} names the form {name!r}, which is not there.", file=path
                    )


@package_rule(
    "manifest-unknown-key",
    severity=Severity.WARNING,
    remedy="Correct the key; what nothing reads is kept and means nothing.",
)
def manifest_unknown_key(package: Package) -> Faults:
    declared, _ = manifest.read(package.files[manifest.FILE])
    for place, key, known in manifest.unknown_keys(declared):
        near = get_close_matches(key, known, n=1)
        hint = f" Is {near[0]!r} meant?" if near else ""
        yield Fault(None, f"{place} is no key of a manifest.{hint}")
