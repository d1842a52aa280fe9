"""Backups of this installation: its parts, and the secrets left out of them."""

import os
import shutil
import signal
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from hoso_api.installation import file_modes, installation, master_key
from hoso_api.settings import Settings
from hoso_calendar.messages import say
from hoso_models.postgres import binaries, os_user, process
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.attachments.store import Store
from hoso_workflows.backups import manifest, refusals, restoring, taking, unfinished
from hoso_workflows.backups.manifest import Manifest
from hoso_workflows.operation import backup_history
from hoso_workflows.payments.settings import PaymentSettings

#: How the temporary homes of rehearsals are named; how often their servers are killed, and seconds apart.
_REHEARSAL, _TRIES, _PAUSE = "hoso-rehearsal-", 200, 0.05
#: The settings in a backup.
CONFIGURATION = "home/hoso.toml"
_MAJOR = "select current_setting('server_version_num')::integer / 10000 as major"
#: Variables that name the place of data, which a rehearsal has in its own.
_PLACES = (
    "HOME",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "PREFECT_DATABASE_URL",
    "STORE_FOLDER",
    "STORE_BUCKET",
)
#: Variables that hold a secret themselves.
_SECRETS = (
    *("HOSO_DATABASE_URL", "HOSO_DATABASE_OWNER_URL", "HOSO_PREFECT_DATABASE_URL", "HOSO_PREFECT_REDIS_URL"),
    *("HOSO_SMTP_PASSWORD", "HOSO_STORE_SECRET_KEY"),
    *("HOSO_PAYMENTS_SECRET", "HOSO_PAYMENTS_SECRET_BEFORE"),
)


