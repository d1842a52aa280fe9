"""Caching of pages that anybody may read, and how search engines know them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from hoso_api.http import encoding
from hoso_api.pages.portal.visit import Anybody
from hoso_api.pages.shared import look
from hoso_calendar import messages

#: Seconds for which a page is good.
FRESH = 300


@dataclass(frozen=True, slots=True)
class Known:
    """The address of a page for search engines, and those of its languages."""

    address: str

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Each language with the address of the page in it."""
        return [(each, self._in(each)) for each in messages.LANGUAGES]

    def _in(self, language: str) -> str:
        between = "&" if "?" in self.address else "?"
        return (
            self.address
            if language == messages.VIETNAMESE
            else f"{self.address}{between}{look.LANGUAGE}={language}"
        )


def known(request: Request, path: str, **said: str) -> Known:
    """The address of a page as people are given it, without empty values."""
    query = urlencode({name.replace("_", "-"): value for name, value in said.items() if value})
    origin: str = request.app.state.settings.public_origin
    return Known(f"{origin}{path}{'?' if query else ''}{query}")


def cached(request: Request, visit: Anybody, answer: Response) -> Response:
    """The answer, or 304 where the browser has it. Pages with the name of a reader are kept nowhere."""
    if visit.reader is not None or answer.status_code != 200:
        return answer
    tag = encoding.tag(bytes(answer.body))
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={FRESH}", "Vary": "Cookie"}
    if encoding.is_known(request, tag):
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer
