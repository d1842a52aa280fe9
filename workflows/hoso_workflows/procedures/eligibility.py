"""Eligibility to file, before there is a dossier; answers are stored nowhere."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hoso_bpmn.package.package import Package
from hoso_bpmn.runs import eligibility
from hoso_bpmn.runs.eligibility import Verdict
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.errors import Fault
from hoso_workflows.procedures import publication

JUDGE = "judge_eligibility"


async def judge(
    db: Database, procedure: str, answers: Mapping[str, Any], *, day: date
) -> tuple[Package, Verdict]:
    """The package that new dossiers run on, and its verdict on answers.

    A procedure without such questions lets everybody file. Raises NotFound, and FormRefused for answers that are missing or wrong.
    """
    package = await publication.active_package(db, procedure, day=day)
    form = eligibility.form(package)
    if form is None:
        return package, eligibility.judge(package, {})
    if faults := form.faults(answers):
        raise errors.FormRefused([Fault(f"answers.{each.path}", each.message) for each in faults])
    return package, eligibility.judge(package, form.kept(answers))
