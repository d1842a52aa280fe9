"""Check a declaration by every rule on every process of a package.

A stranger's file is read only in a limited child process.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import hoso_calendar as wt
from hoso_bpmn import errors, sandbox
from hoso_bpmn.checks import rules
from hoso_bpmn.document import diagram, gateways
from hoso_bpmn.document.diagram import Diagram, Process
from hoso_bpmn.engine import builder
from hoso_bpmn.findings import Finding, RefusedFile, Report, Severity
from hoso_bpmn.package import archive, calls, manifest, package, partial_manifest
from hoso_bpmn.package.bundle import NO_TEXTS, NOTHING, Parcel, Texts
from hoso_bpmn.package.calls import Resolve
from hoso_bpmn.package.package import Case, Package, Pin
from hoso_bpmn.runs import specification
from hoso_calendar.messages import say

#: What the limited child does with a parcel.
Work = Callable[[bytes], Report]


def inspect_parcel(data: bytes) -> Report:
    """The rules on the package of a parcel, in this process. Where it has pins its calls run these and no others."""
    parcel = Parcel.unpacked(data)
    return _inspected(parcel.data, parcel.read, parcel.known)


def check(
    path: Path | str,
    *,
    limits: sandbox.Limits = sandbox.LIMITS,
    work: Work = inspect_parcel,
    known: Mapping[str, Package] = NOTHING,
    calendars: Texts = NO_TEXTS,
) -> Report:
    """Check a package (a folder or zip) or one BPMN file before publication.

    Parsing happens in a limited child process; a file that hangs or exhausts it is reported with rule `sandbox`.
    `known` are packages by code that it may call beside the bundled ones, `calendars` those of its scenarios. `work` is the function that the child calls
    with a parcel, for callers that check more than the declaration.
    """
    source = Path(path)
    try:
        data = archive.to_zip(archive.from_folder(source)) if source.is_dir() else _bytes(source)
        parcel = Parcel(data, known=known, calendars=calendars).packed()
        if not (source.is_dir() or archive.is_zip(source)):
            return Report.from_json(sandbox.run(inspect_drawing, parcel, limits, file=source.name))
        return Report.from_json(sandbox.run(work, parcel, limits))
    except RefusedFile as refused:
        return Report(refused.findings(source.name))


def check_version(
    data: bytes, pins: Mapping[str, Pin], *, work: Work = inspect_parcel, calendars: Texts = NO_TEXTS
) -> Report:
    """Check a zipped package as a version of an office. Its calls run the pinned versions and no others."""
    try:
        return Report.from_json(sandbox.run(work, Parcel(data, pins, calendars=calendars).packed()))
    except RefusedFile as refused:
        return Report(refused.findings("package.zip"))


@dataclass(frozen=True, slots=True)
class Called:
    """The procedures that a package calls."""

    codes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        return asdict(self)


def called(data: bytes) -> frozenset[str]:
    """Codes that a zipped package calls, read in a limited child. Raises `RefusedFile` with rule `sandbox`."""
    return frozenset(sandbox.run(inspect_called, data[: archive.MAX_TOTAL + 1])["codes"])


def inspect_called(data: bytes) -> Called:
    """Codes that a zipped package calls, read in this process.

    What cannot be read calls nothing, and the check says why it cannot.
    """
    try:
        return Called(tuple(sorted(calls.codes(package.read(data)))))
    except (RefusedFile, errors.UnsupportedElement):
        return Called()


def _bytes(source: Path) -> bytes:
    if not source.is_file():
        raise RefusedFile(
            "package-missing",
            say("There is no file or folder {path!r}.", path=str(source)),
            remedy="Check the path.",
        )
    with source.open("rb") as stream:  # no more than is ever accepted, whatever the size of the file
        return stream.read(archive.MAX_TOTAL + 1)


def inspect_diagram(data: bytes, file: str, known: Mapping[str, Package] = NOTHING) -> Report:
    """Apply the rules to one BPMN file without a package, in this process.

    For files whose origin is trusted. Its calls run the packages that are known by code, then the bundled ones; a
    call of anything else is a warning only.
    """
    try:
        drawing = diagram.read(data)
    except RefusedFile as refused:
        return Report(refused.findings(file))
    process, found = _process(drawing, file)
    if process is None:
        return Report.of(found)
    # what it calls is found by the one process that is executable
    whole, trouble = (None, ()) if found else _called_by(data, process, file, package.known(known))
    found += rules.of_process(rules.Subject(drawing, process, called=whole), file)
    if not any(finding.severity is Severity.ERROR for finding in found):
        found += (*trouble, *_engine_alone(process, whole, file))
    return Report.of(found)


def _process(drawing: Diagram, file: str) -> tuple[Process | None, list[Finding]]:
    """Process to inspect, with a finding where the executable one is ambiguous."""
    try:
        return calls.executable(drawing), []
    except RefusedFile as refused:
        process = calls.meant(drawing)
        found = refused.findings(file)
        return process, [replace(finding, element=process.id if process else None) for finding in found]


def inspect_drawing(data: bytes, file: str) -> Report:
    """Apply the rules to a BPMN file that comes as a parcel. The parcel has the packages that the file may call."""
    parcel = Parcel.unpacked(data)
    return inspect_diagram(parcel.data, file, parcel.known)


def _called_by(
    data: bytes, process: Process, file: str, resolve: Resolve
) -> tuple[rules.Whole | None, tuple[Finding, ...]]:
    """Process with everything that it calls. None and the findings where that is not known."""
    try:
        return rules.Whole.of(calls.source_of_drawing(data, resolve)), ()
    except calls.UnknownCall as unknown:
        return None, (_unknown(unknown, file),)
    except RefusedFile as refused:
        return None, refused.findings(file)
    except errors.UnsupportedElement as error:
        return None, (_refused_by_engine(process, error, file),)


def _engine_alone(process: Process, whole: rules.Whole | None, file: str) -> Iterator[Finding]:
    """Faults that building the specification shows, without decision tables and unknown calls."""
    try:
        gateways.choices(process)
        builder.parse(builder.alone(whole.process if whole else process))
    except errors.EngineError as error:
        yield _refused_by_engine(process, error, file)


def inspect_package(source: bytes | Mapping[str, bytes], known: Mapping[str, Package] = NOTHING) -> Report:
    """The rules on a package, in this process: for packages whose origin is trusted.

    Its calls run the packages that are known by code, then the bundled ones; a call of anything else is a warning only.
    """
    return _inspected(source, lambda: package.read(source), known)


def _inspected(
    source: bytes | Mapping[str, bytes], read: Callable[[], Package], known: Mapping[str, Package]
) -> Report:
    try:
        declared = read()
    except RefusedFile as refused:
        return Report.of([*refused.findings(manifest.FILE), *_despite(source)])
    drawings, unread = _drawings(declared, {case.process for case in declared.cases})
    found = [*unread, *rules.of_package(rules.Contents(declared, drawings), manifest.FILE)]
    for case in declared.cases:
        if case.process in drawings:
            found += _case(declared, case, drawings[case.process], package.known(known))
    return Report.of(found)


def _despite(source: bytes | Mapping[str, bytes]) -> Iterator[Finding]:
    """Findings on the diagrams of a package with an unreadable manifest."""
    try:
        files = package.contents(source)
    except RefusedFile:
        return
    declared = partial_manifest.package(files)
    if declared is None:
        for path in sorted(files):
            yield from inspect_diagram(files[path], path).findings if path.endswith(".bpmn") else ()
        return
    drawings, unread = _drawings(declared, {path for path in files if path.endswith(".bpmn")})
    yield from (*unread, *rules.of_package(rules.Contents(declared, drawings), manifest.FILE))
    for path, drawing in drawings.items():
        process, found = _process(drawing, path)
        yield from found
        if process is not None:
            yield from rules.of_process(rules.Subject(drawing, process, declared), path)


def _drawings(read: Package, paths: Collection[str]) -> tuple[dict[str, Diagram], list[Finding]]:
    """Readable processes, and findings on the unreadable ones. A missing file is the rules' matter."""
    drawings: dict[str, Diagram] = {}
    unread: list[Finding] = []
    for path in sorted(read.files.keys() & paths):
        try:
            drawings[path] = diagram.read(read.files[path])
        except RefusedFile as refused:
            unread += refused.findings(path)
    return drawings, unread


