"""Partial reading of a package whose manifest has gaps. Gaps then hide nothing that is wrong with the diagrams."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import manifest, toml
from hoso_bpmn.package.manifest import LaneRole
from hoso_bpmn.package.package import Package

_READ = TypeAdapter(LaneRole)
#: What stands for a lane's role and unit where the manifest has a gap, of which another finding tells.
_UNKNOWN = {"role": "specialist", "unit": "handling"}


def package(files: Mapping[str, bytes]) -> Package | None:
    """Package with lanes and files, without cases. None where its manifest is no TOML."""
    try:
        table = toml.document(files.get(manifest.FILE, b""), manifest.FILE, "manifest")
    except RefusedFile:
        return None
    lanes = table.get("lanes")
    if not isinstance(lanes, dict) or not lanes:
        return None
    return Package(
        code="",
        name=_written(table.get("name")),
        authority="",
        field="",
        level="",
        source=None,
        legal_basis=(),
        lanes=MappingProxyType({" ".join(name.split()): _role(lane) for name, lane in lanes.items()}),
        cases=(),
        files=MappingProxyType(dict(files)),
        manifest=MappingProxyType(table),
    )


def _written(name: object) -> str:
    """A name, or the place of a gap."""
    return name if isinstance(name, str) and name else "…"


def _role(lane: Any) -> LaneRole:
    written = lane if isinstance(lane, dict) else {}
    for given in (
        written,
        {**_UNKNOWN, "role": written.get("role")},
        {**_UNKNOWN, "unit": written.get("unit")},
    ):
        try:
            return _READ.validate_python(given)
        except ValidationError:
            continue
    return _READ.validate_python(_UNKNOWN)
