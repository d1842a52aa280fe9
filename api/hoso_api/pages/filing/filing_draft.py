"""A draft as its owner's pages show and keep it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson

from hoso_api.pages.filing import filing_fields as fields
from hoso_api.pages.portal.visit import ApplicantVisit
from hoso_api.pages.shared import postings
from hoso_bpmn.package import forms
from hoso_bpmn.package.manifest import Case
from hoso_bpmn.package.package import Package
from hoso_models import EntryChannel
from hoso_workflows import drafts, errors, localtime
from hoso_workflows.attachments.uploads import Asked
from hoso_workflows.drafts.refusals import DraftChanged
from hoso_workflows.lifecycle.commands import FileDossier
from hoso_workflows.procedures import competent_units

ADDRESS = "/ho-so-nhap"
#: The hidden field that names what of the draft a page shows.
SEEN = "_nhap"
#: The site of an agency that led here, in the content of a draft.
SITE = "site"
#: How often a change is laid over the draft again that another window has changed meanwhile.
TRIES = 5


@dataclass(frozen=True)
class FilingDraft:
    """A draft in the version of its procedure that is in force."""

    visit: ApplicantVisit
    draft: drafts.Draft
    package: Package
    #: The number of that version.
    version: int
    #: None where a case is to be chosen.
    chosen: Case | None

    @property
    def address(self) -> str:
        """The address of its task list."""
        return f"{ADDRESS}/{self.draft.id}"

    @property
    def case(self) -> Case:
        """The chosen case. Raises NotFound where one is to be chosen."""
        if self.chosen is None:
            raise errors.NotFound("case", self.draft.id)
        return self.chosen

    @property
    def content(self) -> Mapping[str, Any]:
        """The typed texts, in the fields of a filing."""
        return self.draft.content or {}

    @cached_property
    def typed(self) -> Mapping[str, str]:
        """The texts of the fields that no question asks."""
        return fields.read(self.content)

    @cached_property
    def form(self) -> forms.Form | None:
        """The questions of filing; None where the procedure has none."""
        return forms.stored(self.package.files[self.case.form]) if self.case.form else None

    @property
    def answers(self) -> Mapping[str, Any]:
        """The answers that are kept, else those with which people begin."""
        found = self.content.get("form")
        if isinstance(found, dict):
            return found
        return self.form.begun() if self.form else {}

    @property
    def envelope(self) -> postings.Envelope:
        """The way of an item that is removed and comes back."""
        state = self.visit.request.app.state
        return postings.Envelope(state.accounts.seal, self.visit.principal.bytes + self.draft.id.bytes)

    @property
    def asked(self) -> Asked:
        """The owner, as work on files knows them."""
        return Asked(self.visit.principal, self.visit.at, self.visit.origin)

    def command(self) -> FileDossier:
        """The filing that the draft is, however little of it is right."""
        papers = self.content.get("components")
        return FileDossier(
            procedure=self.package.code,
            case=self.case.id,
            channel=EntryChannel.ONLINE,
            applicant=fields.applicant(self.typed),
            form=self.form.kept(self.answers) if self.form else {},
            components=tuple(each for each in papers if isinstance(each, str))
            if isinstance(papers, list)
            else (),
            delivery_mode=fields.mode(self.typed.get(fields.MODE, "")),
            e_result_consent=self.typed.get(fields.CONSENT) == "co",
            site=site if isinstance(site := self.content.get(SITE), str) else None,
            **{f"{part}_unit": self.typed.get(field) for part, field in fields.UNITS.items()},
        )

    async def units(self) -> dict[str, Mapping[str, str]]:
        """Units to choose from: by part, the names by their codes."""
        day = localtime.local_date(self.visit.at)
        area = self.typed.get(fields.AREA) or competent_units.place(self.command(), await self._loaded())
        try:
            parts = await competent_units.preview(
                self.visit.service.reference_data, self.package.code, day, case=self.case.id, area=area
            )
        except errors.Refusal:
            # The check of the whole filing says why.
            return {}
        return {each.part: each.choices for each in parts if each.choices}

    async def _loaded(self) -> Any:
        reference_data, day = self.visit.service.reference_data, localtime.local_date(self.visit.at)
        return competent_units.case_of(await reference_data.active(self.package.code, day), self.case.id)


def kept(visit: ApplicantVisit) -> drafts.Drafts:
    """The drafts of the installation."""
    found: drafts.Drafts = visit.request.app.state.drafts
    return found


async def opened(visit: ApplicantVisit, draft: UUID) -> FilingDraft:
    """A draft of the reader's. Raises NotFound, DraftFiled, DraftBeingFiled, DraftUnreadable."""
    found = await kept(visit).read(visit.principal, draft, at=visit.at)
    if found.answered or found.reference is not None:
        found.changeable()
    return await shown(visit, found)


async def shown(visit: ApplicantVisit, draft: drafts.Draft) -> FilingDraft:
    """A draft with the version of its procedure that is in force. Raises NotFound."""
    day = localtime.local_date(visit.at)
    version = await visit.service.reference_data.active(draft.procedure, day)
    cases = {each.id: each for each in version.package.cases}
    named = (draft.content or {}).get("case")
    chosen = cases.get(named) if isinstance(named, str) else None
    if chosen is None and len(cases) == 1:
        (chosen,) = cases.values()
    return FilingDraft(visit, draft, version.package, version.number, chosen)


#: Changes the content of a draft.
Change = Callable[[Mapping[str, Any]], Mapping[str, Any]]


async def changed(filing: FilingDraft, change: Change) -> FilingDraft:
    """Keep a change, laid over what another window may have kept meanwhile.

    Raises what `Drafts.change` raises.
    """
    visit, draft = filing.visit, filing.draft
    for _ in range(TRIES):
        content = dict(change(draft.content or {}))
        try:
            draft = await kept(visit).change(
                visit.principal, draft.id, content, at=visit.at, if_match=[draft.version]
            )
        except DraftChanged:
            draft = await kept(visit).read(visit.principal, draft.id, at=visit.at)
            continue
        return await shown(visit, draft)
    raise DraftChanged(draft.id, draft.version)


def merged(content: Mapping[str, Any], said: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A content with these names said anew. Those that are not said are left out."""
    return {**{name: each for name, each in content.items() if name not in names}, **said}


def digest(part: Any) -> str:
    """A word for a part of a draft, equal for equal ones."""
    written = orjson.dumps(part, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(written).hexdigest()[:16]


def stale(seen: str, part: Any, now: Any) -> bool:
    """True where a page would write over a part that it has not shown."""
    return bool(seen) and seen != digest(part) and digest(now) != digest(part)


def with_answers(filing: FilingDraft, answers: Mapping[str, Any]) -> FilingDraft:
    """The same with answers that are not kept."""
    content = {**filing.content, "form": dict(answers)}
    return replace(filing, draft=replace(filing.draft, content=content))
