"""Proof that what is stored is what happened: every chain verified, every projection compared with its events."""

from hoso_workflows.audit.stored import Difference, differences, rebuild

__all__ = ["Difference", "differences", "rebuild"]