class KeyMissing(refusals.Refused):
    """The master key of the backup is not here."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            say(
                "the master key of this backup is not in {place}: name its file by --master-key, put it there, or say --without-key and put it there before anybody serves",
                place=place,
            )
        )
        self.place = place


async def source(owner: Database) -> taking.Source:
    """This installation, as a backup is taken of it. Raises NoBinaries and Unusable."""
    settings, home = Settings(), installation.home()
    server = await _major(owner)
    return taking.Source(
        owner,
        Store.of(StoreSettings.read()),
        binaries.clients(os_user.caller(), server),
        server,
        metadata.version("hoso"),
        {CONFIGURATION: home / "hoso.toml"},
        left_out(settings),
        master_key.existing(home, settings.master_key_file),
    )


async def place(owner: Database) -> restoring.Place:
    """This installation, as a backup is restored into it. Raises NoBinaries."""
    server = await _major(owner)
    return restoring.Place(
        owner, Store.of(StoreSettings.read()), binaries.clients(os_user.caller(), server), server
    )


def left_out(settings: Settings) -> Mapping[str, str]:
    """The secrets that no backup holds: what → where it lies. None is read."""
    home, payments = installation.home(), PaymentSettings.read()
    files = {
        "master key": master_key.path(home, settings.master_key_file),
        "Prefect's auth string": settings.prefect_auth_file,
        **{f"key of the identity provider {each.name}": each.key_file for each in settings.oidc},
        **{f"secret of the identity provider {each.name}": each.secret_file for each in settings.oidc},
        **{f"signing key {each.name}": each.file for each in settings.signing},
        **{f"passphrase of the signing key {each.name}": each.passphrase_file for each in settings.signing},
        **{f"PIN of the signing key {each.name}": each.pin_file for each in settings.signing},
        "secret of the payment gateway": payments.payments_secret_file,
        "earlier secret of the payment gateway": payments.payments_secret_before_file,
    }
    named = {what: str(path.absolute()) for what, path in files.items() if path is not None and path.exists()}
    return named | {name: "environment" for name in _SECRETS if os.environ.get(name)}


def configure(folder: Path) -> None:
    """Put the settings of a backup into this home, unless it has its own."""
    given, own = folder / CONFIGURATION, installation.home() / "hoso.toml"
    if given.is_file() and not own.exists():
        with open(own, "xb", opener=file_modes.private) as file:
            file.write(given.read_bytes())


def key_place(folder: Path) -> Path:
    """The place of the master key, by this home's settings or the backup's."""
    home, given = installation.home(), folder / CONFIGURATION
    named = Settings().master_key_file
    if named is None and not (home / "hoso.toml").exists() and given.is_file():
        said = tomllib.loads(given.read_text(encoding="utf-8")).get("master_key_file")
        named = Path(said) if said else None
    return master_key.path(home, named)


@dataclass(frozen=True, slots=True)
class Opened:
    """The key of a backup, as far as it is here."""

    #: What has to be written into its place; None where it is there, or nobody needs it.
    to_enter: bytes | None = None
    #: True where the signature of the manifest was verified by it.
    verified: bool = False


def opened(folder: Path, found: Manifest, given: Path | None, *, without: bool, unsigned: bool) -> Opened:
    """The key of a backup, by which its manifest is signed.

    Raises AnotherKey, KeyMissing, Unsigned, Forged and Unusable.
    """
    there = key_place(folder)
    if there.exists() or given is not None:
        file = there if there.exists() else given
        key = master_key.read(installation.home(), file)
        if found.master_key is not None and manifest.fingerprint(key) != found.master_key:
            raise refusals.AnotherKey(file or there)
        manifest.require_signature(found, key, unsigned=unsigned)
        needed = found.master_key is not None and not there.exists()
        return Opened(key if needed else None, found.signature is not None)
    if found.master_key is not None and not without:
        raise KeyMissing(there)
    return Opened()


def enter_key(folder: Path, key: bytes | None) -> None:
    """Write the master key into its place."""
    if key is not None:
        there = key_place(folder)
        there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(there, "x", encoding="ascii", opener=file_modes.private) as file:
            file.write(f"{key.hex()}\n")


def hand_over() -> None:
    """Give what root has restored to the user of the services."""
    home, store = installation.home(), Store.of(StoreSettings.read())
    file_modes.give(home, home / "hoso.toml", home / "keys", *([] if store.bucket else [store.folder]))


@contextmanager
def rehearsed() -> Iterator[Path]:
    """A temporary home with its own PostgreSQL for the block.

    What killed rehearsals have left is removed first.
    """
    before = dict(os.environ)
    for path in Path(tempfile.gettempdir()).glob(f"{_REHEARSAL}*"):
        # Nobody but its owner may have put anything into such a folder; and what is no folder is no matter of ours.
        with suppress(OSError):
            if path.lstat().st_uid == os.geteuid():
                with unfinished.locking(path) as alone:
                    # An empty one is about to be locked.
                    if alone and any(path.iterdir()):
                        _remove(path)
    folder = Path(tempfile.mkdtemp(prefix=_REHEARSAL))
    for name in _PLACES:
        os.environ.pop(f"HOSO_{name}", None)
    os.environ["HOSO_HOME"] = str(folder)
    try:
        with unfinished.locking(folder):
            yield folder
    finally:
        os.environ.clear()
        os.environ.update(before)
        _remove(folder)


def _remove(rehearsal: Path) -> None:
    """Remove the home of a rehearsal; end its server, which outlives who is killed."""
    # Where the server's user could not reach it, its folder is a link.
    place = (rehearsal / "postgres").resolve()
    for _ in range(_TRIES):
        running = process.processes_in(place / "data")
        for pid in running:
            process.send(pid, signal.SIGKILL)
        if not running:
            break
        time.sleep(_PAUSE)
    shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(rehearsal, ignore_errors=True)


def stands() -> bool:
    """True where this machine has, or knows, the database of an installation."""
    named = DatabaseSettings.read().database_url is not None
    return named or (installation.home() / "postgres" / "data").exists()


def entry(found: Manifest) -> backup_history.Taken:
    """A backup as the installation knows it."""
    return backup_history.Taken(found.id, found.taken_at, found.missing, len(found.damaged))


async def _major(owner: Database) -> int:
    return int((await owner.row(_MAJOR)).major)
