"""Limited child process for a stranger's file.

A hang, a decompression bomb or a crash ends there. The child gets an empty environment, its own session, the name of
the function as argument, the file on standard input, and limits on processor time, memory, file size, open files and
processes which it sets before it reads a byte, and never root's rights: called by root, it becomes a user who owns
nothing first. It is killed by group.
"""

from __future__ import annotations

import ctypes
import json
import os
import pkgutil
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from hoso_bpmn.findings import RefusedFile
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
    open_files: int = 64


LIMITS = Limits()
#: Owns nothing: the number that Linux gives to whoever is nobody here.
NOBODY = 65534
#: What Python itself loads only when a file asks for it; root's Python may lie where nobody can go.
_ASKED_FOR = (
    "encodings.cp437",
    "encodings.cp1252",
    "encodings.utf_8_sig",
    "encodings.utf_16",
    "encodings.utf_32",
)
_PR_SET_NO_NEW_PRIVS = 38
#: What a child may answer; a file can make a report many times its own size.
MAX_ANSWER = 30_000_000


def run(
    function: Callable[..., Answer], data: bytes, limits: Limits = LIMITS, **arguments: str
) -> dict[str, Any]:
    """Call a function in a child process; return the JSON of its result.

    Raises the `RefusedFile` that the function raised, or one with rule `sandbox`. The child imports the function by its
    module and its qualified name; `arguments` are its keyword arguments.
    """
    work = f"{function.__module__}:{function.__qualname__}"
    told = [work, json.dumps(arguments), json.dumps(astuple(limits))]
    command = [sys.executable, "-I", "-m", "hoso_bpmn.sandbox", *told]
    pipe = subprocess.PIPE
    # OpenBLAS would reserve memory for each of its threads.
    environment = {"OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, start_new_session=True
    ) as child:
        try:
            output, trouble = child.communicate(data, timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired:
            raise _stopped(
                say("it took longer than {seconds} seconds", seconds=limits.wall_seconds)
            ) from None
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
    if child.returncode != 0:
        raise _stopped(_reason(child.returncode, trouble, limits))
    answer: dict[str, Any] = json.loads(output, object_hook=_spoken)
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


def _reason(code: int, trouble: bytes, limits: Limits) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return say("it used more than {seconds} seconds of processor time", seconds=limits.processor_seconds)
    if b"MemoryError" in trouble or code == -signal.SIGABRT:
        return say("it used more than {size:,} bytes of memory", size=limits.memory_bytes)
    last = trouble.decode(errors="replace").strip().rpartition("\n")[2]
    return f"reading it failed: {last or f'exit code {code}'}"


def _stopped(reason: str) -> RefusedFile:
    return RefusedFile(
        "sandbox",
        say("Reading the file was stopped: {reason}.", reason=reason),
        remedy="Draw the process anew in a modeller, or split it; if the file is harmless, report it with the file attached.",
    )


def _limit(limits: Limits) -> None:
    for kind, value in (
        (resource.RLIMIT_CPU, limits.processor_seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, allowed))


def _give_up_rights(module: ModuleType) -> None:
    """Drop root's rights, and forbid new processes and new rights."""
    if os.geteuid() == 0:
        _read_ahead(module)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    if sys.platform == "linux" and ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError("PR_SET_NO_NEW_PRIVS was refused")


def _read_ahead(module: ModuleType) -> None:
    """Load everything the work may need while it can be reached.

    The user `NOBODY` may not read the place where root's Python lies. A module with files of its own loads them in
    its `read_ahead`.
    """
    for name in _ASKED_FOR:
        import_module(name)
    ours = pkgutil.walk_packages([str(Path(__file__).parent)], f"{__package__}.")
    for loaded in (*(import_module(found.name) for found in ours), module):
        getattr(loaded, "read_ahead", lambda: None)()


def main(work: str, arguments: str, limits: str) -> None:
    """Entry of the child process. Limits first, then our own modules, then no rights, then the stranger's bytes."""
    _limit(Limits(*json.loads(limits)))
    name, _, function = work.partition(":")
    module = import_module(name)
    _give_up_rights(module)
    try:
        answer = attrgetter(function)(module)(sys.stdin.buffer.read(), **json.loads(arguments)).to_json()
    except RefusedFile as refused:
        answer = {"refused": refused.to_json()}
    written = json.dumps(_told(answer))
    if len(written) > MAX_ANSWER:
        excess = _stopped(say("what is to be said of it exceeds {most:,} bytes", most=MAX_ANSWER))
        written = json.dumps(_told({"refused": excess.to_json()}))
    sys.stdout.write(written)


if __name__ == "__main__":
    main(*sys.argv[1:])
