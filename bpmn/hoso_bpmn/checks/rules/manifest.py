"""Rules on a package as a whole: named files exist, all keys are known."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from hoso_bpmn.checks.rules.context import Contents
from hoso_bpmn.checks.rules.rule import Fault, Faults, package_rule
from hoso_bpmn.engine import dmn
from hoso_bpmn.findings import RefusedFile, Severity
from hoso_bpmn.package import forms, manifest
from hoso_bpmn.runs import eligibility
from hoso_calendar.messages import say


@package_rule("file-missing", remedy="Add the file to the package, or correct its path in procedure.toml.")
def file_missing(contents: Contents) -> Faults:
    if (asked := contents.package.eligibility) is not None:
        for key, named in (("form", asked.form), ("decision", asked.decision)):
            if named not in contents.package.files:
                said = say("eligibility: {key} = {path!r} is not in the package.", key=key, path=named)
                yield Fault(None, said)
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
    "eligibility-undecided",
    remedy="Let one table with the output eligible decide about answers that the form asks for.",
)
def eligibility_undecided(contents: Contents) -> Faults:
    package, asked = contents.package, contents.package.eligibility
    if asked is None or not {asked.form, asked.decision} <= package.files.keys():  # file-missing says so
        return
    try:
        table = eligibility.table(package, asked)
        names = forms.read(package.files[asked.form]).names
    except RefusedFile as refused:
        if refused.file != asked.decision:  # form-broken and form-pattern say so
            return
        yield Fault(None, refused.message, refused.remedy, file=asked.decision, line=refused.line)
        return
    for said in _undecided(table, names):
        yield Fault(None, said, file=asked.decision, line=1)


def _undecided(table: dmn.Table, asked: frozenset[str]) -> Iterator[str]:
    if table.policy in (dmn.HitPolicy.COLLECT, dmn.HitPolicy.RULE_ORDER):
        yield say("The table gives several answers at once.")
    if eligibility.ELIGIBLE not in table.outputs:
        yield say("The table has no output eligible.")
    for name in sorted(set(table.outputs) - set(eligibility.OUTPUTS)):
        known = ", ".join(eligibility.OUTPUTS)
        yield say("The output {name!r} is none of {known}.", name=name, known=known)
    for name in sorted(table.names - asked):
        yield say("The table reads {name!r}, which the form does not ask for.", name=name)


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
