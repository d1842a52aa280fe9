"""Knowledge of what a request may have stored, for when its database is lost.

A request of which nothing can be stored is told that the database is away. One that has stored something, or whose connection
was lost while it did, is told that its outcome is unknown; so is one whose work no standby confirms, in words of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from hoso_models import errors


@dataclass(slots=True)
class _Request:
    """A request, and whether something of it is stored already."""

    #: False for one that only reads: whatever is noted about that, to ask again comes to the same.
    changes: bool
    stored: bool = False


_request: ContextVar[_Request | None] = ContextVar("hoso_request_outcome", default=None)


@contextmanager
def of_request(*, changes: bool) -> Iterator[None]:
    """Take all work in the block for one request."""
    token = _request.set(_Request(changes))
    try:
        yield
    finally:
        _request.reset(token)


def stored() -> None:
    """Note that something was stored."""
    request = _request.get()
    if request is not None:
        request.stored = True


def require_known(error: BaseException, *, under_way: bool = False) -> None:
    """Raise OutcomeUnknown for a DatabaseAway after which something may be stored.

    `under_way` is true where the connection was lost while the server may have been storing.
    """
    request = _request.get() or _Request(changes=True)
    if not isinstance(error, errors.DatabaseAway) or isinstance(error, errors.OutcomeUnknown):
        return
    if request.changes and (under_way or request.stored):
        raise errors.OutcomeUnknown(error.reason, error.retry_after) from error


@contextmanager
def confirmed() -> Iterator[None]:
    """Keep a NotConfirmed from a request that only reads.

    It was promised nothing of what was noted beside.
    """
    try:
        yield
    except errors.NotConfirmed:
        stored()
        request = _request.get()
        if request is None or request.changes:
            raise


@contextmanager
def known() -> Iterator[None]:
    """Raise OutcomeUnknown for a DatabaseAway in the block after the request has stored something."""
    try:
        yield
    except errors.DatabaseAway as away:
        require_known(away)
        raise
