"""The reader of a page: a signed-in officer, or anybody on an open board."""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from hoso_api.http import authentication
from hoso_api.settings import loopback
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.operation import demonstration
from hoso_workflows.operation.rate_limit import Purpose
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import readings

#: What proxies add to a request that they pass on.
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a page, the time, and the office that is asked."""

    service: DossierService
    at: datetime
    #: None where the board is open and nobody has signed in; such a reader surveys all of a demonstration's data.
    name: str | None = None
    rights: permissions.Rights | None = None
    origin: Origin = WITHIN

    async def listed(self, act: str, subject: str | None, ids: Iterable[object]) -> None:
        """Record that a list was read, before it is shown. Nothing on an open board."""
        if self.rights is not None:
            reading = readings.of_list(self.rights, subject)
            by = self.rights.principal
            seen = readings.access(act, by, subject, self.at, self.origin, reading=reading)
            await readings.record(self.service.db, seen, ids)

    def refusals(self, act: str, subject: str | None) -> AbstractAsyncContextManager[None]:
        """Record a read that the block refuses. Nothing on an open board."""
        if self.rights is None:
            return nullcontext()
        by = self.rights.principal
        return readings.refusals(self.service.db, act, by, subject, self.at, self.origin)

    def surveys(self, unit: str) -> bool:
        """True when the reader surveys this unit."""
        return self.rights is None or permissions.surveys(self.rights, unit)

    @property
    def oversees(self) -> bool:
        """True when the reader surveys several units at once."""
        return self.rights is None or bool(permissions.overseen(self.rights))


def cookie(request: Request) -> str:
    """The name of the cookie that holds the token. Over TLS it is one that no other host can have set."""
    return "__Host-hoso" if request.url.scheme == "https" else "hoso"


async def reader(request: Request) -> Reader:
    """The reader of a request. Raises TokenMissing or TokenRefused.

    A page answers these errors with the sign-in form.
    An open board is open for a demonstration's data only, whatever the settings say.
    """
    state = request.app.state
    token = request.cookies.get(cookie(request))
    if token is not None:
        return await signed_in(request, token)
    if _asked_here(request) and await demonstration.marked(state.service.db):
        return Reader(state.service, state.clock())
    raise authentication.TokenMissing


def _asked_here(request: Request) -> bool:
    """True when the board is open here and nobody seems to ask from elsewhere.

    Under a name of this machine, so that no page of elsewhere reads it by a forged name, and past no proxy that tells of itself.
    """
    open_board: bool = request.app.state.settings.open_board
    forwarded = any(name in request.headers for name in FORWARDED)
    return open_board and loopback(request.url.hostname or "") and not forwarded


async def signed_in(request: Request, token: str, counted: Purpose = Purpose.CREDENTIALS) -> Reader:
    """The officer behind a token. Raises TokenRefused, TooManyRequests; Forbidden for citizens and partners."""
    caller = await authentication.admitted(await authentication.identified(request, token, counted))
    rights = await permissions.held(caller.service.db, caller.principal, caller.at)
    return Reader(caller.service, caller.at, caller.name, rights, caller.origin)


ReaderNow = Annotated[Reader, Depends(reader)]
