"""The dates of a dossier, folded from its events: promises, suspensions, step deadlines, explanation."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hoso_workflows.clock.clock import Calendars, Clock, Dates, fold

__all__ = ["Calendars", "Clock", "Dates", "fold"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("hoso_workflows.clock.clock"), name)
