"""Pictures of strangers' files, drawn in a limited child process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from hoso_bpmn import sandbox
from hoso_bpmn.document import xml
from hoso_bpmn.drawing import svg
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import archive, package
from hoso_calendar.messages import say


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, as the child answers with it."""

    svg: str

    def to_json(self) -> dict[str, str]:
        """JSON-safe."""
        return {"svg": self.svg}


def draw(data: bytes, *, checked: svg.Checked | None = None, prefix: str = "") -> str:
    """The SVG of a BPMN file. Raises `RefusedFile`, rule `sandbox` among them."""
    return _run(drawn, data[: xml.MAX_BYTES + 1], checked, prefix)


def draw_package(data: bytes, *, checked: svg.Checked | None = None, prefix: str = "") -> str:
    """The SVG of the first BPMN file of a zip, by name. Raises `RefusedFile`, also where there is none."""
    return _run(drawn_package, data[: archive.MAX_TOTAL + 1], checked, prefix)


def drawn(data: bytes, prefix: str = "", marks: str = "") -> Drawn:
    """Draw a BPMN file; called in the child. `marks` are errors and warnings as JSON."""
    errors, warnings = json.loads(marks) if marks else ((), ())
    checked = svg.Checked(frozenset(errors), frozenset(warnings))
    return Drawn(svg.draw(data, checked, prefix=prefix))


def drawn_package(data: bytes, prefix: str = "", marks: str = "") -> Drawn:
    """Draw the first BPMN file of a zip; called in the child."""
    files = package.contents(data)
    first = min((path for path in files if path.endswith(".bpmn")), default=None)
    if first is None:
        raise RefusedFile(
            "file-missing", say("The package has no BPMN file."), remedy="Put the BPMN file into it."
        )
    return drawn(files[first], prefix, marks)


def _run(work: Callable[..., Drawn], data: bytes, checked: svg.Checked | None, prefix: str) -> str:
    marks = json.dumps([sorted(checked.errors), sorted(checked.warnings)]) if checked else ""
    picture: str = sandbox.run(work, data, prefix=prefix, marks=marks)["svg"]
    return picture
