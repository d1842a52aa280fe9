"""CPU seconds of this process and of all that it started."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
#: Places in `/proc/PID/stat` behind the name: user and system time, and those of children that have ended.
_OWN, _ENDED = slice(11, 13), slice(13, 15)


def used() -> float:
    """CPU seconds that this process, its children and theirs have used so far, where Linux tells."""
    ended = os.times()
    running = sum(_ticks(process) for process in _descendants(os.getpid()))
    return time.process_time() + ended.children_user + ended.children_system + running / _TICKS


def _ticks(process: int) -> int:
    with suppress(OSError):
        # The name may hold blanks and brackets.
        fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
        return sum(map(int, [*fields[_OWN], *fields[_ENDED]]))
    return 0


def _descendants(process: int) -> list[int]:
    """Children of all threads of a process, and theirs."""
    found = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208 - on the way of each test
            children = Path(f"/proc/{process}/task/{thread}/children").read_bytes()
            found += [int(child) for child in children.split()]
    return [*found, *(each for child in found for each in _descendants(child))]
