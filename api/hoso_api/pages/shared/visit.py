"""Visit of an officer or an applicant to a page: reader, time and look.

@router.get("/noi-bo/viec")
@acts.named("list_user_tasks")
async def inbox(visit: VisitNow) -> Response:
    return visit.page("officer/inbox.html", here="viec", rows=…)
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import HTMLResponse
from starlette.routing import Match

from hoso_api.http import authentication, origins
from hoso_api.pages.shared import navigation, session
from hoso_api.pages.shared.look import Look, current
from hoso_api.pages.shared.templating import page
from hoso_models import SessionKind, TaskStatus
from hoso_workflows.clock import work_by
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.drafts import parked_forms
from hoso_workflows.identity import sessions
from hoso_workflows.identity.refusals import ProofTooOld
from hoso_workflows.identity.sessions import Session
from hoso_workflows.organisation import access_log, asking, permissions
from hoso_workflows.organisation.asking import Asked
from hoso_workflows.procedures import overview

#: The counter of one's own tasks past the date to work by.
LATE = "late"
#: The fields of every acting form that its page writes: the key, what its reader has seen, the way on.
OWN_FIELDS = ("_khoa", "_ban", "_di")


@dataclass(frozen=True, slots=True)
class Visited:
    """Somebody who has signed in, at a page."""

    request: Request
    service: DossierService
    at: datetime
    session: Session
    origin: access_log.Origin
    look: Look
    #: What was typed on this page when a session was over; given once.
    parked: Mapping[str, list[str]] | None = field(default=None, kw_only=True)

    @property
    def frame(self) -> str:
        """The shell of pages that several sorts of readers have."""
        return "internal.html"

    @property
    def principal(self) -> UUID:
        """The person."""
        return self.session.principal

    @property
    def address(self) -> str:
        """The address of the page, as `page_asked` finds it."""
        return page_asked(self.request)

    @property
    def reading(self) -> dict[str, Any]:
        """The arguments by which reads of `hoso_workflows` know the reader."""
        return {"reader": self.principal, "at": self.at, "origin": self.origin}

    def page(self, template: str, status: int = 200, *, here: str = "", **values: Any) -> HTMLResponse:
        """A page inside its shell; `here` is the word of its entry."""
        answer = page(
            template, status, reader=self.session, look=self.look, here=here, **{"at": self.at, **values}
        )
        if self.parked is not None:
            session.drop_cookie(answer, session.PARKED)
        return answer


@dataclass(frozen=True, slots=True)
class Visit(Visited):
    """An officer at a page."""

    rights: permissions.Rights
    #: Figures beside the entries of the navigation and the bell, by the entry's counter.
    counters: Mapping[str, int]

    async def names(self, persons: Collection[UUID | None]) -> Mapping[UUID, str]:
        """Persons by name, those of other authorities by their unit's."""
        db = self.service.db
        return await overview.names(db, persons, await asking.circle(db, Asked(self.principal, self.at)))

    @property
    def entries(self) -> tuple[navigation.Entry, ...]:
        """The navigation of this officer."""
        return navigation.entries(self.rights)

    @property
    def tag(self) -> str:
        """The figures in a word; equal for equal ones."""
        return ".".join(str(number) for number in self.counters.values())

    def page(self, template: str, status: int = 200, *, here: str = "", **values: Any) -> HTMLResponse:
        """A page inside its shell; `here` is the word of its entry."""
        return Visited.page(self, template, status, visit=self, here=here, **values)


async def visit(request: Request) -> Visit:
    """The visit of a request. Raises as `session.complete` does, FormParked and FormParkedForProof."""
    found = await signed_in(request, session.complete)
    state = request.app.state
    at = state.clock()
    rights = await permissions.held(state.service.db, found.principal, at)
    (row,) = await state.service.db.rows(_COUNTERS, [found.principal, at])
    return Visit(
        request,
        state.service,
        at,
        found,
        origins.of(request, str(found.id)),
        current(),
        rights,
        dict(row),
        parked=await parked(request, found),
    )


async def signed_in(
    request: Request,
    live: Callable[[Request], Awaitable[Session]],
    kind: SessionKind = SessionKind.OFFICER,
) -> Session:
    """The session that `live` finds. Raises what it raises; the form of one that is over is parked."""
    try:
        return await live(request)
    except (authentication.TokenMissing, ProofTooOld) as missing:
        secret = await _park(request, kind)
        if secret is None:
            raise
        raised = session.FormParkedForProof if isinstance(missing, ProofTooOld) else session.FormParked
        raise raised(secret) from missing


def page_asked(request: Request) -> str:
    """The address of the page asked for, or of a form's page; with query."""
    url = request.url
    if request.method == "GET":
        return url.path + (f"?{url.query}" if url.query else "")
    return page_before(request)


def page_before(request: Request) -> str:
    """The address of the page whose link or button was pressed, with query.

    That of the request itself where the browser does not say it.
    """
    sent = urlsplit(request.headers.get("referer") or request.url.path)
    if not _is_page(request, sent.path):
        # A page that came back from a form has the form's address, which is its own and a verb.
        return next((path for path in _above(sent.path) if _is_page(request, path)), "/")
    return sent.path + (f"?{sent.query}" if sent.query else "")


def _is_page(request: Request, path: str) -> bool:
    asked = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)


def _above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


async def _park(request: Request, kind: SessionKind) -> str | None:
    """Keep a form that came too late; returns its secret, None without one.

    Its session had ended, or its act asks for a fresh proof.
    """
    secret = request.cookies.get(session.COOKIES[kind])
    if request.method != "POST" or not secret:
        return None
    state = request.app.state
    live = await session.current(request, kind)
    person = live.principal if live else await sessions.person_of_over(state.service.db, secret, kind)
    if person is None:
        return None
    fields: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str) and name not in OWN_FIELDS:
            fields.setdefault(name, []).append(value)
    path = urlsplit(page_asked(request)).path
    return await parked_forms.park(
        state.service.db, state.accounts.seal, person, path, fields, at=state.clock()
    )


async def parked(request: Request, found: Session) -> Mapping[str, list[str]] | None:
    """The parked form of this page, for its person."""
    secret = request.cookies.get(session.PARKED)
    if request.method != "GET" or not secret:
        return None
    state = request.app.state
    return await parked_forms.taken(
        state.service.db, state.accounts.seal, secret, found.principal, request.url.path, at=state.clock()
    )


VisitNow = Annotated[Visit, Depends(visit)]

_COUNTERS = f"""
select count(*)::int as tasks, (count(*) filter (where {work_by.OVERDUE.format("$2::timestamptz")}))::int as {LATE},
  (select count(*)::int from notice where principal_id = $1 and read_at is null) as notices
from user_task u where assignee_id = $1 and status = '{TaskStatus.OPEN.value}'
"""  # noqa: S608 - fixed text of this module
