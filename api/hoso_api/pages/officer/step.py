"""A step as its page shows it: task, dossier in brief, possible acts."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

import orjson

from hoso_api.pages.officer import inbox, list_context
from hoso_api.pages.shared import acting, postings, questions
from hoso_api.pages.shared.acting import Filled, Form
from hoso_api.pages.shared.postings import Received
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import standing
from hoso_api.translation.standing import TaskStanding
from hoso_api.translation.vietnamese import marked
from hoso_bpmn.package import forms
from hoso_bpmn.package.forms import answers
from hoso_models import TaskKind, TaskStatus
from hoso_workflows import errors
from hoso_workflows.attachments import file_views
from hoso_workflows.attachments.uploads import Asked
from hoso_workflows.dossiers import views
from hoso_workflows.lifecycle.commands import Complete, Result
from hoso_workflows.organisation.access_log import Origin
from hoso_workflows.tasks import kept, notes
from hoso_workflows.tasks.kept import Keeper

#: Fields of the form, as its page names them.
OUTCOME, RESULT, REASON, NOTE, FILES, MISSING = "ket-luan", "ket-qua", "ly-do", "ghi-chu", "tep", "thieu"
#: The hidden field of the draft that the page shows.
VERSION = "_nhap"
#: The milestone of the step that gives the result.
DECIDES = "result"
#: Steps with a page of their own at the desk, by their milestone.
AT_THE_DESK: Mapping[str, str] = {"accept": "tiep-nhan", "return": "tra-ket-qua"}
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
class Work:
    """A task with its own questions, and what its reader has of it."""

    task: Mapping[str, Any]
    #: The step's own questions; None for a step without a form.
    form: forms.Form | None
    #: Kept by the reader at an earlier time.
    draft: Mapping[str, Any] | None
    #: The version over which the next draft is kept; None for who may keep none.
    version: int | None
    place: list_context.Place | None
    #: The way of an item that is removed and comes back.
    envelope: postings.Envelope

    @property
    def desk(self) -> str | None:
        """The address at the desk where the step is done; None for any other step."""
        page = AT_THE_DESK.get(self.task["milestone"]) if self.task["status"] == TaskStatus.OPEN else None
        dossier = self.task["dossier"]
        return page and f"/noi-bo/ho-so/{dossier['code'] or dossier['reference']}/{page}"

    @property
    def kept(self) -> Mapping[str, Any]:
        """The answers that the reader has kept, else those with which the step begins."""
        begun = self.form.begun() if self.form else {}
        return self.draft["values"] if self.draft else begun

    def stale(self, form: Form, sent: Received | None) -> bool:
        """True for a form of another draft that differs from the one kept now."""
        shown = form.text(VERSION)
        known = self.version is None or shown in ("", str(self.version))
        return not known and self.changed(draft(form, sent.answers if sent else {}))

    @property
    def listed(self) -> bool:
        """True where the form has a list whose items people add and remove.

        A page of an older draft is not laid over it: its items may have stood elsewhere.
        """
        found = forms.walk(self.form.components) if self.form else ()
        return any(isinstance(each, forms.List) and not each.fixed for _, each in found)

    def changed(self, draft: Mapping[str, Any]) -> bool:
        """True where a draft says something else than the one before."""
        before = self.draft or {**dict.fromkeys(draft), "values": self.kept}
        return any(_written(draft[name]) != _written(before.get(name)) for name in draft)


@dataclass(frozen=True, slots=True)
class Step(Work):
    """A task and its surroundings, as its reader may see them."""

    dossier: Mapping[str, Any]
    notes: Sequence[Mapping[str, Any]]
    standing: TaskStanding
    seen: str
    #: True when the reader may do the step.
    able: bool
    mine: bool
    #: Files of the authority's own that may be the result; none at other steps.
    files: Sequence[Mapping[str, Any]]

    @property
    def key(self) -> str:
        """The dossier's code, its reference before acceptance."""
        return str(self.dossier["code"] or self.dossier["reference"])

    @property
    def open(self) -> bool:
        """True while nobody has done it."""
        return bool(self.task["status"] == TaskStatus.OPEN)

    @property
    def calls(self) -> bool:
        """True for a step that waits for a call of another system."""
        return bool(self.task["kind"] == TaskKind.EXTERNAL)

    @property
    def decides(self) -> bool:
        """True for the step that gives the result."""
        return bool(self.task["milestone"] == DECIDES)

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """The outcomes that are drawn, as choices."""
        return [(each, each) for each in self.task["outcomes"] or ()]


