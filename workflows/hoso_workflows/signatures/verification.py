"""Verification of signed PDFs, in a limited child: the file may be anybody's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hoso_bpmn import sandbox
from hoso_bpmn.findings import RefusedFile
from hoso_workflows.operation import admission
from hoso_workflows.signatures.verdict import Signature, Verdict


@dataclass(frozen=True, slots=True)
class Desk:
    """A queue of papers to be verified, and what one of them may cost."""

    queue: admission.Queue
    limits: sandbox.Limits


#: Files at a time in each process, and files that wait for a place.
OFFICERS = Desk(
    admission.Queue("papers to be verified", at_once=2, waiting=10, again=timedelta(seconds=10)),
    sandbox.LIMITS,
)
#: The same of who need not say who they are: no officer waits behind them.
ANYBODY = Desk(
    admission.Queue("papers of anybody to be verified", at_once=1, waiting=10, again=timedelta(seconds=10)),
    sandbox.Limits(processor_seconds=3, wall_seconds=20),
)
#: What a signature names in plain bytes: the parts of the file that it covers.
_RANGE = b"/ByteRange"


async def verify(content: bytes, roots: str, *, at: datetime, desk: Desk = OFFICERS) -> Verdict:
    """The verdict on a file, at an instant; `roots` are trusted certificates as PEM.

    Nothing is fetched: whether a certificate was withdrawn is not asked. Raises TooManyRequests.
    """
    with desk.queue.place():
        return await desk.queue.run(_verified, content, roots, at, desk.limits)


async def well_signed(content: bytes, roots: str, *, at: datetime) -> bool:
    """True for a PDF with signatures of which each is good. One without any costs no look.

    Raises TooManyRequests.
    """
    return _RANGE in content and (await verify(content, roots, at=at)).good


def _verified(content: bytes, roots: str, at: datetime, limits: sandbox.Limits) -> Verdict:
    try:
        told = sandbox.run(examined, content, limits, roots=roots, at=at.isoformat())
    except RefusedFile:
        return Verdict(readable=False)
    return Verdict(told["readable"], tuple(Signature(**each) for each in told["signatures"]))


def examined(content: bytes, *, roots: str, at: str) -> Verdict:
    """The verdict on a file; what the child does."""
    # Only the child pays for pyHanko: its parent needs no more than the name of this function.
    from hoso_workflows.signatures import examination

    return examination.examined(content, roots=roots, at=at)


def read_ahead() -> None:
    """Load the code of an examination while it can be reached."""
    from hoso_workflows.signatures import examination  # noqa: F401 - to have it loaded
