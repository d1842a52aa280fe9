"""Collected data that is not part of the checkout: what `HOSO_SHARED` names, else `shared` beside the checkout."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("HOSO_SHARED") or Path(__file__).parents[3] / "shared")


def path(name: str) -> Path:
    """Path of a collected file or folder, which may be absent."""
    return FOLDER / "data" / name


def required(name: str) -> Path:
    """The same path. Skips the test where nothing is there."""
    if not path(name).exists():
        pytest.skip(_reason(name))
    return path(name)


def absent(name: str) -> pytest.MarkDecorator:
    """The mark of a case that stands for those which an absent folder would give."""
    return pytest.mark.skip(reason=_reason(name))


def _reason(name: str) -> str:
    return f"data/{name} is in no folder that HOSO_SHARED names"
