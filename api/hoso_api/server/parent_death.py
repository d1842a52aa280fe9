"""A process that ends when the one that started it does, however that ended.

`python -m hoso_api.server.parent_death PARENT SIGNAL COMMAND…` becomes a command that does. It imports next to nothing: each
service starts by it.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


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


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]), signal.Signals[sys.argv[2]])
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606 - our own command, never a shell
