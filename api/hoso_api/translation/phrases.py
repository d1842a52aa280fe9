"""Recognition of English sentences made by libraries, so that they can be translated."""

import re
from collections.abc import Iterable
from string import Formatter

from hoso_calendar.messages import say

#: Names of values that are sentences themselves.
INNER = ("why", "what")


class Phrase:
    """A sentence that others have put together, known by its fixed parts."""

    def __init__(self, template: str) -> None:
        self.template = template
        parts = Formatter().parse(template)
        self._pattern = re.compile(
            "".join(re.escape(fixed) + (f"(?P<{name}>.*?)" if name else "") for fixed, name, _, _ in parts),
            re.DOTALL,
        )

    def read(self, text: str) -> dict[str, str] | None:
        """The values with which the text is this sentence; None where it is another."""
        found = self._pattern.fullmatch(text)
        return found and found.groupdict()


def recognised(text: str, phrases: Iterable[Phrase]) -> str:
    """The known sentence that the text is, or the text unchanged."""
    known = tuple(phrases)
    for phrase in known:
        values = phrase.read(text)
        if values is not None:
            inner = {
                name: recognised(value, known) if name in INNER else value for name, value in values.items()
            }
            return say(phrase.template, **inner)
    return text
