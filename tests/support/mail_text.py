"""Parts of a mail: its text and its page."""

from __future__ import annotations

from email.message import EmailMessage


def plain(mail: EmailMessage) -> str:
    """The text of a mail."""
    return _part(mail, "plain")


def html(mail: EmailMessage) -> str:
    """The page of a mail."""
    return _part(mail, "html")


def _part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")
