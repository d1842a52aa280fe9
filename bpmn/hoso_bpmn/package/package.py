"""A procedure package: `procedure.toml`, one executable BPMN file per case, forms and scenarios."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hoso_bpmn import text_safety
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import archive, manifest
from hoso_bpmn.package.manifest import Case, Component, Eligibility, Fee, LaneRole
from hoso_calendar.messages import say

__all__ = [
    "Case",
    "Component",
    "Eligibility",
    "Fee",
    "LaneRole",
    "NoSuchCase",
    "Package",
    "Pin",
    "bundled",
    "codes",
    "known",
    "read",
]


class NoSuchCase(LookupError):
    """The procedure has no case of that id, or several and none was chosen."""

    def __init__(self, code: str, case: str | None, allowed: tuple[str, ...]) -> None:
        self.code = code
        self.case = case
        self.allowed = allowed
        asked = say("has no case {case!r}", case=case) if case else "has several cases"
        super().__init__(
            say(
                "Procedure {code} {asked}; choose one of {known}.",
                code=code,
                asked=asked,
                known=", ".join(allowed),
            )
        )


@dataclasses.dataclass(frozen=True)
class Package:
    """Procedure as its authority declared it. Equal files give an equal `sha256` on every machine."""

    code: str
    name: str
    authority: str
    field: str
    level: str
    source: str | None
    legal_basis: tuple[str, ...]
    lanes: Mapping[str, LaneRole]
    cases: tuple[Case, ...]
    #: Content by path inside of the package, `procedure.toml` included.
    files: Mapping[str, bytes] = dataclasses.field(repr=False)
    #: The tables of `procedure.toml` as they are written, also those that nothing here reads.
    manifest: Mapping[str, Any] = dataclasses.field(repr=False, compare=False)
    #: What its call activities run, by procedure code; None for a package that is no version of an office.
    pins: Mapping[str, Pin] | None = dataclasses.field(default=None, repr=False, compare=False)
    #: What is asked before anything is filed; None where nothing is.
    eligibility: Eligibility | None = None

    @property
    def written_lanes(self) -> Mapping[str, LaneRole]:
        """Lanes by their names as written. A specification is known by these names, and the states of runs by it."""
        names = (" ".join(name.split()) for name in self.manifest["lanes"])
        return {name: self.lanes[text_safety.text(name)] for name in names}

    def pinned(self, pins: Mapping[str, Pin]) -> Package:
        """The same package as a version, whose calls run these and nothing else."""
        return dataclasses.replace(self, pins=MappingProxyType(dict(pins)))

    def case(self, identity: str | None = None) -> Case:
        """The case of that id, or the only one; raises `NoSuchCase`."""
        found = [case for case in self.cases if identity in (None, case.id)]
        if len(found) != 1:
            raise NoSuchCase(self.code, identity, tuple(case.id for case in self.cases))
        return found[0]

    def process(self, case: Case) -> bytes:
        """The BPMN file of a case; raises `RefusedFile` with rule `file-missing`."""
        try:
            return self.files[case.process]
        except KeyError:
            raise RefusedFile(
                "file-missing",
                say(
                    "case {id}: process = {process!r} is not in the package.",
                    id=case.id,
                    process=case.process,
                ),
                file=manifest.FILE,
                remedy=say("Add the file or name one of {known}.", known=", ".join(sorted(self.files))),
            ) from None

    def form(self, name: str) -> str | None:
        """Path of a form by its path, file name or id, or None."""
        plain = text_safety.text(name.rpartition(":")[2])
        candidates = (plain, f"forms/{plain}", f"{plain}.form", f"forms/{plain}.form")
        return next((path for path in candidates if path in self.files), None)

    def to_zip(self) -> bytes:
        """The canonical zip of all files."""
        return archive.to_zip(self.files)

    @cached_property
    def sha256(self) -> str:
        """Hash of the canonical zip, in hex."""
        return hashlib.sha256(self.to_zip()).hexdigest()


@dataclasses.dataclass(frozen=True, slots=True)
class Pin:
    """Pinned version of a called procedure. It stays whatever has become active since."""

    number: int
    package: Package


def read(source: str | Path | bytes | Mapping[str, bytes]) -> Package:
    """Read a package from a folder, a zip or its files. Raises `RefusedFile` naming the file and the key."""
    files = contents(source)
    if manifest.FILE not in files:
        raise RefusedFile(
            "package-manifest",
            say("The package has no {file}.", file=manifest.FILE),
            remedy=say(
                "Put {file} beside the BPMN file; docs/declare-a-procedure.md shows one.", file=manifest.FILE
            ),
        )
    declared, written = manifest.read(files[manifest.FILE])
    return Package(
        code=declared.code,
        name=declared.name,
        authority=declared.authority,
        field=declared.field,
        level=declared.level,
        source=declared.source,
        legal_basis=declared.legal_basis,
        lanes=MappingProxyType({" ".join(name.split()): role for name, role in declared.lanes.items()}),
        cases=declared.cases,
        files=MappingProxyType(files),
        manifest=MappingProxyType(written),
        eligibility=declared.eligibility,
    )


def contents(source: str | Path | bytes | Mapping[str, bytes]) -> dict[str, bytes]:
    """Files of a folder, a zip or a mapping by path; raises `RefusedFile`."""
    if isinstance(source, bytes):
        return archive.from_zip(source, manifest.FILE)
    if isinstance(source, Mapping):
        return archive.from_mapping(source)
    path = Path(source)
    if archive.is_zip(path):
        return archive.from_zip(path.read_bytes(), manifest.FILE)
    return archive.from_folder(path)


@cache
def codes() -> tuple[str, ...]:
    """The procedures that come with the project."""
    folders = resources.files("hoso_bpmn").joinpath("procedures").iterdir()
    return tuple(sorted(folder.name for folder in folders if folder.joinpath(manifest.FILE).is_file()))


@cache
def bundled(code: str) -> Package:
    """A procedure that comes with the project; raises `RefusedFile` for an unknown code."""
    if code not in codes():
        raise RefusedFile(
            "package-missing",
            say("No procedure {code!r} is bundled.", code=code),
            remedy=say("Known: {known}.", known=", ".join(codes())),
        )
    with resources.as_file(resources.files("hoso_bpmn").joinpath("procedures", code)) as folder:
        return read(folder)


def read_ahead() -> None:
    """Load the bundled procedures while their files can be reached. The limited child process calls it."""
    for code in codes():
        bundled(code)


def known(given: Mapping[str, Package]) -> Callable[[str], Package]:
    """Resolver for the packages given by code, then the bundled ones.

    The function raises `KeyError` for any other code.
    """

    def find(code: str) -> Package:
        if code in given:
            return given[code]
        if code not in codes():
            raise KeyError(code)
        return bundled(code)

    return find
