"""Entry of an authority's own template of letters, with faults at their lines."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.administration import template_sources
from hoso_api.pages.administration.template_endpoints import ADDRESS
from hoso_api.pages.register import administering, units
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import marked, spoken
from hoso_bpmn.package.forms import spelling
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.correspondence import own_templates
from hoso_workflows.correspondence.own_templates import Entry, Stored, TemplateRefused
from hoso_workflows.letters import forms
from hoso_workflows.letters.template_check.findings import HTML, LARGEST, TYPST

ENTERING = own_templates.ENTERING
#: Fields of the form, as the page names them.
FORM, UNIT, BASIS, FROM, KIND = "mau", "don-vi", "can-cu", "tu-ngay", "loai"
#: The fields of the two sources, and of the files that take their place.
PAGE, PAPER, PAGE_FILE, PAPER_FILE = "nguon-html", "nguon-typst", "tep-html", "tep-typst"
#: The kinds of entries: sources of one's own, or the form of the house again.
OWN, HOUSE = "rieng", "chung"
KINDS = ((OWN, marked("Mẫu riêng, theo hai nguồn dưới đây")), (HOUSE, marked("Trở lại mẫu chung")))
#: The field of each file of a template, as findings name it.
FILES = {HTML: PAGE, TYPST: PAPER}

router = APIRouter(
    prefix=f"{ADDRESS}/nhap",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("enter_letter_template")
async def entry_page(
    visit: VisitNow, form: Annotated[str, Query(alias=FORM, max_length=40)] = ""
) -> Response:
    """The form that enters a template, with sources to begin with."""
    await administering.overseen(visit, ENTERING)
    typed = {KIND: OWN}
    if form in forms.FORMS:
        _, paper = template_sources.house(form)
        typed |= {FORM: form, PAGE: template_sources.STARTING, PAPER: paper}
    return await _shown(visit, Filled.first(visit, **typed))


@router.post("")
@acts.named("enter_letter_template")
async def enter_template(visit: VisitNow, form: FormNow) -> Response:
    """Check a template and enter it. The same entry once more is the one before."""
    await administering.overseen(visit, ENTERING)
    try:
        form = await _with_files(form)
        made = await _entered(visit, form, _entry(form))
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return RedirectResponse(f"{ADDRESS}/{made.id}", status_code=303)


async def _with_files(form: Form) -> Form:
    """The form with the text of each file in the field of its source. Raises Stopped."""
    said: list[tuple[str, str | UploadFile]] = [
        (name, value) for name, value in form.fields.multi_items() if isinstance(value, str)
    ]
    for field, file in ((PAGE, PAGE_FILE), (PAPER, PAPER_FILE)):
        sent = form.fields.get(file)
        if isinstance(sent, UploadFile) and sent.filename:
            try:
                text = (await sent.read()).decode("utf-8-sig")
            except UnicodeDecodeError:
                raise Stopped(form, [Fault(spoken("Tệp không phải văn bản UTF-8."), field)]) from None
            said = [*((name, value) for name, value in said if name != field), (field, text)]
    return replace(form, fields=FormData(said))


def _entry(form: Form) -> Entry:
    """The entry of a form. Raises Stopped with every fault of its fields."""
    form.require_legible(PAGE, PAPER)
    own, first = form.text(KIND) != HOUSE, spelling.day(form.text(FROM))
    asked = {
        FORM: (form.text(FORM) in forms.FORMS, spoken("Chọn mẫu.")),
        UNIT: (form.text(UNIT), spoken("Chọn đơn vị.")),
        BASIS: (form.text(BASIS), spoken("Ghi căn cứ: quyết định hoặc văn bản.")),
        FROM: (first, spoken("Ghi ngày theo dạng ngày/tháng/năm, ví dụ 05/12/2026.")),
        PAGE: (form.text(PAGE) or not own, spoken("Ghi nguồn HTML, hoặc chọn tệp.")),
        PAPER: (form.text(PAPER) or not own, spoken("Ghi nguồn Typst, hoặc chọn tệp.")),
    }
    faults = [Fault(missing, name) for name, (there, missing) in asked.items() if not there]
    if faults or first is None:
        raise Stopped(form, faults)
    # Sources keep the spaces around them: findings name their lines.
    html, typst = (next(iter(form.texts(name)), "") if own else None for name in (PAGE, PAPER))
    return Entry(form.text(UNIT), form.text(FORM), html, typst, form.text(BASIS), first)


async def _entered(visit: Visit, form: Form, entry: Entry) -> Stored:
    """Enter the template. Raises Stopped."""
    try:
        return await own_templates.enter(visit.service.db, entry, actor=visit.principal, at=visit.at)
    except TemplateRefused as refused:
        raise Stopped(form, [_told(each) for each in refused.faults]) from refused
    except (errors.NotFound, errors.Forbidden) as refused:
        why = spoken("Chọn đơn vị mà bạn quản trị.")
        raise Stopped(form, [Fault(why, UNIT)]) from refused
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, "", refused) from refused


def _told(fault: errors.Fault) -> Fault:
    """A finding at the field of its source, with its line."""
    file, _, line = fault.field.partition(":")
    why = messages.translated(fault.message)
    return Fault(spoken("Dòng {line}: {why}", line=line, why=why) if line else why, FILES.get(file))


async def _shown(visit: Visit, form: Filled) -> Response:
    values: dict[str, Any] = {
        "units": await units.choices(visit, ENTERING),
        "forms": [(each.code, each.title) for each in forms.FORMS.values()],
        "kinds": [(kind, spoken(words)) for kind, words in KINDS],
        "largest": LARGEST,
    }
    return visit.page("administration/template_entry.html", form.status, here="quan-tri", form=form, **values)
