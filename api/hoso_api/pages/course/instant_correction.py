"""Correction of a stamped instant: acts, form, and effect on the dates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from hoso_api.pages.course.act_page import instant
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.shared import acting
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors, localtime
from hoso_workflows.dossiers import stamped_instants
from hoso_workflows.dossiers.service import Preview
from hoso_workflows.dossiers.stamped_instants import StampedAct
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.tracking import possible_acts

ACT, WORD = "correct_instant", "thoi-diem"
#: Fields of the form, as its page names them. The last one says which correction its reader has seen the effect of.
CHOSEN, AT, REASON, LOOKED_AT = "su-kien", "luc", "ly-do", "da-xem"
#: The field of a refusal, by its slug.
BY_SLUG: Mapping[str, str] = {errors.NotCorrectable.slug: AT, "reason-missing": REASON}


@dataclass(frozen=True, slots=True)
class Line:
    """An act in the list of those that can be corrected."""

    #: The number of its first event.
    number: int
    what: str
    at: datetime

    @property
    def said(self) -> str:
        """Its instant to the second, since acts may follow each other within a minute."""
        return told(self.at)


@dataclass(frozen=True, slots=True)
class Case:
    """A dossier, and the acts of which the reader may correct the instants."""

    dossier: Mapping[str, Any]
    dates: Mapping[str, Any]
    lines: Sequence[Line]
    #: The value of `_ban` for its form.
    seen: str
    #: Why the reader cannot correct; None where they can.
    refusal: str | None

    @property
    def key(self) -> str:
        """The dossier's code, its reference before acceptance."""
        return str(self.dossier["code"] or self.dossier["reference"])

    @property
    def address(self) -> str:
        """The address of its first page."""
        return f"{dossier_frame.ADDRESS}/{quote(self.key, safe='')}"

    @property
    def status(self) -> str:
        """Its status as a sentence."""
        return spoken(wording.STATUSES[self.dossier["status"]])

    @property
    def due(self) -> datetime | None:
        """The promised date."""
        return dossier_frame.instant(self.dates["due_promised"])


@dataclass(frozen=True, slots=True)
class Effect:
    """A date as it stands, and as it would stand."""

    name: str
    before: str
    after: str

    @property
    def moves(self) -> bool:
        """True where a correction changes it."""
        return self.before != self.after


async def read(visit: Visit, key: str) -> Case:
    """The dossier with its acts, the newest first. Raises NotFound."""
    last = await acting.last_event(visit.service.db, key)
    found = await stamped_instants.acts(visit.service, key, **visit.reading)
    document = found.explanation
    reference = document["dossier"]["reference"]
    listed = await possible_acts.listed(visit.service, reference, by=visit.principal, at=visit.at)
    return Case(
        document["dossier"],
        document["dates"],
        [_line(each) for each in reversed(found.acts)],
        acting.seen({"version": found.version}, last),
        dossier_frame.refused({each.name: each for each in listed}, ACT),
    )


def _line(act: StampedAct) -> Line:
    words = (wording.HAPPENED.get(kind, kind) for kind in dict.fromkeys(act.kinds))
    return Line(act.seqs[0], ", ".join(map(spoken, words)), act.at)


def command(form: Form) -> commands.Correct:
    """The correction of a form. Raises Stopped with a fault at each field that lacks something."""
    form.require_legible()
    faults = list(_missing(form))
    if faults:
        raise Stopped(form, faults)
    at = instant(form.text(AT))
    assert at is not None  # noqa: S101 - it is no fault
    return commands.Correct(int(form.text(CHOSEN)), at, form.text(REASON))


def _missing(form: Form) -> Iterator[Fault]:
    number = form.text(CHOSEN)
    if not (number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS):
        yield Fault(spoken("Chọn việc ghi sai thời điểm."), CHOSEN)
    if instant(form.text(AT)) is None:
        yield Fault(spoken("Viết giờ và ngày như 09:30 24/11/2026."), AT)
    if not form.text(REASON):
        yield Fault(spoken("Ghi lý do."), REASON)


#: Of the number of an event, as over REST.
MOST_DIGITS = 5


def looked_at(form: Form) -> str:
    """The value of `da-xem` for the correction of a form."""
    return f"{form.text(CHOSEN)} {form.text(AT)}"


async def effects(visit: Visit, key: str, form: Form, asked: commands.Correct) -> list[Effect]:
    """The dates of the dossier before and after the correction; nothing is stored. Raises Stopped."""
    try:
        seen = await visit.service.preview(key, asked, actor=visit.principal, at=visit.at)
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, key, refused, fields=BY_SLUG) from refused
    return list(_effects(seen))


def _effects(seen: Preview) -> Iterator[Effect]:
    before, after = _dates(seen.before), _dates(seen.after)
    for name, value in after.items():
        yield Effect(name, before.get(name, NOTHING), value)


NOTHING = "–"


def _dates(dossier: Projection) -> dict[str, str]:
    """The dates of a dossier in words, by their names."""
    dates = dossier.clock.dates()
    found = {
        spoken("Hạn tiếp nhận"): dates.reception_due,
        spoken("Hạn theo luật"): dates.due_legal,
        spoken("Hẹn trả"): dates.due_promised,
        spoken("Trễ hạn từ"): dates.late_since,
    }
    said = {name: wording.instant(value) if value else NOTHING for name, value in found.items()}
    verdict = dates.verdict
    said[spoken("Kết luận về hạn")] = spoken(wording.VERDICTS[verdict]) if verdict else NOTHING
    for task, opened in dossier.state.tasks.items():
        step = dates.steps.get(task)
        name = spoken("Hạn của bước {step}", step=opened.name)
        said[name] = wording.instant(step.own) if step and step.own else NOTHING
    return said


def told(at: datetime) -> str:
    """An instant to the second, as it may be typed again."""
    return f"{at.astimezone(localtime.ZONE):%H:%M:%S %d/%m/%Y}"
