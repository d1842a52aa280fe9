"""Work for a limited child that tells as whom it runs, and what it could reach if a file took it over."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

#: Read from the child's own status: what is set there is what the kernel grants.
_TOLD = ("Uid", "Gid", "Groups", "CapPrm", "CapEff", "NoNewPrivs")


@dataclass(frozen=True, slots=True)
class Seen:
    """The child as the kernel knows it."""

    status: dict[str, list[str]]
    read: str
    forked: str
    connected: str
    many: str

    def to_json(self) -> dict[str, object]:
        """JSON-safe."""
        return {
            "status": self.status,
            "read": self.read,
            "forked": self.forked,
            "connected": self.connected,
            "many": self.many,
        }


def look(data: bytes) -> Seen:
    """Identity of this process, and its ability to read a file by its name, to start a process, to reach a network, to have eight more files."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    status = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
    return Seen(
        {name: status[name] for name in _TOLD}, _read(data.decode()), _forked(), _connected(), _many()
    )


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as refused:
        return type(refused).__name__


def _forked() -> str:
    try:
        child = os.fork()
    except OSError as refused:
        return type(refused).__name__
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "yes"


def _many() -> str:
    try:
        for file in [os.dup(0) for _ in range(8)]:
            os.close(file)
    except OSError as refused:
        return type(refused).__name__
    return "yes"


def _connected() -> str:
    try:
        socket.socket().close()
    except OSError as refused:
        return type(refused).__name__
    return "yes"
