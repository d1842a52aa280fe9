"""Work for a limited child that tells as whom it runs, and what it could reach if a file took it over."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_PR_GET_NO_NEW_PRIVS, _PTRACE_ATTACH = 39, 16
_LIMITS = ("CPU", "AS", "FSIZE", "NOFILE", "NPROC", "CORE")


@dataclass(frozen=True, slots=True)
class Seen:
    """The child as the kernel knows it: who it is, its hard limits, and how each of its tries ended."""

    who: dict[str, object]
    limits: dict[str, int]
    tried: dict[str, str]

    def to_json(self) -> dict[str, object]:
        """JSON-safe."""
        return {"who": self.who, "limits": self.limits, "tried": self.tried}


def look(data: bytes) -> Seen:
    """Identity, limits and tries of this process; `data` names a file, another one, and a process."""
    secret, victim, process = json.loads(data)
    who = {
        "users": [*os.getresuid(), *os.getresgid(), *os.getgroups()],
        "capabilities": _capabilities(),
        "no_new_rights": ctypes.CDLL(None).prctl(_PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
    }
    limits = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1] for name in _LIMITS}
    return Seen(who, limits, {name: _ended(act) for name, act in tries(secret, victim, process).items()})


def tries(secret: str, victim: str, process: int) -> Mapping[str, Callable[[], object]]:
    """Acts of somebody who took the child over."""
    return {
        "read": Path(secret).read_bytes,
        "list": lambda: os.listdir("/"),  # noqa: PTH208 - as plain as it can be
        "write": lambda: os.open(victim, os.O_WRONLY),
        "make": lambda: os.open(f"{victim}-new", os.O_WRONLY | os.O_CREAT),
        "rename": lambda: Path(victim).rename(f"{victim}-old"),
        "delete": Path(secret).unlink,
        "memory": lambda: os.open(f"/proc/{process}/mem", os.O_RDWR),
        "signal": lambda: os.kill(process, signal.SIGWINCH),
        "trace": lambda: _called(_PTRACE_ATTACH, process),
        "starve": lambda: resource.prlimit(process, resource.RLIMIT_CPU),  # type: ignore[attr-defined]  # Linux has it
        "start": lambda: os.execv("/khong/co", ["x"]),  # noqa: S606 - where it is let, there is none
        "root": lambda: os.chroot("/khong/co"),
        "fork": _forked,
        "connect": lambda: socket.socket().close(),
        "pair": socket.socketpair,
        "copy": lambda: os.dup(0),
    }


def _ended(act: Callable[[], object]) -> str:
    try:
        act()
    except OSError as refused:
        return type(refused).__name__
    return "done"


def _called(request: int, process: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(request, process, None, None) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def _forked() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _capabilities() -> int:
    """Those that are in effect or permitted, of capget(2)."""
    header, data = struct.pack("Ii", 0x20080522, 0), ctypes.create_string_buffer(24)
    ctypes.CDLL(None).capget(header, data)
    effective, permitted, _, effective_high, permitted_high, _ = struct.unpack("6I", data.raw)
    return effective | permitted | effective_high | permitted_high
