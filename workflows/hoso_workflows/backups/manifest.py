"""Manifest of a backup: instant, revision, numbers, and digest of each part."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hoso_calendar.messages import say
from hoso_workflows.backups import refusals

#: Names in the folder of a backup.
MANIFEST, DATABASE, LISTING, MISSING, FILES = (
    "manifest.json",
    "database.dump",
    "files.txt",
    "missing.txt",
    "files",
)
_HEX = r"^[0-9a-f]{64}$"


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Value):
    """A file of the backup."""

    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=_HEX)


class Held(_Value):
    """Numbers of rows and of sealed files, by which a restore is compared."""

    dossiers: int = Field(ge=0)
    events: int = Field(ge=0)
    files: int = Field(ge=0)
    bytes: int = Field(ge=0)


class Manifest(_Value):
    """The whole backup. Whatever it does not name is no part of it."""

    format: Literal[1] = 1
    id: UUID
    #: The instant as of which everything is, and the one at which the backup was whole.
    taken_at: datetime
    ended_at: datetime
    #: The release that took it, and the revision of the database.
    release: str
    revision: str
    #: Major versions of the server, and of the programs that wrote the dump.
    server: int
    programs: int
    held: Held
    #: Parts by their place in the folder; the sealed files stand in the listing.
    parts: Mapping[str, Part]
    #: Fingerprint of the key that seals secrets and files; None where none was ever made.
    master_key: str | None
    #: Secrets that the backup leaves out: what → where it lies.
    left_out: Mapping[str, str]
    #: Sealed files whose bytes were damaged in the store already.
    damaged: tuple[str, ...] = ()
    #: Sealed files that the database names and the store did not have; a part of the backup lists them.
    missing: int = Field(default=0, ge=0)
    #: By the master key, of everything else; None where none was ever made, and of earlier releases.
    signature: str | None = Field(default=None, pattern=_HEX)

    @property
    def whole(self) -> bool:
        """True where it has every file that its database names."""
        return not (self.damaged or self.missing)


def fingerprint(key: bytes) -> str:
    """A mark of a key that tells nothing of it."""
    return hashlib.sha256(b"hoso master key\0" + key).hexdigest()[:16]


def signed(manifest: Manifest, key: bytes) -> Manifest:
    """The same, signed by a master key."""
    return manifest.model_copy(update={"signature": _signature(manifest, key)})


def require_signature(manifest: Manifest, key: bytes, *, unsigned: bool) -> None:
    """Return when the key has signed a manifest, or nobody has and may so.

    Raises Unsigned, Forged.
    """
    if manifest.signature is None:
        if not unsigned:
            raise refusals.Unsigned
    elif not hmac.compare_digest(manifest.signature, _signature(manifest, key)):
        raise refusals.Forged


def _signature(manifest: Manifest, key: bytes) -> str:
    """HMAC-SHA-256 by a key of its own, which is derived from the master key."""
    own = hmac.digest(key, b"hoso manifest of a backup", "sha256")
    return hmac.digest(own, written(manifest.model_copy(update={"signature": None})), "sha256").hex()


def written(manifest: Manifest) -> bytes:
    """The manifest as it lies in the folder."""
    # Nothing is said of what is not missing, as before there was such a word: the signatures of then stay good.
    unsaid = None if manifest.missing else {"missing"}
    return (manifest.model_dump_json(indent=2, exclude=unsaid) + "\n").encode()


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises NoBackup."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise refusals.NoBackup(path, say("there is no such file")) from None
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(map(str, first["loc"])) or "JSON"
        raise refusals.NoBackup(path, f"{where}: {first['type']}") from None
