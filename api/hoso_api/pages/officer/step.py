"""A step as its page shows it: task, dossier in brief, possible acts."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from hoso_api.pages.officer import inbox, list_context
from hoso_api.pages.shared import acting, postings, questions
from hoso_api.pages.shared.acting import Filled, Form
from hoso_api.pages.shared.postings import Received
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import standing
from hoso_api.translation.vietnamese import marked
from hoso_bpmn.package import forms
from hoso_models import TaskStatus
from hoso_workflows import errors
from hoso_workflows.dossiers import views
from hoso_workflows.lifecycle.commands import Complete, Result
from hoso_workflows.organisation.access_log import Origin
from hoso_workflows.organisation.permissions import ASSIGNERS
from hoso_workflows.tasks import kept, notes
from hoso_workflows.tasks.kept import Keeper

#: Fields of the form, as its page names them.
OUTCOME, RESULT, REASON, NOTE, FILES, MISSING = "ket-luan", "ket-qua", "ly-do", "ghi-chu", "tep", "thieu"
#: Results of the task that decides, in words.
RESULTS: tuple[tuple[str, str], ...] = (
    (Result.GRANTED.value, marked("Đồng ý giải quyết")),
    (Result.NOT_ELIGIBLE.value, marked("Không đủ điều kiện, trả hồ sơ kèm văn bản nêu rõ lý do")),
)
#: The field of a refusal, by its slug.
FIELDS: Mapping[str, str] = {
    "outcome-refused": OUTCOME,
    "result-missing": RESULT,
    "result-not-reached": RESULT,
    "reason-missing": REASON,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A task and what surrounds it, as its reader may see them."""

    task: Mapping[str, Any]
    dossier: Mapping[str, Any]
    notes: Sequence[Mapping[str, Any]]
    mark: str
    standing: str
    #: Kept by the reader at an earlier time.
    draft: Mapping[str, Any] | None
    place: list_context.Place | None
    seen: str
    #: True when the reader may do the step.
    able: bool
    #: True when the reader may hand it to others.
    assigns: bool
    mine: bool
    #: The step's own questions; None for a step without a form.
    form: forms.Form | None = None

    @property
    def key(self) -> str:
        """The dossier's code, its reference before acceptance."""
        return str(self.dossier["code"] or self.dossier["reference"])

    @property
    def open(self) -> bool:
        """True while nobody has done it."""
        return bool(self.task["status"] == TaskStatus.OPEN)

    @property
    def decides(self) -> bool:
        """True for the step that gives the result."""
        return bool(self.task["milestone"] == "result")

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """The outcomes that are drawn, as choices."""
        return [(each, each) for each in self.task["outcomes"] or ()]

    @property
    def due(self) -> datetime | None:
        """The due date of the step."""
        return datetime.fromisoformat(self.task["due"]) if self.task["due"] else None


async def read(visit: Visit, task: UUID) -> Step:
    """A task with its dossier, the newest notes, and the reader's own draft. Raises NotFound."""
    db = visit.service.db
    found = await views.task(db, task, **visit.reading)
    reference = found["dossier"]["reference"]
    led = {**visit.reading, "origin": _led(visit, task)}
    dossier = await views.dossier(visit.service, reference, **led)
    calendars = await visit.service.reference_data.unit_calendars([found["unit"]])
    due = datetime.fromisoformat(found["due"]) if found["due"] else None
    mark, words = standing.standing(due, visit.at, calendars[found["unit"]])
    mine = found["assignee"] == str(visit.principal)
    right = visit.rights.find(found["unit"], found["role"])
    draft = None
    if right is not None and found["status"] == TaskStatus.OPEN:
        with suppress(errors.NotFound, errors.Forbidden, errors.TaskNotOpen):
            draft = await kept.read(db, task, Keeper(visit.principal, visit.at))
    word = visit.request.query_params.get("ds", "")
    return Step(
        task=found,
        dossier=dossier,
        notes=(await notes.listed(visit.service, reference, limit=3, **led)).items,
        mark=mark,
        standing=words,
        draft=draft,
        place=await list_context.neighbours(visit, word, str(task), found["due"]),
        seen=acting.seen(dossier, await acting.last_event(db, reference)),
        able=right is not None,
        assigns=visit.rights.find(found["unit"], *ASSIGNERS) is not None,
        mine=mine,
        form=await _form(visit, task, led) if found["form"] else None,
    )


async def _form(visit: Visit, task: UUID, led: Mapping[str, Any]) -> forms.Form:
    return forms.stored(orjson.dumps(await views.form(visit.service, task, **led)))


def received(step: Step, form: Form) -> Received | None:
    """The answers to the step's questions in a form that was sent; None for a step without any."""
    if step.form is None:
        return None
    return postings.read(step.form, form.fields.multi_items(), step.draft["values"] if step.draft else {})


def sheet(visit: Visit, step: Step) -> questions.Sheet | None:
    """The step's questions at first: as parked, else as kept."""
    if step.form is None:
        return None
    kept_values = step.draft["values"] if step.draft else {}
    if visit.parked is not None:
        pairs = [(name, text) for name, texts in visit.parked.items() for text in texts]
        kept_values = postings.read(step.form, pairs, kept_values).answers
    return questions.Sheet(step.form, kept_values, language=visit.look.language)


def _led(visit: Visit, task: UUID) -> Origin:
    """The origin of reads that the task has led to."""
    return replace(visit.origin, led_by=visit.origin.led_by or f"task {task}")


def filled(visit: Visit, step: Step) -> Filled:
    """The form at first: what the reader has kept of it."""
    if step.draft is None:
        return Filled.first(visit)
    typed = {
        OUTCOME: step.draft["outcome"] or "",
        RESULT: step.draft["result"] or "",
        REASON: step.draft["reason"],
        NOTE: step.draft["note"],
    }
    return Filled.first(visit, **typed)


def completion(task: UUID, form: Form, values: Mapping[str, Any]) -> Complete:
    """The command of a form. A result that is none is left out, so that the step asks for it."""
    result = form.text(RESULT)
    return Complete(
        task,
        form.text(OUTCOME) or None,
        values,
        Result(result) if result in set(Result) else None,
        form.text(REASON),
        form.text(NOTE),
        form.text(MISSING) == "co",
        tuple(identity for each in form.texts(FILES) if (identity := inbox.identity(each))),
    )


def draft(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """The draft of an unfinished form."""
    result = form.text(RESULT)
    return {
        "outcome": form.text(OUTCOME) or None,
        "values": dict(values),
        "result": result if result in set(Result) else None,
        "reason": form.text(REASON),
        "note": form.text(NOTE),
    }
