"""A form of a version, tried out as its readers will see it."""

from collections.abc import Sequence
from dataclasses import dataclass

import hoso_bpmn
from hoso_api.pages.procedures import findings, version
from hoso_api.pages.shared import postings, questions
from hoso_api.pages.shared.acting import Form
from hoso_api.pages.shared.postings import Received
from hoso_api.pages.shared.visit import Visit
from hoso_bpmn.package import forms
from hoso_bpmn.package.package import Package
from hoso_workflows import errors, localtime
from hoso_workflows.procedures import publication


@dataclass(frozen=True, slots=True)
class Preview:
    """A form of a version, and the places that use it."""

    version: publication.Version
    #: Its path in the package.
    path: str
    form: forms.Form
    #: Findings of the check on this file.
    findings: findings.Findings
    #: Names of the cases that are filed with it.
    cases: Sequence[str]

    @property
    def address(self) -> str:
        """The address of its version."""
        return version.address(self.version.procedure, self.version.number)

    @property
    def name(self) -> str:
        """The name of its file."""
        return base(self.path)

    @property
    def pages(self) -> Sequence[str]:
        """Titles of its pages; empty for a page that is not named."""
        return [each.title for each in self.form.pages]

    @property
    def papers(self) -> Sequence[forms.Paper]:
        """The papers that it asks for.

        Applicants hand them in on a page of their own.
        """
        found = (each for _, each in forms.walk(self.form.components))
        return [each for each in found if isinstance(each, forms.Paper)]

    def sheet(self, visit: Visit, received: Received | None = None) -> questions.Sheet:
        """Its questions, empty or as they were answered."""
        language, today = visit.look.language, localtime.local_date(visit.at)
        if received is not None:
            return questions.received(received, language=language, today=today)
        return questions.Sheet(self.form, self.form.begun(), language=language, today=today)

    def received(self, sent: Form) -> Received:
        """The answers of a form that was sent."""
        return postings.read(self.form, sent.fields.multi_items())


def base(path: str) -> str:
    """The name of a file without its folders."""
    return path.rpartition("/")[2]


async def read(visit: Visit, procedure: str, number: int, name: str) -> Preview:
    """A form of a version by the name of its file. Raises NotFound."""
    db, day = visit.service.db, localtime.local_date(visit.at)
    found = await publication.version(db, procedure, number, day=day)
    declared = await publication.declared(db, procedure, number)
    path = _path(declared, name)
    reported = hoso_bpmn.Report.from_json(found.report).findings
    return Preview(
        version=found,
        path=path,
        form=forms.stored(declared.files[path]),
        findings=findings.Findings.of(hoso_bpmn.Report(tuple(e for e in reported if e.file == path))),
        cases=[case.name for case in declared.cases if case.form == path],
    )


def _path(declared: Package, name: str) -> str:
    paths = sorted(path for path in declared.files if path.endswith(".form") and base(path) == name)
    if not paths:
        raise errors.NotFound("form", name)
    return paths[0]
