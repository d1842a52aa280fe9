"""The server that forks limited children: one for many pieces of work, and none is left of what nobody waits for."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import pytest

from hoso_bpmn import fork_server
from hoso_bpmn.fork_server import Broken, Call, Ended, Server, TooLong

NOTHING = Call("time:monotonic")


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


def did(
    server: Server, code: str, data: bytes | BinaryIO = b"", seconds: float = 60, most: int = 1000
) -> Ended:
    """The end of a child that ran this code."""
    return server.run(
        NOTHING, Call("builtins:exec", (textwrap.dedent(code),)), data, seconds=seconds, most=most
    )


def gone(pid: int) -> bool:
    """True once no process has this number; waits, since somebody else has to notice first."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


ECHO = "import sys; sys.stdout.write(sys.stdin.read()[::-1])"


def test_a_child_reads_what_it_is_given_and_its_words_come_back(server: Server):
    assert did(server, ECHO, b"so") == Ended(0, b"os", b"")


def test_a_child_reads_an_open_file_from_its_beginning_and_writes_to_none(server: Server):
    code = """
    import os
    print(os.read(0, 100).decode())
    try:
        os.write(0, b"x")
    except OSError as refused:
        print(type(refused).__name__)
    """
    with tempfile.TemporaryFile() as file:
        file.write(b"so")
        told = [did(server, code, data) for data in (b"so", file)]
        assert (told, file.tell()) == ([Ended(0, b"so\nOSError\n", b"")] * 2, 2)


def test_one_server_serves_many_callers_at_once(server: Server):
    did(server, "")
    first = server.pid
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: did(server, ECHO, b"%02d" % n).output, range(40)))
    assert answers == [f"{n:02}"[::-1].encode() for n in range(40)]
    assert server.pid == first


def test_what_a_child_changes_is_not_there_for_the_next_one(server: Server):
    did(server, "import sys; sys.told = 'secret'")
    assert did(server, "import sys; print(hasattr(sys, 'told'))").output == b"False\n"


def test_code_that_was_loaded_beforehand_is_there(server: Server):
    work = Call("builtins:exec", ("import sys; print('wave' in sys.modules)",))
    loaded = server.run(Call("importlib:import_module", ("wave",)), work, b"", seconds=60, most=100)
    assert loaded.output == b"True\n"


def test_a_child_that_fails_tells_why_and_one_that_is_killed_by_what(server: Server):
    failed = did(server, "raise ValueError('no')")
    assert (failed.code, failed.trouble.rstrip().rpartition(b"\n")[2]) == (1, b"ValueError: no")
    assert did(server, "import os; os.kill(os.getpid(), 9)").code == -signal.SIGKILL


def test_work_that_cannot_be_loaded_fails_in_the_child(server: Server):
    absent = server.run(Call("absent:read"), Call("absent:work"), b"", seconds=60, most=100)
    assert (absent.code, b"No module named 'absent'" in absent.trouble) == (1, True)
    assert did(server, ECHO, b"ab").output == b"ba"


@pytest.mark.parametrize(
    ("code", "seconds"),
    [
        ("import time; time.sleep(600)", 0.2),
        ("print('x' * 5000, flush=True)", 60),
        ("import sys; sys.stderr.write('x' * 1_500_000); sys.stderr.flush()", 60),
    ],
    ids=["takes too long", "says too much", "complains too much"],
)
def test_a_child_of_which_nobody_takes_more_is_killed(
    server: Server, code: str, seconds: float, tmp_path: Path
):
    told = tmp_path / "pid"
    marked = f"import os, pathlib; pathlib.Path({str(told)!r}).write_text(str(os.getpid()))\n{code}"
    did(server, "")  # the server is there, and the time is the child's alone
    with pytest.raises(TooLong):
        did(server, f"{marked}\nimport time; time.sleep(600)", seconds=seconds)
    assert gone(int(told.read_text()))


def test_a_child_has_only_its_own_three_files(server: Server):
    found = did(
        server, "import os; print(len([n for n in range(3, 400) if os.path.exists(f'/proc/self/fd/{n}')]))"
    )
    assert found.output == b"0\n"


def test_a_child_gives_way_to_whoever_asked_for_it(server: Server):
    found = did(server, "import os; print(os.nice(0))")
    assert found.output == b"%d\n" % (os.nice(0) + fork_server.BEHIND_PAGES)


def test_a_server_that_was_killed_is_followed_by_another(server: Server):
    did(server, "")
    for _ in range(10):  # asked before, while and after the system notes its end
        first = server.pid
        assert first
        os.kill(first, signal.SIGKILL)
        assert did(server, ECHO, b"ab") == Ended(0, b"ba", b"")
        assert server.pid not in (None, first)


def test_a_child_that_kills_its_server_twice_is_given_up(server: Server):
    with pytest.raises(Broken):
        did(server, "import os, time; os.kill(os.getppid(), 9); time.sleep(1)")


def test_a_server_of_which_nobody_asks_anything_gives_its_memory_back():
    idle = Server(idle_seconds=0.05)
    did(idle, "")
    first = idle.pid
    assert first is None or gone(first)
    assert did(idle, ECHO, b"ab") == Ended(0, b"ba", b"")
    idle.stop()


def test_a_server_and_its_children_end_with_their_caller(tmp_path: Path):
    told = tmp_path / "pids"
    work = f"import os, pathlib, time; pathlib.Path({str(told)!r}).write_text(f'{{os.getppid()}} {{os.getpid()}}'); time.sleep(600)"
    code = f"""
        import os, threading, time
        from pathlib import Path
        from {fork_server.__name__} import SERVER, Call
        work = Call("builtins:exec", ({work!r},))
        threading.Thread(target=lambda: SERVER.run(Call("time:monotonic"), work, b"", seconds=600, most=1)).start()
        while not Path({str(told)!r}).exists() or not Path({str(told)!r}).read_text():
            time.sleep(0.01)
        os.kill(os.getpid(), 9)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False)
    assert [gone(int(pid)) for pid in told.read_text().split()] == [True, True]


def test_a_process_that_was_forked_starts_a_server_of_its_own(server: Server):
    did(server, "")
    ours = server.pid
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        did(server, "")
        os.write(writing, str(server.pid).encode())
        server.stop()
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 20)) != ours
    assert (did(server, ECHO, b"ab").output, server.pid) == (b"ba", ours)
    os.close(reading)
    os.close(writing)
