"""Meaning and example of fields of ratings, proofs of payment and one's own data."""

from collections.abc import Mapping
from typing import Any

_AT, _LATER = "2026-03-06T08:30:00+07:00", "2026-03-13T08:30:00+07:00"
_MARKS: Mapping[str, tuple[str, Any]] = {
    "overall": ("How content you are with how it was handled.", "satisfied"),
    "convenience": ("How content you are with how convenient it was.", "very_satisfied"),
    "timeliness": ("How content you are with how timely it was.", "satisfied"),
    "attitude": ("How content you are with the attitude of officers.", "satisfied"),
    "comment": ("In your own words; null or empty where there is nothing to add.", "Hướng dẫn rõ"),
}

FEEDBACK_FIELDS: Mapping[str, tuple[str, Any]] = {
    **{f"{schema}.{name}": said for schema in ("RatingGiven", "Rating") for name, said in _MARKS.items()},
    "Rating.given_at": ("When it was first given.", _AT),
    "Rating.changed_at": ("When it was last changed; null where it stands as it was given.", _AT),
    "Rating.changeable_until": ("Until when it can be changed.", _LATER),
    "ProofDescribed.text": ("What the desk reads with it.", "Đã chuyển khoản ngày 02/3"),
}
