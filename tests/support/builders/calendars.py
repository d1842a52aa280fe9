"""Calendars as documents: the national one, altered, and children of it."""

import hoso_calendar as wt

SOURCE = wt.sources("vn")["vn"].decode()


def child(text: str) -> dict[str, bytes]:
    """The national calendar's document and one that adds `text` to it."""
    return wt.sources("vn") | {
        "unit": f'schema = "lich-lam-viec/1"\nid = "unit"\nextends = "vn"\n{text}\n'.encode()
    }
