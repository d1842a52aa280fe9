"""Decisions on a dossier, in memory: commands, state, transitions, projection."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hoso_workflows.lifecycle.transitions import State, decide, draft, file, fold

__all__ = ["State", "decide", "draft", "file", "fold"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("hoso_workflows.lifecycle.transitions"), name)
