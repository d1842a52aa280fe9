"""The key that seals secrets: a file outside of the database."""

import os
import secrets
from pathlib import Path

from hoso_api.installation import file_modes
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.operation import key_file
from hoso_workflows.operation.key_file import LENGTH, Unusable, path

__all__ = ["LENGTH", "Unusable", "existing", "path", "read", "seal"]


def read(home: Path, named: Path | None) -> bytes:
    """The key; one in the home is made where it is missing. Raises Unusable."""
    file = path(home, named)
    if named is None and not file.exists():
        _make(file)
    return key_file.key(file)


def seal(named: Path | None) -> Seal:
    """The seal of this installation; its key is read when it is first needed."""
    home = DatabaseSettings.read().home
    return Seal(lambda: read(home, named))


def existing(home: Path, named: Path | None) -> bytes | None:
    """The key, None where there is no file of it. Raises Unusable."""
    return read(home, named) if path(home, named).exists() else None


def _make(file: Path) -> None:
    """Make a key, whole or not at all.

    Of several processes at once the first one's stays.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f".{secrets.token_hex(8)}.part")
    with open(part, "x", encoding="ascii", opener=file_modes.private) as written:
        written.write(f"{secrets.token_hex(LENGTH)}\n")
        written.flush()
        os.fsync(written.fileno())
    try:
        os.link(part, file)
    except FileExistsError:
        pass
    finally:
        part.unlink()
