"""Errors of the embedded server, each with its remedy."""

from pathlib import Path

from hoso_models import errors

#: Words of a server that will let us in by itself, soon.
BUSY = (
    "starting up",
    "shutting down",
    "recovery",
    "not yet accepting connections",
    "too many clients",
    "connection slots",
)


#: Words of a server and of its programs on a disk that is full, or whose share is used up; a page may have had room in part.
_FULL = ("No space left on device", "Disk quota exceeded", ": wrote only ")


def full(message: str) -> bool:
    """True when a message tells of a full disk."""
    return any(text in message for text in _FULL)


def recovers(message: str) -> bool:
    """True when a server with this error will accept connections by itself, soon."""
    return any(text in message for text in BUSY)


class NotRunning(errors.StorageError):
    """There is no embedded server in that home yet."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            f"There is no embedded database in {home}; start one with `hoso serve` or set HOSO_DATABASE_URL"
        )
        self.home = home


class ServerFailed(errors.StorageError):
    """A program of PostgreSQL failed; `output` is its message."""

    def __init__(self, act: str, output: str) -> None:
        super().__init__(f"PostgreSQL failed to {act}: {output.strip() or 'it said nothing'}")
        self.act = act
        self.output = output


class NoRoom(errors.StorageError):
    """A full disk kept the server in a home from writing."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            f"PostgreSQL could not write, because the disk is full on which {home} lies; make room there and repeat the command"
        )
        self.home = home


class OwnerRefused(ServerFailed):
    """The server runs but does not let its own role in: the password file was lost or changed."""

    def __init__(self, output: str, directory: Path) -> None:
        super().__init__("let its owner in", f"{output.strip()} (is {directory / 'password'} still its own?)")
        self.directory = directory


class Unreachable(errors.StorageError):
    """The user the server has to run as cannot use its directory."""

    def __init__(self, directory: Path, uid: int) -> None:
        super().__init__(
            f"User {uid}, as whom PostgreSQL runs, cannot use {directory};"
            " set HOSO_HOME to a directory that is its own or new, or run hoso as the owner of the old one"
        )
        self.directory = directory
        self.uid = uid


class NoServiceUser(errors.StorageError):
    """Root has no user of its own for the services, and uses no foreign one."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"hoso runs no service as root, and its system user {name} could not be made: {why};"
            f" make it (`useradd --system --user-group {name}`), or run hoso as an ordinary user"
        )
        self.name = name


class StillRuns(errors.StorageError):
    """Data that have to be handed over are in use."""

    def __init__(self, data: Path) -> None:
        super().__init__(
            f"PostgreSQL still runs on {data}, as a user that other services share; stop the hoso that started it,"
            " then start again: the data are handed over to a user of their own"
        )
        self.data = data


class NotHandedOver(errors.StorageError):
    """A file among those to be handed over is known by another name too."""

    def __init__(self, directory: Path, name: str) -> None:
        super().__init__(
            f"{name} in {directory} is linked from elsewhere, so it may be somebody else's and is not handed over;"
            " remove the link, or chown the folder yourself"
        )
        self.directory = directory
        self.name = name


class NoSuperuser(errors.StorageError):
    """The roles of the database cannot be made, because the password of PostgreSQL's superuser is gone."""

    def __init__(self, secret: Path) -> None:
        super().__init__(f"The roles of the database cannot be made without {secret}; put that file back")
        self.secret = secret
