"""Links of a file that lead out of it."""

import re

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HARMLESS = frozenset({"http:", "https:", "mailto:", "tel:"})


def harmless(target: str) -> bool:
    """True for a link to the web, mail, a telephone, or beside the file.

    A share of another machine is none: to open one gives it the reader's name and a digest of the password.
    """
    plain = "".join(each for each in target if each > " ")
    if scheme := _SCHEME.match(plain):
        return scheme[0].lower() in _HARMLESS
    return "\\" not in plain and not plain.startswith("//")
