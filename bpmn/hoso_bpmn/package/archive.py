"""Files of a package, read from a folder, a zip or memory. Every path stays inside the package."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from hoso_bpmn import text_safety
from hoso_bpmn.findings import RefusedFile
from hoso_calendar.messages import say

MAX_FILES = 200
MAX_FILE = 5_000_000
MAX_TOTAL = 20_000_000
#: Zip knows no time zone and no year before 1980; every entry of a canonical zip carries this instant.
_EPOCH = (1980, 1, 1, 0, 0, 0)
#: Control characters, and bytes of a name that are no text.
_UNPRINTED = ("Cc", "Cs")
#: What Python's reader raises for bytes that are no zip, or lie about what is in it.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError),
    *(EOFError, OSError, ValueError, ArithmeticError, LookupError),
)
#: The bit of an entry's flags by which its name is in UTF-8 (APPNOTE.TXT 4.4.4).
_SAYS_UTF8 = 0x800
_CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def from_mapping(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Check files that are in memory, their names normalised to NFC.

    Raises `RefusedFile` for an unsafe name or an excess.
    """
    found: dict[str, bytes] = {}
    for name, data in files.items():
        _add(found, safe_name(name), data)
    return found


def from_folder(folder: Path) -> dict[str, bytes]:
    """All files below the folder; hidden files are left out, symbolic links refused."""
    if not folder.is_dir():
        raise RefusedFile(
            "package-missing",
            say("There is no folder {name!r}.", name=folder.name),
            remedy="Give a package folder.",
        )
    found: dict[str, bytes] = {}
    try:
        for path in _visible(folder):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink():
                raise _link(name)
            if path.is_file():
                _refuse_large(name, path.stat().st_size)
                with path.open("rb") as stream:
                    _add(found, safe_name(name), stream.read(MAX_FILE + 1))
    except OSError as error:
        raise RefusedFile(
            "package-broken",
            say("The folder cannot be read: {error}.", error=error),
            remedy="Make every file in it readable, or leave it out.",
        ) from None
    return found


def _visible(folder: Path) -> Iterator[Path]:
    waiting = [folder]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.name.startswith(".") or path.name in _CLUTTER or path.name == "__pycache__":
                continue
            if path.is_dir() and not path.is_symlink():
                safe_name(path.relative_to(folder).as_posix())
                waiting.append(path)
            else:
                yield path


def is_zip(path: Path) -> bool:
    """True for a file whose name ends in `.zip`, in small or capital letters."""
    return path.suffix.lower() == ".zip" and path.is_file()


def from_zip(data: bytes, root: str) -> dict[str, bytes]:
    """Read all files of a zip.

    Reads no further than the limits, whatever the directory of the zip claims. `root` is the file that marks the
    package's own folder: a zip of the folder serves as well as one of its content.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            return _without_wrapper(_inflate(container), root)
    except RefusedFile:
        raise
    except _UNREADABLE as error:
        raise RefusedFile(
            "package-broken",
            say("The upload is not a readable zip file: {error}.", error=error),
            remedy="Zip the package folder again, without a password.",
        ) from None


def _inflate(container: zipfile.ZipFile) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    entries = [entry for entry in container.infolist() if not _is_clutter(entry.filename)]
    if len(entries) > MAX_FILES:
        raise _too_many()
    for entry in entries:
        name = safe_name(_name(entry))
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise _link(name)
        if entry.is_dir():
            continue
        _refuse_large(name, entry.file_size)
        with container.open(entry) as stream:
            _add(found, name, stream.read(MAX_FILE + 1))
    return found


def _name(entry: zipfile.ZipInfo) -> str:
    """Decode a member's name: UTF-8 if it is valid, else CP437.

    Zips of macOS use UTF-8 without saying so; CP437 is the standard's default.
    """
    if entry.flag_bits & _SAYS_UTF8:
        return entry.orig_filename
    try:
        return entry.orig_filename.encode("cp437").decode()
    except UnicodeError:
        return entry.orig_filename


def _is_clutter(name: str) -> bool:
    return name.startswith(_CLUTTER[0]) or PurePosixPath(name).name in _CLUTTER[1:]


def _without_wrapper(files: dict[str, bytes], root: str) -> dict[str, bytes]:
    folders = {name.partition("/")[0] for name in files}
    if root in files or len(folders) != 1:
        return files
    wrapper = folders.pop() + "/"
    return {name.removeprefix(wrapper): data for name, data in files.items()}


def safe_name(name: str) -> str:
    """Name in NFC, a relative POSIX path inside the package. Raises `RefusedFile` with rule `package-path`."""
    text = text_safety.text(name)
    parts = text.rstrip("/").split("/")
    unsafe = "\\" in text or ":" in parts[0] or any(part in ("", ".", "..") for part in parts)
    if unsafe or len(text) > 200 or any(unicodedata.category(letter) in _UNPRINTED for letter in text):
        raise RefusedFile(
            "package-path",
            say("The package has a file named {name!r}.", name=name[:200]),
            remedy="Paths are relative, use / and stay inside the package folder.",
        )
    return text


def _add(found: dict[str, bytes], name: str, data: bytes) -> None:
    if name.casefold() in {known.casefold() for known in found}:
        raise RefusedFile(
            "package-path",
            say("The package has two files named {name!r}.", name=name),
            remedy="Rename one of them; capital and small letters do not tell files apart everywhere.",
        )
    _refuse_large(name, len(data))
    found[name] = data
    if len(found) > MAX_FILES:
        raise _too_many()
    if sum(map(len, found.values())) > MAX_TOTAL:
        raise RefusedFile(
            "package-size",
            say("The files of the package together exceed {max_total:,} bytes.", max_total=MAX_TOTAL),
            remedy="Leave out what is neither manifest, process, form nor scenario.",
        )


def _refuse_large(name: str, size: int) -> None:
    if size > MAX_FILE:
        raise RefusedFile(
            "package-size",
            say("The file {name!r} exceeds {max_file:,} bytes.", name=name, max_file=MAX_FILE),
            remedy="Leave out what is neither manifest, process, form nor scenario.",
        )


def _too_many() -> RefusedFile:
    return RefusedFile(
        "package-size",
        say("The package has more than {max_files} files.", max_files=MAX_FILES),
        remedy="Leave out what is neither manifest, process, form nor scenario.",
    )


def _link(name: str) -> RefusedFile:
    return RefusedFile(
        "package-path",
        say("{name!r} is a symbolic link.", name=name),
        remedy="Put the file itself into the package.",
    )


def to_zip(files: Mapping[str, bytes]) -> bytes:
    """Write the canonical zip: sorted, stored, with one fixed time. Equal files give equal bytes on every machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as container:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            container.writestr(entry, files[name])
    return buffer.getvalue()
