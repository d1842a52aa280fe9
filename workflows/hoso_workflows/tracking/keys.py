"""Keys of dossiers in texts that are typed, scanned or pasted.

>>> keys_in("https://hoso.example/tra-cuu/h27.pvhcc-260302-0012")
('h27.pvhcc-260302-0012', 'H27.PVHCC-260302-0012')
>>> keys_in("038099000123")
()
"""

import re
from functools import cache

from hoso_workflows.letters import numbering

#: References are drawn of so many signs; one of digits alone would look like a number of a person.
_REFERENCE = re.compile(r"(?!\d+$)[A-Za-z0-9_-]{22}")
#: The parts of a template of codes, as the pattern of what stands in their place.
_PARTS = {"unit": r"[A-Z0-9._-]+", "yymmdd": r"\d{6}", "number": r"\d+"}
_FIELD = re.compile(r"\\\{(\w+)[^}]*\}")
_LONGEST = 80


def keys_in(text: str) -> tuple[str, ...]:
    """The codes or references that a text is, or ends with as an address.

    None for names and numbers of people: those are looked for with a reason.
    """
    last = text.strip().rstrip("/").rpartition("/")[2]
    code = "".join(last.split())
    if len(code) <= _LONGEST and any(shape.fullmatch(code) for shape in _codes()):
        return tuple(dict.fromkeys((code, code.upper())))
    return (last,) if _REFERENCE.fullmatch(last) else ()


@cache
def _codes() -> tuple[re.Pattern[str], ...]:
    """The patterns of all codes that were ever assigned."""
    texts = [re.escape(template.text) for template in numbering.templates()]
    return tuple(re.compile(_FIELD.sub(lambda part: _PARTS[part[1]], each), re.IGNORECASE) for each in texts)
