"""The installation's identity: a mark in its home, shown by its API's liveness endpoint."""

import secrets
from contextlib import suppress

from hoso_api.installation import file_modes, installation

#: The header of the answer; what it says is no secret and opens nothing.
HEADER = "Hoso-Installation"
_FILE = "installation-id"


def own() -> str | None:
    """The mark of this home; None where nothing was ever served."""
    try:
        return (installation.home() / _FILE).read_text(encoding="utf-8") or None
    except (FileNotFoundError, PermissionError):
        return None


def ensure() -> None:
    """Make the mark where there is none. Of several who begin to serve one home at once, the first one's stays."""
    path = installation.home() / _FILE
    if not path.exists():
        with suppress(FileExistsError), open(path, "x", encoding="utf-8", opener=file_modes.private) as file:
            file.write(secrets.token_hex(16))
