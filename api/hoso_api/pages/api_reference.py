"""The interactive page of the REST API, to read and to try.

It shows the description that this process serves. Works without a network.
"""

from fastapi import APIRouter
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.middleware import limits
from hoso_api.pages.shared.templating import page

router = APIRouter(include_in_schema=False)


@router.get("/v1/docs")
@acts.named("read_description")
async def reference() -> Response:
    """The page; it tells what `/v1/openapi.json` tells anybody."""
    # The vendored script writes markup, which trusted types forbid.
    return page("reference.html", headers={"Content-Security-Policy": limits.POLICY})
