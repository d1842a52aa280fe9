"""Place of an item in its list; the address keeps the list's query.

ds = packed(view.query(after=view.after))        in the links of a list
place = await neighbours(visit, ds, task)        on the page of an item
"""

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import parse_qs

from hoso_api.pages.officer import inbox
from hoso_api.pages.shared.visit import Visit
from hoso_workflows import errors

#: The longest list context in an address, in characters.
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Position of an item in its page of a list."""

    #: The address of the list.
    list: str
    name: str
    #: The list context again, for links to its neighbours.
    packed: str
    before: str | None
    #: Counted from 1; None for an item that has left the list.
    number: int | None
    length: int
    behind: str | None


def packed(query: str) -> str:
    """The query of a list as a word of an address. The first list, whose query is empty, has one too."""
    return base64.urlsafe_b64encode((query or f"{inbox.TAB}=").encode()).decode().rstrip("=")


def unpacked(word: str) -> dict[str, str]:
    """The fields of a list's query; none for a word that is not ours."""
    if len(word) > LONGEST:
        return {}
    try:
        query = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode()
        fields = parse_qs(query, keep_blank_values=True, max_num_fields=10)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return {}
    return {name: values[0] for name, values in fields.items()}


def view_of(visit: Visit, fields: dict[str, str]) -> inbox.View:
    """The part of the inbox that these fields of a query select."""
    named = {tab.word: tab for tab in (*inbox.tabs(visit), inbox.DECISIONS)}
    return inbox.View(
        tab=named.get(fields.get(inbox.TAB, ""), inbox.MINE),
        procedure=fields.get(inbox.PROCEDURE, "")[:80],
        text=fields.get(inbox.TEXT, "")[:80],
        overdue=fields.get(inbox.DUE) == "qua-han",
        after=fields.get(inbox.AFTER, ""),
        unit=fields.get(inbox.UNIT_CODE, "")[:80],
        officer=inbox.identity(fields.get(inbox.OFFICER, "")),
    )


async def neighbours(visit: Visit, word: str, task: str, due: str | None) -> Place | None:
    """The place of a task in the inbox; None without a list context.

    An item that has left the list stands where it stood: behind those that are due before it.
    """
    fields = unpacked(word)
    if not fields:
        return None
    view = view_of(visit, fields)
    try:
        items = (await view.found(visit)).items
    except errors.BadCursor:
        return None
    places = [(each["due"] or "9", each["id"]) for each in items]
    own = (due or "9", task)
    number = places.index(own) + 1 if own in places else None
    earlier = [each[1] for each in places if each < own]
    later = [each[1] for each in places if each > own]
    return Place(
        list=view.link(after=view.after),
        name=view.tab.name,
        packed=word,
        before=earlier[-1] if earlier else None,
        number=number,
        length=len(places),
        behind=later[0] if later else None,
    )
