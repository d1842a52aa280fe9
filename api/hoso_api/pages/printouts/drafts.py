"""A draft on paper: everything that was typed, right or wrong."""

from collections.abc import Iterator

from hoso_api.pages.filing import check_endpoints, filing_fields, sections
from hoso_api.pages.filing.filing_draft import FilingDraft
from hoso_api.pages.printouts import lines
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.drafts.files import File
from hoso_workflows.letters.printouts import Line, Printout


async def printout(filing: FilingDraft) -> Printout:
    """The paper of a draft; each page says that nothing was filed."""
    draft = filing.draft
    return Printout(
        filing.package.name,
        tuple(_lines(filing, await sections.of(filing))),
        draft.updated_at,
        mark=spoken("BẢN NHÁP – CHƯA NỘP"),
        foot=f"{filing.package.code} · {spoken('Lưu lúc')} {wording.instant(draft.updated_at)}",
        language=filing.visit.look.language,
    )


def _lines(filing: FilingDraft, found: sections.Sections) -> Iterator[Line]:
    yield Line(spoken("BẢN NHÁP – CHƯA NỘP"), level=lines.PART)
    yield Line(spoken("Mã thủ tục"), (filing.package.code,))
    if filing.case.name != filing.package.name:
        yield Line(spoken("Trường hợp"), (filing.case.name,))
    yield Line(spoken("Người nộp"), level=lines.PART)
    yield from lines.facts(filing_fields.applicant_facts(filing.typed))
    for section, sheet in check_endpoints.sheets(filing, found):
        yield Line(section.name, level=lines.PART)
        yield from lines.answers(sheet)
    yield Line(spoken("Giấy tờ"), level=lines.PART)
    yield from _papers(filing)
    yield Line(spoken("Nhận kết quả"), level=lines.PART)
    yield from lines.facts(filing_fields.delivery_facts(filing.typed))


def _papers(filing: FilingDraft) -> Iterator[Line]:
    """The papers of the case with their files, and further files."""
    known = [(each.code, each.name) for each in filing.case.components]
    codes = {code for code, _ in known}
    for code, name in known:
        found = [each for each in filing.draft.files if each.component == code]
        yield Line(name, tuple(map(_file, found)) or (spoken("Không nộp"),))
    further = [each for each in filing.draft.files if each.component not in codes]
    if further:
        yield Line(spoken("Giấy tờ khác"), tuple(map(_file, further)))
    if not known and not further:
        yield Line(spoken("Giấy tờ"), (spoken("Thủ tục này không cần giấy tờ."),))


def _file(file: File) -> str:
    return lines.file(file.name, file.size, file.sha256)
