"""A process that ends when the one that started it does, however that ended.

`python -m hoso_api.server.parent_death PARENT SIGNAL NICENESS COMMAND…` becomes a command that does. It imports next to nothing: each service starts by it.
"""

import contextlib
import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
#: The niceness of a session, where Linux groups processes by session (sched(7)).
_SESSION = "/proc/self/autogroup"


def end_with_parent(parent: int, sign: signal.Signals) -> None:
    """Have Linux send this process a signal when its parent dies.

    Ends the process where the parent is dead already.
    Elsewhere a killed parent leaves its children.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, sign)
        # It may have died before it was asked for.
        if os.getppid() != parent:
            sys.exit("the parent is gone")


def give_way(niceness: int) -> None:
    """Leave the processor to others, with all that this process starts.

    It leads its session. Linux shares the processor between sessions first where it groups them, and between the processes of each then.
    """
    os.nice(niceness)
    # Another kernel groups nothing, and a container may not be let.
    with contextlib.suppress(OSError):
        session = os.open(_SESSION, os.O_WRONLY)
        os.write(session, str(niceness).encode())
        os.close(session)


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]), signal.Signals[sys.argv[2]])
    if wanted := int(sys.argv[3]):
        give_way(wanted)
    os.execvp(sys.argv[4], sys.argv[4:])  # noqa: S606 - our own command, never a shell
