"""Answers that are papers: a page, or a PDF."""

from typing import Any

from starlette.responses import HTMLResponse, Response

from hoso_api.http.authentication import Caller
from hoso_api.http.problems import responses
from hoso_workflows.correspondence.letter_views import Asked, Paper
from hoso_workflows.letters import forms, html

#: The page loads nothing, and its own style is known by its digest.
POLICY = f"default-src 'none'; style-src {html.style_digest()}; img-src data:; frame-ancestors 'none'"
PDF: dict[int | str, dict[str, Any]] = {
    **responses(503),
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}},
}


def asked(caller: Caller) -> Asked:
    """The reader of papers. The address of our pages is never the one that was asked: a paper would lead anywhere."""
    public: str = caller.request.app.state.settings.public_origin
    return Asked(caller.principal, caller.at, public, caller.origin)


def page(paper: Paper) -> Response:
    """The page of a paper; it loads nothing."""
    return HTMLResponse(paper.page, headers={"Content-Security-Policy": POLICY})


async def pdf(paper: Paper) -> Response:
    """The PDF of a paper, named after its number. Raises LetterNotSet."""
    headers = {"Content-Disposition": f'inline; filename="{_name(paper)}.pdf"'}
    return Response(await paper.pdf(), media_type="application/pdf", headers=headers)


def _name(paper: Paper) -> str:
    """The name of the file: number without slashes, and the ordinal of a copy."""
    values = paper.values
    form = forms.titled(values.form)
    series = forms.series(form, values.number, values.year, values.authority.abbreviation)
    name = f"{series}-ban-sao-{paper.copy.ordinal:02}" if paper.copy else series
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-.") else "-" for sign in name)