def _written(value: Any) -> Any:
    """A value without what is empty in it; None for an empty one."""
    if isinstance(value, Mapping):
        return {name: said for name, each in value.items() if (said := _written(each)) is not None} or None
    if isinstance(value, list):
        return [_written(each) for each in value] or None
    return None if answers.empty(value) else value


async def work(visit: Visit, task: UUID) -> Work:
    """A task with its questions, the reader's draft, and its place. Raises NotFound."""
    db = visit.service.db
    found = await views.task(visit.service, task, **visit.reading)
    right = visit.rights.find(found["unit"], found["role"])
    draft, version = None, None
    if right is not None and found["status"] == TaskStatus.OPEN:
        with suppress(errors.NotFound, errors.Forbidden, errors.TaskNotOpen):
            draft, version = await kept.found(db, task, Keeper(visit.principal, visit.at))
    word = visit.request.query_params.get("ds", "")
    place = await list_context.neighbours(visit, word, str(task), found["due"])
    form = await _form(visit, task) if found["form"] else None
    envelope = postings.Envelope(visit.request.app.state.accounts.seal, visit.principal.bytes + task.bytes)
    return Work(found, form, draft, version, place, envelope)


async def read(visit: Visit, task: UUID, asked: Work | None = None) -> Step:
    """A task with its dossier and the newest notes. Raises NotFound."""
    asked = asked or await work(visit, task)
    found = asked.task
    reference = found["dossier"]["reference"]
    led = {**visit.reading, "origin": _led(visit, task)}
    last = await acting.last_event(visit.service.db, reference)
    dossier = await views.dossier(visit.service, reference, **led)
    calendars = await visit.service.reference_data.unit_calendars([found["unit"]])
    return Step(
        **{each.name: getattr(asked, each.name) for each in fields(Work)},
        dossier=dossier,
        notes=(await notes.listed(visit.service, reference, limit=3, **led)).items,
        standing=standing.of_task(found, visit.at, calendars[found["unit"]]),
        seen=acting.seen(dossier, last),
        able=visit.rights.find(found["unit"], found["role"]) is not None,
        mine=found["assignee"] == str(visit.principal),
        files=await _results(visit, reference, led["origin"]) if found["milestone"] == DECIDES else (),
    )


async def _results(visit: Visit, reference: str, origin: Origin) -> list[Mapping[str, Any]]:
    """The newest versions of the files that officers have added."""
    asked = Asked(visit.principal, visit.at, origin)
    listed = await file_views.listed(visit.request.app.state.files, reference, asked)
    return [each for each in listed if each["internal"] and each["superseded_at"] is None]


async def _form(visit: Visit, task: UUID) -> forms.Form:
    led = {**visit.reading, "origin": _led(visit, task)}
    return forms.stored(orjson.dumps(await views.form(visit.service, task, **led)))


def received(work: Work, form: Form, *, pressed: bool = True) -> Received | None:
    """The answers to the step's questions in a form that was sent; None for a step without any.

    Where its button could not be kept, it counts as not pressed.
    """
    if work.form is None:
        return None
    sent = form.fields.multi_items()
    posted = sent if pressed else postings.unpressed(sent)
    return postings.read(work.form, posted, work.kept, envelope=work.envelope)


def sheet(visit: Visit, step: Step, sent: Received | None) -> questions.Sheet | None:
    """The step's questions: as they were sent, else as parked, else as kept."""
    if step.form is None:
        return None
    shown: dict[str, Any] = {
        "language": visit.look.language,
        "changed_at": f"{inbox.ADDRESS}/{step.task['id']}",
    }
    if sent is not None:
        return questions.received(sent, **shown)
    pairs = [(name, text) for name, texts in (visit.parked or {}).items() for text in texts]
    begun = postings.read(step.form, pairs, step.kept)
    return questions.Sheet(step.form, begun.answers, **shown)


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
