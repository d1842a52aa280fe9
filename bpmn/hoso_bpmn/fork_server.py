"""Server that forks children from a process in which their code is loaded.

Loading the code of a check takes a hundred times as long as forking a process that has it. The server is started when it is first
needed, reads what its parent asks and never a stranger's bytes, and forks a child for each piece of work: with its own session,
and the files of that work as its input, output and errors. A child whose caller went away is killed. The server ends with its
parent, or when nobody has asked for a while.
"""

import atexit
import gc
import json
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from importlib import import_module
from operator import attrgetter
from typing import Any, BinaryIO, NoReturn

from hoso_bpmn.confinement import close_memory
from hoso_bpmn.priority import give_way

#: A server of which nobody asked anything for so long gives its memory back.
IDLE_SECONDS = 60.0
#: OpenBLAS would reserve memory for each of its threads.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}
#: The niceness of a child: a check of a stranger's file does not take the processor from those who read a page.
BEHIND_PAGES = 5
#: What a child may say of its trouble, in bytes.
MOST_TROUBLE = 1_000_000
#: Patience with a server that is told to end.
_END_SECONDS = 5.0
_STARTED = b"s"
_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its module and name (`package.module:function`), with its arguments."""

    function: str
    arguments: Sequence[str] = ()

    def __call__(self) -> Any:
        """The result of the function. Raises what it raises, ImportError where there is none."""
        module, _, name = self.function.partition(":")
        return attrgetter(name)(import_module(module))(*self.arguments)


@dataclass(frozen=True, slots=True)
class Ended:
    """End of a child: exit code (negative for a signal), output, and errors."""

    code: int
    output: bytes
    trouble: bytes


class TooLong(Exception):
    """More time, or a longer answer, than was allowed. The child is killed."""


class Broken(Exception):
    """End of the server before the end of the child."""


class Server:
    """The fork server of this process; any thread may call it."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle = idle_seconds
        self._lock = threading.Lock()
        self._owner = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._end: socket.socket | None = None

    def run(self, prepare: Call, work: Call, data: bytes | BinaryIO, *, seconds: float, most: int) -> Ended:
        """Do a piece of work in a child of its own.

        The child reads `data`, bytes or an open file from its beginning, from its standard input, to which it cannot write.
        `prepare` is called before the fork, in the server: it loads code.
        `most` is of output, in bytes. Raises TooLong, and Broken where the server ended twice.
        """
        until = time.monotonic() + seconds
        try:
            return self._run(prepare, work, data, until, most)
        except Broken:  # it had just ended for want of work, or somebody killed it
            return self._run(prepare, work, data, until, most)

    @property
    def pid(self) -> int | None:
        """The number of the server among the machine's processes; None where none runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def stop(self) -> None:
        """End the server, and with it what it does."""
        with self._lock:
            self._stop()

    def _run(self, prepare: Call, work: Call, data: bytes | BinaryIO, until: float, most: int) -> Ended:
        asked = json.dumps([[call.function, list(call.arguments)] for call in (prepare, work)]).encode()
        with ExitStack() as held:
            given = held.enter_context(_given(data))
            output, child_output = _pipe(held)
            trouble, child_trouble = _pipe(held)
            status, server_status = socket.socketpair()
            held.enter_context(status)
            with server_status:
                files = [
                    server_status.fileno(),
                    given.fileno(),
                    child_output.fileno(),
                    child_trouble.fileno(),
                ]
                self._ask(status, files, asked)
            child_output.close()
            child_trouble.close()
            return _awaited(status, output, trouble, until, most)

    def _ask(self, status: socket.socket, files: Sequence[int], asked: bytes) -> None:
        with self._lock:
            try:
                socket.send_fds(self._running(), [_STARTED], files)
            except OSError:  # its end is closed, and the system does not say yet that it ended
                self._stop()
                self._send_first(files)
            status.sendall(len(asked).to_bytes(_LENGTH) + asked)

    def _send_first(self, files: Sequence[int]) -> None:
        try:
            socket.send_fds(self._start(), [_STARTED], files)
        except OSError:
            self._stop()
            raise Broken from None

    def _running(self) -> socket.socket:
        """Our end of a server that runs. A process that was forked starts one of its own."""
        if self._owner != os.getpid():
            self._forget()
            self._owner = os.getpid()
            atexit.register(self.stop)
        if self._end is not None and self.pid is not None:
            return self._end
        self._stop()
        return self._start()

    def _forget(self) -> None:
        """Leave the server of the process from which this one was forked to it."""
        if self._end is not None and self._process is not None:
            self._end.close()
            self._process.returncode = 0
        self._process = self._end = None

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", f"from {__name__} import serve; serve({self._idle})"],
                stdin=theirs.fileno(),
                env=ENVIRONMENT,
                start_new_session=True,
            )
        self._end = ours
        return ours

    def _stop(self) -> None:
        if self._end is not None:
            self._end.close()
        if self._process is not None:
            try:
                self._process.wait(_END_SECONDS)  # it sees that our end is closed
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = self._end = None


def _given(data: bytes | BinaryIO) -> BinaryIO:
    """Input of a child, opened anew: for reading alone, at its beginning."""
    if not isinstance(data, bytes):
        return _reading(data)
    with _file() as file:
        file.write(data)
        return _reading(file)


def _file() -> BinaryIO:
    """A file without a name."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("given"), "w+b")
    return tempfile.TemporaryFile()


