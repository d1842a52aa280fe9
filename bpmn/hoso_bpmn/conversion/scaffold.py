"""Package around an imported diagram, with gaps for all that a diagram lacks."""

from __future__ import annotations

import json
from collections.abc import Mapping

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
    for lane in dict.fromkeys(element.lane for element in process.elements.values() if element.lane):
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


def _example(name: str, example: str) -> str:
    """Example text for a gap where the diagram gives no name."""
    return "" if name else f"  # e.g. {example}"


def _text(text: str) -> str:
    # JSON's escapes are TOML's; only DEL stands bare in JSON and may not in TOML.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
