"""Our own style sheet, scripts, fonts and marks. Browsers may cache them, since their addresses change with their content."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from hoso_api.pages.shared.templating import STATIC

#: Files that become smaller; fonts and pictures are compressed as they lie there.
TEXTS = (".css", ".js", ".svg")


class Files(StaticFiles):
    """The folder `static`."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, for a day."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response


class Assets:
    """The folder `static`, its texts compressed for browsers that read them so.

    Nothing in it is secret, so that the lengths of what is compressed tell nobody anything; pages are not compressed.
    """

    def __init__(self) -> None:
        self.files = Files()
        self.texts = GZipMiddleware(self.files, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        served = self.texts if scope["path"].endswith(TEXTS) else self.files
        await served(scope, receive, send)
