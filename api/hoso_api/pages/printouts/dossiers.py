"""A filing on paper, word for word, with when and where it was filed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from hoso_api.pages.following import dossier, files
from hoso_api.pages.following.dossier import Own
from hoso_api.pages.officer import dossier_contents
from hoso_api.pages.officer.dossier_contents import Answers
from hoso_api.pages.portal.visit import ApplicantVisit
from hoso_api.pages.printouts import lines
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.letters.printouts import Line, Printout
from hoso_workflows.tracking import steps

#: Papers of the procedure, each with its files.
Papers = Sequence[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]


async def printout(visit: ApplicantVisit, key: str) -> Printout:
    """The paper of a dossier of one's own. Raises NotFound."""
    subject = await dossier.read(visit, key)
    form = await steps.filing_form(visit.service, key, **visit.reading)
    shown = await dossier_contents.shown(visit, subject)
    answers = Answers.of(form, subject.document["form"] or {}, **shown)
    erased = await dossier_contents.erasure(visit, subject)
    papers = await files.by_paper(visit, subject)
    return Printout(
        subject.document["procedure"]["name"],
        (
            *_filed(subject),
            *_erased(erased),
            *_answered(subject, answers),
            *_papers(papers),
        ),
        datetime.fromisoformat(subject.document["filed_at"]),
        foot=f"{subject.key} · {spoken('Nội dung đã nộp')}",
        language=visit.look.language,
    )


def _filed(subject: Own) -> Iterator[Line]:
    """The receipt: codes, when it came in, by when it is answered."""
    document = subject.document
    told = [
        (spoken("Mã hồ sơ"), document["code"]),
        (spoken("Mã tra cứu"), document["reference"]),
        (spoken("Mã thủ tục"), document["procedure"]["code"]),
        (spoken("Nộp lúc"), _instant(document["filed_at"])),
        (spoken("Nơi tiếp nhận"), document["units"]["receiving"]["name"]),
        (spoken("Nơi giải quyết"), document["units"]["handling"]["name"]),
        (spoken("Hẹn trả"), _instant(document["due_promised"])),
    ]
    yield Line(spoken("Đã nộp hồ sơ"), level=lines.PART)
    yield from lines.facts((label, value) for label, value in told if value)
    if document["reception_due"] and not document["accepted_at"]:
        due = _instant(document["reception_due"])
        yield Line(
            spoken("Bộ phận Một cửa trả lời trước"), (f"{due}. {spoken('Đây chưa phải ngày hẹn trả.')}",)
        )


def _instant(text: str | None) -> str:
    return wording.instant(datetime.fromisoformat(text)) if text else ""


def _erased(erased: dossier_contents.Erasure | None) -> Iterator[Line]:
    if erased is not None:
        said = " · ".join(filter(None, (wording.instant(erased.at), erased.basis)))
        yield Line(spoken("Nội dung hồ sơ đã được xóa theo luật"), (said,))


def _answered(subject: Own, answers: Answers | None) -> Iterator[Line]:
    """The applicant, and the answers as they were filed."""
    yield Line(spoken("Người nộp"), level=lines.PART)
    yield from lines.facts(list(dossier_contents.applicant(subject)) or [("", spoken("Không còn dữ liệu."))])
    yield Line(spoken("Tờ khai"), level=lines.PART)
    if answers is None:
        yield Line("", (spoken("Không có câu trả lời nào."),))
        return
    if answers.sheet is not None:
        yield from lines.answers(answers.sheet)
    yield from lines.facts(answers.rest)


def _papers(papers: Papers) -> Iterator[Line]:
    yield Line(spoken("Giấy tờ"), level=lines.PART)
    for paper, found in papers:
        handed = tuple(lines.file(each["name"], each["size"], each["sha256"]) for each in found)
        without = spoken("Đã nhận bản giấy.") if paper.get("received") else spoken("Không nộp.")
        yield Line(paper["name"] or spoken("Giấy tờ khác"), handed or (without,))
