"""Authors of acts of the coordinating function, and the units that they reach."""

from hoso_workflows.organisation.asking import Asked, acting, reached, read

__all__ = ["Asked", "acting", "reached", "read"]
