"""Authors of acts of the coordinating function, and the units that they reach."""

from hoso_workflows.organisation.asking import Asked, Circle, acting, circle, reached, read, require_in_circle

__all__ = ["Asked", "Circle", "acting", "circle", "reached", "read", "require_in_circle"]
