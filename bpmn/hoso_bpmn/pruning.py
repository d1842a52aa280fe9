"""Finished tasks leave the tree when no token can need them, so that a thousand rounds cost no more than one."""

from __future__ import annotations

from typing import Any


def prune(workflow: Any) -> None:
    """Drop what is finished from the run."""
