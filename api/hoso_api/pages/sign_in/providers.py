"""Identity providers that the sign-in pages offer, as the application was put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fastapi import Request

from hoso_models import SessionKind
from hoso_workflows.identity.sessions import Session


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as the pages show it: always a link, never an automatic redirect."""

    #: As sessions name it.
    name: str
    title: str
    #: Where a sign-in begins; `tiep` is added.
    path: str
    kind: SessionKind = SessionKind.OFFICER
    #: Where an existing session is confirmed.
    again: str | None = None
    #: Whether an invitation may be taken up by signing in there.
    by_invitation: bool = False


class SignOutLink(Protocol):
    """The address that ends a session at its provider too, with its title; None where there is none."""

    async def __call__(self, request: Request, session: Session) -> tuple[str, str] | None:
        """The title and the address."""


def listed(request: Request) -> Sequence[Provider]:
    """The providers of this installation."""
    found: Sequence[Provider] = request.app.state.providers
    return found


def of(request: Request, kind: SessionKind) -> Sequence[Provider]:
    """The providers whose sessions are of a kind."""
    return [each for each in listed(request) if each.kind is kind]


def again(request: Request, session: Session) -> Provider | None:
    """The provider by which a session may be confirmed."""
    return next((each for each in listed(request) if each.name == session.provider and each.again), None)


async def sign_out_link(request: Request, session: Session) -> tuple[str, str] | None:
    """The link to the provider's own sign-out."""
    asked: SignOutLink | None = request.app.state.sign_out_link
    return None if asked is None else await asked(request, session)
