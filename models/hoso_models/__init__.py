"""What is stored: tables, migrations, sessions, and the embedded PostgreSQL.

`database` is the only place that commits; `migrations` brings a database up to date; `postgres` runs a server of our own.
Terms and policies are stored as text and JSON: this package knows nothing of ours.
"""

from .appointment import Appointment, AppointmentKind
from .calendar_version import CalendarVersion
from .component import Attachment, Component, Phase
from .delivery import (
    Aside,
    Escalation,
    EscalationSubject,
    EscalationWithdrawn,
    Idempotency,
    MailServer,
    Outbox,
)
from .dossier import (
    DamagedRun,
    DeliveryMode,
    Dossier,
    DossierStatus,
    EngineState,
    EntryChannel,
    Outcome,
    Verdict,
)
from .event import DossierEvent
from .fee import Fee, Payment
from .letter import CodeSequence, Letter, LetterSeries
from .oversight import AccessLog, Report, Watermark
from .party import Party, PartyKind
from .principal import ApiToken, Principal, PrincipalKind, SigningKey
from .procedure import ProcedureEntryVersion, ProcedureOwner, VersionStatus, WorkflowVersion
from .record import Record
from .task import TaskKind, TaskStatus, Timer, UserTask
from .throttle import Throttle
from .unit import Competence, CompetencePart, RoleAssignment, Substitution, Unit

__all__ = [
    "AccessLog",
    "ApiToken",
    "Appointment",
    "AppointmentKind",
    "Aside",
    "Attachment",
    "CalendarVersion",
    "CodeSequence",
    "Competence",
    "CompetencePart",
    "Component",
    "DamagedRun",
    "DeliveryMode",
    "Dossier",
    "DossierEvent",
    "DossierStatus",
    "EngineState",
    "EntryChannel",
    "Escalation",
    "EscalationSubject",
    "EscalationWithdrawn",
    "Fee",
    "Idempotency",
    "Letter",
    "LetterSeries",
    "MailServer",
    "Outbox",
    "Outcome",
    "Party",
    "PartyKind",
    "Payment",
    "Phase",
    "Principal",
    "PrincipalKind",
    "ProcedureEntryVersion",
    "ProcedureOwner",
    "Record",
    "Report",
    "RoleAssignment",
    "SigningKey",
    "Substitution",
    "TaskKind",
    "TaskStatus",
    "Throttle",
    "Timer",
    "Unit",
    "UserTask",
    "Verdict",
    "VersionStatus",
    "Watermark",
    "WorkflowVersion",
]
