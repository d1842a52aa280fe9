"""Pictures of strangers' files, drawn in a limited child process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hoso_bpmn import sandbox
from hoso_bpmn.document import xml
from hoso_bpmn.drawing import svg
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import archive, package
from hoso_calendar.messages import say

#: What may be marked in such a picture.
Marks = svg.Checked | svg.Revision | svg.Untaken


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, as the child answers with it."""

    svg: str

    def to_json(self) -> dict[str, str]:
        """JSON-safe."""
        return {"svg": self.svg}


def draw(data: bytes, *, checked: Marks | None = None, prefix: str = "") -> str:
    """The SVG of a BPMN file. Raises `RefusedFile`, rule `sandbox` among them."""
    return _run(drawn, data[: xml.MAX_BYTES + 1], checked, prefix)


def draw_package(data: bytes, *, checked: Marks | None = None, prefix: str = "") -> str:
    """The SVG of the first BPMN file of a zip, by name. Raises `RefusedFile`, also where there is none."""
    return _run(drawn_package, data[: archive.MAX_TOTAL + 1], checked, prefix)


def drawn(data: bytes, prefix: str = "", marks: str = "") -> Drawn:
    """Draw a BPMN file; called in the child. `marks` are what is marked, as JSON."""
    return Drawn(svg.draw(data, _read(marks) if marks else None, prefix=prefix))


def drawn_package(data: bytes, prefix: str = "", marks: str = "") -> Drawn:
    """Draw the first BPMN file of a zip; called in the child."""
    files = package.contents(data)
    first = min((path for path in files if path.endswith(".bpmn")), default=None)
    if first is None:
        raise RefusedFile(
            "file-missing", say("The package has no BPMN file."), remedy="Put the BPMN file into it."
        )
    return drawn(files[first], prefix, marks)


def _run(work: Callable[..., Drawn], data: bytes, checked: Marks | None, prefix: str) -> str:
    marks = json.dumps(_told(checked)) if checked else ""
    picture: str = sandbox.run(work, data, prefix=prefix, marks=marks)["svg"]
    return picture


def _told(marks: Marks) -> list[Any]:
    if isinstance(marks, svg.Untaken):
        return ["untaken", sorted(marks.flows)]
    if isinstance(marks, svg.Revision):
        return ["revision", sorted(marks.added), dict(marks.changed), sorted(marks.removed)]
    return ["checked", sorted(marks.errors), sorted(marks.warnings)]


def _read(text: str) -> Marks:
    kind, *told = json.loads(text)
    if kind == "revision":
        added, changed, removed = told
        return svg.Revision(frozenset(added), changed, frozenset(removed))
    sets = map(frozenset, told)
    return svg.Untaken(*sets) if kind == "untaken" else svg.Checked(*sets)
