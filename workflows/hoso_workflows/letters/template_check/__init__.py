"""An authority's own template of a form, checked before use."""

from hoso_workflows.letters.template_check.check import Template, check

__all__ = ["Template", "check"]
