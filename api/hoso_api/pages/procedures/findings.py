"""Findings of a check in groups, and the picture with their marks."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import hoso_bpmn
from hoso_bpmn import sandbox
from hoso_bpmn.drawing import apart, svg
from hoso_calendar.messages import translated
from hoso_workflows.operation import admission

#: Ids of a picture begin so; a link to an element is `#el-Task_3`.
PREFIX = "el-"
#: One picture at a time in each process, in a limited child.
PICTURES = admission.Queue("pictures", at_once=1, waiting=15, again=timedelta(seconds=10))
#: How many pictures of stored files each process keeps, those that were drawn last.
MOST_KEPT = 64
#: Pictures by the SHA-256 of their file and by their marks.
KEPT: dict[tuple[bytes, apart.Marks, str], str | None] = {}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding in the reader's language."""

    rule: str
    message: str
    remedy: str
    #: File and line, as far as there are any.
    place: str
    element: str | None


@dataclass(frozen=True, slots=True)
class Findings:
    """Errors and warnings, each in the order of file and line."""

    errors: tuple[Line, ...] = ()
    warnings: tuple[Line, ...] = ()

    @classmethod
    def of(cls, report: hoso_bpmn.Report) -> "Findings":
        """The findings of a report."""
        return cls(_lines(report.errors), _lines(report.warnings))

    @property
    def marks(self) -> svg.Checked:
        """The elements to be marked in the picture."""
        return svg.Checked(_elements(self.errors), _elements(self.warnings))


def _lines(found: Sequence[hoso_bpmn.Finding]) -> tuple[Line, ...]:
    return tuple(
        Line(
            each.rule,
            translated(each.message),
            translated(each.remedy),
            ":".join(filter(None, (each.file, str(each.line or "")))),
            each.element,
        )
        for each in found
    )


def _elements(lines: Sequence[Line]) -> frozenset[str]:
    return frozenset(each.element for each in lines if each.element)


async def picture(drawing: bytes, marks: apart.Marks, prefix: str = PREFIX) -> str | None:
    """The SVG of a stored BPMN file with marked elements; None for a file that cannot be drawn.

    It is kept, but for a drawing that was stopped: it may end the next time. Raises TooManyRequests while many
    pictures wait.
    """
    key = hashlib.sha256(drawing).digest(), marks, prefix
    if key in KEPT:
        return KEPT[key]
    try:
        found = await _drawn(apart.draw, drawing, marks, prefix)
    except sandbox.Stopped:
        return None
    KEPT[key] = found
    while len(KEPT) > MOST_KEPT:
        del KEPT[next(iter(KEPT))]
    return found


async def picture_of_package(data: bytes, marks: apart.Marks) -> str | None:
    """The same of the first BPMN file of an uploaded zip. It is not kept."""
    try:
        return await _drawn(apart.draw_package, data, marks, PREFIX)
    except sandbox.Stopped:
        return None


async def _drawn(draw: Callable[..., str], data: bytes, marks: apart.Marks, prefix: str) -> str | None:
    """The picture; None for what no drawing can be made of. Raises sandbox.Stopped and TooManyRequests."""
    with PICTURES.place():
        try:
            return await PICTURES.run(draw, data, checked=marks, prefix=prefix)
        except sandbox.Stopped:
            raise
        except hoso_bpmn.RefusedFile:
            return None
