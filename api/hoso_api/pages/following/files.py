"""Files of one's own dossier: what was handed in, what was given, by paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from hoso_api.pages.following.dossier import Own
from hoso_api.pages.portal.visit import ApplicantVisit
from hoso_models import Phase
from hoso_workflows.attachments import file_views, uploads

#: What a file of data tells of a file.
DESCRIBED = ("id", "title", "name", "type", "size", "sha256", "component", "phase", "stored_at", "supersedes")

File = Mapping[str, Any]


async def listed(visit: ApplicantVisit, key: str) -> Sequence[File]:
    """The files that the applicant sees, all versions, the oldest first. Raises NotFound."""
    return await file_views.listed(of(visit), key, asked(visit))


async def results(visit: ApplicantVisit, key: str) -> Sequence[File]:
    """The files of the result that were given, all versions, the newest first."""
    found = [each for each in await listed(visit, key) if each["phase"] == Phase.RESULT]
    return sorted(found, key=lambda each: str(each["stored_at"]), reverse=True)


async def by_paper(visit: ApplicantVisit, subject: Own) -> list[tuple[Mapping[str, Any], list[File]]]:
    """The papers of the procedure with the files of each.

    What is none of them stands under one without a name."""
    found = [
        each for each in await listed(visit, subject.document["reference"]) if each["phase"] != Phase.RESULT
    ]
    papers: list[Mapping[str, Any]] = list(subject.document["components"] or ())
    named = [(part, [each for each in found if each["component"] == part["code"]]) for part in papers]
    codes = {part["code"] for part in papers}
    rest = [each for each in found if each["component"] not in codes]
    return [*named, *([({"code": "", "name": ""}, rest)] if rest else [])]


def described(file: File) -> dict[str, Any]:
    """A file as a file of data tells of it."""
    return {name: file[name] for name in DESCRIBED}


def of(visit: ApplicantVisit) -> uploads.Files:
    """Store, key and limits for work on files."""
    found: uploads.Files = visit.request.app.state.files
    return found


def asked(visit: ApplicantVisit) -> uploads.Asked:
    """The applicant as uploads know them."""
    return uploads.Asked(visit.principal, visit.at, visit.origin)
