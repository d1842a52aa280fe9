"""Answers saved as a file and loaded again: `hoso-filing/1`.

So that what was typed is not typed twice (Circular 32/2017/TT-BTTTT, article 8). The file names the answers with their
labels and the papers with their digests; the papers themselves are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from hoso_api.http import encoding
from hoso_api.http import fields as http_fields
from hoso_api.pages.filing import filing_fields as fields
from hoso_api.pages.filing.filing_draft import FilingDraft
from hoso_bpmn.package import forms
from hoso_workflows import localtime

SCHEMA = "hoso-filing/1"
#: The largest file that is loaded, in bytes.
MOST = 512 * 1024


class Unreadable(ValueError):
    """The file is none of ours, or cannot be read any more."""


def _storable(value: Any) -> Any:
    return http_fields.storable(value)


_Data = Annotated[dict[str, Any], AfterValidator(_storable)]
_Text = Annotated[str, Field(max_length=4000), AfterValidator(_storable)]


class SavedFiling(BaseModel):
    """A file that is loaded; what else it says is for people."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    schema_: Annotated[Literal["hoso-filing/1"], Field(alias="schema")]
    procedure: Annotated[str, Field(max_length=64)]
    case: Annotated[str, Field(max_length=64)] | None = None
    applicant: dict[str, _Text] = Field(default_factory=dict)
    answers: _Data = Field(default_factory=dict)
    delivery: dict[str, _Text | bool] = Field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """The content of a draft that it is, in the fields of a filing."""
        known = {*fields.APPLICANT.values(), "area"}
        applicant = {name: text for name, text in self.applicant.items() if name in known}
        delivery = {name: each for name, each in self.delivery.items() if name in _DELIVERY}
        said = {"case": self.case, "applicant": applicant, "form": self.answers, **delivery}
        return {name: each for name, each in said.items() if each}


_DELIVERY = frozenset({"delivery_mode", "e_result_consent", *(f"{part}_unit" for part in fields.UNITS)})


def read(data: bytes) -> SavedFiling:
    """The filing in a file. Raises Unreadable."""
    try:
        return SavedFiling.model_validate(orjson.loads(data))
    except (orjson.JSONDecodeError, ValidationError) as wrong:
        raise Unreadable(str(wrong)) from None


def written(filing: FilingDraft) -> bytes:
    """A draft as a file."""
    content = filing.content
    document = {
        "schema": SCHEMA,
        "procedure": filing.package.code,
        "procedure_name": filing.package.name,
        "version": filing.version,
        "case": filing.case.id,
        "case_name": filing.case.name,
        "saved_at": localtime.isoformat(filing.visit.at),
        "filed": False,
        "applicant": content.get("applicant") or {},
        "answers": content.get("form") or {},
        "labels": dict(_labels(filing)),
        "delivery": {name: content[name] for name in sorted(_DELIVERY) if name in content},
        "files": [
            {"component": each.component, "name": each.name, "size": each.size, "sha256": each.sha256}
            for each in filing.draft.files
        ],
    }
    return encoding.encode(document, orjson.OPT_INDENT_2)


def _labels(filing: FilingDraft) -> Iterator[tuple[str, str]]:
    """The label of each question by its path."""
    found: Iterator[tuple[str, Any]] = forms.walk(filing.form.components) if filing.form else iter(())
    for path, each in found:
        if isinstance(each, forms.Field | forms.List):
            yield path, each.label


def kept_of(content: Mapping[str, Any], filing: FilingDraft) -> dict[str, Any]:
    """A loaded content without answers to questions that nobody asks any more."""
    names = filing.form.names if filing.form else frozenset()
    answers = {name: each for name, each in (content.get("form") or {}).items() if name in names}
    return {**{name: each for name, each in content.items() if name != "form"}, "form": answers}
