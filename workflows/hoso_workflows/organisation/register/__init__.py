"""The register: areas, units, people, roles, competences and substitutions, entered by acts.

Acts are values of `commands`; `perform` carries them out, all or none.
"""

from hoso_workflows.organisation.register.author import GUARDED
from hoso_workflows.organisation.register.service import Asker, absent, carry_out, perform, perform_within

__all__ = ["GUARDED", "Asker", "absent", "carry_out", "perform", "perform_within"]
