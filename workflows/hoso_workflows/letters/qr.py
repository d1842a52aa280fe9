"""QR code of the address of a letter's public check."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import segno

#: Light modules around the code (ISO/IEC 18004 asks for four).
BORDER = 4
#: The longest address that is drawn; longer ones give modules too small to be read from paper.
LONGEST = 300


def svg(address: str) -> str:
    """The code as an `<svg>` element without size, style or script."""
    written = io.BytesIO()
    _code(address).save(
        written,
        kind="svg",
        xmldecl=False,
        svgns=True,
        nl=False,
        omitsize=True,
        border=BORDER,
        light="#fff",
        svgclass=None,
        lineclass=None,
    )
    return written.getvalue().decode()


def modules(address: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of modules without border, True for dark."""
    return tuple(tuple(bool(module) for module in row) for row in _code(address).matrix)


def _code(address: str) -> segno.QRCode:
    import segno

    return segno.make_qr(address, error="m", boost_error=False, encoding="utf-8")
