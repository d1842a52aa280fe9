"""`hoso openapi`: write the description of the REST API."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hoso_api import app as application
from hoso_api.http import openapi

app = typer.Typer(
    add_completion=False, help="The description of the REST API, as `docs/openapi.json` holds it."
)


@app.command("openapi")
def write(
    file: Annotated[
        Path | None, typer.Argument(help="Where to write it; to standard output when absent.")
    ] = None,
) -> None:
    """The description of the REST API, as `docs/openapi.json` holds it."""
    written = openapi.encode(openapi.describe(application.create_app()))
    if file is None:
        sys.stdout.buffer.write(written)
    else:
        file.write_bytes(written)
