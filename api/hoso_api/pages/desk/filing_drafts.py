"""Drafts of filings at the desk: kept, listed with their age, taken up again.

A draft is the officer's who keeps it. It is no dossier: no term runs and no event tells of it (`hoso_workflows.drafts`).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_api.pages.desk import filing
from hoso_api.pages.desk.filing import Asked
from hoso_api.pages.filing import filing_fields as fields
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.postings import Received
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import drafts, errors, localtime
from hoso_workflows.drafts.refusals import DraftChanged

#: So many drafts a page shows.
LENGTH = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A draft in the list of its officer."""

    id: UUID
    applicant: str | None
    procedure: str
    name: str
    kept_at: datetime
    expires_at: datetime
    #: How long ago it was kept, in words.
    age: str


def of_visit(visit: Visit) -> drafts.Drafts:
    """The drafts of the installation."""
    found: drafts.Drafts = visit.request.app.state.drafts
    return found


async def listed(visit: Visit, after: str) -> tuple[Sequence[Line], str | None]:
    """One page of the reader's unfiled drafts, and the place of the next one. Raises BadCursor."""
    page = await of_visit(visit).search(visit.principal, at=visit.at, limit=LENGTH, after=after or None)
    open_ones = [each for each in page.items if each.reference is None]
    rows = await visit.service.db.rows(_NAMES, [[each.procedure for each in open_ones]])
    names = {row.code: row.name for row in rows}
    return [
        Line(
            each.id,
            each.applicant,
            each.procedure,
            names.get(each.procedure, each.procedure),
            each.updated_at,
            each.expires_at,
            _age(each.updated_at, visit.at),
        )
        for each in open_ones
    ], page.after


def _age(kept: datetime, at: datetime) -> str:
    days = (localtime.local_date(at) - localtime.local_date(kept)).days
    if days < 2:
        return spoken("hôm qua") if days == 1 else spoken("hôm nay")
    return spoken("{n} ngày trước", n=days)


def content(asked: Asked, form: Form, sent: Received | None) -> dict[str, Any]:
    """The fields of a filing over REST, as they were typed, right or wrong."""
    said = {
        "case": asked.case.id,
        "channel": form.text(filing.CHANNEL),
        "applicant": fields.written(fields.texts(form)),
        "form": dict(sent.answers) if sent else {},
        "components": form.texts(filing.PAPERS),
        "delivery_mode": form.text(fields.MODE),
        "e_result_consent": form.text(fields.CONSENT) == "co",
        **{f"{part}_unit": form.text(field) for part, field in fields.UNITS.items()},
    }
    return fields.filled(said)


def typed(draft: drafts.Draft) -> dict[str, Any]:
    """The fields of the page for a draft, whoever has written it."""
    said = draft.content or {}
    channel = said.get("channel")
    texts: dict[str, Any] = dict(fields.read(said))
    if isinstance(channel, str) and channel:
        texts[filing.CHANNEL] = channel
    papers = said.get("components")
    if isinstance(papers, list):
        texts[filing.PAPERS] = [each for each in papers if isinstance(each, str)]
    return {**texts, filing.DRAFT: str(draft.id), filing.DRAFT_VERSION: str(draft.version)}


def case(draft: drafts.Draft) -> str:
    """The case that it is of; empty where none is chosen."""
    chosen = (draft.content or {}).get("case")
    return chosen if isinstance(chosen, str) else ""


def answers(draft: drafts.Draft) -> Mapping[str, Any]:
    """The answers to the procedure's questions."""
    found = (draft.content or {}).get("form")
    return found if isinstance(found, dict) else {}


def named(form: Form) -> UUID | None:
    """The draft that a form was taken up from; None for a form without one."""
    try:
        return UUID(form.text(filing.DRAFT))
    except ValueError:
        return None


async def keep(
    visit: Visit, asked: Asked, form: Form, sent: Received | None, draft: UUID | None
) -> drafts.Draft:
    """Keep what is typed in its draft, else in a new one. Raises Stopped, a Refusal."""
    if draft is not None:
        with suppress(errors.NotFound):
            return await _change(visit, asked, form, sent, draft)
    return await _begin(visit, asked, form, sent)


async def _begin(visit: Visit, asked: Asked, form: Form, sent: Received | None) -> drafts.Draft:
    """Keep what is typed as a new draft, one for each form."""
    form.require_legible()
    said, kept = content(asked, form, sent), of_visit(visit)
    key = f"trang {form.key}"
    draft = await kept.create(visit.principal, asked.package.code, said, at=visit.at, key=key)
    return await kept.change(visit.principal, draft.id, said, at=visit.at)


async def _change(visit: Visit, asked: Asked, form: Form, sent: Received | None, draft: UUID) -> drafts.Draft:
    """Keep what is typed over what the page was taken up with. Raises Stopped where another window has kept meanwhile."""
    form.require_legible()
    seen = form.text(filing.DRAFT_VERSION)
    match = [int(seen)] if seen.isascii() and seen.isdecimal() and len(seen) < len("000000000") else []
    try:
        return await of_visit(visit).change(
            visit.principal, draft, content(asked, form, sent), at=visit.at, if_match=match
        )
    except DraftChanged as changed:
        raise Stopped(form, list(_elsewhere()), status=409, spent=True) from changed


def _elsewhere() -> Iterator[Fault]:
    yield Fault(
        spoken(
            "Bản nháp đã được lưu ở cửa sổ khác sau khi trang này mở. Nội dung dưới đây chưa được lưu; bấm Lưu bản nháp"
            " lần nữa thì thay bản kia."
        )
    )


#: Of each procedure the name of its newest version.
_NAMES = """
select distinct on (procedure_code) procedure_code as code, name from workflow_version
where procedure_code = any($1::text[]) order by procedure_code, number desc
"""
