"""One component of a form, as a macro shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hoso_api.pages.shared.question_choices import Choice


class Mode(StrEnum):
    """Way in which a page shows a form."""

    #: Questions to be answered.
    EDIT = "edit"
    #: Answers to be checked before they are sent, each with a way to change it.
    CHECK = "check"
    #: Answers that were sent.
    READ = "read"
    #: Answers on paper.
    PRINT = "print"
    #: Questions as people will see them; nothing is sent.
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Question:
    """One component as a macro shows it."""

    #: The macro.
    kind: str
    path: str = ""
    label: str = ""
    hint: str = ""
    #: What is wrong with it, empty for nothing.
    fault: str = ""
    #: True where it may be left empty, which is said.
    optional: bool = False
    #: True where the answer is shown and not asked.
    readonly: bool = False
    #: The text in the field; of a date with an hour, the date.
    value: str = ""
    hour: str = ""
    choices: tuple[Choice, ...] = ()
    #: What is searched among many choices, and what was found, in words.
    sought: str = ""
    found: str = ""
    #: Attributes of the field: type, inputmode, autocomplete, …
    attributes: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    suffix: str = ""
    #: True where it needs no whole line.
    narrow: bool = False
    #: True where its answer shows or hides others on this page.
    controls: bool = False
    #: True where it takes the focus when the page comes.
    focused: bool = False
    #: A text or a picture that is shown.
    html: str = ""
    source: str = ""
    outlined: bool = False
    #: What is read as the answer, a line each.
    lines: tuple[str, ...] = ()
    #: Components inside: of a group, of an item; of a list, its items.
    inside: tuple["Question", ...] = ()
    #: The buttons of a list and its items, as they are called; empty where there is none.
    button: str = ""
    named: str = ""

    @property
    def id(self) -> str:
        """The id of the field, or of the first of its choices."""
        return f"f-{ident(self.path)}"

    @property
    def described(self) -> str:
        """The ids of hint and fault, for `aria-describedby`."""
        return " ".join(
            f"{self.id}-{name}" for name, said in (("goi-y", self.hint), ("loi", self.fault)) if said
        )


def ident(path: str) -> str:
    """A path as part of an id: points become hyphens, other signs their numbers."""
    return "".join(
        "-" if sign == "." else sign if sign.isalnum() or sign == "_" else f"--{ord(sign):x}" for sign in path
    )
