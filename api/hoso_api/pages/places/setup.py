"""Setup file from a form: read, planned, carried out; refusals with their lines."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from starlette.datastructures import FormData, UploadFile

from hoso_api.pages.register import administering
from hoso_api.pages.shared import acting
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import setup_errors, wording
from hoso_api.translation.vietnamese import spoken
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.organisation import register
from hoso_workflows.organisation.administration import Act
from hoso_workflows.setup import lines, service
from hoso_workflows.setup.document import Document

ADDRESS = f"{administering.ADDRESS}/khai-bao"
APPLYING, EXPORTING = "apply_setup", "export_setup"
#: Fields of the form: its text, the file that takes the place of it, whether to end what it does not name, what was previewed.
TEXT, FILE, PRUNE, SEEN = "noi-dung", "tep", "bo-thua", "da-xem"
#: Characters of a file that a page takes; larger ones are read by the command line.
LARGEST = 500_000
#: Acts that a page names one by one.
MOST = 200
_NAME = "setup"


@dataclass(frozen=True, slots=True)
class Line:
    """An act in words, with its line in the file."""

    #: None for the end of what the file does not name, and where the line cannot be told.
    number: int | None
    pruned: bool
    what: str
    subject: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The acts of a file: their number by kind, and the first ones."""

    total: int
    kinds: Sequence[tuple[str, int]]
    lines: Sequence[Line]
    #: Offices that wait for a second person.
    proposed: int
    #: Equal for the same file with the same acts.
    digest: str


async def with_file(form: Form) -> Form:
    """The form with the text of its file in the field of the text. Raises Stopped."""
    sent = form.fields.get(FILE)
    said: list[tuple[str, str | UploadFile]] = [
        (name, value) for name, value in form.fields.multi_items() if isinstance(value, str)
    ]
    if isinstance(sent, UploadFile) and sent.filename:
        try:
            text = (await sent.read()).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Stopped(form, [Fault(spoken("Tệp không phải văn bản UTF-8."), FILE)]) from None
        if len(text) > LARGEST:
            why = spoken(
                "Tệp dài hơn {n} ký tự. Dùng lệnh hoso setup trên máy chủ.", n=wording.counted(LARGEST)
            )
            raise Stopped(form, [Fault(why, FILE)])
        said = [*((name, value) for name, value in said if name != TEXT), (TEXT, text)]
    return replace(form, fields=FormData(said))


def text_of(form: Form) -> str:
    """The text of a form as it was sent, with the spaces around it."""
    return next(iter(form.texts(TEXT)), "")


async def carried(visit: Visit, form: Form, *, dry_run: bool) -> Outcome:
    """Plan the file of a form, or apply it, all or nothing. Raises Stopped."""
    form.require_legible(TEXT)
    text = text_of(form)
    if not text.strip():
        raise Stopped(form, [Fault(spoken("Chọn tệp, hoặc dán nội dung."), FILE)])
    if len(text) > LARGEST:
        why = spoken(
            "Nội dung dài hơn {n} ký tự. Dùng lệnh hoso setup trên máy chủ.", n=wording.counted(LARGEST)
        )
        raise Stopped(form, [Fault(why, TEXT)])
    prune = bool(form.text(PRUNE))
    try:
        done = await service.apply(
            visit.service.db,
            _read(text),
            register.Asker(visit.principal),
            visit.at,
            dry_run=dry_run,
            prune=prune,
        )
    except service.StepRefused as refused:
        why = messages.translated(refused.refusal)
        remedy = messages.translated(refused.refusal.remedy)
        raise Stopped(form, [_fault(text, refused.place, why, remedy)]) from refused
    except errors.FormRefused as refused:
        faults = [_fault(text, each.field, messages.translated(each.message)) for each in refused.faults]
        raise Stopped(form, faults) from refused
    except errors.NotFound as missing:
        raise Stopped(form, [Fault(messages.translated(missing), TEXT)]) from missing
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, "", refused) from refused
    return _outcome(text, done, prune)


def _read(text: str) -> Document:
    """The declared house. Raises FormRefused."""
    declared = setup_errors.read(text.encode(), _NAME)
    if declared.officers:
        why = messages.say("sheets are read by the command line only")
        raise errors.FormRefused([errors.Fault("officers", why)])
    return declared


def _fault(text: str, place: str, why: str, remedy: str = "") -> Fault:
    """A sentence with the line and the place that it is about."""
    number = lines.told(why) if place == _NAME else lines.line(text, place)
    said = why if place == _NAME else f"{place}: {why}"
    told = (
        spoken("Dòng {line}: {why}", line=number, why=said) if number is not None else messages.opening(said)
    )
    return Fault(told, TEXT, remedy)


def _outcome(text: str, done: Sequence[service.Done], prune: bool) -> Outcome:
    counted = Counter(each.act.kind for each in done)
    said = repr((text, prune, [(each.place, each.act.kind, each.act.authority) for each in done]))
    return Outcome(
        len(done),
        sorted((_words(kind), number) for kind, number in counted.items()),
        [_line(text, each) for each in done[:MOST]],
        counted["role_proposed"],
        hashlib.sha256(said.encode()).hexdigest(),
    )


def _line(text: str, done: service.Done) -> Line:
    pruned = done.place == "prune"
    return Line(
        None if pruned else lines.line(text, done.place), pruned, _words(done.act.kind), _subject(done.act)
    )


def _words(kind: str) -> str:
    return spoken(wording.ADMINISTERED[kind]) if kind in wording.ADMINISTERED else kind


def _subject(act: Act) -> str:
    """The name of what an act is about; empty where there is none."""
    for each in ("name", "person_name", "role", "procedure", "unit", "value"):
        if isinstance(act.payload.get(each), str):
            return str(act.payload[each])
    try:
        UUID(act.subject)
    except ValueError:
        return act.subject
    return ""
