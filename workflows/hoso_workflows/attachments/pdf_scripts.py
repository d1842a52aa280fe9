"""Scripts of a PDF: whatever makes a viewer run code or start a program.

An action may hang on the document, a page, a comment, a field, a bookmark or another action. So every object that can be reached
from the document is looked at, wherever it hangs.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pypdfium2
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader

#: Sorts of actions that run a script or start a program.
_ACTIVE = frozenset({"/JavaScript", "/Launch"})
#: A script of an action of any sort, of a form in a language of its own, of a body in space.
_SCRIPTS = frozenset({"/JS", "/XFA", "/OnInstantiate"})
#: Parts in which names are the author's own and no action has a place; they may be most of a file.
_PASSIVE = frozenset({"/Resources", "/StructTreeRoot"})


def carried(document: pypdfium2.PdfDocument) -> bool:
    """True when an object of the document holds a script, or starts a program.

    Raises PdfError and others for what cannot be followed.
    """
    # Written anew, so that it is followed as it was opened: repaired, and without a seal.
    written = io.BytesIO()
    document.save(written, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
    return any(map(_active, _dictionaries(PdfFileReader(written, strict=False).root)))


def _active(found: Any) -> bool:
    return not _SCRIPTS.isdisjoint(found) or found.get("/S") in _ACTIVE


def _dictionaries(root: Any) -> Iterator[Any]:
    """The dictionaries that can be reached, each once."""
    seen, waiting = set(), [root]
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if found.reference in seen:
                continue
            seen.add(found.reference)
            found = found.get_object()
        if isinstance(found, dict):
            yield found
            waiting.extend(dict.__getitem__(found, key) for key in found if key not in _PASSIVE)
        elif isinstance(found, list):
            waiting.extend(list.__iter__(found))
