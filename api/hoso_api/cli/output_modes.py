"""Modes of the files that a command writes. They are private, except for those that its caller named."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_PRIVATE = 0o077
#: The caller's own mask, once a command keeps to itself what it writes.
_callers: list[int] = []


def keep_private() -> None:
    """Let nobody else read what is written from now on."""
    _callers.append(os.umask(_PRIVATE))


@contextmanager
def as_called() -> Iterator[None]:
    """Write files with the caller's own umask. These files belong to the caller, who decides who reads them."""
    before = os.umask(_callers[-1]) if _callers else None
    try:
        yield
    finally:
        if before is not None:
            os.umask(before)
