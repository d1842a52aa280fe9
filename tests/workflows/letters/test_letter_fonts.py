"""The fonts of letters are shipped as they came, with their licence, and have every Vietnamese letter."""

import base64
import hashlib
import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from hoso_workflows import letters
from hoso_workflows.letters import pdf, pool, samples
from hoso_workflows.letters.template_check import drawn

ROOM = Path(letters.__file__).parent
LOCK = json.loads((ROOM / "fonts.lock.json").read_text(encoding="utf-8"))
MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
ALPHABET = (
    "".join(
        unicodedata.normalize("NFC", letter + mark) for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for mark in MARKS
    )
    + "đĐ"
)


def digest(path: Path) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()


def test_every_font_is_locked_and_unchanged():
    assert {path.name: digest(path) for path in (ROOM / "fonts").iterdir()} == LOCK["tinos"]["files"]


@pytest.mark.slow
def test_every_vietnamese_letter_is_in_the_fonts():
    values = replace(samples.short("03"), reason=ALPHABET, code=ALPHABET)
    made = pool.POOL.set_now(pdf.job(values))
    assert drawn.text(made).count("ỵ") >= 2
    assert drawn.joined(ALPHABET) in drawn.joined(drawn.text(made))
    # The standard of long keeping wants a glyph for each sign; without one the file would not claim it.
    assert b"pdfaid:part" in made