def _case(read: Package, case: Case, drawing: Diagram, resolve: Resolve) -> Iterator[Finding]:
    process, found = _process(drawing, case.process)
    if process is not None:
        subject = rules.Subject(drawing, process, read, case, _whole(read, case, resolve))
        found += rules.of_process(subject, case.process)
    yield from found
    if process is not None and not any(finding.severity is Severity.ERROR for finding in found):
        yield from _engine(read, case, process, resolve)


def _whole(read: Package, case: Case, resolve: Resolve) -> rules.Whole | None:
    """Process with everything that it calls. None where `_engine` says why that is not known."""
    try:
        return rules.Whole.of(calls.source(read, case, resolve))
    except (RefusedFile, errors.UnsupportedElement):
        return None


def _engine(read: Package, case: Case, process: Process, resolve: Resolve) -> Iterator[Finding]:
    """Faults that only the build of the engine's specification shows."""
    try:
        specification.load(read, case.id, resolve)
    except calls.UnknownCall as unknown:
        yield _unknown(unknown, case.process, read.pins)
    except RefusedFile as refused:
        yield from refused.findings(case.process)
    except wt.BadTerm as error:  # of the file's own limits limit-unreadable has said so
        message, remedy = (
            say("A limit in what is called cannot be read: {error}.", error=error),
            "Check what is called by itself.",
        )
        yield Finding(Severity.ERROR, "engine", None, 0, message, remedy, case.process)
    except errors.EngineError as error:
        yield _refused_by_engine(process, error, case.process)


def _refused_by_engine(process: Process, error: errors.EngineError, file: str) -> Finding:
    if not isinstance(error, errors.UnsupportedElement):
        return Finding(Severity.ERROR, "engine", None, 0, str(error), "Correct what the message names.", file)
    place = process.elements.get(error.element) or calls.around(process, error.element)
    element, line = (place.id, place.line) if place else (error.element, error.line)
    message = say("{element}: {what} is not supported.", element=error.element, what=error.what)
    return Finding(Severity.ERROR, "engine", element, line, message, error.remedy, file)


def _unknown(unknown: calls.UnknownCall, file: str, pins: Mapping[str, Pin] | None = None) -> Finding:
    """Finding on an unknown called procedure: an error in an office.

    Elsewhere it is a warning, since the called procedure may be published where this one will be.
    """
    by = say(" (called by {known})", known=" → ".join(unknown.through)) if unknown.through else ""
    called = say(
        "{element}: the called procedure {code!r}{by}", element=unknown.element, code=unknown.code, by=by
    )
    if pins is not None:
        severity, message, remedy = (
            Severity.ERROR,
            say("{called} has no active version here.", called=called),
            unknown.remedy,
        )
    else:
        severity, message = Severity.WARNING, say("{called} is neither bundled nor given.", called=called)
        remedy = say("Name its folder or zip with --with, so that limits and scenarios are checked with it.")
    return Finding(severity, "call-unknown", unknown.element, unknown.line, message, remedy, file)
