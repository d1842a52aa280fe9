"""Our own style sheet, fonts and marks. Browsers may cache them, since their addresses change with their content."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from hoso_api.pages.shared.templating import STATIC


class Assets(StaticFiles):
    """The folder `static`."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, for a day."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response
