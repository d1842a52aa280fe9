"""Result of an import: the diagram, its changes, and counts of kept elements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from hoso_bpmn.conversion.document import Change


@dataclass(frozen=True, slots=True)
class Kept:
    """Numbers of kept and of replaced elements of one kind."""

    preserved: int
    replaced: int


@dataclass(frozen=True, slots=True)
class Imported:
    """A converted diagram. `kept` counts gateways, timers, call activities and business rules."""

    xml: bytes = field(repr=False)
    process: str
    changes: tuple[Change, ...]
    kept: Mapping[str, Kept]

    def to_json(self) -> dict[str, Any]:
        """JSON-safe, the diagram as text."""
        return {
            "schema": "hoso-import/1",
            "process": self.process,
            "xml": self.xml.decode(),
            "changes": [asdict(change) for change in self.changes],
            "kept": {kind: asdict(counts) for kind, counts in self.kept.items()},
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Imported:
        """The import that `to_json` wrote."""
        return cls(
            document["xml"].encode(),
            document["process"],
            tuple(Change(**change) for change in document["changes"]),
            MappingProxyType({kind: Kept(**counts) for kind, counts in document["kept"].items()}),
        )
