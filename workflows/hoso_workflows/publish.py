"""The public name of a publication's check: `publish.check(path)`."""

from hoso_workflows.procedures.publication import check

__all__ = ["check"]
