"""Deadlines in a few words, on the national calendar and on children of it."""

import hoso_calendar as wt
from support.oracles.working_time import at

VN = wt.load("vn")


def child(text: str, name: str = "unit") -> wt.WorkCalendar:
    """A calendar that adds `text` to the national one."""
    document = f'schema = "lich-lam-viec/1"\nid = "{name}"\nextends = "vn"\n{text}'.encode()
    return wt.compile(wt.sources("vn") | {name: document}, name)


def due(
    received: str, term: str, *pauses: wt.Pause, cal: wt.WorkCalendar = VN, **policy: object
) -> str | None:
    """The due minute, as text to compare with."""
    end = wt.deadline(cal, at(received), wt.Term.parse(term), pauses, wt.Policy(**policy)).due
    return end and end.format("YYYY-MM-DD HH:mm")


def pause(start: str, end: str | None = None) -> wt.Pause:
    """Time during which a supplement is awaited."""
    return wt.Pause(at(start), end and at(end), "chờ bổ sung")
