"""The file of the key that seals secrets, outside of the database."""

from pathlib import Path

from hoso_calendar.messages import say

#: Bytes of a key.
LENGTH = 32


class Unusable(Exception):
    """The file of the key cannot be used; `path` is where it is."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            say("{path} cannot be used as the key that seals secrets: {why}", path=path, why=why)
        )
        self.path = path


def path(home: Path, named: Path | None) -> Path:
    """The file of the key."""
    return named or home / "keys" / "master.key"


def key(file: Path) -> bytes:
    """The key in a file. Raises Unusable."""
    try:
        shared, text = file.stat().st_mode & 0o077, file.read_text(encoding="ascii").strip()
        found = bytes.fromhex(text)
    except (OSError, ValueError) as broken:
        raise Unusable(file, say("it holds no key of {length} bytes in hex", length=LENGTH)) from broken
    if shared:
        raise Unusable(file, say("others may read it; make it yours alone by `chmod 400`"))
    if len(found) != LENGTH:
        raise Unusable(file, say("it holds no key of {length} bytes in hex", length=LENGTH))
    return found
