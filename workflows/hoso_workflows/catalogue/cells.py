"""Cells of a sheet of entries: each field as one text, and back.

A list has a line for each piece, a piece its parts between bars; `-` alone is a list that holds nothing, an empty cell what is not
published. A backslash keeps the sign behind it what it is.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from hoso_calendar.messages import say
from hoso_models import PublicationKind
from hoso_workflows import localtime
from hoso_workflows.catalogue import code_lists
from hoso_workflows.catalogue.values import Mode

Word = TypeVar("Word")

EMPTY = "-"
KINDS = {
    PublicationKind.NEW: "ban hành mới",
    PublicationKind.AMENDED: "sửa đổi, bổ sung",
    PublicationKind.ABOLISHED: "bãi bỏ",
}
MODES = {Mode.DIRECT: "trực tiếp", Mode.POST: "bưu chính", Mode.ONLINE: "trực tuyến"}
REQUIRED, OPTIONAL = "bắt buộc", "nếu có"
#: Signs of a line, each with the backslash before it; and a backslash with nothing behind it.
_SIGNS = re.compile(r"\\.|[^\\]", re.DOTALL)
_TAIL = re.compile(r"(?<!\\)(?:\\\\)*\\$")
_SIGN = re.compile(r"\\(.)", re.DOTALL)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2}))?")


def write(field: str, value: Any) -> str:
    """The cell of a field, from its JSON."""
    if value is None:
        return ""
    return _WRITE.get(field, str)(value)


def read(field: str, cell: str) -> Any:
    """The JSON of a field, from its cell. Raises ValueError."""
    return None if not cell.strip() else _READ.get(field, _same)(cell)


def _same(cell: str) -> str:
    return cell


def _escaped(text: str) -> str:
    kept = text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")
    return f"\\{kept}" if kept == EMPTY else kept


def _plain(text: str) -> str:
    return _SIGN.sub(lambda found: "\n" if found[1] == "n" else found[1], text).strip()


def _parts(line: str) -> list[str]:
    """The parts of a line between its bars. Raises ValueError for a backslash at the end."""
    if _TAIL.search(line):
        raise ValueError(say("ends in a backslash"))
    parts = [""]
    for sign in _SIGNS.findall(line):
        if sign == "|":
            parts.append("")
        else:
            parts[-1] += sign
    return [_plain(each.strip()) for each in parts]


def _lines(pieces: list[str]) -> str:
    return "\n".join(pieces) if pieces else EMPTY


def _ends(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n")


def _pieces(cell: str) -> list[str]:
    return [] if cell.strip() == EMPTY else [line.strip() for line in _ends(cell).split("\n") if line.strip()]


def _write_texts(value: list[str]) -> str:
    return _lines([_escaped(each) for each in value])


def _read_texts(cell: str) -> list[str]:
    return [" | ".join(_parts(line)) if _bare(line) else _plain(line) for line in _pieces(cell)]


def _bare(line: str) -> bool:
    """True for a line whose bar is a sign like others."""
    return len(_parts(line)) > 1


def _write_components(value: list[Mapping[str, Any]]) -> str:
    return _lines([" | ".join(_component_parts(each)) for each in value])


def _component_parts(each: Mapping[str, Any]) -> list[str]:
    said = REQUIRED if each["required"] else OPTIONAL
    return [
        _escaped(each["code"] or ""),
        _escaped(each["name"]),
        str(each["originals"]),
        str(each["copies"]),
        said,
    ]


def _read_components(cell: str) -> list[dict[str, Any]]:
    return [_component(_parts(line)) for line in _pieces(cell)]


def _component(parts: list[str]) -> dict[str, Any]:
    if len(parts) == 1:
        return {"name": parts[0]}
    if len(parts) > len(("code", "name", "originals", "copies", "required")):
        raise ValueError(say("has too many parts in a line: code | name | originals | copies | required"))
    code, name, *rest = parts
    said: dict[str, Any] = {"code": code or None, "name": name}
    for key, text in zip(("originals", "copies"), rest, strict=False):
        if text:
            said[key] = int(text)
    if len(rest) > len(("originals", "copies")):
        said["required"] = _choice({REQUIRED: True, OPTIONAL: False}, rest[2])
    return said


def _write_fees(value: list[Mapping[str, Any]]) -> str:
    return _lines([" | ".join(_fee_parts(each)) for each in value])


def _fee_parts(each: Mapping[str, Any]) -> list[str]:
    amount = "" if each["amount"] is None else str(each["amount"])
    return [_escaped(each["name"]), amount, _escaped(each["note"] or "")]


def _read_fees(cell: str) -> list[dict[str, Any]]:
    return [_fee(_parts(line)) for line in _pieces(cell)]


def _fee(parts: list[str]) -> dict[str, Any]:
    name, amount, note, *more = [*parts, "", ""][: max(3, len(parts))]
    if more:
        raise ValueError(say("has too many parts in a line: name | amount | note"))
    return {
        "name": name,
        "amount": int(amount.replace(".", "")) if amount else None,
        "note": note or None,
    }


def _write_modes(value: list[str]) -> str:
    return "; ".join(MODES[Mode(each)] for each in value)


def _read_modes(cell: str) -> list[str]:
    known: dict[str, Mode] = {
        **{words: mode for mode, words in MODES.items()},
        **{each.value: each for each in Mode},
    }
    return [_choice(known, each).value for each in re.split(r"[;,\n]", cell) if each.strip()]


def _read_kind(cell: str) -> str:
    known = {
        **{words: kind for kind, words in KINDS.items()},
        **{each.value: each for each in PublicationKind},
    }
    return _choice(known, cell).value


def _read_level(cell: str) -> str:
    """The code of a level, also where its name is written."""
    said = cell.strip().casefold()
    return next((each.code for each in code_lists.levels() if each.name.casefold() == said), cell.strip())


def _read_day(cell: str) -> str:
    text = cell.strip()
    found = _DAY.fullmatch(text)
    if found:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    return text[:10] if _ISO_DAY.match(text) and text[10:] in ("", " 00:00:00") else text


def _read_instant(cell: str) -> str:
    """An instant; a day alone is its beginning, and one without zone is local."""
    text = cell.strip()
    found = _DAY.fullmatch(text)
    if found:
        numbers = (int(found[3]), int(found[2]), int(found[1]), int(found[4] or 0), int(found[5] or 0))
        return datetime(*numbers, tzinfo=localtime.ZONE).isoformat()
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=localtime.ZONE)).isoformat()


def _choice(known: Mapping[str, Word], word: str) -> Word:
    said = word.strip().casefold()
    if said not in known:
        raise ValueError(say("{word!r} is none of {known}", word=word.strip(), known=", ".join(known)))
    return known[said]


_WRITE: Mapping[str, Callable[[Any], str]] = {
    "components": _write_components,
    "fees": _write_fees,
    "forms": _write_texts,
    "legal_basis": _write_texts,
    "receiving": _write_modes,
    "returning": _write_modes,
    "kind": lambda value: KINDS[PublicationKind(value)],
}
_READ: Mapping[str, Callable[[str], Any]] = {
    "components": _read_components,
    "fees": _read_fees,
    "forms": _read_texts,
    "legal_basis": _read_texts,
    "receiving": _read_modes,
    "returning": _read_modes,
    "kind": _read_kind,
    "level": _read_level,
    "decision_date": _read_day,
    "valid_from": _read_day,
    "valid_to": _read_day,
    "published_at": _read_instant,
    "sets": lambda cell: int(cell.strip()),
}
