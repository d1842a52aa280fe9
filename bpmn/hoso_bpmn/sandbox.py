"""Limited child process for a stranger's file.

A hang, a decompression bomb or a crash ends there. The child gets an empty environment, its own session, the name of
the function as argument, the file on standard input, and limits on processor time, memory, file size and processes which it sets
before it reads a byte. Then it can open no file by its name, reach no network and no other process, and has never root's rights
(`confinement`). It is killed by group. Whoever has a child that serves for longer calls `limit`, loads what its
work needs, and calls `give_up_rights`.
"""

from __future__ import annotations

import json
import pkgutil
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from functools import cache
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from hoso_bpmn import confinement, fork_server
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.fork_server import Call
from hoso_calendar.messages import Message, say


class Answer(Protocol):
    """The result of a function that runs in a child."""

    def to_json(self) -> Mapping[str, Any]:
        """JSON-safe document that the child writes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a child process."""

    processor_seconds: int = 20
    wall_seconds: int = 60
    #: Of address space, which is more than what is in use: libraries map themselves whole.
    memory_bytes: int = 512_000_000


LIMITS = Limits()
#: What Python itself loads only when a file asks for it; root's Python may lie where nobody can go.
_ASKED_FOR = (
    "encodings.cp437",
    "encodings.cp1252",
    "encodings.utf_8_sig",
    "encodings.utf_16",
    "encodings.utf_32",
)
#: What a child may answer; a file can make a report many times its own size.
MAX_ANSWER = 30_000_000


class Stopped(RefusedFile):
    """A file whose child did not answer; `exhausted` where it used up what it may."""

    def __init__(self, reason: str, *, exhausted: bool = False) -> None:
        super().__init__(
            "sandbox",
            say("Reading the file was stopped: {reason}.", reason=reason),
            remedy="Draw the process anew in a modeller, or split it; if the file is harmless, report it with the file attached.",
        )
        self.exhausted = exhausted


def run(
    function: Callable[..., Answer], data: bytes | BinaryIO, limits: Limits = LIMITS, **arguments: str
) -> dict[str, Any]:
    """Call a function with the bytes of a file in a child process.

    Returns the JSON of its result. Raises the `RefusedFile` that the function raised, or `Stopped`. The child imports the
    function by its module and its qualified name; `arguments` are its keyword arguments.
    """
    work = f"{function.__module__}:{function.__qualname__}"
    told = (work, json.dumps(arguments), json.dumps(astuple(limits)))
    try:
        ended = fork_server.SERVER.run(
            Call(f"{__name__}:read_ahead", (function.__module__,)),
            Call(f"{__name__}:main", told),
            data,
            seconds=limits.wall_seconds,
            most=MAX_ANSWER,
        )
    except fork_server.TooLong:
        why = say("it took longer than {seconds} seconds", seconds=limits.wall_seconds)
        raise Stopped(why, exhausted=True) from None
    except fork_server.Broken:
        raise Stopped(say("the process that reads files ended")) from None
    if ended.code != 0:
        raise _stopped(ended.code, ended.trouble, limits)
    answer: dict[str, Any] = json.loads(ended.output, object_hook=_spoken)
    if "refused" in answer:
        raise RefusedFile(**answer["refused"])
    return answer


#: Marks a sentence that keeps its template on the way from the child.
_SENTENCE = "$sentence"


def _told(value: Any) -> Any:
    """The answer with what its sentences are made of."""
    if isinstance(value, Message):
        parts = {
            name: _told(part) if isinstance(part, str | int) else str(part)
            for name, part in value.values.items()
        }
        return {_SENTENCE: [value.template, parts, value.many]}
    if isinstance(value, dict):
        return {key: _told(inside) for key, inside in value.items()}
    return [_told(inside) for inside in value] if isinstance(value, list | tuple) else value


def _spoken(document: dict[str, Any]) -> Any:
    """The sentence of which these are the parts; any other table as it is."""
    if document.keys() != {_SENTENCE}:
        return document
    template, values, many = document[_SENTENCE]
    return Message(template, values, many)


def _stopped(code: int, trouble: bytes, limits: Limits) -> Stopped:
    """Error of a child that did not end well."""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        why = say("it used more than {seconds} seconds of processor time", seconds=limits.processor_seconds)
        return Stopped(why, exhausted=True)
    if b"MemoryError" in trouble or code == -signal.SIGABRT:
        why = say("it used more than {size:,} bytes of memory", size=limits.memory_bytes)
        return Stopped(why, exhausted=True)
    last = trouble.decode(errors="replace").strip().rpartition("\n")[2]
    return Stopped(f"reading it failed: {last or f'exit code {code}'}")


def limit(limits: Limits) -> None:
    """Limit this process for good: memory, processor time; it writes no files."""
    for kind, value in (
        (resource.RLIMIT_CPU, limits.processor_seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, allowed))


def give_up_rights() -> None:
    """Drop root's rights, and every way to other files, processes and networks.

    Files that are open stay so. It holds for every thread, also for those that run already; Landlock for the one that calls.

    Raises OSError where the kernel refuses any of it.
    """
    confinement.become_nobody()
    confinement.win_no_rights()
    confinement.close_paths()
    for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE):
        resource.setrlimit(kind, (0, 0))
    confinement.forbid_calls()


@cache
def read_ahead(work: str) -> None:
    """Load everything that work of this module may need while it can be reached.

    The user `NOBODY` may not read the place where root's Python lies. A module with files of its own loads them in
    its `read_ahead`.
    """
    for name in _ASKED_FOR:
        import_module(name)
    ours = pkgutil.walk_packages([str(Path(__file__).parent)], f"{__package__}.")
    others = [import_module(found.name) for found in ours if found.name != __name__]
    for loaded in (*others, import_module(work)):
        getattr(loaded, "read_ahead", lambda: None)()


def main(work: str, arguments: str, limits: str) -> None:
    """Entry of the child process. Limits first, then our own modules, then no rights, then the stranger's bytes."""
    limit(Limits(*json.loads(limits)))
    name, _, function = work.partition(":")
    read_ahead(name)
    module = import_module(name)
    give_up_rights()
    try:
        answer = attrgetter(function)(module)(sys.stdin.buffer.read(), **json.loads(arguments)).to_json()
    except RefusedFile as refused:
        answer = {"refused": refused.to_json()}
    written = json.dumps(_told(answer))
    if len(written) > MAX_ANSWER:
        excess = Stopped(say("what is to be said of it exceeds {most:,} bytes", most=MAX_ANSWER))
        written = json.dumps(_told({"refused": excess.to_json()}))
    sys.stdout.write(written)
