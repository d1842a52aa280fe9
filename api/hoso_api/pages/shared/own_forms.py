"""Our own small forms: a reason, a decision, a note. They are form-js files, read by the same code as those of procedures."""

from functools import cache

from hoso_api.pages.shared.templating import HERE
from hoso_bpmn.package import forms

FOLDER = HERE / "forms"


def names() -> tuple[str, ...]:
    """The names of our forms."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.form")))


@cache
def form(name: str) -> forms.Form:
    """The form of that name. Raises FileNotFoundError for none of ours."""
    return forms.read((FOLDER / f"{name}.form").read_bytes())
