"""The register: areas, units, people, roles, competences and substitutions, entered by acts.

Acts are values of `commands`; `perform` carries them out, all or none.
"""

from hoso_workflows.organisation.register.author import GUARDED
from hoso_workflows.organisation.register.service import Asker, carry_out, perform

__all__ = ["GUARDED", "Asker", "carry_out", "perform"]
