"""Filing at the desk on its pages: procedures, form and command."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from hoso_api.pages.desk import queue
from hoso_api.pages.filing import filing_fields as fields
from hoso_api.pages.shared import postings, questions
from hoso_api.pages.shared.acting import OURS, Fault, Filled, Form
from hoso_api.pages.shared.postings import Received
from hoso_api.pages.shared.question import Mode
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import marked
from hoso_bpmn.package import forms
from hoso_bpmn.package.forms import FieldFault, Rule
from hoso_bpmn.package.manifest import Case
from hoso_bpmn.package.package import Package
from hoso_models import DeliveryMode, EntryChannel, PartyKind, text_search
from hoso_workflows import drafts, localtime
from hoso_workflows.lifecycle import commands
from hoso_workflows.procedures import competent_units, openings, publication

ADDRESS = "/noi-bo/mot-cua/nop-ho"
DRAFTS = f"{ADDRESS}/ban-nhap"
#: Words of the query, and fields that keep them.
PROCEDURE, CASE, SOUGHT = "thu-tuc", "truong-hop", "q"
#: Fields of the page that name the draft that was taken up, and its version.
DRAFT, DRAFT_VERSION = "np-ban-nhap", "np-ban-so"
#: Fields of this page alone.
CHANNEL, PAPERS, SCANNED, MISSING = "np-kenh", "np-giay", "np-quet", "np-thieu"
#: The field of a fault, by the command's own.
FIELDS: Mapping[str, str] = {
    "applicant.name": fields.NAME,
    "applicant.identifier": fields.NUMBER,
    "applicant.area": fields.AREA,
    "components": PAPERS,
}
CHANNELS = (
    (EntryChannel.DESK.value, marked("Trực tiếp tại quầy")),
    (EntryChannel.POST.value, marked("Qua bưu chính công ích")),
)
#: So many procedures a page lists.
MOST = 50


async def procedures(visit: Visit, sought: str) -> tuple[Sequence[tuple[str, str]], bool]:
    """Code and name of the procedures that the reader's desks receive, by name; True where there are more.

    `sought` is part of a code or, accents aside, of a name.
    """
    rows = await visit.service.db.rows(_RECEIVED, [queue.units(visit), localtime.local_date(visit.at)])
    code, name = sought.casefold(), text_search.fold(sought)
    found = [
        (row.code, row.name)
        for row in rows
        if not sought or code in row.code.casefold() or (name and name in text_search.fold(row.name))
    ]
    return found[:MOST], len(found) > MOST


@dataclass(frozen=True)
class Asked:
    """A case of a procedure that is filed for somebody."""

    package: Package
    case: Case
    #: Where the rules leave a choice of a part's unit: the part, and the names of the units by their codes.
    choices: Mapping[str, Mapping[str, str]]

    @cached_property
    def form(self) -> forms.Form | None:
        """The form of filing; None where the procedure has none."""
        return forms.stored(self.package.files[self.case.form]) if self.case.form else None

    @property
    def address(self) -> str:
        """The address of its form."""
        return f"{ADDRESS}?{PROCEDURE}={self.package.code}&{CASE}={self.case.id}"


async def package(visit: Visit, code: str) -> Package:
    """A procedure that dossiers can be filed for now. Raises NotFound."""
    return await publication.active_package(visit.service.db, code, day=localtime.local_date(visit.at))


async def asked(visit: Visit, found: Package, case: str) -> Asked | None:
    """The case of a procedure, or its only one; None where one is to be chosen. Raises ProcedureClosed."""
    cases = {each.id: each for each in found.cases}
    chosen = cases.get(case) or (found.cases[0] if len(cases) == 1 else None)
    if chosen is None:
        return None
    day = localtime.local_date(visit.at)
    parts = await competent_units.preview(visit.service.reference_data, found.code, day, case=chosen.id)
    desks = queue.units(visit)
    return Asked(
        found,
        chosen,
        {
            each.part: each.choices
            for each in parts
            if each.choices and not (each.part == "receiving" and len(set(desks) & set(each.choices)) == 1)
        },
    )


def received(filing: Asked, form: Form) -> Received | None:
    """The answers to the procedure's questions; None for a procedure without any."""
    return None if filing.form is None else postings.read(filing.form, form.fields.multi_items())


def sheet(
    visit: Visit, filing: Asked, sent: Received | None, kept: Mapping[str, Any] | None = None
) -> questions.Sheet | None:
    """The procedure's questions: at first, as they were kept, or as they were answered."""
    if filing.form is None:
        return None
    shown: dict[str, Any] = {"language": visit.look.language, "changed_at": f"{ADDRESS}/kiem-tra"}
    if sent is not None:
        faults = () if sent.again else of_the_desk(sent)
        return questions.Sheet(sent.form, sent.answers, faults, received=sent, **shown)
    pairs = [(name, text) for name, texts in (visit.parked or {}).items() for text in texts]
    begun = filing.form.begun() if kept is None else kept
    answers = postings.read(filing.form, pairs).answers if pairs else begun
    return questions.Sheet(filing.form, answers, **shown)


