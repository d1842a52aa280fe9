"""Types of files that procedures take, and what a component accepts of them."""

import re
from collections.abc import Iterable, Mapping

PDF = "application/pdf"
#: Media type → endings, the usual one first.
KINDS: Mapping[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}
_SIZE = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)?)\s*(b|kb|mb|gb)?\s*", re.IGNORECASE)
_UNITS = {None: 1, "b": 1, "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30}


def accepted(declared: Iterable[str]) -> tuple[str, ...]:
    """The media types that a component accepts; where it names none, all.

    It says them as endings (`.pdf`, `pdf`), as media types, or as families (`image/*`).
    """
    found = tuple(
        kind for kind, endings in KINDS.items() if any(_means(each, kind, endings) for each in declared)
    )
    return found or tuple(KINDS)


def _means(declared: str, kind: str, endings: tuple[str, ...]) -> bool:
    wanted = declared.strip().lower()
    if wanted.endswith("/*"):
        return kind.startswith(wanted[:-1])
    return wanted == kind or f".{wanted.removeprefix('.')}" in endings


def endings(kinds: Iterable[str]) -> list[str]:
    """The usual ending of each of the media types."""
    return [KINDS[kind][0] for kind in kinds]


def named(name: str, kind: str) -> bool:
    """True when a file's name has an ending of its media type."""
    return name.lower().endswith(KINDS[kind])


def size(written: str | None, default: int) -> int:
    """A size such as `10 MB` in bytes; the default for other texts."""
    found = _SIZE.fullmatch(written or "")
    if found is None:
        return default
    number, unit = found.groups()
    return int(float(number.replace(",", ".")) * _UNITS[unit and unit.lower()])
