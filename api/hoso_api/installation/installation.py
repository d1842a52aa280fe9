"""The database of this machine's commands: `HOSO_DATABASE_URL`, else the one in `HOSO_HOME`.

It works as the application's role; only what migrates connects as the owner, and only for that.
"""

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from hoso_api.installation import file_modes
from hoso_calendar.messages import say, translated
from hoso_models import errors, migrations, postgres
from hoso_models.postgres import Role
from hoso_models.roles import Roles
from hoso_models.storage import database
from hoso_models.storage.settings import DatabaseSettings, OwnerSettings


def home() -> Path:
    """The folder of this installation's data, `hoso.toml` and secrets."""
    return DatabaseSettings.read().home.absolute()


@contextmanager
def server() -> Iterator[postgres.Server | None]:
    """Our own PostgreSQL, running while the block does; None where `HOSO_DATABASE_URL` names another. Raises NoRoom."""
    settings = DatabaseSettings.read()
    if settings.database_url is not None:
        yield None
        return
    file_modes.settle(home())
    embedded = postgres.Server(settings.home)
    if not embedded.data.exists():
        # Whoever looked for another folder's data learns that these are new ones.
        notice = say("hoso makes an empty database in {home}", home=home())
        sys.stderr.write(f"{translated(notice)}\n")
    try:
        with embedded.telling_room():
            yield embedded.start()
    finally:
        # Also of a start that was interrupted.
        embedded.stop()


class ApplicationAddressMissing(errors.StorageError, ValueError):
    """The owner's address is set without the application's address.

    The application would work on another database.
    """

    def __init__(self) -> None:
        super().__init__(
            say(
                "HOSO_DATABASE_OWNER_URL is set and HOSO_DATABASE_URL is not; set the latter to the address of the same"
                " database for the application's role (`hoso db roles` tells how), or take the former away"
            )
        )


@asynccontextmanager
async def opened(*, checked: bool = True, role: Role = Role.APPLICATION) -> AsyncIterator[database.Database]:
    """The installation's database. Raises Behind and Newer where it is not this release's, unless told otherwise.

    On our own server it is opened as that role, elsewhere as the one that `HOSO_DATABASE_URL` names.
    """
    with server() as embedded:
        async with database.connect(embedded.url(role=role) if embedded else None) as db:
            if checked:
                await migrations.require(db)
            yield db


@asynccontextmanager
async def owned() -> AsyncIterator[database.Database]:
    """The same database as its owner, for what changes tables. Our own server has to run already.

    Where no owner's address is set, the role of `HOSO_DATABASE_URL` is taken to own what it works on.
    """
    settings = OwnerSettings.read()
    if settings.database_url is None:
        if settings.database_owner_url is not None:
            raise ApplicationAddressMissing
        address = postgres.Server(settings.home).url(role=Role.OWNER)
    else:
        address = settings.database_owner_url or settings.database_url
    async with database.connect(address) as db:
        yield db


async def upgraded(report: Callable[[str], object]) -> str:
    """Migrate the database and grant its roles' privileges; gives the revision.

    A change of the revision is reported.
    That it was moved is reported.
    """
    async with owned() as db:
        # By a role that works and does not own, where the owner's address is not told here.
        before = await migrations.current(db)
        after = await migrations.upgrade(db, named=named())
    if before != after:
        stood = before or say("nothing")
        report(say("The database stood at {before} and stands at {after}.", before=stood, after=after))
    return after


def named() -> Roles:
    """The database roles of this installation, named by the addresses where they are set."""
    settings = OwnerSettings.read()
    if settings.database_url is None:
        return Roles()
    application = _user(settings.database_url)
    return Roles(owner=_user(settings.database_owner_url or settings.database_url), application=application)


def _user(url: str) -> str:
    return database.address(url).username or ""
