"""Send one mail in one SMTP session; errors distinguish the mail from the server.

A failure before the mail is named is the server's own: it is away. From then on a failure concerns this mail, and once the
mail was handed over, a missing answer proves nothing: only the server knows whether it took the mail.
"""

import asyncio
import contextlib
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from functools import cache

from hoso_workflows.notifications import outbox

#: The server is about to close the connection, whatever it was asked (RFC 5321 §3.8).
CLOSING = 421


@dataclass(frozen=True, slots=True)
class Access:
    """Address of a mail server and its credentials."""

    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None
    #: Seconds that one answer may take.
    patience: float

    @property
    def name(self) -> str:
        """The server's name among those that may be away."""
        return f"{self.host}:{self.port}"

    @property
    def last(self) -> float:
        """Timeout in seconds for the answer to the mail itself.

        A timeout that is too short here leads to a second copy.
        """
        return 4 * self.patience

    @property
    def whole(self) -> float:
        """Timeout in seconds for the whole session.

        It also ends a session with a server that sends a byte from time to time.
        """
        return 6 * self.patience


async def hand_over(access: Access, sender: str, recipient: str, mail: bytes) -> None:
    """Have a server take one mail; returns the moment it did. Raises Undeliverable as one of its four kinds."""
    talk = _Conversation(access, await asyncio.to_thread(_own_name))
    work = asyncio.ensure_future(asyncio.to_thread(talk.hand_over, sender, recipient, mail))
    try:
        await asyncio.wait({work}, timeout=access.whole)
    finally:
        if not work.done():
            talk.cut()
    await work


class _Conversation:
    """A conversation in a thread of its own, which another thread may cut."""

    def __init__(self, access: Access, own_name: str) -> None:
        self._access = access
        self._smtp = smtplib.SMTP(local_hostname=own_name, timeout=access.patience)

    def cut(self) -> None:
        """End it now: whoever waits for an answer gets none."""
        with contextlib.suppress(OSError, AttributeError):
            self._smtp.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # before and after there is none

    def hand_over(self, sender: str, recipient: str, mail: bytes) -> None:
        """Say everything that has to be said."""
        try:
            self._meet(sender)
            self._name(recipient)
            self._send(mail)
            # Whatever it answers to that changes nothing any more.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.putcmd("quit")
        finally:
            self._smtp.close()

    def _meet(self, sender: str) -> None:
        try:
            self._greet()
            code, _ = self._smtp.mail(sender)
        except smtplib.SMTPResponseException as answer:
            raise outbox.Away(f"the server answered {answer.smtp_code}") from answer
        except (OSError, smtplib.SMTPException) as error:
            raise outbox.Away(f"the server cannot be used: {_sort(error)}") from error
        if code // 100 != 2:
            raise outbox.Away(f"the server refused the sender ({code})")

    def _greet(self) -> None:
        access, smtp = self._access, self._smtp
        code, answer = smtp.connect(access.host, access.port)
        if code // 100 != 2:
            raise smtplib.SMTPConnectError(code, answer)
        smtp.ehlo_or_helo_if_needed()
        if access.tls:
            # What the name in the certificate is compared with.
            smtp._host = access.host  # type: ignore[attr-defined]  # only the constructor that connects sets it
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        if access.user and access.password:
            smtp.login(access.user, access.password)

    def _name(self, recipient: str) -> None:
        try:
            code, _ = self._smtp.rcpt(recipient)
        except ValueError as wrong:
            raise outbox.Refused("the address cannot be written in a command") from wrong
        except (OSError, smtplib.SMTPException) as error:
            raise outbox.Stalled(f"the server broke off at the recipient: {_sort(error)}") from error
        _judged(code, 2, "the server refused the recipient")

    def _send(self, mail: bytes) -> None:
        smtp = self._smtp
        try:
            code, _ = smtp.docmd("DATA")
            _judged(code, 3, "the server refused to be sent a mail")
            smtp.send(re.sub(rb"(?m)^\.", b"..", mail).removesuffix(b"\r\n") + b"\r\n.\r\n")
        except (OSError, smtplib.SMTPException) as error:
            raise outbox.Stalled(f"the server broke off at the mail: {_sort(error)}") from error
        try:
            smtp.sock.settimeout(self._access.last)  # type: ignore[union-attr]  # it is connected
            code, _ = smtp.getreply()
        except (OSError, AttributeError, smtplib.SMTPException) as error:
            raise outbox.Unsure(f"the server broke off after the mail: {_sort(error)}") from error
        _judged(code, 2, "the server refused the mail")


def _judged(code: int, wanted: int, refusal: str) -> None:
    """Raise what an answer other than the wanted one says."""
    if code // 100 == wanted:
        return
    if code == CLOSING:
        raise outbox.Away(f"{refusal} ({code})")
    raise (outbox.Refused if code // 100 == 5 else outbox.Undeliverable)(f"{refusal} ({code})")


def _sort(error: Exception) -> str:
    """The sort of fault, without its words, which may quote an address."""
    cause = error.__cause__ or error.__context__
    return type(cause if isinstance(error, smtplib.SMTPServerDisconnected) and cause else error).__name__


@cache
def _own_name() -> str:
    """Our own name, looked up once: with a dead resolver that takes its time."""
    return socket.getfqdn()
