"""Check a declaration: every rule on every process of a package, a stranger's file only in a limited child process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hoso_bpmn import archive, calls, diagram, errors, manifest, package, rules, sandbox, specification
from hoso_bpmn.diagram import Diagram
from hoso_bpmn.findings import Finding, RefusedFile, Report, Severity
from hoso_bpmn.package import Case, Package


def check(
    path: Path | str, *, limits: sandbox.Limits = sandbox.LIMITS, work: str = sandbox.Work.PACKAGE
) -> Report:
    """What keeps a package (a folder or zip) or one BPMN file from being published.

    Parsing happens in a limited child process; a file that hangs or exhausts it is reported with rule `sandbox`.
    `work` is what the child does with a package, for callers that check more than the declaration.
    """
    source = Path(path)
    try:
        if source.is_dir():
            answer = sandbox.run(work, archive.to_zip(archive.from_folder(source)), limits)
        elif source.suffix == ".zip":
            answer = sandbox.run(work, _bytes(source), limits)
        else:
            answer = sandbox.run(sandbox.Work.DIAGRAM, _bytes(source), limits, file=source.name)
    except RefusedFile as refused:
        return Report((refused.finding(source.name),))
    return Report.from_json(answer)


def check_pinned(data: bytes, pinned: Mapping[str, Package], *, work: str) -> Report:
    """The check of a zipped package in a limited child, with the packages that its call activities run, by code.

    `work` is a function that gets the bytes which `unpinned` takes apart.
    """
    try:
        return Report.from_json(sandbox.run(work, _pinning(data, pinned)))
    except RefusedFile as refused:
        return Report((refused.finding(_UPLOAD),))


def _pinning(data: bytes, pinned: Mapping[str, Package]) -> bytes:
    called = {f"{_CALLED}{code}": found.to_zip() for code, found in pinned.items()}
    return archive.to_zip({_UPLOAD: data[: archive.MAX_TOTAL + 1], **called})


def unpinned(data: bytes) -> tuple[bytes, dict[str, Package]]:
    """The zipped package that `check_pinned` sent to the child, and the packages that it may call, by code."""
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        sent = {name: container.read(name) for name in container.namelist()}
    upload = sent.pop(_UPLOAD)
    return upload, {name.removeprefix(_CALLED): package.read(found) for name, found in sent.items()}


_UPLOAD, _CALLED = "package.zip", "called/"


@dataclass(frozen=True, slots=True)
class Called:
    """The procedures that a package calls."""

    codes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        return asdict(self)


def called(data: bytes) -> frozenset[str]:
    """The codes that a zipped package calls, read in a limited child; raises `RefusedFile` with rule `sandbox`."""
    return frozenset(sandbox.run(sandbox.Work.CALLED, data[: archive.MAX_TOTAL + 1])["codes"])


def inspect_called(data: bytes) -> Called:
    """The same in this process; what cannot be read calls nothing, and the check says why it cannot."""
    try:
        return Called(tuple(sorted(calls.codes(package.read(data)))))
    except (RefusedFile, errors.UnsupportedElement):
        return Called()


def _bytes(source: Path) -> bytes:
    if not source.is_file():
        raise RefusedFile(
            "package-missing", f"There is no file or folder {str(source)!r}.", remedy="Check the path."
        )
    with source.open("rb") as stream:  # no more than is ever accepted, whatever the size of the file
        return stream.read(archive.MAX_TOTAL + 1)


def inspect_diagram(data: bytes, file: str) -> Report:
    """The rules on one BPMN file without a package, in this process: for files whose origin is trusted."""
    try:
        drawing = diagram.read(data)
        process = specification.executable(drawing)
    except RefusedFile as refused:
        return Report((refused.finding(file),))
    return Report.of(rules.of_process(rules.Subject(drawing, process), file))


def inspect_package(
    source: bytes | Mapping[str, bytes], pinned: Mapping[str, Package] | None = None
) -> Report:
    """The rules on a package, in this process: for packages whose origin is trusted.

    `pinned` are all the packages that it may call, by code; without them it is the bundled ones, and others are a
    warning only.
    """
    try:
        read = package.read(source)
    except RefusedFile as refused:
        return Report((refused.finding(manifest.FILE),))
    drawings, unread = _drawings(read)
    found = [*unread, *rules.of_package(rules.Contents(read, drawings), manifest.FILE)]
    for case in read.cases:
        if case.process in drawings:
            found += _case(read, case, drawings[case.process], pinned)
    return Report.of(found)


def _drawings(read: Package) -> tuple[dict[str, Diagram], list[Finding]]:
    """The processes that can be read, and the reasons why others cannot; a missing file is the rules' matter."""
    drawings: dict[str, Diagram] = {}
    unread = []
    for path in {case.process for case in read.cases} & read.files.keys():
        try:
            drawings[path] = diagram.read(read.files[path])
        except RefusedFile as refused:
            unread.append(refused.finding(path))
    return drawings, unread


def _case(
    read: Package, case: Case, drawing: Diagram, pinned: Mapping[str, Package] | None
) -> Iterator[Finding]:
    try:
        process = specification.executable(drawing)
    except RefusedFile as refused:
        yield refused.finding(case.process)
        return
    found = list(rules.of_process(rules.Subject(drawing, process, read, case), case.process))
    yield from found
    if not any(finding.severity is Severity.ERROR for finding in found):
        yield from _engine(read, case, pinned)


def _engine(read: Package, case: Case, pinned: Mapping[str, Package] | None) -> Iterator[Finding]:
    """What only building the engine's specification brings to light."""
    try:
        specification.load(read, case.id, resolve=_bundled if pinned is None else pinned.__getitem__)
    except calls.UnknownCall as unknown:
        severity = Severity.WARNING if pinned is None else Severity.ERROR
        message = f"{unknown.element}: the called procedure {unknown.code!r} is not known here."
        yield Finding(
            severity, "call-unknown", unknown.element, unknown.line, message, unknown.remedy, case.process
        )
    except RefusedFile as refused:
        yield refused.finding(case.process)
    except errors.UnsupportedElement as error:
        message = f"{error.element}: {error.what} is not supported."
        yield Finding(
            Severity.ERROR, "engine", error.element, error.line, message, error.remedy, case.process
        )
    except errors.EngineError as error:
        yield Finding(
            Severity.ERROR, "engine", None, 0, str(error), "Correct what the message names.", case.process
        )


def _bundled(code: str) -> Package:
    """The bundled procedures are known everywhere; those of an installation are pinned when a version is declared."""
    if code not in package.codes():
        raise KeyError(code)
    return package.bundled(code)
