"""Typst with our templates and our fonts: no packages, no other files.

Loaded in the limited child only. Templates are given to it in memory; fonts are read when they are first used.
"""

import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import typst

#: Long-term archive (ISO 19005-2, level A) and accessible (ISO 14289-1); what no font of ours has breaks both.
_STANDARDS: "tuple[list[typst.PDFStandard], ...]" = (["a-2a", "ua-1"], [])
MAIN = "main.typ"
#: Pixels per inch of a picture: an A4 page is 744 wide.
PPI = 90
_PLACE = re.compile(rf"{re.escape(MAIN)}:(\d+):")
#: Where typst has looked: a place on this machine, which is nobody's business.
_PATHS = re.compile(r" \((?:searched at|https?:)[^)]*\)?")
#: Where others may not look, typst's words for a file that is not there are these; there never is one.
_CLOSED, _MISSING = "failed to load file (access denied)", "file not found"
_NO_GLYPH = "could not be displayed with"


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """A template that typst refuses, in its words. `line` is 0 where it names none."""

    message: str
    line: int


class Compiler:
    """A warm compiler of templates, which may import `common.typ` and nothing else."""

    def __init__(self) -> None:
        room = Path(str(resources.files("hoso_workflows.letters")))
        folder = room / "templates" / "typst"
        self._shared = (folder / "common.typ").read_bytes()
        self._typst = typst.Compiler(
            root=folder,
            font_paths=typst.Fonts(include_system_fonts=False, font_paths=[room / "fonts"]),
            package_path=folder / "none",
            package_cache_path=folder / "none",
        )

    def compile(self, source: bytes, inputs: dict[str, str], seconds: int) -> bytes:
        """The PDF of a template. `seconds` since 1970 is the only time that it knows. Raises Refused."""
        files = self._files(source)
        for standards in _STANDARDS:
            try:
                pdf = self._typst.compile(
                    files, format="pdf", sys_inputs=inputs, timestamp=seconds, pdf_standards=standards
                )
            except typst.TypstError as refused:
                if standards and _NO_GLYPH in refused.message:
                    continue
                raise _refused(refused) from refused
            if isinstance(pdf, bytes):
                return pdf
        raise Refused("no document", 0)

    def picture(self, source: bytes, inputs: dict[str, str], seconds: int) -> bytes:
        """The first page of a template as PNG. `seconds` since 1970 is the only time that it knows. Raises Refused."""
        try:
            made = self._typst.compile(
                self._files(source), format="png", ppi=PPI, sys_inputs=inputs, timestamp=seconds
            )
        except typst.TypstError as refused:
            raise _refused(refused) from refused
        first = made[0] if isinstance(made, list) and made else made
        if isinstance(first, bytes):
            return first
        raise Refused("no document", 0)

    def _files(self, source: bytes) -> Any:
        return {MAIN: source, "common.typ": self._shared}


def _refused(refused: typst.TypstError) -> Refused:
    message = _PATHS.sub("", refused.message).replace(_CLOSED, _MISSING)
    return Refused(message, _line(refused.diagnostic))


def _line(diagnostic: str) -> int:
    """The line of the template itself that a diagnostic names."""
    for line in diagnostic.splitlines():
        if place := _PLACE.search(line):
            return int(place[1])
    return 0
