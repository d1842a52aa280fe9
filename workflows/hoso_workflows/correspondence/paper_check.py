"""The check of a paper that somebody holds as a file."""

import hashlib
from datetime import datetime
from typing import Any

from hoso_workflows import localtime
from hoso_workflows.correspondence import letter_views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.signatures import verification

CHECK = "check_paper"


async def checked(
    service: DossierService,
    content: bytes,
    roots: str,
    at: datetime,
    desk: verification.Desk = verification.ANYBODY,
) -> dict[str, Any]:
    """The letter or result that a file is, and the verdict on each signature.

    Nothing of an applicant is told. A file of another origin is looked at too, and never good: whoever has a certificate below
    a root may sign anything. Raises TooManyRequests.
    """
    verdict = await verification.verify(content, roots, at=at, desk=desk)
    sha256 = hashlib.sha256(content).hexdigest()
    letter, result = await letter_views.of_file(service, sha256), await _result(service, sha256)
    return {
        "sha256": sha256,
        "letter": letter,
        "result": result,
        "good": verdict.good and (letter is not None or result is not None),
        **verdict.to_json(),
    }


async def _result(service: DossierService, sha256: str) -> dict[str, Any] | None:
    """The confirmation of the result that a signed file is; None for any other file."""
    row = await service.db.row(_RESULT, [sha256])
    if row is None:
        return None
    return {
        "code": row.code,
        "procedure": row.procedure_code,
        "decided_at": localtime.isoformat(row.decided_at),
        "handed_over_at": localtime.isoformat(row.returned_at),
        "corrected_at": localtime.isoformat(row.superseded_at),
    }


#: $1 digest in hex. A result that was handed over: named by the last decision, or a file that came in its place or to it behind
#: the decision. Of these a version that was superseded was handed over before it was corrected; the decision alone tells what
#: was a result before a reopening.
_RESULT = """
select d.code, d.procedure_code, e.at as decided_at, d.returned_at, a.superseded_at
from attachment a join dossier d on d.id = a.dossier_id, lateral (
  select seq, at, payload from dossier_event where dossier_id = d.id and kind = 'result_ready' order by seq desc limit 1
) e
where a.sha256 = $1 and a.signed and d.returned_at is not null and a.phase = 'result'
  and (e.payload -> 'attachments' ? a.id::text or a.seq > e.seq)
order by a.superseded_at desc nulls first, e.at, a.id limit 1
"""
