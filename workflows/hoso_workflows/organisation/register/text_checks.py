"""Texts and days of entries, as they may be written and are stored."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from hoso_bpmn import text_safety
from hoso_calendar.messages import say
from hoso_workflows import errors

_CODE = re.compile(r"[A-Za-z0-9._-]{1,80}")
#: Short numbers and those with an area in brackets among them.
_TELEPHONE = re.compile(r"\+?[0-9(][0-9() .-]{2,59}")
#: The longest name.
LONGEST = 300


def checked_code(text: str, name: str = "code") -> str:
    """A code as it was written. Raises FormRefused for one that could not be sent in an address."""
    if not _CODE.fullmatch(text):
        raise errors.FormRefused(
            [
                errors.Fault(
                    name,
                    say("holds only letters without accents, digits, dots, hyphens and underscores, 1 to 80"),
                )
            ]
        )
    return text


def checked_name(text: str, name: str = "name") -> str:
    """A name with its letters composed. Raises FormRefused for an empty one, and for one with hidden signs."""
    written = text_safety.text(text).strip()
    if not written:
        raise errors.FormRefused([errors.Fault(name, say("is missing"))])
    if len(written) > LONGEST:
        raise errors.FormRefused([errors.Fault(name, say("has more than {most} characters", most=LONGEST))])
    if sign := text_safety.hidden(written):
        raise errors.FormRefused(
            [
                errors.Fault(
                    name,
                    say(
                        "contains {sign}, a sign that is not seen; write the text anew without it", sign=sign
                    ),
                )
            ]
        )
    return written


def checked_telephone(text: str | None) -> str | None:
    """A number as it is dialled; None for an empty one. Raises FormRefused for what is none."""
    written = (text or "").strip()
    if written and not _TELEPHONE.fullmatch(written):
        raise errors.FormRefused([errors.Fault("telephone", say("is no telephone number"))])
    return written or None


def require_given(changes: Mapping[str, Any], *names: str) -> None:
    """Raise FormRefused for a change to nothing of what every entry has."""
    if empty := [name for name in names if name in changes and changes[name] is None]:
        raise errors.FormRefused([errors.Fault(name, say("is missing")) for name in empty])


def day(value: date | None) -> str | None:
    """A day as events write it."""
    return None if value is None else value.isoformat()
