"""Which signs a text may have: those that are seen, so that nobody reads anything else than what is written."""

import re

#: Control characters but for tab and the ends of lines, overrides of the direction of writing, halves of a surrogate pair.
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def hidden(text: str) -> str | None:
    """The first sign of a text that is not seen, by its number, as in `U+202E`; None where there is none."""
    found = _HIDDEN.search(text)
    return f"U+{ord(found.group()):04X}" if found else None
