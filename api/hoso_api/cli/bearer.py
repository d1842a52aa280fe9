"""Holder of a token at the shell.

They act by their own right, never as the operator."""

import os

from hoso_api.http.authentication import TokenMissing, TokenRefused
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.organisation import access_log, credentials, permissions
from hoso_workflows.organisation.credentials import Scope

#: Names the variable with the caller's token; a token on the command line would stand in the process list.
TOKEN = "HOSO_TOKEN"  # noqa: S105 - the name of a variable, not a secret


async def caller(db: Database, scope: Scope) -> tuple[credentials.Bearer, access_log.Origin]:
    """The principal of the token. Raises TokenMissing, TokenRefused, ScopeMissing."""
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise TokenMissing
    bearer = await credentials.bearer(db, token, at=now())
    if bearer is None:
        raise TokenRefused
    if scope not in bearer.scopes:
        raise credentials.ScopeMissing([scope])
    origin = access_log.Origin(token[: credentials.PREFIX])
    access_log.asked_from(origin)
    return bearer, origin


async def insider(db: Database) -> None:
    """Admit who stands inside an authority, for what its officers read.

    Raises Forbidden, and what `caller` raises.
    """
    bearer, _ = await caller(db, Scope.READ)
    if not permissions.is_inside(await permissions.held(db, bearer.principal, now())):
        raise errors.Forbidden(bearer.principal, say("reading this"), "officer", None)