def _reading(file: BinaryIO) -> BinaryIO:
    file.flush()
    opened = os.fdopen(os.open(f"/dev/fd/{file.fileno()}", os.O_RDONLY), "rb", 0)
    opened.seek(0)
    return opened


def _pipe(held: ExitStack) -> tuple[BinaryIO, BinaryIO]:
    read, write = os.pipe()
    return held.enter_context(os.fdopen(read, "rb", 0)), held.enter_context(os.fdopen(write, "wb", 0))


def _awaited(status: socket.socket, output: BinaryIO, trouble: BinaryIO, until: float, most: int) -> Ended:
    """Output and end of the child. Raises TooLong, Broken."""
    said = {status.fileno(): bytearray(), output.fileno(): bytearray(), trouble.fileno(): bytearray()}
    with selectors.DefaultSelector() as selector:
        for number in said:
            selector.register(number, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, until - time.monotonic()))
            if time.monotonic() >= until:
                raise TooLong
            for key, _ in ready:
                _take(selector, key.fd, said[key.fd])
            if len(said[output.fileno()]) > most or len(said[trouble.fileno()]) > MOST_TROUBLE:
                raise TooLong
    ended = bytes(said[status.fileno()])
    if len(ended) != len(_STARTED) + _LENGTH:
        raise Broken
    code = int.from_bytes(ended[len(_STARTED) :], signed=True)
    return Ended(code, bytes(said[output.fileno()]), bytes(said[trouble.fileno()]))


def _take(selector: selectors.BaseSelector, number: int, said: bytearray) -> None:
    try:
        read = os.read(number, 1 << 20)
    except ConnectionResetError:  # the server was killed
        read = b""
    said += read
    if not read:
        selector.unregister(number)


#: The fork server that `sandbox` uses.
SERVER = Server()


@dataclass(slots=True)
class _Served:
    """The other side: the requests of a parent, and the children that run."""

    parent: socket.socket
    idle: float
    running: dict[socket.socket, int] = field(default_factory=dict)

    def serve(self) -> None:
        """Answer until the parent is gone, or asks nothing for too long."""
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            watched: list[Any] = [self.parent, woken, *self.running]
            ready, _, _ = select.select(watched, [], [], self.idle)
            if not ready and not self.running:
                return
            if woken in ready:
                os.read(woken, 1 << 12)
            self._reap()
            for status in [each for each in self.running if each in ready]:
                _kill(self.running[status])  # whoever asked for it went away
            if self.parent in ready and not self._answer():
                return

    def _answer(self) -> bool:
        """Start what is asked; False when the parent is gone."""
        asked, files, _, _ = socket.recv_fds(self.parent, len(_STARTED), 4)
        if not asked:
            for child in self.running.values():
                _kill(child)
            return False
        status = socket.socket(fileno=files[0])
        asked = _received(status)
        if not asked:
            return False
        prepare, work = (Call(*each) for each in json.loads(asked))
        with suppress(Exception):  # the child meets the same, and says so to whoever asked
            prepare()
        gc.freeze()
        child = os.fork()
        if child == 0:
            _do(work, files[1:])
        for number in files[1:]:
            os.close(number)
        self.running[status] = child
        with suppress(OSError):
            status.sendall(_STARTED)
        return True

    def _reap(self) -> None:
        for status, child in list(self.running.items()):
            ended, how = os.waitpid(child, os.WNOHANG)
            if ended:
                with suppress(OSError):
                    status.sendall(os.waitstatus_to_exitcode(how).to_bytes(_LENGTH, signed=True))
                status.close()
                del self.running[status]


def _received(status: socket.socket) -> bytes:
    length = int.from_bytes(status.recv(_LENGTH, socket.MSG_WAITALL))
    return status.recv(length, socket.MSG_WAITALL)


def _kill(child: int) -> None:
    """Kill a child by its session, once it has one. It was not waited for yet."""
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError):
            kill(child, signal.SIGKILL)


def _do(work: Call, files: Sequence[int]) -> NoReturn:
    """Life of a child: its own session, three files, the work."""
    code = 1
    try:
        os.setsid()
        give_way(BEHIND_PAGES)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, file in enumerate(files):
            os.dup2(file, number)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        work()
        sys.stdout.flush()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def serve(idle: float) -> None:
    """Entry of the server: its standard input is the socket of its parent."""
    close_memory()
    with socket.socket(fileno=os.dup(0)) as parent:
        _Served(parent, idle).serve()
