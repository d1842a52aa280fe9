"""A letter as a page of its own: HTML that loads nothing, from the same table as the PDF."""

import base64
import hashlib
from functools import cache
from importlib import resources

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from hoso_workflows.letters import display, qr
from hoso_workflows.letters.values import Values


def page(values: Values, template: str | None = None) -> str:
    """The page of a letter, by our own template or by another one.

    Every value is escaped. Raises jinja2.TemplateError for a template that `template_check` would refuse.
    """
    letter = {**display.shown(values), "qr": Markup(_svg(values))}  # noqa: S704 - drawn by us
    ours = _environment()
    found = (
        ours.get_template(f"{values.form}.html") if template is None else strangers().from_string(template)
    )
    body = Markup(found.render(letter=letter))  # noqa: S704 - both environments escape
    return ours.get_template("page.html").render(letter=letter, body=body, style=Markup(style()))  # noqa: S704 - ours


@cache
def style() -> str:
    """The style sheet that stands in every page."""
    return _folder().joinpath("page.css").read_text(encoding="utf-8")


@cache
def style_digest() -> str:
    """Source of the style sheet for a content security policy: `'sha256-…'`."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()}'"


@cache
def strangers() -> jinja2.Environment:
    """The environment of templates that are not ours: nothing to load, nothing to change."""
    return ImmutableSandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)


def _svg(values: Values) -> str:
    return qr.svg(values.check_address) if values.check_address else ""


def _folder() -> resources.abc.Traversable:
    return resources.files("hoso_workflows.letters").joinpath("templates", "html")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: _folder().joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
