"""Make the font of figures: the ten digits of Noto Sans, of equal width.

The sources lie in `tests/vendor/noto-sans` as they came; what is made of them, in `pages/static/vendor/figures`.
"""

import io
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "tests" / "vendor" / "noto-sans"
MADE = ROOT / "api" / "hoso_api" / "pages" / "static" / "vendor" / "figures"
WEIGHTS = (400, 600)
DIGITS = "0123456789"


def made_of(source: Path) -> bytes:
    """A WOFF2 file with nothing but the digits of a font."""
    options = subset.Options(flavor="woff2", layout_features=[], hinting=False, notdef_outline=True)
    file = io.BytesIO()
    with subset.load_font(source, options) as font:
        only = subset.Subsetter(options)
        only.populate(text=DIGITS)
        only.subset(font)
        subset.save_font(font, file, options)
    return file.getvalue()


if __name__ == "__main__":
    for weight in WEIGHTS:
        made = made_of(SOURCES / f"latin-{weight}.woff2")
        (MADE / f"figures-{weight}.woff2").write_bytes(made)
        print(f"figures-{weight}.woff2: {len(made)} bytes")
