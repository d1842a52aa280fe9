"""Limited children that typeset letters: warm, two at a time, replaced in time.

A child that fell silent, broke off or has set many letters is followed by a new one.
"""

import asyncio
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass

from hoso_calendar.messages import say
from hoso_workflows.letters import worker
from hoso_workflows.letters.pdf import Job

#: Letters at a time, in each process; a letter takes hundredths of a second.
MOST = 2
#: Letters of one child, so that what it keeps in memory stays small.
LETTERS = 500
#: Patience with one letter, and with a child that starts.
LETTER_SECONDS = 10.0
START_SECONDS = 60.0
ENTRY = f"from {worker.__name__} import main; main()"


@dataclass(frozen=True, slots=True)
class NotSet(Exception):
    """Failure to typeset and its reason. `line` is of the template, 0 for none."""

    reason: str
    line: int = 0


class Child:
    """A child process that is ready. Raises NotSet where it does not get so far."""

    def __init__(self, entry: str = ENTRY) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", entry],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=worker.ENVIRONMENT,
                start_new_session=True,
            )
        self._end = ours
        self.letters = 0
        self._answer(START_SECONDS)

    @property
    def pid(self) -> int:
        """Its number among the machine's processes."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """False after it has ended, for whatever reason."""
        return self._process.poll() is None

    def set(self, job: Job, seconds: float) -> bytes:
        """The PDF of a job, or its picture. Raises NotSet; the child has ended where the template was not the reason."""
        told = {**asdict(job), "source": b64encode(job.source).decode()}
        asked = json.dumps(told).encode()
        if len(asked) >= worker.MOST_ASKED:
            raise NotSet(say("it is longer than {most:,} bytes", most=worker.MOST_ASKED))
        self.letters += 1
        kind, body = self._answer(seconds, asked)
        if kind == worker.REFUSED:
            raise NotSet(*json.loads(body))
        return body

    def _answer(self, seconds: float, asked: bytes | None = None) -> tuple[bytes, bytes]:
        """The answer to what is asked, if anything. Trouble ends the child."""
        try:
            answered = _exchanged(self._end, seconds, asked)
        except TimeoutError:
            self.end()
            raise NotSet(say("it took longer than {seconds:.0f} seconds", seconds=seconds)) from None
        except (OSError, ValueError):
            answered = b""
        if not answered:
            self.end()
            raise NotSet(say("typesetting broke off"))
        return answered[:1], answered[1:]

    def end(self) -> None:
        """Kill it, whatever it does."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._end.close()


def _exchanged(end: socket.socket, seconds: float, asked: bytes | None) -> bytes:
    """The answer of the other end. Raises TimeoutError, OSError, ValueError."""
    until = time.monotonic() + seconds
    end.settimeout(seconds)
    if asked is not None:
        worker.send(end, asked)
    return worker.receive(end, worker.MOST_ANSWERED + 1, until)


class Pool:
    """Children of this process, started when they are first needed."""

    def __init__(self, seconds: float = LETTER_SECONDS, letters: int = LETTERS) -> None:
        self._seconds = seconds
        self._letters = letters
        self._threads = ThreadPoolExecutor(MOST, thread_name_prefix="letters")
        self._idle: list[Child] = []
        self._lock = threading.Lock()

    @property
    def idle(self) -> tuple[Child, ...]:
        """Children that wait for a letter."""
        with self._lock:
            return tuple(self._idle)

    async def set(self, job: Job) -> bytes:
        """The PDF of a job, or its picture, in its turn. Raises NotSet."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.set_now, job)

    def set_now(self, job: Job) -> bytes:
        """The same for callers without a loop, in their own thread."""
        child = self._taken()
        try:
            return child.set(job, self._seconds)
        finally:
            self._put_back(child)

    def close(self) -> None:
        """End the children; the pool starts new ones when it is asked again."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def _taken(self) -> Child:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.alive:
                    return child
                child.end()
        return Child()

    def _put_back(self, child: Child) -> None:
        if not child.alive:
            return
        if child.letters >= self._letters:
            child.end()
            return
        with self._lock:
            self._idle.append(child)


#: The children of this process.
POOL = Pool()
atexit.register(POOL.close)
