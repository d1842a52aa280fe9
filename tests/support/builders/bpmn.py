"""Small processes for tests of the engine: BPMN elements as written, flows as `from>to`, `from>to[label]`, `from>to{condition}`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn.package import package
from hoso_bpmn.runs.specification import Resolve, Specification

HANOI = timezone(timedelta(hours=7))
#: A Monday morning without a holiday near.
MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=HANOI)
CALENDAR = wt.load("ha-tinh")

_FLOW = re.compile(r"(\w+)>(\w+)(?:\[(?P<label>[^\]]*)\])?(?:\{(?P<condition>.*?)\}(?=\s|$))?")
_MANIFEST = """
schema = "hoso-procedure/1"
code = "{code}"
name = "Thủ tục thử"
authority = "H27"
field = "Thử nghiệm"
level = "province"
legal_basis = ["thử"]
[lanes."Một cửa"]
role = "reception"
unit = "receiving"
[[case]]
id = "default"
name = "Mặc định"
process = "process.bpmn"
term = "5 ngày làm việc"
"""


def flows(text: str) -> str:
    """Sequence flows, numbered f1, f2 … in the order of the text."""
    found = []
    for number, match in enumerate(_FLOW.finditer(text), 1):
        condition = match["condition"]
        inner = f"<conditionExpression>{_escaped(condition)}</conditionExpression>" if condition else ""
        label = f' name="{match["label"]}"' if match["label"] else ""
        found.append(
            f'<sequenceFlow id="f{number}" sourceRef="{match[1]}" targetRef="{match[2]}"{label}>{inner}</sequenceFlow>'
        )
    return "".join(found)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bpmn(elements: str, way: str = "", declarations: str = "") -> bytes:
    """A file with one executable process. `{ }` is the name of a start or end event that is not drawn in `elements`."""
    used = set(re.findall(r"\b(start|end)\b", way))
    ends = "".join(f'<{event}Event id="{event}"/>' for event in used if f'id="{event}"' not in elements)
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">'
        f'{declarations}<process id="process" name="Thử" isExecutable="true">{ends}{elements}{flows(way)}</process></definitions>'
    ).encode()


def user(identity: str, inner: str = "", **words: str) -> str:
    """A user task called like its id in upper case, with extension properties."""
    listed = "".join(f'<camunda:property name="{key}" value="{value}"/>' for key, value in words.items())
    properties = (
        f"<extensionElements><camunda:properties>{listed}</camunda:properties></extensionElements>"
        if listed
        else ""
    )
    return f'<userTask id="{identity}" name="{identity.upper()}">{properties}{inner}</userTask>'


def users(identities: str) -> str:
    """Several user tasks."""
    return "".join(user(identity) for identity in identities.split())


def packaged(process: bytes, code: str = "9.000001", **files: bytes) -> package.Package:
    """A package with the process and more files; `_` in a keyword stands for the dot of its file name."""
    more = {name.replace("_", "."): content for name, content in files.items()}
    return package.read(
        {"procedure.toml": _MANIFEST.format(code=code).encode(), "process.bpmn": process, **more}
    )


def specification(
    elements: str, way: str = "", declarations: str = "", resolve: Resolve | None = None, **files: bytes
) -> Specification:
    """The specification of a process drawn with `bpmn`."""
    return hoso_bpmn.load(packaged(bpmn(elements, way, declarations), **files), resolve=resolve).specification


class Walk:
    """A run that is dumped and resumed after every command, as in production."""

    def __init__(self, spec: Specification, at: datetime = MONDAY, **variables: Any) -> None:
        self.spec = spec
        self.at = at
        self.run = hoso_bpmn.start(spec, at=at, calendar=CALENDAR, variables=variables)
        self._reload()

    @property
    def open(self) -> list[str]:
        """Elements of the open tasks, sorted."""
        return sorted(task.element for task in self.run.tasks)

    @property
    def due(self) -> dict[str, datetime]:
        """Due instants of the timers by element."""
        return {timer.element: timer.due for timer in self.run.timers}

    def task(self, element: str) -> hoso_bpmn.Task:
        """The first open task of the element."""
        return next(task for task in self.run.tasks if task.element == element)

    def do(self, element: str, outcome: str | None = None, **variables: Any) -> hoso_bpmn.Change:
        """Complete the first open task of the element."""
        return self._after(self.run.complete(self.task(element).id, outcome, variables, at=self.at))

    def wait(self, **span: float) -> hoso_bpmn.Change:
        """Let time pass, then let due timers fire."""
        self.at += timedelta(**span)
        return self._after(self.run.advance(at=self.at))

    def send(self, message: str, **payload: Any) -> hoso_bpmn.Change:
        """Hand a message to the run."""
        return self._after(self.run.send(message, payload, at=self.at))

    def cancel(self, reason: str) -> hoso_bpmn.Change:
        """End the run."""
        return self._after(self.run.cancel(reason, at=self.at))

    def _after(self, change: hoso_bpmn.Change) -> hoso_bpmn.Change:
        self._reload()
        return change

    def _reload(self) -> None:
        self.run = hoso_bpmn.resume(self.spec, self.run.dump(), calendar=CALENDAR)


def elements(tasks: tuple[hoso_bpmn.Task, ...]) -> list[str]:
    """Elements of the tasks, sorted."""
    return sorted(task.element for task in tasks)


BOUNDARY = '<boundaryEvent id="t" attachedToRef="a" cancelActivity="{}"><timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition></boundaryEvent>'


def boundary(interrupting: bool, text: str, kind: str = "timeDuration") -> str:
    """A timer `t` at the task `a`."""
    return BOUNDARY.format(str(interrupting).lower(), kind=kind, text=text)


CATCH = '<intermediateCatchEvent id="{}"><{kind}EventDefinition {ref}>{inner}</{kind}EventDefinition></intermediateCatchEvent>'


def catch(identity: str, kind: str, ref: str = "", inner: str = "") -> str:
    """An event that is awaited between two steps."""
    return CATCH.format(identity, kind=kind, ref=f'{kind}Ref="{ref}"' if ref else "", inner=inner)


MESSAGE = '<message id="msg" name="Đã nộp tiền"/>'


def each(collection: str, item: str, sequential: str = "false") -> str:
    """The marker of a step that is done for each item of a list."""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}" camunda:collection="{collection}" '
        f'camunda:elementVariable="{item}"/>'
    )
