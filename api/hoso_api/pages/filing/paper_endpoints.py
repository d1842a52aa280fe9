"""Papers of a draft: files added, taken over from earlier dossiers, taken out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import Path
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, encoding
from hoso_api.http.middleware import limits
from hoso_api.pages.filing import filing_draft, received_files, sections, steps
from hoso_api.pages.filing.filing_draft import ADDRESS, FilingDraft
from hoso_api.pages.portal.visit import ApplicantVisit, ApplicantVisitNow
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.translation.vietnamese import spoken
from hoso_bpmn.package import forms
from hoso_bpmn.package.manifest import Component
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.attachments import kinds
from hoso_workflows.attachments.offered import Chosen
from hoso_workflows.attachments.uploads import Described, Files
from hoso_workflows.drafts import file_views, offered, uploads
from hoso_workflows.drafts.files import File
from hoso_workflows.drafts.refusals import DraftBeingFiled, DraftFiled

router = session.router(f"{ADDRESS}/{{draft}}/{sections.PAPERS}")
Code = Annotated[str, Path(max_length=80)]
#: The field of the files of a form, and the word for what is none of the named papers.
FILES, FURTHER = "tep", "khac"
#: The field that says as which paper a file is taken over.
PAPER = "giay-to"


@dataclass(frozen=True, slots=True)
class Block:
    """A paper as its page shows it."""

    #: None for files beside the named papers.
    paper: Component | None
    files: Sequence[File]
    #: What was handed in as this paper with earlier dossiers of the same procedure.
    offered: Sequence[Mapping[str, Any]]
    #: The usual endings of what is taken.
    endings: Sequence[str]
    #: The most bytes of one file.
    most: int
    #: What the form of the procedure says of it.
    hint: str = ""

    @property
    def code(self) -> str:
        """Its code in addresses."""
        return self.paper.code if self.paper else FURTHER


@router.get("")
@acts.named("list_draft_files")
@steps.of_a_draft
async def papers_page(draft: UUID, visit: ApplicantVisitNow) -> Response:
    """The papers of the case, each with its files and limits."""
    return await _shown(await filing_draft.opened(visit, draft), Filled())


@router.post("/{paper}")
@limits.takes(limits.Size.FILE)
@acts.named("attach_to_draft")
@steps.of_a_draft
async def add_files(draft: UUID, paper: Code, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Add what was chosen, to this paper and to others.

    Those that are refused are told one by one, and the others stay.
    """
    filing = await filing_draft.opened(visit, draft)
    _code(filing, paper)
    sent = list(_chosen(filing, form, paper))
    faults = await _all_added(filing, form, sent)
    if not sent:
        faults = [Fault(spoken("Chưa chọn tệp."), f"{FILES}-{paper}")]
    if faults:
        return await _shown(await filing_draft.opened(visit, draft), Filled.again(Stopped(form, faults)))
    return _back(filing, paper)


