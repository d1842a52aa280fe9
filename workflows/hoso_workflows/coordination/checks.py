"""Checks of what an act of the coordinating function says."""

from hoso_calendar.messages import say
from hoso_workflows import errors


def require(*faults: errors.Fault | None) -> None:
    """Raise FormRefused with the faults that are there."""
    found = [each for each in faults if each is not None]
    if found:
        raise errors.FormRefused(found)


def said(**texts: str) -> None:
    """Raise FormRefused for the fields whose texts are empty."""
    require(
        *(errors.Fault(name, say("is missing")) for name, text in texts.items() if not text.strip()),
    )


def that(holds: bool, field: str, message: str) -> errors.Fault | None:
    """The fault of a field for which something does not hold."""
    return None if holds else errors.Fault(field, message)
