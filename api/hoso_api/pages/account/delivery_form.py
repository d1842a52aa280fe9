"""Form of a preference about mail, for officers and applicants."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import MailLanguage
from hoso_workflows.notifications.preferences import Preference
from hoso_workflows.notifications.quiet_hours import Hours

#: Fields of the form, as the page names them, and the word of the address that says that it was kept.
LANGUAGE, WHEN, QUIET, URGENT, DONE = "tieng", "khi", "ngoai-gio", "viec-gap", "xong"
#: Hours without word of one's own dossiers: which, and the two times.
HOURS, BEGIN, END = "gio", "tu-gio", "den-gio"
AT_ONCE, DIGEST = "ngay", "tong-hop"
USUAL, OWN, NONE = "chung", "rieng", "khong"
LANGUAGES = {MailLanguage.VIETNAMESE: "Tiếng Việt", MailLanguage.ENGLISH: "English"}
WAYS = {
    AT_ONCE: marked("Mỗi việc một thư, gửi ngay"),
    DIGEST: marked("Một thư tổng hợp, lúc mở đầu ngày làm việc"),
}
KINDS = {
    USUAL: marked("Theo giờ chung của hệ thống"),
    OWN: marked("Theo giờ tôi chọn bên dưới"),
    NONE: marked("Không có giờ nào, báo cả ban đêm"),
}
_YES = "co"


def typed(now: Preference) -> Mapping[str, str]:
    """The fields of the form as they stand."""
    begin, end = now.quiet_from, now.quiet_until
    own = begin is not None and end is not None and begin != end
    return {
        LANGUAGE: now.language.value,
        WHEN: DIGEST if now.digest else AT_ONCE,
        **({QUIET: _YES} if now.quiet else {}),
        **({URGENT: _YES} if now.urgent_at_once else {}),
        HOURS: USUAL if begin is None else OWN if own else NONE,
        **({BEGIN: f"{begin:%H:%M}", END: f"{end:%H:%M}"} if own else {}),
    }


def in_words(now: Preference, usual: Hours | None) -> list[tuple[str, str]]:
    """An applicant's preference as name and value; `usual` are the hours of the installation."""
    begin, end = now.quiet_from, now.quiet_until
    hours = usual if begin is None or end is None else (begin, end) if begin != end else None
    none, yes = spoken("không có"), spoken("gửi cả ngoài giờ")
    return [
        (spoken("Khi nào nhận thư"), spoken(WAYS[DIGEST if now.digest else AT_ONCE])),
        (spoken("Ngoài giờ làm việc"), spoken("Không gửi thư; đợi đến khi mở cửa") if now.quiet else yes),
        (spoken("Giờ không báo gì"), f"{hours[0]:%H:%M} – {hours[1]:%H:%M}" if hours else none),
        (spoken("Tiếng của thư"), LANGUAGES[now.language]),
    ]


def wish(form: Form, before: Preference) -> Preference:
    """The preference of a form; one without hours leaves them.

    Raises Stopped for a choice that was not made.
    """
    asked = {
        LANGUAGE: (form.text(LANGUAGE) in set(MailLanguage), spoken("Chọn tiếng của thư.")),
        WHEN: (form.text(WHEN) in WAYS, spoken("Chọn khi nào nhận thư.")),
    }
    faults = [Fault(missing, name) for name, (there, missing) in asked.items() if not there]
    own = form.text(HOURS) == OWN
    faults.extend(_wrong_hours(form) if own else ())
    if faults:
        raise Stopped(form, faults)
    found = replace(
        before,
        language=MailLanguage(form.text(LANGUAGE)),
        digest=form.text(WHEN) == DIGEST,
        quiet=bool(form.text(QUIET)),
        urgent_at_once=bool(form.text(URGENT)),
    )
    if form.text(HOURS) not in KINDS:
        return found
    begin, end = (_time(form.text(BEGIN)), _time(form.text(END))) if own else _EITHER[form.text(HOURS)]
    return replace(found, quiet_from=begin, quiet_until=end)


_EITHER: Mapping[str, tuple[time | None, time | None]] = {USUAL: (None, None), NONE: (time(), time())}


def choices() -> Mapping[str, Any]:
    """The options of the form: languages, ways, kinds of hours."""
    return {
        "languages": [(each.value, words) for each, words in LANGUAGES.items()],
        "ways": [(each, spoken(words)) for each, words in WAYS.items()],
        "hours": [(each, spoken(words)) for each, words in KINDS.items()],
    }


def _wrong_hours(form: Form) -> Iterator[Fault]:
    for name in (BEGIN, END):
        if _time(form.text(name)) is None:
            yield Fault(spoken("Ghi giờ theo dạng giờ:phút, ví dụ 21:00."), name)
    begin, end = _time(form.text(BEGIN)), _time(form.text(END))
    if begin is not None and begin == end:
        said = spoken("Giờ kết thúc trùng giờ bắt đầu. Muốn báo cả ban đêm thì chọn “Không có giờ nào”.")
        yield Fault(said, END)


def _time(text: str) -> time | None:
    """The time of a text as `21:00`, `6:30` or `21h00`; None for any other."""
    hour, _, minute = text.replace("h", ":").partition(":")
    known = hour.isdecimal() and minute.isdecimal() and len(hour) <= 2 and len(minute) == 2
    return time(int(hour), int(minute)) if known and int(hour) < 24 and int(minute) < 60 else None
