"""The rules of publication, one module for each family. Each has a page of its name in `docs/rules/`."""

from collections.abc import Iterator

from hoso_bpmn.checks.rules import (
    code,
    control_flow,
    cycles,
    elements,
    expressions,
    forms,
    lanes,
    manifest,
    milestones,
    soundness,
    text_safety,
)
from hoso_bpmn.checks.rules.context import Contents, Subject
from hoso_bpmn.checks.rules.rule import PACKAGE, PROCESS
from hoso_bpmn.findings import Finding
from hoso_bpmn.package.inlining import Whole

#: The families are imported for the rules that they register.
FAMILIES = (
    elements,
    code,
    control_flow,
    cycles,
    soundness,
    lanes,
    expressions,
    milestones,
    text_safety,
    manifest,
    forms,
)

#: Rules of reading, which stop a file before any other rule can look at it.
READING = (
    *("xml-size", "xml-depth", "xml-attributes", "xml-doctype", "xml-broken", "not-bpmn", "one-process"),
    *("package-missing", "package-broken", "package-path", "package-size", "package-manifest"),
    *("manifest-broken", "manifest-key", "decision-table", "call-unknown", "sandbox", "engine"),
    *("scenario-broken", "scenario-key", "scenario-failed"),
)

__all__ = ["FAMILIES", "READING", "Contents", "Subject", "Whole", "identifiers", "of_package", "of_process"]


def identifiers() -> tuple[str, ...]:
    """Every rule that a finding can name."""
    return (*READING, *(rule.id for rule in PROCESS), *(rule.id for rule in PACKAGE))


def of_process(subject: Subject, file: str) -> Iterator[Finding]:
    """Everything that the rules of a process see."""
    for rule in PROCESS:
        yield from rule.findings(subject, file)


def of_package(contents: Contents, file: str) -> Iterator[Finding]:
    """Everything that the rules of a package see."""
    for rule in PACKAGE:
        yield from rule.findings(contents, file)
