"""The application: one function puts settings, clock, office, routes and error handling together.

`uvicorn --factory hoso_api.app:create_app` serves it; without arguments it opens the database of the environment.
"""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from functools import cache, partial

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from hoso_api.http import authentication, openapi, problems, routing, unknown_callers
from hoso_api.http.middleware import access_log, head_requests, limits, request_line
from hoso_api.installation import files, master_key, online_payments
from hoso_api.openid import relying_party
from hoso_api.openid.refusals import SignInRefused
from hoso_api.pages import endpoints as shown
from hoso_api.pages import routers as pages
from hoso_api.pages.public import endpoints as paper_check
from hoso_api.pages.shared.assets import Assets
from hoso_api.pages.sign_in import provider_endpoints
from hoso_api.rest import routers as rest
from hoso_api.rest.public import endpoints as public
from hoso_api.rest.public import readiness
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_calendar import messages
from hoso_models import errors
from hoso_models.storage import database
from hoso_workflows import drafts
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.embedding import seen
from hoso_workflows.identity import accounts, passwords
from hoso_workflows.jobs import runner
from hoso_workflows.operation import log_lines, rate_limit

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

#: How many new objects make the collector of garbage look, and how many looks make it look further (`gc.set_threshold`).
#: With Python's own 700 it took a tenth of each completion (ADR 0014).
GARBAGE = (10_000, 10, 10)


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """The routes, made once in a process.

    They know nothing of the application that serves them, and to make them takes half a second.
    """
    router = APIRouter(generate_unique_id_function=openapi.operation_id)
    below = (
        *(("/v1", each, ()) for each in rest.FEATURES),
        *(("", each, pages.FIRST) for each in pages.PAGES),
        ("", public.lookups, ()),
        *(("/v1", each, ()) for each in rest.LISTS),
        *(("", each, ()) for each in rest.ROOT),
        *(("", each, ()) for each in rest.OPEN),
        ("", paper_check.router, pages.FIRST),
        ("", public.router, ()),
    )
    for prefix, each, first in below:
        router.include_router(each, prefix=prefix, dependencies=first)
    return routing.Branches(router.routes), *router.routes


def create_app(
    service: DossierService | None = None, *, clock: Clock = now, settings: Settings | None = None
) -> FastAPI:
    """The whole API and its pages. An office that is handed in stays the caller's to close."""
    settings = settings or Settings()
    app = FastAPI(
        title="hoso",
        openapi_url="/v1/openapi.json",
        docs_url=None,  # they load their scripts from another host
        redoc_url=None,
        generate_unique_id_function=openapi.operation_id,
        # What it would tell of requests and errors holds what applicants wrote.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        lifespan=partial(_opened, service, settings),
    )
    app.state.clock, app.state.settings = clock, settings
    # What another room adds: identity providers, and the link to their own sign-out.
    app.state.parties = relying_party.parties(settings)
    app.state.providers = provider_endpoints.listed(settings)
    app.state.sign_out_link = provider_endpoints.sign_out_link
    app.state.online = online_payments.of(settings)
    app.state.unknown_callers = unknown_callers.UnknownCallers()
    app.state.sites_seen = seen.Tally()
    if service is not None:
        _attach(app, service)
    app.add_middleware(limits.RequestLimits, settings=settings)
    app.add_middleware(access_log.AccessLog, routes=app.router.routes)
    app.add_middleware(head_requests.HeadRequests)
    app.router.routes.extend(_routes())
    app.mount("/static", Assets(), name="static")
    for error in (*problems.mapped_errors(), Exception):
        app.add_exception_handler(error, _answer)
    app.openapi = partial(openapi.describe, app)  # type: ignore[method-assign]  # FastAPI's way to a description of one's own
    return app


@asynccontextmanager
async def _opened(
    service: DossierService | None, settings: Settings, app: FastAPI
) -> AsyncIterator[Mapping[str, Settings]]:
    """While the application serves; what is given is what `protocol` finds of it."""
    if service is not None:
        yield {request_line.SETTINGS: settings}
        return
    log_lines.configure()
    async with database.connect() as db:
        _attach(app, DossierService(db, _rate_limit(app, db)))
        with _frozen_heap():
            async with _jobs(app, settings.job_seconds), _sites(app, db):
                yield {request_line.SETTINGS: settings}


@asynccontextmanager
async def _jobs(app: FastAPI, pause: float) -> AsyncIterator[None]:
    """Do portions of long jobs while the block runs.

    None for a pause of 0.
    """
    if not pause:
        yield
        return
    state = app.state
    working = asyncio.create_task(runner.serve(state.service, clock=state.clock, pause=pause))
    try:
        yield
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


@asynccontextmanager
async def _sites(app: FastAPI, db: database.Database) -> AsyncIterator[None]:
    """Keep the counts of sites that show the catalogue while the block runs.

    At its end what is left.
    """
    tally: seen.Tally = app.state.sites_seen
    keeping = asyncio.create_task(seen.serve(tally, db))
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        with suppress(errors.DatabaseAway):
            await tally.keep(db)


@contextmanager
def _frozen_heap() -> Iterator[None]:
    """Freeze the objects loaded so far while the block runs.

    The garbage collector then passes over a worker's own memory.
    """
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        # Who froze what it shares with processes that it forks would copy all of it at the next search.
        if not frozen:
            gc.unfreeze()


def _attach(app: FastAPI, service: DossierService) -> None:
    app.state.service = service
    app.state.rate_limit = _rate_limit(app, service.db)
    app.state.readiness = readiness.Readiness(service.db, app.state.settings, app.state.clock())
    seal = master_key.seal(app.state.settings.master_key_file)
    app.state.accounts = accounts.Accounts(service.db, app.state.rate_limit, passwords.Passwords(), seal)
    app.state.drafts = drafts.Drafts(service.db, seal, app.state.settings.draft_limits)
    app.state.files = files.of(service, app.state.settings)
    app.state.credentials = authentication.Credentials(service, app.state.settings.token_cache_seconds)


def _rate_limit(app: FastAPI, db: database.Database) -> rate_limit.RateLimit:
    return rate_limit.RateLimit(db, {**rate_limit.DEFAULTS, **app.state.settings.limits})


def _reason(error: Exception) -> str | None:
    """The reason for which a sign-in was refused, for the log."""
    return str(error.reason) if isinstance(error, SignInRefused) else None


async def _answer(request: Request, error: Exception) -> Response:
    """A problem as a page for people with a browser, as JSON for programs."""
    page = shown.wanted(request)
    language = messages.VIETNAMESE if page else limits.language(request.headers)
    # Not left to `RequestLimits`: an unexpected error is answered outside of it.
    with messages.speaking(language):
        problem, headers = problems.of(error), problems.headers(error)
    if isinstance(error, errors.DatabaseAway):
        log.warning(log_lines.Entry(away=error.reason))
    log_lines.note(problem=problem.type.removeprefix(problems.PREFIX), reason=_reason(error))
    if problem.status == 500:
        headers |= limits.headers(request.app.state.settings)
    if page:
        return await shown.problem(request, problem, headers, getattr(error, "page", None))
    spoken = {"Content-Language": language, "Vary": "Accept-Language"}
    return problems.response(problem, request.url.path, {**headers, **spoken})
