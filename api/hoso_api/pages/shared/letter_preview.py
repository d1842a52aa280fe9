"""Letters as pages: issued ones, and one that an act would issue."""

import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote
from uuid import UUID

from starlette.responses import HTMLResponse, Response

from hoso_api.pages.shared import acting
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visited
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.correspondence import letter_views
from hoso_workflows.letters import html
from hoso_workflows.lifecycle.commands import Command

#: A letter loads nothing, and its own style is known by its digest.
POLICY = f"default-src 'none'; style-src {html.style_digest()}; img-src data:; frame-ancestors 'none'"
#: Where the page of a letter begins.
_BODY = re.compile(r"<body[^>]*>")


def reader(visit: Visited) -> letter_views.Asked:
    """The reader of letters."""
    public: str = visit.request.app.state.settings.public_origin
    return letter_views.Asked(visit.principal, visit.at, public, visit.origin)


def paper(page: str) -> Response:
    """The page of a letter."""
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


async def pdf(paper: letter_views.Paper, letter: UUID) -> Response:
    """The PDF of a letter. Raises LetterNotSet."""
    headers = {"Content-Disposition": f'inline; filename="{letter}.pdf"'}
    return Response(await paper.pdf(), media_type="application/pdf", headers=headers)


async def preview(
    visit: Visited, key: str, form: Form, command: Command, fields: Mapping[str, str]
) -> Response:
    """The letter that a command would issue; nothing is stored. Raises Stopped."""
    form.require_legible()
    try:
        found = await letter_views.preview(visit.service, key, command, reader(visit))
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, key, refused, fields=fields) from refused
    if found is None:
        raise Stopped(form, [Fault(spoken("Việc này không phát hành giấy tờ nào."))])
    note = spoken("BẢN XEM TRƯỚC: chưa ban hành, số và mã chỉ được cấp khi ban hành.")
    return paper(_BODY.sub(rf"\g<0><p><strong>{note}</strong></p>", found.page, count=1))


async def newest(visit: Visited, key: str) -> str | None:
    """The address of a dossier's newest letter; None where the reader sees none."""
    with suppress(errors.NotFound):
        listed = await letter_views.listed(visit.service, key, reader(visit))
        if listed:
            return f"/noi-bo/ho-so/{quote(key, safe='')}/giay/{listed[-1]['id']}"
    return None
