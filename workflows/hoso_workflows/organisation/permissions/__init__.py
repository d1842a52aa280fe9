"""Permissions: a principal's rights, the commands they allow, and the dossiers they show.

The one place where an act or a reading is allowed or refused, for every way in alike.
"""

from hoso_workflows.organisation.permissions.acts import (
    allowed_without_reading,
    authorise,
    authorise_assignee,
    authorise_filing,
    require_role,
)
from hoso_workflows.organisation.permissions.operations import allowed_operations
from hoso_workflows.organisation.permissions.readers import (
    UnitNeeded,
    authorise_people_list,
    existing_unit,
    incident_units,
    outbox_units,
    overseen,
    readable,
    reads,
    report_unit,
    surveyed,
    surveyed_units,
    surveys,
    tracks,
    worklist_scope,
)
from hoso_workflows.organisation.permissions.rights import (
    ADMINISTRATOR,
    APPROVER,
    ASSIGNERS,
    AUDITOR,
    DECLARER,
    OFFICES,
    RECEPTION,
    RIGHTS,
    Right,
    Rights,
    held,
    rights_sql,
)

__all__ = [
    "ADMINISTRATOR",
    "APPROVER",
    "ASSIGNERS",
    "AUDITOR",
    "DECLARER",
    "OFFICES",
    "RECEPTION",
    "RIGHTS",
    "Right",
    "Rights",
    "UnitNeeded",
    "allowed_operations",
    "allowed_without_reading",
    "authorise",
    "authorise_assignee",
    "authorise_filing",
    "authorise_people_list",
    "existing_unit",
    "held",
    "incident_units",
    "outbox_units",
    "overseen",
    "readable",
    "reads",
    "report_unit",
    "require_role",
    "rights_sql",
    "surveyed",
    "surveyed_units",
    "surveys",
    "tracks",
    "worklist_scope",
]
