"""Permissions: a principal's rights, the commands they allow, and the dossiers they show.

The one place where an act or a reading is allowed or refused, for every way in alike.
"""

from hoso_workflows.organisation.permissions.acts import actor, assignable, files, holds, outside
from hoso_workflows.organisation.permissions.operations import may
from hoso_workflows.organisation.permissions.readers import (
    UnitNeeded,
    colleagues,
    existing,
    incidents,
    overseen,
    readable,
    reads,
    reported,
    surveyed,
    surveyed_units,
    surveys,
    tracks,
    unsent,
    worklist,
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
    competent_sql,
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
    "actor",
    "assignable",
    "colleagues",
    "competent_sql",
    "existing",
    "files",
    "held",
    "holds",
    "incidents",
    "may",
    "outside",
    "overseen",
    "readable",
    "reads",
    "reported",
    "rights_sql",
    "surveyed",
    "surveyed_units",
    "surveys",
    "tracks",
    "unsent",
    "worklist",
]
