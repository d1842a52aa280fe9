"""Package around an imported diagram, with gaps for all that a diagram lacks."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hoso_bpmn.conversion.document import NONE
from hoso_bpmn.conversion.imported import Imported
from hoso_bpmn.document import diagram, naming
from hoso_bpmn.package import manifest

_PROCESS = "process.bpmn"
#: What the author fills in, with an example. `check` names each gap until it is filled.
_GAPS = (
    ("code", '"1.014464"'),
    ("authority", '"H27", the authority that published it'),
    ("field", '"Báo chí, xuất bản"'),
    ("level", '"province" or "commune"'),
)
_NAME, _CASE = '"Cấp bản sao trích lục", as the decision calls the procedure', '"Cấp mới"'


@dataclass(frozen=True, slots=True)
class Outline:
    """Name and lanes of a diagram."""

    name: str
    lanes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Filled:
    """Texts of an author beside the diagram; unchecked."""

    code: str
    name: str
    authority: str
    field: str
    level: str
    term: str
    legal_basis: Sequence[str] = ()
    #: Lane → role and unit.
    lanes: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    #: Names of the papers, in order.
    papers: Sequence[str] = ()


def outline(data: bytes) -> Outline:
    """The name and the lanes of a converted diagram; called in the limited child."""
    drawing = diagram.read(data)
    process = next(iter(drawing.executable), drawing.processes[0])
    return Outline(naming.of_process(drawing, process), tuple(_lanes(process)))


def filled(drawing: bytes, said: Filled) -> dict[str, bytes]:
    """Files of a package whose author has said the rest. The check finds what is wrong or missing."""
    head = {"schema": "hoso-procedure/1", "code": said.code, "name": said.name, "authority": said.authority}
    head |= {"field": said.field, "level": said.level}
    lines = [f"{key} = {_text(value)}" for key, value in head.items()]
    lines.append(f"legal_basis = [{', '.join(map(_text, said.legal_basis))}]")
    for lane, (role, unit) in said.lanes.items():
        lines += ["", f"[lanes.{_text(lane)}]", f"role = {_text(role)}", f"unit = {_text(unit)}"]
    lines += ["", "[[case]]", 'id = "default"', f"name = {_text(said.name)}", f'process = "{_PROCESS}"']
    lines.append(f"term = {_text(said.term)}")
    for number, paper in enumerate(said.papers, start=1):
        lines += ["", "[[case.component]]", f'code = "TP{number:02}"', f"name = {_text(paper)}"]
    return {_PROCESS: drawing, manifest.FILE: "\n".join([*lines, ""]).encode()}


def package(imported: Imported, decisions: Mapping[str, bytes] = NONE) -> dict[str, bytes]:
    """Files of a package: diagram, decision tables and a `procedure.toml` with gaps.

    Each gap says what belongs there.
    """
    drawing = diagram.read(imported.xml)
    process = next(process for process in drawing.processes if process.id == imported.process)
    return {**decisions, _PROCESS: imported.xml, manifest.FILE: _manifest(drawing, process).encode()}


def _manifest(drawing: diagram.Diagram, process: diagram.Process) -> str:
    name = naming.of_process(drawing, process)
    lines = ['schema = "hoso-procedure/1"', f"name = {_text(name)}{_example(name, _NAME)}"]
    lines += [f'{key} = ""  # e.g. {example}' for key, example in _GAPS]
    lines.append('legal_basis = []  # e.g. ["QĐ 2904/QĐ-UBND ngày 21/11/2025"]')
    for lane in _lanes(process):
        lines += ["", f"[lanes.{_text(lane)}]"]
        lines += ['role = ""  # reception, clerk, division_head, specialist, agency_head, provincial_leader']
        lines += ['unit = ""  # receiving, handling, deciding, or a unit code']
    lines += [
        "",
        "[[case]]",
        'id = "default"',
        f"name = {_text(name)}{_example(name, _CASE)}",
        f'process = "{_PROCESS}"',
    ]
    lines += ['term = ""  # e.g. "3 ngày làm việc"', ""]
    return "\n".join(lines)


def _lanes(process: diagram.Process) -> Mapping[str, None]:
    """The lanes that hold something, in the order of the file."""
    return dict.fromkeys(element.lane for element in process.elements.values() if element.lane)


def _example(name: str, example: str) -> str:
    """Example text for a gap where the diagram gives no name."""
    return "" if name else f"  # e.g. {example}"


def _text(text: str) -> str:
    # JSON's escapes are TOML's; only DEL stands bare in JSON and may not in TOML.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
