"""Draw the pictures of the letters anew: each first page, with short values.

Usage: python tools/letters.py [FOLDER]      the folder is docs/letters where none is named
"""

import asyncio
import io
import sys
from pathlib import Path

import pypdfium2
from PIL import Image

from hoso_workflows import letters
from hoso_workflows.letters import forms, samples

#: Dots of paper's 72nds of an inch; A5 is read closer than A4.
SCALES = {forms.Paper.A5: 1.6, forms.Paper.A4: 1.2, forms.Paper.A4_LANDSCAPE: 1.2}
#: Grey levels that are enough for black letters on white.
LEVELS = 16


def picture(pdf: bytes, scale: float) -> bytes:
    """The first page of a document as PNG."""
    with pypdfium2.PdfDocument(pdf) as document:
        drawn: Image.Image = document[0].render(scale=scale, grayscale=True).to_pil()
    written = io.BytesIO()
    drawn.convert("L").quantize(LEVELS).save(written, format="PNG", optimize=True)
    return written.getvalue()


async def draw(folder: Path) -> None:
    """Write the picture of every form into a folder that is there."""
    for code, form in forms.FORMS.items():
        pdf = await letters.typeset(samples.short(code))
        (folder / f"{code}.png").write_bytes(picture(pdf, SCALES[form.paper]))


if __name__ == "__main__":
    asyncio.run(draw(Path(*sys.argv[1:2] or ["docs/letters"])))
