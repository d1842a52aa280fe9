"""Lock of a served installation, shared by all processes that serve it. It lies in the installation's home."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from hoso_api.installation import file_modes, installation
from hoso_calendar.messages import say
from hoso_models import errors


class BeingServed(errors.StorageError):
    """Somebody serves this home, so nobody may take its data away."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "hoso serves {home} at the moment; stop that `hoso serve` or `hoso demo` first, or name another folder with HOSO_HOME.",
                home=installation.home(),
            )
        )


class BeingPlayed(errors.StorageError):
    """A demonstration is being played in this home, so nobody serves it yet."""

    def __init__(self) -> None:
        super().__init__(
            say("A demonstration is being played in {home}; wait for its end.", home=installation.home())
        )


class Occupancy:
    """The lock of one command, held until its file is closed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def alone(self) -> bool:
        """Take the home for oneself; false where others serve it."""
        return self._take(fcntl.LOCK_EX)

    def share(self) -> bool:
        """Let others serve the home too; false where somebody has it for themselves."""
        return self._take(fcntl.LOCK_SH)

    def _take(self, kind: int) -> bool:
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def entered() -> Iterator[Occupancy]:
    """The lock of this installation, given back at the end of the block."""
    installation.home().mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(installation.home() / "serve.lock", "ab", opener=file_modes.private) as file:
        yield Occupancy(file)


@contextmanager
def kept_from_serving() -> Iterator[None]:
    """Keep everybody from serving this installation in the block. Raises BeingServed."""
    with entered() as lock:
        if not lock.alone():
            raise BeingServed
        yield
