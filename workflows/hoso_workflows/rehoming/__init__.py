"""Job that moves open dossiers of closed, merged or moved units to their successors."""

from hoso_workflows.rehoming.job import Applied, Job, Left, apply, jobs
from hoso_workflows.rehoming.moves import ACT, Move
from hoso_workflows.rehoming.preview import Preview, preview

__all__ = ["ACT", "Applied", "Job", "Left", "Move", "Preview", "apply", "jobs", "preview"]
