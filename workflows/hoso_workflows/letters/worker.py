"""The limited child that typesets letters, one after the other.

It speaks on the socket that is its standard input: a length of four bytes, then JSON; the answer is a length, a byte that says
whether it went well, then the PDF, the picture or JSON. It limits itself, loads typst and our fonts by setting a sample of every form, gives
up all rights and says that it is ready; only then it reads.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from base64 import b64decode
from typing import TYPE_CHECKING

from hoso_bpmn import sandbox
from hoso_workflows.letters import forms, pdf, samples

# Only the child pays for typst: its parent needs the lengths and the marks of what they say.
if TYPE_CHECKING:
    from hoso_workflows.letters import compiler

#: For the life of a child; a letter takes hundredths of a second of it.
LIMITS = sandbox.Limits(processor_seconds=120, memory_bytes=768_000_000)
#: Threads of typst; each would reserve address space, and a letter has little to share out.
ENVIRONMENT = {"RAYON_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
#: What a parent may ask and a child may answer, in bytes.
MOST_ASKED = 32_000_000
MOST_ANSWERED = 64_000_000

READY, DONE, REFUSED = b"r", b"d", b"x"


def main() -> None:
    """Entry of the child: serve until the parent closes its end."""
    sandbox.limit(LIMITS)
    from hoso_workflows.letters import compiler

    typesetting = compiler.Compiler()
    for code in forms.FORMS:
        _set(typesetting, pdf.job(samples.short(code)))
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as parent:
        # Whatever a template names, there is no file that could be opened.
        sandbox.give_up_rights()
        send(parent, READY)
        while asked := receive(parent, MOST_ASKED):
            send(parent, _answered(typesetting, asked))


def _answered(typesetting: compiler.Compiler, asked: bytes) -> bytes:
    from hoso_workflows.letters import compiler

    told = json.loads(asked)
    job = pdf.Job(b64decode(told["source"]), told["inputs"], told["seconds"], told["picture"])
    try:
        made = _set(typesetting, job)
    except compiler.Refused as refused:
        return REFUSED + json.dumps([refused.message, refused.line]).encode()
    if len(made) > MOST_ANSWERED:
        return REFUSED + json.dumps([f"more than {MOST_ANSWERED} bytes", 0]).encode()
    return DONE + made


def _set(typesetting: compiler.Compiler, job: pdf.Job) -> bytes:
    make = typesetting.picture if job.picture else typesetting.compile
    return make(job.source, job.inputs, job.seconds)


def send(end: socket.socket, message: bytes) -> None:
    """Send a message."""
    end.sendall(len(message).to_bytes(4) + message)


def receive(end: socket.socket, most: int, until: float | None = None) -> bytes:
    """The next message; empty when the other end is closed.

    Raises ValueError for one that is too long, and TimeoutError when the monotonic clock says `until`.
    """
    length = int.from_bytes(_exactly(end, 4, until))
    if length > most:
        raise ValueError(length)
    return _exactly(end, length, until)


def _exactly(end: socket.socket, length: int, until: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        if until is not None:
            end.settimeout(max(until - time.monotonic(), 0.001))
        part = end.recv(min(1 << 20, length - len(parts)))
        if not part:
            return b""
        parts += part
    return bytes(parts)
