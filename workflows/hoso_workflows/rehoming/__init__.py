"""Job that moves open dossiers of closed, merged or moved units to their successors."""

from hoso_workflows.rehoming.job import Applied, Job, Left, Portion, apply, jobs, portion, waiting
from hoso_workflows.rehoming.moves import ACT, Move
from hoso_workflows.rehoming.preview import Preview, preview

__all__ = [
    "ACT",
    "Applied",
    "Job",
    "Left",
    "Move",
    "Portion",
    "Preview",
    "apply",
    "jobs",
    "portion",
    "preview",
    "waiting",
]
