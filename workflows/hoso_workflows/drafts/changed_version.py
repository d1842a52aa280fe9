"""Versions of a procedure that changed while a draft of it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hoso_bpmn.package import forms
from hoso_bpmn.package.manifest import Case
from hoso_bpmn.package.package import Package
from hoso_workflows import localtime
from hoso_workflows.drafts.storage import Draft
from hoso_workflows.procedures.reference_data import ReferenceData


@dataclass(frozen=True, slots=True)
class Changed:
    """Difference between two versions of a case, by labels of questions and papers."""

    #: The day from which the newer one is in force.
    day: date
    new_questions: tuple[str, ...]
    old_questions: tuple[str, ...]
    new_papers: tuple[str, ...]
    old_papers: tuple[str, ...]


async def since(
    reference_data: ReferenceData, draft: Draft, now: Package, case: Case, at: datetime
) -> Changed | None:
    """The change of the procedure since a draft was begun. None where there was none."""
    rows = await reference_data.db.rows(_VERSIONS, [draft.procedure, draft.created_at, at])
    then, newest = (next((row for row in rows if row.earlier is known), None) for known in (True, False))
    if then is None or newest is None or then.number == newest.number:
        return None
    before = (await reference_data.version(then.id)).package
    older = next((each for each in before.cases if each.id == case.id), before.cases[0])
    asked, asked_now = _questions(before, older), _questions(now, case)
    papers, papers_now = _papers(older), _papers(case)
    return Changed(
        localtime.local_date(newest.begins),
        tuple(_without(asked_now, asked)),
        tuple(_without(asked, asked_now)),
        tuple(_without(papers_now, papers)),
        tuple(_without(papers, papers_now)),
    )


def _questions(package: Package, case: Case) -> Mapping[str, str]:
    """The labels of questions by their paths."""
    if case.form is None:
        return {}
    found = forms.walk(forms.stored(package.files[case.form]).components)
    return {path: each.label for path, each in found if isinstance(each, forms.Field | forms.List)}


def _papers(case: Case) -> Mapping[str, str]:
    return {each.code: each.name for each in case.components}


def _without(these: Mapping[str, str], those: Mapping[str, str]) -> Iterator[str]:
    return (label for path, label in these.items() if path not in those)


#: $1 procedure, $2 then, $3 now: the version in force at each of them. A later day of an activation is the day that counts.
_VERSIONS = """
select distinct on (asked.earlier) asked.earlier, v.id, v.number, v.begins
from (values (true, $2::timestamptz), (false, $3::timestamptz)) asked(earlier, at),
  lateral (
    select id, number, greatest(activated_at, active_from::timestamp at time zone 'Asia/Ho_Chi_Minh') as begins
    from workflow_version
    where procedure_code = $1 and activated_at is not null
  ) v
where v.begins <= asked.at
order by asked.earlier, v.begins desc, v.number desc
"""
