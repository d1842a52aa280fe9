"""Parts, links and fields of office documents: lists of what is harmless.

A program loads a part by its relationship, and knows it by its content type; so both are lists. Whatever stands on neither is
refused: macros, controls, other files and programs, templates and data from elsewhere.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from hoso_bpmn.document import xml
from hoso_workflows.contents import links

TYPES = "[Content_Types].xml"
_OOXML, _WORD, _SHEET = (
    "application/vnd.openxmlformats-" + each
    for each in ("officedocument.", "officedocument.wordprocessingml.", "officedocument.spreadsheetml.")
)
_PACKAGE = "application/vnd.openxmlformats-package."
_ALLOWED = frozenset(
    each.casefold()
    for each in (
        *(
            f"{_WORD}{name}+xml"
            for name in (
                *("document.main", "document.glossary", "styles", "settings", "webSettings", "fontTable"),
                *("numbering", "footnotes", "endnotes", "header", "footer", "comments", "commentsExtended"),
                *("commentsIds", "commentsExtensible", "people"),
            )
        ),
        *(
            f"{_SHEET}{name}+xml"
            for name in (
                *(
                    "sheet.main",
                    "worksheet",
                    "chartsheet",
                    "styles",
                    "sharedStrings",
                    "calcChain",
                    "comments",
                ),
                *("table", "pivotTable", "pivotCacheDefinition", "pivotCacheRecords", "sheetMetadata"),
            )
        ),
        *(
            f"{_OOXML}{name}+xml"
            for name in (
                *(
                    "theme",
                    "themeOverride",
                    "extended-properties",
                    "custom-properties",
                    "customXmlProperties",
                ),
                *("drawing", "drawingml.chart", "drawingml.chartshapes", "drawingml.diagramData"),
                *("drawingml.diagramLayout", "drawingml.diagramStyle", "drawingml.diagramColors"),
            )
        ),
        f"{_OOXML}vmlDrawing",
        f"{_OOXML}obfuscatedFont",
        f"{_SHEET}printerSettings",
        f"{_WORD}printerSettings",
        *(f"{_PACKAGE}{name}+xml" for name in ("relationships", "core-properties")),
        *(f"{_PACKAGE}digital-signature-{name}" for name in ("origin", "xmlsignature+xml")),
        *(
            f"application/vnd.{name}+xml"
            for name in (
                *("ms-word.stylesWithEffects", "ms-excel.threadedcomments", "ms-excel.person"),
                *("ms-office.chartstyle", "ms-office.chartcolorstyle", "ms-office.drawingml.diagramDrawing"),
                "ms-office.classificationlabels",
            )
        ),
        "application/xml",
        *(
            f"image/{name}"
            for name in (
                "png",
                "jpeg",
                "jpg",
                "gif",
                "bmp",
                "tiff",
                "x-emf",
                "x-wmf",
                "svg+xml",
                "vnd.ms-photo",
            )
        ),
    )
)
#: Relationships by the last part of their names.
_RELATED = frozenset(
    {
        *("officeDocument", "core-properties", "extended-properties", "custom-properties", "thumbnail"),
        *(
            "customXml",
            "customXmlProps",
            "styles",
            "stylesWithEffects",
            "settings",
            "webSettings",
            "fontTable",
        ),
        *("numbering", "footnotes", "endnotes", "header", "footer", "comments", "commentsExtended"),
        *("commentsIds", "commentsExtensible", "people", "person", "threadedComment", "glossaryDocument"),
        *("theme", "themeOverride", "font", "image", "hdphoto", "hyperlink", "printerSettings", "drawing"),
        *("vmlDrawing", "legacyDrawing", "chart", "chartUserShapes", "chartStyle", "chartColorStyle"),
        *("diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing"),
        *("worksheet", "chartsheet", "sharedStrings", "calcChain", "table", "pivotTable", "sheetMetadata"),
        *("pivotCacheDefinition", "pivotCacheRecords", "classificationlabels", "origin", "signature"),
        "metadata",
    }
)
#: Fields that show what stands in the document, or its name and day.
_FIELDS = frozenset(
    [
        "=",
        "ADDRESSBLOCK",
        "ADVANCE",
        "AUTHOR",
        "AUTONUM",
        "AUTONUMLGL",
        "AUTONUMOUT",
        "BARCODE",
        "BIBLIOGRAPHY",
        "BIDIOUTLINE",
        "CITATION",
        "COMMENTS",
        "COMPARE",
        "CREATEDATE",
        "DATE",
        "DISPLAYBARCODE",
        "DOCPROPERTY",
        "DOCVARIABLE",
        "EDITTIME",
        "EQ",
        "FILENAME",
        "FILESIZE",
        "FILLIN",
        "FORMCHECKBOX",
        "FORMDROPDOWN",
        "FORMTEXT",
        "GREETINGLINE",
        "HYPERLINK",
        "IF",
        "INDEX",
        "INFO",
        "KEYWORDS",
        "LASTSAVEDBY",
        "LISTNUM",
        "MERGEFIELD",
        "MERGEREC",
        "MERGESEQ",
        "NEXT",
        "NEXTIF",
        "NOTEREF",
        "NUMCHARS",
        "NUMPAGES",
        "NUMWORDS",
        "PAGE",
        "PAGEREF",
        "PRINTDATE",
        "REF",
        "REVNUM",
        "SAVEDATE",
        "SECTION",
        "SECTIONPAGES",
        "SEQ",
        "SET",
        "SKIPIF",
        "STYLEREF",
        "SUBJECT",
        "SYMBOL",
        "TA",
        "TC",
        "TEMPLATE",
        "TIME",
        "TITLE",
        "TOA",
        "TOC",
        "USERADDRESS",
        "USERINITIALS",
        "USERNAME",
        "XE",
    ]
)
_FIELD = re.compile(r"\s*(=|[^\s\"\\]*)(?:\s+(?:\"([^\"]*)\"|([^\s\"\\]\S*)))?")
#: What only a field with another one in place of its name has.
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def plain(archive: zipfile.ZipFile) -> bool:
    """True where all parts, relationships and fields are known to be harmless.

    Raises XMLSyntaxError and RefusedFile for parts that are no sound XML.
    """
    types = _Types(archive.read(TYPES))
    for name in archive.namelist():
        if name.endswith("/") or name == TYPES:
            continue
        kind = types(name)
        if kind not in _ALLOWED:
            return False
        if name.casefold().endswith(".rels") and not all(_related(archive.read(name))):
            return False
        if _is_text(name.casefold(), kind) and not all(_shown(archive.read(name))):
            return False
    return True


def _is_text(name: str, kind: str) -> bool:
    """True for a part that may hold fields, and drawings by address."""
    worded = name.startswith("word/") and name.endswith(".xml")
    return (
        worded or (kind.startswith(_WORD.casefold()) and kind.endswith("xml")) or kind.endswith(".vmldrawing")
    )


class _Types:
    """Content types of parts, by their names and endings. Capitals do not count."""

    def __init__(self, data: bytes) -> None:
        self._endings: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for each in xml.safe_root(data):
            kind = each.get("ContentType", "").partition(";")[0].strip().casefold()
            if _local(each.tag) == "Override":
                self._names[each.get("PartName", "").lstrip("/").casefold()] = kind
            else:
                self._endings[each.get("Extension", "").casefold()] = kind

    def __call__(self, name: str) -> str:
        """The content type of a part; empty where none is declared."""
        small = name.casefold()
        return self._names.get(small) or self._endings.get(small.rpartition(".")[2], "")


def _related(data: bytes) -> Iterator[bool]:
    """For each relationship, whether it is harmless."""
    for each in xml.safe_root(data):
        kind, target = each.get("Type", "").rpartition("/")[2], each.get("Target", "")
        if each.get("TargetMode", "Internal") == "Internal":
            yield kind in _RELATED and ":" not in target.partition("#")[0] and links.harmless(target)
        else:
            yield kind == "hyperlink" and links.harmless(target)


def _shown(data: bytes) -> Iterator[bool]:
    """For each field and address of a part, whether it is harmless. A field may stand within another."""
    waiting: list[str] = []
    for each in xml.ended(data):
        name, attributes = _local(each.tag), {_local(key): value for key, value in each.items()}
        yield from (links.harmless(attributes[each]) for each in ("src", "href") if each in attributes)
        if name == "fldSimple":
            yield _harmless(attributes.get("instr", ""))
        elif name in ("instrText", "delInstrText"):
            if waiting:
                waiting[-1] += each.text or ""
            else:
                yield _harmless(each.text or "")
        elif name == "fldChar":
            sort = attributes.get("fldCharType")
            if sort == "begin":
                waiting.append("")
            elif sort in ("separate", "end") and waiting:
                yield _harmless(waiting[-1])
                if sort == "separate":
                    waiting[-1] = "= "
                else:
                    waiting.pop()
                    if waiting:
                        waiting[-1] += _UNKNOWN
    yield not any(map(str.strip, waiting))


def _harmless(field: str) -> bool:
    found = _FIELD.match(field)
    if not field.strip() or found is None:
        return not field.strip()
    name, target = found[1].upper(), found[2] or found[3] or ""
    leads = name == "HYPERLINK"
    return name in _FIELDS and not (leads and (_UNKNOWN in target or not links.harmless(target)))


def _local(name: object) -> str:
    """The name without its name space: strict documents have others."""
    return str(name).rpartition("}")[2]
