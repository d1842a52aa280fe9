"""Parsing of instants and days as people type them.

An instant without an offset is local time; nothing at all is now.
"""

import re
from datetime import date, datetime

from hoso_api.cli import errors
from hoso_api.http import fields
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_workflows import localtime

_TURNED = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")


def iso(text: str) -> str:
    """Rewrite a day in Vietnamese order, such as `24/11/2026`, in ISO 8601. Any other text stays as it is."""
    return _TURNED.sub(lambda found: f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}", text.strip())


def read(text: str | None, option: str) -> datetime:
    """The instant of an option."""
    if text is None:
        return now().astimezone(localtime.ZONE)
    try:
        instant = datetime.fromisoformat(iso(text))
    except ValueError:
        raise errors.Usage(
            say(
                "{option} {text}: write it as 2026-11-24T08:00 or 24/11/2026 08:00.", option=option, text=text
            )
        ) from None
    _known(instant.date(), text, option)
    return instant if instant.tzinfo else instant.replace(tzinfo=localtime.ZONE)


def day(text: str, option: str) -> date:
    """The local date of an option."""
    try:
        named = date.fromisoformat(iso(text))
    except ValueError:
        raise errors.Usage(
            say("{option} {text}: write it as 24/11/2026 or 2026-11-24.", option=option, text=text)
        ) from None
    return _known(named, text, option)


def short(instant: str) -> str:
    """An ISO 8601 instant for the cell of a table, in local time."""
    return f"{datetime.fromisoformat(instant).astimezone(localtime.ZONE):%H:%M %d/%m/%Y}"


def _known(named: date, text: str, option: str) -> date:
    if not fields.FIRST_DAY <= named <= fields.LAST_DAY:
        bounds = {"first": fields.FIRST_DAY, "last": fields.LAST_DAY}
        raise errors.Usage(
            say("{option} {text}: name a day between {first} and {last}.", option=option, text=text, **bounds)
        )
    return named
