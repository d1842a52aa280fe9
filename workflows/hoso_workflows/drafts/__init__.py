"""Drafts of dossiers: kept sealed for their owner, judged, and filed once."""

from hoso_workflows.drafts.filing import Request, file, judge, promised
from hoso_workflows.drafts.storage import Content, Draft, Drafts, Limits, expire

__all__ = ["Content", "Draft", "Drafts", "Limits", "Request", "expire", "file", "judge", "promised"]