def answered(visit: Visit, sent: Received | None) -> questions.Sheet | None:
    """The procedure's questions with what was answered, to be read."""
    if sent is None:
        return None
    today = localtime.local_date(visit.at)
    return questions.Sheet(sent.form, sent.filed, mode=Mode.CHECK, language=visit.look.language, today=today)


def of_the_desk(sent: Received) -> tuple[FieldFault, ...]:
    """The faults of answers at the desk; missing ones may be on paper."""
    return tuple(each for each in sent.faults() if each.rule is not Rule.REQUIRED)


def command(filing: Asked, form: Form, sent: Received | None) -> commands.FileDossier:
    """The filing of a form."""
    channel = form.text(CHANNEL)
    return commands.FileDossier(
        procedure=filing.package.code,
        case=filing.case.id,
        channel=EntryChannel.POST if channel == EntryChannel.POST else EntryChannel.DESK,
        applicant=fields.applicant(fields.texts(form)),
        form=sent.filed if sent else {},
        components=tuple(form.texts(PAPERS)),
        delivery_mode=fields.mode(form.text(fields.MODE)),
        e_result_consent=form.text(fields.CONSENT) == "co",
        **{f"{part}_unit": form.text(field) or None for part, field in fields.UNITS.items()},
    )


async def faults(
    visit: Visit, filing: Asked, form: Form, sent: Received | None, request: commands.FileDossier
) -> list[Fault]:
    """Everything for which the filing would be refused now, at its field."""
    judged = await drafts.judge(visit.service, request, actor=visit.principal, at=visit.at)
    # What concerns a question is said by the question.
    others = [each for each in judged if sent is None or not each.field.startswith("form.")]
    return [
        *fields.faults(fields.texts(form)),
        *_answered(visit, filing, sent),
        *(fields.placed(each, FIELDS) for each in others),
    ]


def _answered(visit: Visit, filing: Asked, sent: Received | None) -> Iterator[Fault]:
    shown = sheet(visit, filing, sent)
    if shown is not None and sent is not None:
        for address, said in shown.summary:
            yield Fault(said, address.removeprefix("#f-") if address.startswith("#f-") else None)


@dataclass(frozen=True, slots=True)
class Summary:
    """A filing that is right, before it is filed."""

    request: commands.FileDossier
    #: The date that would be promised if it were accepted now.
    due: datetime | None
    #: Required papers that do not come with it.
    missing: Sequence[str]
    #: Names and values of the form, for the one that files it.
    carried: Sequence[tuple[str, str]]


async def summary(visit: Visit, filing: Asked, form: Form, request: commands.FileDossier) -> Summary:
    """The summary of a filing before it is filed. Raises a Refusal."""
    missing = [
        each.name for each in filing.case.components if each.required and each.code not in request.components
    ]
    due = await drafts.promised(visit.service, request, actor=visit.principal, at=visit.at)
    carried = [
        (name, value)
        for name, value in form.fields.multi_items()
        if isinstance(value, str) and name not in (*OURS, *_BUTTONS)
    ]
    return Summary(request, due, missing, carried)


#: Buttons of the questions; pressed once, they are pressed no more.
_BUTTONS = ("_them", "_bo", "_hoan_tac", "_hien", "_tim", "_muc")


def key(form: Form, number: int) -> str:
    """The key of the first or second command of one form."""
    return f"trang{ADDRESS}/{form.key}/{number}"


def begun(visit: Visit) -> Filled:
    """The form at first."""
    typed = {
        fields.KIND: PartyKind.PERSON.value,
        CHANNEL: EntryChannel.DESK.value,
        fields.MODE: DeliveryMode.COUNTER.value,
    }
    return Filled.first(visit, **typed)


def with_card(form: Form, found: Mapping[str, str]) -> Filled:
    """The form as it was typed, with what a card says."""
    typed: dict[str, Any] = {name: texts for name, texts in form.typed.items() if name != SCANNED}
    return Filled(key=form.key, typed={**typed, **found})


_RECEIVED = f"""
select distinct on (v.procedure_code) v.procedure_code as code, v.name from workflow_version v
where {openings.living_sql("v", "$2::date")} and exists (
  select from competence c where c.part = 'receiving' and c.unit_code = any($1::text[])
    and (c.procedure_code = v.procedure_code or c.field = v.manifest ->> 'field')
    and $2::date between c.valid_from and coalesce(c.valid_to, 'infinity'))
order by v.procedure_code, v.status = 'approved' desc
"""  # noqa: S608 - fixed text of this module
