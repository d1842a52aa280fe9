"""Acts of administration in words: what was done to whom, on what basis."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from hoso_api.pages.records import registers
from hoso_api.pages.register import people
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar import messages
from hoso_workflows.organisation.administration import Recorded

#: What an act may rest on, the first that is there.
BASES = ("basis", "reason", "decision")
#: Fields of an act with their names, in the order in which they are told.
FIELDS: Mapping[str, str] = {
    "person": marked("Người"),
    "absent": marked("Người vắng"),
    "acting": marked("Người làm thay"),
    "name": marked("Tên"),
    "title": marked("Chức danh"),
    "code": marked("Mã"),
    "role": marked("Vai trò"),
    "unit": marked("Đơn vị"),
    "parent": marked("Đơn vị cấp trên"),
    "successor": marked("Đơn vị kế thừa"),
    "procedure": marked("Thủ tục"),
    "field": marked("Lĩnh vực"),
    "case": marked("Trường hợp"),
    "part": marked("Phần"),
    "area": marked("Địa bàn"),
    "number": marked("Bản"),
    "dossiers": marked("Hồ sơ"),
    "label": marked("Dùng để"),
    "valid_from": marked("Từ ngày"),
    "active_from": marked("Từ ngày"),
    "from": marked("Từ ngày"),
    "valid_to": marked("Đến hết ngày"),
    "last_day": marked("Ngày cuối cùng"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An act of administration as its page tells it."""

    act: Recorded
    what: str
    #: Name of the unit or person that it is about, else its code or the first digits of its id.
    about: str
    #: Name and value of each field that says something.
    fields: Sequence[tuple[str, str]]
    basis: str
    #: Why it does not verify; empty where it stands as it was written.
    fault: str
    #: As it is kept.
    kept: str


async def told(visit: Visit, found: Sequence[Recorded]) -> list[Told]:
    """Acts in words, with the names of the people and units in them."""
    words = [each for act in found for each in (act.subject, *_texts(act.payload or {}))]
    names = {**await registers.units(visit, words), **await registers.people(visit, words)}
    return [_told(act, names) for act in found]


def _told(act: Recorded, names: Mapping[str, str]) -> Told:
    payload = act.payload or {}
    return Told(
        act,
        spoken(wording.ADMINISTERED[act.kind]) if act.kind in wording.ADMINISTERED else act.kind,
        names.get(act.subject) or registers.short(act.subject),
        list(_fields(payload, names)),
        next((str(payload[each]) for each in BASES if payload.get(each)), ""),
        messages.opening(messages.translated(act.fault)) if act.fault else "",
        orjson.dumps(payload, option=orjson.OPT_SORT_KEYS).decode() if act.payload is not None else "",
    )


def _fields(payload: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for word, name in FIELDS.items():
        value = payload.get(word)
        if isinstance(value, Mapping):
            # A change: what it was, and what it became.
            yield (
                spoken(name),
                f"{_value(word, value.get('from'), names)} → {_value(word, value.get('to'), names)}",
            )
        elif value not in (None, "") and not isinstance(value, list):
            yield spoken(name), _value(word, value, names)


def _value(word: str, value: object, names: Mapping[str, str]) -> str:
    text = "–" if value in (None, "") else str(value)
    if word == "role":
        return people.role(text)
    if word == "part" and text in wording.COMPETENCE_PARTS:
        return spoken(wording.COMPETENCE_PARTS[text])
    if word in ("valid_from", "valid_to", "active_from", "last_day", "from") and value:
        return wording.day(date.fromisoformat(text))
    return names.get(text, text)


def _texts(payload: Mapping[str, Any]) -> Iterator[str]:
    for value in payload.values():
        for each in value.values() if isinstance(value, Mapping) else (value,):
            if isinstance(each, str):
                yield each
