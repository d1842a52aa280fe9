"""Rendering of templates, escaped by default. A missing name is an error; addresses of assets carry their version."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import jinja2
import orjson
from jinja2.ext import Extension
from starlette.responses import HTMLResponse

from hoso_api.pages.shared import look as looks
from hoso_api.translation import vietnamese, wording

HERE = Path(__file__).parents[1]
STATIC = HERE / "static"


@cache
def asset(name: str) -> str:
    """The address of a static file, with a digest of its content.

    It changes with the file, so browsers may cache it.
    """
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


@cache
def integrity(package: str, name: str) -> str:
    """The checksum by which a browser knows a vendored file."""
    locked = orjson.loads((HERE / "vendor.lock.json").read_bytes())
    found: str = locked[package]["files"][name]
    return found


class _Keyed(Extension):
    """A fresh key for each form that acts and writes none of its own."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Put a field behind the tag of each posted form without a key."""
        del name, filename
        return _POSTED.sub(
            lambda found: found[0] if _KEYS.search(found[0]) else found[1] + _KEY + found[2], source
        )


_POSTED = re.compile(r"""(<form\b[^>]*\bmethod="post"[^>]*>)(.*?</form>)""", re.DOTALL)
_KEYS = re.compile(r"hidden\(|_khoa")
_KEY = '<input type="hidden" name="_khoa" value="{{ new_key() }}">'


def new_key() -> str:
    """The key of a form that is about to be shown."""
    return str(uuid4())


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        extensions=[_Keyed],
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "asset": asset,
        "new_key": new_key,
        "integrity": integrity,
        "_": vietnamese.spoken,
        "owner": looks.owner,
    }
    for word in (
        wording.day,
        wording.weekday,
        wording.instant,
        wording.short,
        wording.counted,
        wording.machine,
        wording.moment,
    ):
        environment.filters[word.__name__] = word
    return environment


ENVIRONMENT = _environment()


def page(
    template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> HTMLResponse:
    """A whole page in the look that was taken up. `reader` is who reads it, None before sign-in."""
    values.setdefault("reader", None)
    look = values.setdefault("look", looks.current())
    vietnamese.speak(look.language)
    return HTMLResponse(ENVIRONMENT.get_template(template).render(values), status, headers)
