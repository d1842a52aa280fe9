"""A row of the matrix of permissions: what is asked of an operation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hoso_workflows.dossiers.service import Outcome
from support.world import World

#: Brings a dossier into the state in which it is asked about.
State = Callable[[World], Awaitable[Outcome]]


@dataclass(frozen=True)
class Case:
    """A row of the matrix: what is asked."""

    method: str
    path: str
    body: Any = None
    state: State | None = None
    #: True for what changes the dossier: whoever may gets one of their own.
    changes: bool = False
    #: What a list has to hold, else it counts as empty.
    holds: str | None = None
    content: bytes | None = None
    content_type: str = "application/zip"
    #: Further headers.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Files of a form, whose other fields the body are.
    files: Mapping[str, tuple[str, bytes]] | None = None
