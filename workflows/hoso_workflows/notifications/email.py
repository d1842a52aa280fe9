"""Messages as e-mail: text and HTML in the reader's language, identified by their Message-ID.

They go into a folder of .eml files or to an SMTP server.
"""

import asyncio
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from email.message import EmailMessage
from email.policy import SMTP as LINES
from html import escape
from pathlib import Path
from urllib.parse import quote

from pydantic import Field, SecretStr

from hoso_models.storage.settings import EnvironmentSettings
from hoso_workflows.notifications import outbox, smtp, wording
from hoso_workflows.notifications.applicants.mails import Lines


class MailSettings(EnvironmentSettings):
    """Settings of e-mail: each field from `HOSO_` and its name in capitals.

    Without a folder and a server, nothing is sent.
    """

    #: The address that mail comes from.
    mail_sender: str = "hoso@localhost"
    #: A folder that gets each message with an address as an .eml file, for a mail gateway to fetch or for somebody to look at.
    mail_folder: Path | None = None
    #: The SMTP server that takes what has an address.
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    #: STARTTLS with a certificate that is checked, before anything is said; off only for a server on this machine.
    smtp_tls: bool = True
    #: Seconds that one answer of the server may take; the answer to the mail itself four times as long. With the most, a
    #: round of delivery and its last mail still end before the lease of what they have in hand.
    smtp_timeout: float = Field(default=30, gt=0, le=40)
    #: Local times from which and until which applicants are not told, by mail or by a gateway, as 21:00 and 06:00; both or neither.
    mail_quiet_from: time | None = None
    mail_quiet_until: time | None = None
    #: The address at which people reach our pages, for links in mails.
    public_url: str | None = None

    @property
    def quiet(self) -> tuple[time, time] | None:
        """The quiet hours of applicants; None for none."""
        if self.mail_quiet_from is None or self.mail_quiet_until is None:
            return None
        return self.mail_quiet_from, self.mail_quiet_until


def transports(settings: MailSettings) -> tuple[outbox.Transport, ...]:
    """Transports that the settings name.

    A message that none of them serves is not sent; it is set aside as for the portal.
    """
    ways: list[outbox.Transport] = []
    if settings.mail_folder:
        ways.append(Folder(settings.mail_folder, settings.mail_sender))
    if settings.smtp_host:
        ways.append(Server(settings))
    return tuple(ways)


def compose(message: outbox.Message, sender: str) -> EmailMessage:
    """The e-mail of a message, as text and as HTML in the same words.

    Every attempt gives the same one.
    """
    subject, parts = wording.letter(message.topic, {**message.payload, **message.secret}, message.language)
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = message.address or "undisclosed-recipients:;"
    mail["Date"] = message.created_at
    mail["Message-ID"] = message_id(message.dedup_key)
    mail["Auto-Submitted"] = "auto-generated"
    mail["Subject"] = subject
    mail.set_content("\n\n".join(map(_text, parts)), cte="base64")
    mail.add_alternative(_page(subject, parts, message.language), subtype="html", cte="base64")
    mail["Content-Language"] = message.language
    # What stands between the parts is no chance either: a repeated mail is the same, byte by byte.
    mail.set_boundary(f"hoso-{hashlib.sha256(message.dedup_key.encode()).hexdigest()[:32]}")
    return mail


def _text(part: str | Lines) -> str:
    """A part as text, of its lines each name before what it names."""
    if isinstance(part, str):
        return part
    return "\n".join(f"{name}:{chr(10) if chr(10) in said else ' '}{said}" for name, said in part)


def _page(subject: str, parts: Sequence[str | Lines], language: str) -> str:
    """The HTML of a mail.

    Nothing in it is loaded from anywhere, and it is read without styles as well.
    """
    said = "\n".join(f"<p>{_linked(each)}</p>" if isinstance(each, str) else _list(each) for each in parts)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(subject)}</title></head>\n"
        '<body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; color: #1a1a1a; max-width: 40em;'
        ' overflow-wrap: anywhere">\n'
        f'<h1 style="font-size: 20px">{escape(subject)}</h1>\n{said}\n</body>\n</html>\n'
    )


def _list(lines: Lines) -> str:
    """Lines with names as HTML, each name above what it names, for small screens."""
    said = "\n".join(
        f'<dt style="font-weight: bold">{escape(name)}</dt>\n'
        f'<dd style="margin: 0 0 0.5em; white-space: pre-line">{_linked(text)}</dd>'
        for name, text in lines
    )
    return f"<dl>\n{said}\n</dl>"


def _linked(text: str) -> str:
    """A text as HTML, its addresses as links."""
    return _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', escape(text))


#: An address in a text that is escaped already.
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


def message_id(dedup_key: str) -> str:
    """The Message-ID of a message, the same for every copy of it."""
    return f"<{quote(dedup_key, safe='')}@hoso>"


@dataclass(frozen=True, slots=True)
class Folder:
    """Messages with an address as files; sent twice, it is the same file."""

    path: Path
    sender: str

    @property
    def server(self) -> None:
        """No server is behind a folder."""

    async def send(self, message: outbox.Message) -> bool:
        """Write the file whole or not at all. Raises OSError, Refused."""
        if not message.address:
            return False
        await asyncio.to_thread(self._write, message)
        return True

    def _write(self, message: outbox.Message) -> None:
        mail = _written(message, self.sender)
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = hashlib.sha256(message.dedup_key.encode()).hexdigest()[:32]
        part = self.path / f".{name}.part"
        # In a folder that others enter too, they find no letters that they can read.
        part.unlink(missing_ok=True)
        with open(part, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(mail)
        part.replace(self.path / f"{name}.eml")


@dataclass(frozen=True, slots=True)
class Server:
    """An SMTP server; messages without an address are not for it."""

    settings: MailSettings

    @property
    def server(self) -> str:
        """Its name among those that may be away."""
        return self._access.name

    async def send(self, message: outbox.Message) -> bool:
        """Hand the mail over. Raises Undeliverable with the server's code, never with the address."""
        if not message.address:
            return False
        sender = self.settings.mail_sender
        await smtp.hand_over(self._access, sender, message.address, _written(message, sender))
        return True

    @property
    def _access(self) -> smtp.Access:
        it = self.settings
        password = it.smtp_password.get_secret_value() if it.smtp_password else None
        return smtp.Access(
            it.smtp_host or "", it.smtp_port, it.smtp_tls, it.smtp_user, password, it.smtp_timeout
        )


def _written(message: outbox.Message, sender: str) -> bytes:
    """The mail's bytes. Raises Refused for what can be in no header."""
    try:
        return compose(message, sender).as_bytes(policy=LINES)
    except ValueError as wrong:
        raise outbox.Refused("it cannot be written as a mail") from wrong
