"""Work that is halted in the middle, so that a test comes between."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Halt:
    """A function that waits before it does its work, once it was called."""

    called: asyncio.Event
    goes_on: asyncio.Event


def halted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> Halt:
    """The halt of a function of a module or class, until the test lets it go on."""
    really, halt = getattr(owner, name), Halt(asyncio.Event(), asyncio.Event())

    async def waits(*args: Any, **named: Any) -> Any:
        halt.called.set()
        await halt.goes_on.wait()
        return await really(*args, **named)

    monkeypatch.setattr(owner, name, waits)
    return halt