@router.post("")
@limits.takes(limits.Size.FILE)
@acts.named("attach_to_draft")
@steps.of_a_draft
async def go_on_with_papers(draft: UUID, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Add what was chosen and not sent, and go on."""
    filing = await filing_draft.opened(visit, draft)
    faults = await _all_added(filing, form, list(_chosen(filing, form)))
    if faults:
        return await _shown(await filing_draft.opened(visit, draft), Filled.again(Stopped(form, faults)))
    return RedirectResponse(f"{filing.address}/{sections.DELIVERY}", status_code=303)


def _chosen(filing: FilingDraft, form: Form, paper: str = "") -> Iterator[tuple[str, UploadFile]]:
    """The files of a form with their papers.

    A field without a paper is of the one whose button was pressed.
    """
    for each in (*(part.code for part in filing.case.components), FURTHER):
        fields = (f"{FILES}-{each}", FILES) if each == paper else (f"{FILES}-{each}",)
        for sent in (file for field in fields for file in form.fields.getlist(field)):
            if isinstance(sent, UploadFile) and sent.filename:
                yield each, sent


async def _all_added(
    filing: FilingDraft, form: Form, chosen: Sequence[tuple[str, UploadFile]]
) -> list[Fault]:
    faults: list[Fault] = []
    for number, (paper, sent) in enumerate(chosen):
        # A page that comes back with faults may have other files under its key.
        once = uuid5(UUID(form.key), f"{paper}/{number}/{sent.size}/{sent.filename}")
        faults += await _added(filing, sent, _code(filing, paper), f"trang/{once}", f"{FILES}-{paper}")
    return faults


async def _added(
    filing: FilingDraft, sent: UploadFile, code: str | None, key: str, field: str
) -> list[Fault]:
    """Add one file; what is wrong with it, if anything. Raises DraftFiled, DraftBeingFiled."""
    visit, name = filing.visit, received_files.name(sent.filename or "")
    if sent.size == 0:
        return [Fault(spoken("Tệp “{name}” trống.", name=name), field)]
    try:
        upload = await uploads.begun(_files(visit), filing_draft.kept(visit), filing.draft.id, filing.asked)
        await received_files.poured(upload, sent, Described(name, "", code), key)
    except (DraftFiled, DraftBeingFiled):
        raise
    except errors.Refusal as refused:
        return [_told(name, refused, field)]
    return []


def _told(name: str, refused: errors.Refusal, field: str) -> Fault:
    said = messages.translated(refused)
    named = said if name in said else f"{name}: {said}"
    return Fault(named, field, messages.translated(refused.remedy))


@router.post("/dung-lai/{attachment}")
@acts.named("attach_to_draft")
@steps.of_a_draft
async def take_over(draft: UUID, attachment: UUID, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Take over a paper that was given with an earlier dossier."""
    filing, paper = await filing_draft.opened(visit, draft), form.text(PAPER) or FURTHER
    chosen = Chosen(attachment, _code(filing, paper))
    drafts = filing_draft.kept(visit)
    try:
        await offered.attach(_files(visit), drafts, draft, chosen, filing.asked, key=f"trang/{form.key}")
    except (DraftFiled, DraftBeingFiled):
        raise
    except errors.Refusal as refused:
        wrong = [_told("", refused, f"{FILES}-{paper}")]
        return await _shown(filing, Filled.again(Stopped(form, wrong)))
    return _back(filing, paper)


@router.post("/{file}/bo")
@acts.named("detach_from_draft")
@steps.of_a_draft
async def take_out(draft: UUID, file: UUID, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Take a file out of a draft; taken out twice it is out."""
    del form
    filing = await filing_draft.opened(visit, draft)
    there = filing.draft.file(file)
    if there is not None:
        await file_views.detached(filing_draft.kept(visit), draft, file, filing.asked)
    return _back(filing, (there and there.component) or FURTHER)


@router.get("/{file}")
@acts.named("read_draft_file")
@steps.of_a_draft
async def save_file(draft: UUID, file: UUID, visit: ApplicantVisitNow) -> Response:
    """The bytes of a file, to be saved; no browser shows them here."""
    filing = await filing_draft.opened(visit, draft)
    drafts = filing_draft.kept(visit)
    return encoding.saved(await file_views.content(_files(visit), drafts, draft, file, filing.asked))


@router.get("/{file}/anh")
@acts.named("read_draft_file")
@steps.of_a_draft
async def show_thumbnail(draft: UUID, file: UUID, visit: ApplicantVisitNow) -> Response:
    """The small picture of a file's first page."""
    filing = await filing_draft.opened(visit, draft)
    drafts = filing_draft.kept(visit)
    return encoding.picture(await file_views.thumbnail(_files(visit), drafts, draft, file, filing.asked))


def _code(filing: FilingDraft, paper: str) -> str | None:
    """The code of a paper of the case, None for a further file. Raises NotFound."""
    if paper == FURTHER:
        return None
    if paper not in {each.code for each in filing.case.components}:
        raise errors.NotFound("component", paper)
    return paper


def _back(filing: FilingDraft, paper: str) -> Response:
    return RedirectResponse(f"{filing.address}/{sections.PAPERS}#c-{paper}", status_code=303)


async def _shown(filing: FilingDraft, form: Filled) -> Response:
    drafts = filing_draft.kept(filing.visit)
    earlier = await offered.listed(drafts, filing.draft.id, filing.asked)
    found = list(_blocks(filing, earlier))
    there = {each["id"] for block in found for each in block.offered}
    return filing.visit.page(
        "filing/papers.html",
        form.status,
        filing=filing,
        form=form,
        blocks=found,
        others=[each for each in earlier if each["id"] not in there],
        together=filing.visit.request.app.state.settings.upload_limit_bytes,
    )


def _blocks(filing: FilingDraft, earlier: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """The papers of the case in its order, and what lies beside them."""
    default = _files(filing.visit).settings.store_file_bytes
    hints = _hints(filing)
    same = [each for each in earlier if each["procedure"]["code"] == filing.package.code]
    for part in filing.case.components:
        yield Block(
            part,
            [each for each in filing.draft.files if each.component == part.code],
            [each for each in same if each["component"] == part.code],
            kinds.endings(kinds.accepted(part.accept)),
            kinds.size(part.max_size, default),
            hints.get(part.code, ""),
        )
    known = {each.code for each in filing.case.components}
    rest = [each for each in filing.draft.files if each.component not in known]
    yield Block(None, rest, (), kinds.endings(kinds.accepted(())), default)


def _hints(filing: FilingDraft) -> Mapping[str, str]:
    """Hints of the form's file pickers, by the code of the paper."""
    found = forms.walk(filing.form.components) if filing.form else ()
    return {each.code: each.hint for _, each in found if isinstance(each, forms.Paper) and each.hint}


def _files(visit: ApplicantVisit) -> Files:
    found: Files = visit.request.app.state.files
    return found
