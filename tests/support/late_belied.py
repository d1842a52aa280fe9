"""Words and fields that belie a late dossier, for the walks through the places that name one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from support import late_dossiers
from support.late_walk import Told
from support.world import instant

#: What is green, and is no state of the dossier: a step, a fee, an appointment that is in force.
_OF_PARTS = "không còn phải nộp|đang áp dụng|đã xong|Đã bổ sung"
_GREEN_DOSSIER = rf"‹xanh› (?!{_OF_PARTS})\S+ \S+ \S+"
#: A step is judged beside its name in the control sheet.
_IN_TIME = r"(?:Đúng|Trước) hạn(?! B\d)"
_DATELESS = r"không có hạn|[Cc]hưa tính hạn"
_LEFT = r"còn \d+ (?:ngày|giờ|phút)|[Tt]rong hạn"
_STILL = r"[Dd](?:ừng|ang dừng) tính thời hạn|[Đđ]ang dừng tính"
_SINCE = r"(?:trễ|trễ hẹn|trễ hạn|quá hạn) từ|trước đó đã trễ hẹn"
_NOTHING = "Bạn không phải làm gì"
#: The dossier's clock runs, and its legal date is over.
_RUNS = ("runs", "calendar_days", "no_limits", "side_by_side", "nobodys", "step_in_time", "appointed_again")
#: Words that belie a way to be late.
BELIED: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(
        _RUNS, re.compile("|".join((_GREEN_DOSSIER, _IN_TIME, _DATELESS, _LEFT, _STILL, _NOTHING)))
    ),
    "awaits_a_supplement": re.compile("|".join((_GREEN_DOSSIER, _IN_TIME, _DATELESS, _LEFT, _NOTHING))),
    "restarted": re.compile("|".join((_GREEN_DOSSIER, _IN_TIME, _DATELESS, _STILL, _NOTHING))),
    "awaits_its_owner": re.compile("|".join((_GREEN_DOSSIER, _IN_TIME, _DATELESS, _LEFT, _STILL))),
}
#: Words of a way to be late that are only true beside others.
TOGETHER: Mapping[str, tuple[str, str]] = {
    "awaits_a_supplement": (_STILL, _SINCE),
    "restarted": (_LEFT, _SINCE),
}
_JSON_IN_TIME: Mapping[str, tuple[Any, ...]] = {
    "verdict": ("early", "on_time"),
    "column": ("early", "on_time", "open_within"),
}
_JSON_RUNS: Mapping[str, tuple[Any, ...]] = {
    **_JSON_IN_TIME,
    **dict.fromkeys(("due", "due_legal", "due_promised", "dossier_late_since"), (None,)),
    **dict.fromkeys(("late", "overdue"), (False,)),
    "due_span": ("today", "tomorrow", "week", "later", "still", "owner"),
}
#: The same of fields of JSON.
JSON_BELIED: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    **dict.fromkeys(_RUNS, _JSON_RUNS),
    "appointed_again": {name: values for name, values in _JSON_RUNS.items() if name != "due_span"},
    "awaits_a_supplement": {
        **_JSON_IN_TIME,
        "late_since": (None,),
        "still": (None, False),
        "due_span": ("overdue", "today", "tomorrow", "week", "later", "owner"),
    },
    "restarted": {**_JSON_IN_TIME, "late_since": (None,)},
    "awaits_its_owner": {
        "verdict": (None, "early", "on_time"),
        "column": ("early", "on_time", "open_within"),
    },
}


def wrong(told: Told) -> list[str]:
    """Words and fields that belie how the dossier is late."""
    way = told.late.way
    return [
        *_wrong_fields(told.rows, way),
        *(each for text in told.words for each in _wrong_words(text, way)),
    ]


def _wrong_fields(rows: Iterable[Mapping[str, Any]], way: str) -> Iterator[str]:
    for row in rows:
        for name, values in JSON_BELIED[way].items():
            if name in row and row[name] in values:
                yield f"{name}: {row[name]}"
        due = row.get("due")
        if due and way in _RUNS and way != "appointed_again" and datetime.fromisoformat(due) > _now():
            yield f"due: {due}"
        # An open step of the dossier names its limit; while the clock stands still nothing is due there.
        if way == "awaits_a_supplement" and due and "limit" in row:
            yield f"due of a step: {due}"


def _wrong_words(text: str, way: str) -> Iterator[str]:
    yield from BELIED[way].findall(text)
    if way in TOGETHER:
        first, second = TOGETHER[way]
        if (found := re.search(first, text)) and not re.search(second, text):
            yield f"{found[0]} alone"


@cache
def _now() -> datetime:
    return instant(late_dossiers.NOW)
