"""The check of a paper that somebody holds as a file."""

import hashlib
from datetime import datetime
from typing import Any

from hoso_workflows.correspondence import letter_views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.signatures import verification

CHECK = "check_paper"


async def checked(service: DossierService, content: bytes, roots: str, at: datetime) -> dict[str, Any]:
    """The letter whose signed file this is, and the verdict on each signature.

    Nothing of an applicant is told. A file of another origin is looked at too.
    """
    verdict = await verification.verify(content, roots, at=at)
    sha256 = hashlib.sha256(content).hexdigest()
    return {
        "sha256": sha256,
        "letter": await letter_views.of_file(service, sha256),
        "good": verdict.good,
        **verdict.to_json(),
    }
