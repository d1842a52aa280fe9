"""Visit of an applicant to a page, inside the shell of the portal."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import HTMLResponse

from hoso_api.http import origins
from hoso_api.pages.shared import session
from hoso_api.pages.shared import visit as visits
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.look import current
from hoso_api.pages.shared.templating import page
from hoso_api.pages.shared.visit import Visited
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar import messages
from hoso_models import SessionKind
from hoso_workflows import errors
from hoso_workflows.identity.sessions import Session

#: Where an applicant begins.
HOME = "/cua-toi"
#: Entries of the portal's navigation: word, address, name.
PLACES = (
    ("ho-so", HOME, marked("Hồ sơ của tôi")),
    ("tra-cuu", "/tra-cuu", marked("Tra cứu")),
    ("gop-y", "/gop-y", marked("Góp ý")),
    ("tai-khoan", f"{HOME}/tai-khoan", marked("Tài khoản")),
)
#: Entries of the footer: address, name.
FOOT = (
    ("/thong-bao", marked("Thông báo của cổng")),
    ("/thong-ke", marked("Thống kê")),
    ("/huong-dan", marked("Hướng dẫn")),
    ("/kiem-chung", marked("Kiểm chứng giấy tờ")),
    ("/gop-y", marked("Góp ý")),
    ("/lien-he", marked("Liên hệ")),
    ("/so-do-trang", marked("Sơ đồ trang")),
    ("/tro-nang", marked("Khả năng tiếp cận")),
    ("/quyen-rieng-tu", marked("Quyền riêng tư")),
)


@dataclass(frozen=True, slots=True)
class ApplicantVisit(Visited):
    """An applicant at a page of theirs."""

    #: Whether all data here are a demonstration's.
    demonstrated: bool = False

    @property
    def frame(self) -> str:
        """The shell of the portal."""
        return "portal.html"

    def page(self, template: str, status: int = 200, *, here: str = "", **values: Any) -> HTMLResponse:
        """A page inside the portal's shell; `here` is the word of its entry."""
        values |= {"applicant": self, "places": PLACES, "foot": FOOT, "demonstrated": self.demonstrated}
        return Visited.page(self, template, status, here=here, **values)


async def visit(request: Request) -> ApplicantVisit:
    """The visit of an applicant. Raises TokenMissing, and FormParked for a form that came too late."""
    found = await visits.signed_in(request, session.applicant, SessionKind.APPLICANT)
    state = request.app.state
    origin = origins.of(request, str(found.id))
    parked = await visits.parked(request, found)
    shown = await demonstrated(request)
    return ApplicantVisit(
        request, state.service, state.clock(), found, origin, current(), parked=parked, demonstrated=shown
    )


async def demonstrated(request: Request) -> bool:
    """True where a page says that its data are made up.

    It leads to the roles that anybody may try.
    """
    return bool(request.app.state.settings.open_board) and await session.demonstrated(request)


ApplicantVisitNow = Annotated[ApplicantVisit, Depends(visit)]


@asynccontextmanager
async def discreet(form: Form) -> AsyncIterator[None]:
    """Let a refused act say why, without the names and the acts of officers. Raises Stopped."""
    try:
        yield
    except Stopped as stopped:
        refused = stopped.__cause__
        if not stopped.changed:
            raise
        known = isinstance(refused, errors.Refusal)
        why = messages.translated(refused) if known else spoken("Hồ sơ đã thay đổi. Mở lại trang này.")
        fault = Fault(messages.opening(why))
        raise Stopped(form, [fault], status=HTTPStatus.CONFLICT, spent=True) from refused


@dataclass(frozen=True, slots=True)
class Anybody:
    """Somebody at a page of the portal that asks for no sign-in."""

    reader: Session | None
    #: Whether all data here are a demonstration's.
    demonstrated: bool = False

    def page(
        self, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> HTMLResponse:
        """A page inside the portal's shell; an applicant finds their places there."""
        if self.reader is not None and self.reader.kind is SessionKind.APPLICANT:
            values["places"] = PLACES
        values["demonstrated"] = self.demonstrated
        return page(template, status, headers, reader=self.reader, foot=FOOT, **values)


async def anybody(request: Request) -> Anybody:
    """The reader of a page: an applicant, an officer, or nobody who is known."""
    shown = await demonstrated(request)
    for kind in (SessionKind.APPLICANT, SessionKind.OFFICER):
        if found := await session.current(request, kind):
            return Anybody(found, shown)
    return Anybody(None, shown)


AnybodyNow = Annotated[Anybody, Depends(anybody)]
