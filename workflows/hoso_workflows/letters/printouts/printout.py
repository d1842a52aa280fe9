"""A filing on paper: its questions with their answers, typeset in a limited child."""

import json
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from hoso_calendar.messages import VIETNAMESE, say
from hoso_workflows import errors
from hoso_workflows.letters import display, pdf, pool


@dataclass(frozen=True, slots=True)
class Line:
    """A heading, or a label with what stands behind it."""

    label: str
    #: A line each; a heading has none.
    values: tuple[str, ...] = ()
    #: Of a heading, from 2 on, since the title is the first; 0 for an answer.
    level: int = 0


@dataclass(frozen=True, slots=True)
class Printout:
    """Everything that stands on the paper."""

    title: str
    lines: tuple[Line, ...]
    #: The instant that the file bears: that of what it shows.
    at: datetime
    #: Stands on each page, such as that nothing was filed yet.
    mark: str = ""
    #: Stands at the foot of each page, beside its number.
    foot: str = ""
    #: ISO 639-1.
    language: str = VIETNAMESE


class PrintoutNotSet(errors.Refusal):
    """The paper could not be typeset."""

    slug = "printout-not-set"
    remedy = "Print the page, which says the same, and try the PDF again later."

    def __init__(self, reason: str) -> None:
        super().__init__(say("The paper could not be typeset: {reason}.", reason=reason))
        self.reason = reason


async def typeset(printout: Printout) -> bytes:
    """The PDF of a paper (A4, PDF/A-2a and PDF/UA-1 as letters are).

    Equal values give equal bytes. Raises PrintoutNotSet.
    """
    try:
        return await pool.POOL.set(job(printout))
    except pool.NotSet as failed:
        raise PrintoutNotSet(failed.reason) from failed


def job(printout: Printout) -> pdf.Job:
    """The work of typesetting a paper."""
    told: display.Shown = {
        "title": display.plain(printout.title),
        "mark": display.plain(printout.mark),
        "foot": display.plain(printout.foot),
        "language": printout.language,
        "lines": [_told(each) for each in printout.lines],
    }
    source = resources.files("hoso_workflows.letters.printouts").joinpath("printout.typ").read_bytes()
    inputs = {"printout": json.dumps(pdf.breakable(told), ensure_ascii=False)}
    return pdf.Job(source, inputs, int(printout.at.timestamp()))


def _told(line: Line) -> display.Shown:
    values: list[display.Shown] = [display.plain(each) for each in line.values]
    return {"label": display.plain(line.label), "values": values, "level": str(line.level)}
