"""Headers of answers to other sites: frames, reading, caching. None sets a cookie."""

from collections.abc import Collection, Mapping

from fastapi import Request
from starlette.responses import Response

from hoso_api.http import encoding
from hoso_models import SiteUse
from hoso_workflows.embedding import seen

#: Anybody may read it from a page of theirs: it is public, and no cookie changes it.
SHARED: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
#: For minutes by anybody, or asked anew each time.
MINUTES, ANEW = "public, max-age=300", "no-cache"


def framed(ancestors: Collection[str]) -> dict[str, str]:
    """The headers of a page that these origins may frame, and we ourselves."""
    who = " ".join(("'self'", *ancestors))
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
        f" form-action 'self'; base-uri 'none'; frame-ancestors {who};"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return {"Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "cross-origin"}


def tagged(request: Request, answer: Response, keep: str) -> Response:
    """The answer with its tag, without its body for whoever has it.

    RFC 9110, 13.1.2.
    """
    tag = encoding.tag(bytes(answer.body))
    answer.headers["ETag"], answer.headers["Cache-Control"] = tag, keep
    if not encoding.is_known(request, tag):
        return answer
    headers = {name: each for name, each in answer.headers.items() if not name.startswith("content-length")}
    del headers["content-type"]
    return Response(status_code=304, headers=headers)


def counted(request: Request, use: SiteUse) -> None:
    """Count the site that asks, by its host alone."""
    state = request.app.state
    tally: seen.Tally = state.sites_seen
    host = seen.host_of(request.headers, request.headers.get("host", ""))
    if host is not None:
        tally.saw(host, use, state.clock())
