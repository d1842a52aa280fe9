"""Search of the inside.

A code leads to its dossier, names and numbers are looked for with a reason. A code may stand in an address. Names and
numbers of people are sent as a form, so that no address, log or history of a browser keeps them.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.http.middleware import limits
from hoso_api.pages.officer import dossier_frame, inbox
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.correspondence import letter_views
from hoso_workflows.tracking import keys, search
from hoso_workflows.tracking.search import ApplicantFilter, Asked, DossierFilter

ADDRESS = "/noi-bo/tim"
router = APIRouter(
    include_in_schema=False, dependencies=[Depends(authentication.same_site), Depends(session.secure)]
)

#: The fields of the form.
TEXT, REASON = "q", "ly-do"
#: So many dossiers of a group are shown.
MOST = 20
#: The longest text that is looked for, and the longest reason.
LONGEST, LONGEST_REASON = 200, 500
_PROCEDURE = re.compile(r"\d[\d.]*\.\d{4,}")
_DIGITS = re.compile(r"[\d .-]{4,}")


@dataclass(frozen=True, slots=True)
class Group:
    """Dossiers that were found in the same way."""

    name: str
    items: tuple[dict[str, Any], ...]
    #: True where there are more than are shown.
    more: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """A search: the text, and the reason."""

    text: str
    reason: str = ""

    @property
    def ways(self) -> Iterator[tuple[str, ApplicantFilter, DossierFilter]]:
        """The questions for this text, each with the name of its group."""
        if _PROCEDURE.fullmatch(self.text):
            yield marked("Theo mã thủ tục"), ApplicantFilter(), DossierFilter(procedure=self.text)
        elif _DIGITS.fullmatch(self.text):
            yield marked("Theo số định danh, mã số"), ApplicantFilter(identifier=self.text), DossierFilter()
            yield marked("Theo số điện thoại"), ApplicantFilter(phone=self.text), DossierFilter()
        else:
            yield marked("Theo tên người nộp"), ApplicantFilter(name=self.text), DossierFilter()


@router.get(ADDRESS)
@acts.named("search_dossiers")
async def search_page(
    visit: VisitNow, text: Annotated[str, Query(alias=TEXT, max_length=LONGEST)] = ""
) -> Response:
    """To the dossier of a code; else the form of a search."""
    sought = Sought(_seen(text))
    if visit.parked is not None:
        typed = Filled.first(visit)
        return _shown(visit, Sought(typed.text(TEXT), typed.text(REASON)), Filled())
    return await _straight(visit, sought) or _shown(visit, sought, Filled())


async def sought(request: Request) -> Sought:
    """The search that a form asks for."""
    fields = await request.form()
    text, reason = (_seen(str(fields.get(name, ""))) for name in (TEXT, REASON))
    return Sought(text[:LONGEST], reason[:LONGEST_REASON])


def _seen(text: str) -> str:
    """The text without signs that are not seen, and without spaces around it."""
    return "".join(each for each in text if each.isprintable()).strip()


@router.post(ADDRESS)
@limits.takes(limits.Size.FORM)
@acts.named("search_dossiers")
async def search_by_form(visit: VisitNow, sought: Annotated[Sought, Depends(sought)]) -> Response:
    """To the dossier of a code; else dossiers by name or number."""
    if not sought.text:
        return _shown(visit, sought, Filled())
    if (straight := await _straight(visit, sought)) is not None:
        return straight
    try:
        groups = [each async for each in _found(visit, sought)]
    except errors.Refusal as refused:
        if isinstance(refused, errors.Forbidden):
            raise
        named = REASON if isinstance(refused, search.ReasonNeeded) else TEXT
        fault = Fault(messages.translated(refused), named)
        return _shown(visit, sought, Filled(faults=(fault,), status=422))
    return _shown(visit, sought, Filled(), groups)


async def _straight(visit: Visit, sought: Sought) -> Response | None:
    """The way to the dossier of a code or reference; None where the reader's units have none of it."""
    found = await known(visit, sought.text)
    if found is None:
        return None
    key = found["code"] or found["reference"]
    return RedirectResponse(f"{dossier_frame.ADDRESS}/{quote(key, safe='')}", status_code=303)


async def known(visit: Visit, text: str) -> Mapping[str, Any] | None:
    """The dossier whose key or letter a text names; None where the reader's units have none."""
    asked = replace(_asked(visit), limit=1)
    for key in await _keys(visit, text):
        found = await search.search(visit.service.db, ApplicantFilter(key=key), DossierFilter(), "", asked)
        if found.items:
            return found.items[0]
    return None


async def _keys(visit: Visit, text: str) -> tuple[str, ...]:
    """The keys in a text; of a letter's address the code of its dossier."""
    where, _, last = text.strip().rpartition("/")
    letter = inbox.identity(last)
    if letter is None or not where.endswith(letter_views.CHECK):
        return keys.keys_in(text)
    with suppress(errors.NotFound):
        code = (await letter_views.checked(visit.service, letter))["code"]
        return (code,) if code else ()
    return ()


async def _found(visit: Visit, sought: Sought) -> Any:
    for name, applicant, wanted in sought.ways:
        page = await search.search(visit.service.db, applicant, wanted, sought.reason, _asked(visit))
        if page.items:
            yield Group(spoken(name), tuple(page.items), page.after is not None)


def _asked(visit: Visit) -> Asked:
    return Asked(visit.principal, visit.at, visit.origin, limit=MOST)


def _shown(visit: Visit, sought: Sought, form: Filled, groups: list[Group] | None = None) -> Response:
    typed = replace(form, typed={TEXT: sought.text, REASON: sought.reason})
    return visit.page(
        "officer/search.html",
        form.status,
        form=typed,
        sought=sought,
        groups=groups,
        statuses=wording.STATUSES,
    )
