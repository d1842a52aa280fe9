"""Drafts of dossiers: kept sealed for their owner, judged, and filed once."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hoso_workflows.drafts.filing import Request, file, judge, promised
    from hoso_workflows.drafts.storage import Content, Draft, Drafts, Limits, expire

_STORED = ("Content", "Draft", "Drafts", "Limits", "expire")
__all__ = ["Content", "Draft", "Drafts", "Limits", "Request", "expire", "file", "judge", "promised"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{'storage' if name in _STORED else 'filing'}"), name)
