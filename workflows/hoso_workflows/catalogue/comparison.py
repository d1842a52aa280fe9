"""Changes between two versions of an entry, item by item, in words (S-26)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hoso_calendar.messages import Message, say
from hoso_workflows.catalogue import code_lists
from hoso_workflows.catalogue.values import ITEMS, Component, Content, Fee

#: Fields of `Content` in the order of the items, each with its title in words.
FIELDS: dict[str, Message] = {
    "name": say("Name of the procedure"),
    "authority": say("Authority that answers for it"),
    "level": say("Level of administration"),
    "field": say("Field"),
    "sequence": say("Sequence"),
    "method": say("Method"),
    "components": say("Components of the dossier"),
    "sets": say("Number of sets"),
    "term": say("Time limit"),
    "term_note": say("More about the time limit"),
    "applicants": say("Who may apply"),
    "decided_by": say("Deciding agency"),
    "result": say("Result"),
    "forms": say("Forms"),
    "conditions": say("Conditions"),
    "fees": say("Fees"),
    "receiving": say("Ways of receiving dossiers"),
    "returning": say("Ways of returning results"),
    "legal_basis": say("Legal basis"),
}
#: As a list says that it holds nothing, in the language of entries.
NONE = "Không"
_LETTER = {name: each.letter for each in ITEMS for name in (*each.needs, *each.more)}


@dataclass(frozen=True, slots=True)
class Change:
    """A field that two versions say differently."""

    #: As in `FIELDS`.
    field: str
    #: Of the item to which it belongs; None for what stands beside the items.
    letter: str | None
    #: Its pieces that are no more, and those that are new; of a text, the one before and the one now.
    gone: tuple[str, ...]
    came: tuple[str, ...]

    @property
    def title(self) -> Message:
        """The field in words."""
        return FIELDS[self.field]


def changes(before: Content | None, after: Content) -> tuple[Change, ...]:
    """The fields that changed, in the order of the items."""
    found = []
    for field in FIELDS:
        old = pieces(before, field) if before else ()
        new = pieces(after, field)
        if old != new or (before is not None and getattr(before, field) != getattr(after, field)):
            gone, came = _without(old, new), _without(new, old)
            # Where nothing came or went, the order has changed.
            found.append(
                Change(
                    field, _LETTER.get(field), gone or (() if came else old), came or (() if gone else new)
                )
            )
    return tuple(found)


def pieces(content: Content, field: str) -> tuple[str, ...]:
    """The texts of an entry in a field; none where nothing is published."""
    value = getattr(content, field)
    if value is None:
        return ()
    if field == "level":
        known = code_lists.level(value)
        return (known.name if known else value,)
    if isinstance(value, tuple):
        return tuple(_piece(each) for each in value) or (NONE,)
    return (str(value),)


def _piece(value: object) -> str:
    if isinstance(value, Component):
        return component(value)
    return fee(value) if isinstance(value, Fee) else str(value)


def component(value: Component) -> str:
    """A component in one line."""
    numbers = [
        *([f"{value.originals} bản chính"] if value.originals else []),
        *([f"{value.copies} bản sao"] if value.copies else []),
        *([] if value.required else ["nếu có"]),
    ]
    said = ", ".join(numbers)
    name = f"{value.code}: {value.name}" if value.code else value.name
    return f"{name} ({said})" if said else name


def fee(value: Fee) -> str:
    """A fee in one line, its amount in đồng."""
    amount = [] if value.amount is None else [f"{value.amount:,} đ".replace(",", ".")]
    return ": ".join([value.name, "; ".join([*amount, *([value.note] if value.note else [])])]).removesuffix(
        ": "
    )


def _without(pieces: Sequence[str], others: Iterable[str]) -> tuple[str, ...]:
    rest = list(others)
    found = []
    for each in pieces:
        if each in rest:
            rest.remove(each)
        else:
            found.append(each)
    return tuple(found)
