"""Commands resolved before they are decided: what only the database knows of them."""

from hoso_workflows.dossiers.resolution.assigner import Assigned, Assigner
from hoso_workflows.dossiers.resolution.resolver import Resolved, Resolver

__all__ = ["Assigned", "Assigner", "Resolved", "Resolver"]
