"""Priority of processes for the processor: who gives way to whom.

Linux groups processes by session where `sched_autogroup_enabled` is set (sched(7)): it shares the processor between sessions first, and
between the processes of each then.
"""

import contextlib
import os

#: The niceness of the session that a process leads.
_SESSION = "/proc/self/autogroup"


def give_way(niceness: int) -> None:
    """Leave the processor to others, with all that this process starts.

    It leads its session.
    """
    os.nice(niceness)
    # Another kernel groups nothing, and a container may not be let.
    with contextlib.suppress(OSError):
        session = os.open(_SESSION, os.O_WRONLY)
        try:
            os.write(session, str(niceness).encode())
        finally:
            os.close(session)
