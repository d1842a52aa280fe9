"""Forms that are sent again, whose acts of administration are done once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors

#: The status of the note about a form, as its answer was: to go on to another page. Answers to commands have 200.
NOTED = 303


class AlreadyDone(errors.Refusal):
    """The same form was sent before, and what it asks for was done."""

    slug = "already-done"
    remedy = "Open the page anew to see what was stored."

    def __init__(self) -> None:
        super().__init__(
            say("What this form asks for was done when it was sent before; nothing was stored now.")
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent."""

    #: The key of the form with its address.
    key: str
    #: A digest of what it says.
    digest: bytes
    #: Whether it was carried out before.
    done: bool = False
    #: This request, so that several transactions of it are known for one.
    request: str = field(default_factory=lambda: str(uuid4()))

    @property
    def name(self) -> str:
        """The idempotency key: the same form that says something else is another act."""
        return f"{self.key} {self.digest.hex()[:32]}"


_sent: ContextVar[Sent | None] = ContextVar("hoso_form_sent", default=None)


@contextmanager
def of_form(sent: Sent) -> Iterator[None]:
    """Take all acts in the block for those of a form. A refusal of one that was done before says so."""
    _sent.set(sent)
    try:
        yield
    except errors.Refusal:
        require_new()
        raise
    finally:
        # The end may come in another context than the beginning, where a token is worth nothing.
        _sent.set(None)


def require_new() -> None:
    """Raise AlreadyDone in a form that was carried out before."""
    sent = _sent.get()
    if sent is not None and sent.done:
        raise AlreadyDone


async def noted(db: Database, sent: Sent, secrets: list[bytes]) -> bool:
    """True for a form that was carried out before.

    By the person of one of the sessions with these digests of their secrets.
    """
    return bool(secrets) and await db.row(_NOTED, [sent.name, NOTED, secrets]) is not None


async def note(tx: Transaction, principal: UUID, at: datetime) -> None:
    """Note in the transaction of an act that its form was carried out. Raises AlreadyDone."""
    sent = _sent.get()
    if sent is None:
        return
    said = [principal, sent.name, sent.digest, NOTED, {"request": sent.request}, at]
    if await tx.rows(_NOTE, said):
        return
    (row,) = await tx.rows(_OWN, [principal, sent.name])
    if row.request != sent.request:
        raise AlreadyDone


_NOTED = """
select 1 from idempotency i where i.key = $1 and i.status = $2
and i.principal_id in (select principal_id from browser_session where secret_sha256 = any($3))
"""
_NOTE = """
insert into idempotency (principal_id, key, request_hash, status, response, at) values ($1, $2, $3, $4, $5::jsonb, $6)
on conflict (principal_id, key) do nothing returning 1
"""
_OWN = "select response ->> 'request' as request from idempotency where principal_id = $1 and key = $2"
