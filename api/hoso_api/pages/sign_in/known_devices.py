"""Devices that accounts know: what their browsers keep, and from where somebody tries."""

from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from hoso_api.http import client_address
from hoso_api.pages.shared import session as shared
from hoso_api.pages.sign_in import answers
from hoso_workflows.identity import accounts
from hoso_workflows.identity.tries import devices
from hoso_workflows.identity.tries.counting import Whence
from hoso_workflows.operation.rate_limit import Purpose


def whence(request: Request) -> Whence:
    """The networks and the device of a request."""
    kept = answers.accounts_of(request).devices
    known = kept.known(request.cookies.get(shared.DEVICE, ""), at=request.app.state.clock())
    return Whence(client_address.networks_of(request), known)


async def remember(request: Request, answer: Response, principal: UUID) -> Response:
    """Let the browser keep that it has signed somebody in."""
    checked, kept = answers.accounts_of(request), request.cookies.get(shared.DEVICE, "")
    account = await accounts.counted_as(checked.db, principal)
    mine = checked.devices.signed_in(kept, account, at=request.app.state.clock())
    shared.set_cookie(answer, shared.DEVICE, mine, devices.KNOWN)
    return answer


async def count_begun(request: Request) -> None:
    """Count a sign-in that is begun, by known device or network. Raises TooManyRequests."""
    state, found = request.app.state, whence(request)
    device = next(iter(found.devices.values()), None)
    if device is not None:
        await state.rate_limit.take(Purpose.SIGN_IN_BEGUN, device, at=state.clock())
    else:
        await state.rate_limit.take_of_network(Purpose.SIGN_IN_BEGUN, found.networks, at=state.clock())
