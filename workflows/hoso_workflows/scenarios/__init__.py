"""Scenarios of a package, run on the pure core."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hoso_workflows.scenarios.runner import inspect_parcel, run

__all__ = ["inspect_parcel", "run"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("hoso_workflows.scenarios.runner"), name)
