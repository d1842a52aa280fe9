"""The register: areas, units, people, roles, competences and substitutions, entered by acts.

Acts are values of `commands`; `perform` carries them out, all or none.
"""

from hoso_workflows.organisation.register.author import DECIDING, GUARDED
from hoso_workflows.organisation.register.service import (
    Asker,
    absent,
    carry_out,
    perform,
    perform_within,
    require_free_code,
)
from hoso_workflows.organisation.register.storage import entered_by, hold

__all__ = [
    "DECIDING",
    "GUARDED",
    "Asker",
    "absent",
    "carry_out",
    "entered_by",
    "hold",
    "perform",
    "perform_within",
    "require_free_code",
]
