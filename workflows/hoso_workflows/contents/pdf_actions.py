"""Actions and parts of a PDF that do more than show pages.

An action may hang on the document, a page, a comment, a field, a bookmark or another action. So every object that can be reached
from the document is looked at, wherever it hangs. Where an action stands only those of a list are let by; the others that are
known are refused wherever they stand.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pypdfium2
from pyhanko.pdf_utils.generic import IndirectObject, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader

from hoso_workflows.contents import links

#: Sorts of actions that lead within the file, or to the web by a click.
_PASSING = frozenset({"/GoTo", "/URI", "/Named"})
#: All others that there are (ISO 32000-2, table 201).
_ACTIVE = frozenset(
    {
        *(
            "/JavaScript",
            "/Launch",
            "/GoToR",
            "/GoToE",
            "/GoToDp",
            "/SubmitForm",
            "/ImportData",
            "/ResetForm",
        ),
        *("/Hide", "/SetOCGState", "/Thread", "/Sound", "/Movie", "/Rendition", "/RichMediaExecute"),
        *("/GoTo3DView", "/Trans"),
    }
)
#: Keys under which an action stands, and the one under which several do.
_PLACES, _TRIGGERS = ("/A", "/PA", "/OpenAction", "/Next"), "/AA"
#: A script of an action of any sort, of a form in a language of its own, of a body in space; another file, or a folder of them.
_HELD = frozenset(
    {"/JS", "/XFA", "/OnInstantiate", "/EF", "/RF", "/EmbeddedFiles", "/Collection", "/RichMediaContent"}
)
#: Comments that play something or hold a file.
_PLAYED = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
#: Parts in which names are the author's own and no action has a place; they may be most of a file.
_PASSIVE = frozenset({"/Resources", "/StructTreeRoot"})


def carried(document: pypdfium2.PdfDocument) -> bool:
    """True when an object runs or plays something, or leads to a file.

    Raises PdfError and others for what cannot be followed.
    """
    # Written anew, so that it is followed as it was opened: repaired, and without a seal.
    written = io.BytesIO()
    document.save(written, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
    return any(map(_active, _dictionaries(PdfFileReader(written, strict=False).root)))


def _active(found: Any) -> bool:
    if not _HELD.isdisjoint(found) or found.get("/S") in _ACTIVE or found.get("/Subtype") in _PLAYED:
        return True
    # Bytes of a stream that lie in another file.
    if isinstance(found, StreamObject) and "/F" in found:
        return True
    if not all(links.harmless(_text(found[key])) for key in ("/URI", "/Base") if _is_text(found.get(key))):
        return True
    return any(each.get("/S", "/GoTo") not in _PASSING for each in _actions(found))


def _actions(found: Any) -> Iterator[Any]:
    """The dictionaries at the places of actions. Bookmarks follow one another under the same key, and have no sort."""
    placed = [found[key] for key in _PLACES if key in found]
    triggers = found.get(_TRIGGERS)
    if isinstance(triggers, dict):
        placed += [triggers[key] for key in triggers]
    for each in placed:
        for one in each if isinstance(each, list) else (each,):
            if isinstance(action := one.get_object(), dict):
                yield action


def _is_text(value: Any) -> bool:
    return isinstance(value, str | bytes)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


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
