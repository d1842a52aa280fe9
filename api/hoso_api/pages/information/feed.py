"""Atom feed (RFC 4287) of announcements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from hoso_workflows import localtime
from hoso_workflows.coordination.announcements import Announcement

TYPE = "application/atom+xml; charset=utf-8"
ADDRESS = "/thong-bao"
_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
#: Of a feed without entries.
_NEVER = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed."""

    id: str
    title: str
    author: str
    summary: str
    updated: datetime


def entry(of: Announcement, kind: str, state: str) -> Entry:
    """The entry of an announcement, in the words of its kind and state."""
    said = [of.text] if of.text else []
    if of.starts_at is not None:
        until = f" – {_hour(of.ends_at)}" if of.ends_at else ""
        said.append(f"{_hour(of.starts_at)}{until}")
    if of.valid_from is not None:
        decided = f"Quyết định {of.decision_no}, " if of.decision_no else ""
        said.append(f"{decided}áp dụng từ {of.valid_from:%d/%m/%Y}")
    name = f"{of.code} {of.title}" if of.code else of.title
    return Entry(
        str(of.id), f"{of.unit_name}: {kind} ({state}): {name}", of.unit_name, ". ".join(said), of.changed_at
    )


def document(origin: str, entries: Sequence[Entry]) -> bytes:
    """A feed with these entries, whose addresses begin with `origin`."""
    feed = etree.Element(f"{{{_ATOM}}}feed", {_LANGUAGE: "vi"}, nsmap={None: _ATOM})
    _add(feed, "id", f"{origin}{ADDRESS}")
    _add(feed, "title", "Thông báo của cổng dịch vụ công")
    _add(feed, "updated", max((_machine(each.updated) for each in entries), default=_NEVER))
    _add(feed, "link", rel="self", type="application/atom+xml", href=f"{origin}{ADDRESS}.atom")
    _add(feed, "link", rel="alternate", type="text/html", href=f"{origin}{ADDRESS}")
    for each in entries:
        one = _add(feed, "entry")
        _add(one, "id", f"urn:uuid:{each.id}")
        _add(one, "title", each.title)
        _add(one, "updated", _machine(each.updated))
        _add(_add(one, "author"), "name", each.author)
        _add(one, "link", rel="alternate", type="text/html", href=f"{origin}{ADDRESS}/{each.id}")
        _add(one, "summary", each.summary)
    return etree.tostring(feed, encoding="utf-8", xml_declaration=True)


def _add(parent: etree._Element, name: str, text: str | None = None, **said: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{_ATOM}}}{name}", said)
    made.text = text
    return made


def _machine(at: datetime) -> str:
    return at.astimezone(localtime.ZONE).isoformat(timespec="seconds")


def _hour(at: datetime) -> str:
    return f"{at.astimezone(localtime.ZONE):%H:%M %d/%m/%Y}"
