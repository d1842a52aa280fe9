"""A dossier before the desk: papers, the date to promise, proposals of units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.shared.visit import Visit
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.dossiers import views
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.acts.refusals import FeesOpen
from hoso_workflows.lifecycle.commands import Command

#: The milestone of the step of reception.
RECEPTION = "accept"
#: Events in which a unit asks the desk for a supplement.
PROPOSED = "supplement_proposed"


@dataclass(frozen=True, slots=True)
class Counter:
    """A dossier as an officer of the desk has it before them."""

    subject: dossier_frame.Subject
    #: Why the reader cannot do the page's act now; None where they can.
    refusal: str | None

    @property
    def document(self) -> Mapping[str, Any]:
        """The dossier as its officers see it."""
        return self.subject.document

    @property
    def seen(self) -> str:
        """The value of `_ban` for its form."""
        return self.subject.seen

    @property
    def key(self) -> str:
        """The dossier's code, its reference before acceptance."""
        return self.subject.key

    @property
    def step(self) -> UUID | None:
        """The open step of reception, at which papers are ticked; None where it is not open."""
        open_ones = (each for each in self.document["tasks"] if each["milestone"] == RECEPTION)
        return next((UUID(each["id"]) for each in open_ones), None)

    @property
    def missing(self) -> list[Mapping[str, Any]]:
        """Required papers that have not come in."""
        return [part for part in self.document["components"] if part["required"] and not part["received"]]

    @property
    def answers(self) -> list[tuple[str, str]]:
        """The answers of its form, as pairs of name and text."""
        return [(name, str(value)) for name, value in (self.document["form"] or {}).items()]


async def read(visit: Visit, key: str, act: str | None) -> Counter:
    """The dossier, and why the reader cannot do an act to it now. Raises NotFound."""
    subject = await dossier_frame.read(visit, key)
    return Counter(subject, await dossier_frame.refusal(visit, subject, act) if act else None)


@dataclass(frozen=True, slots=True)
class Promise:
    """The date that acceptance would promise now, or why none can be told."""

    due: datetime | None
    term: str | None
    why_not: str = ""
    #: True where acceptance would need a word on papers that are missing.
    lacks: bool = False
    #: True where fees are open that the procedure lets nobody pass by.
    unpaid: bool = False


async def promise(visit: Visit, key: str) -> Promise:
    """The date that acceptance at this instant would promise; nothing is changed."""
    command = commands.Accept()
    try:
        return await _promised(visit, key, command)
    except errors.PapersMissing:
        return replace(await promise_with_missing(visit, key), lacks=True)
    except errors.Refusal as refused:
        return _without(refused)


async def promise_with_missing(visit: Visit, key: str) -> Promise:
    """The same, although papers are missing."""
    try:
        return await _promised(visit, key, commands.Accept(confirm_missing=True))
    except errors.Refusal as refused:
        return _without(refused)


def _without(refused: errors.Refusal) -> Promise:
    return Promise(None, None, messages.translated(refused), unpaid=isinstance(refused, FeesOpen))


async def _promised(visit: Visit, key: str, command: Command) -> Promise:
    seen = await visit.service.preview(key, command, actor=visit.principal, at=visit.at)
    return Promise(seen.after.clock.dates().due_promised, seen.after.state.term)


async def proposals(visit: Visit, key: str) -> Sequence[Mapping[str, Any]]:
    """The supplements that units have proposed to the desk, the newest first."""
    found = await views.history(visit.service, key, **visit.reading)
    return [each for each in reversed(found["items"]) if each["kind"] == PROPOSED and each["payload"]]
