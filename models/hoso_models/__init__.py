"""Storage: tables, migrations, sessions and the embedded PostgreSQL.

`database` is the only place that commits; `migrations` brings a database up to date; `postgres` runs a server of our own.
Terms and policies are stored as text and JSON: this package knows nothing of ours.
"""

from hoso_models.tables.administration import AdministrationChain, AdministrationEvent
from hoso_models.tables.appointment import Appointment, AppointmentKind
from hoso_models.tables.area import Area
from hoso_models.tables.attachment import Attachment, DossierKey, Phase, Scan
from hoso_models.tables.base import Record
from hoso_models.tables.calendar_version import (
    Calendar,
    CalendarMove,
    CalendarRevision,
    CalendarVersion,
    RevisionStatus,
)
from hoso_models.tables.clock_stop import ClockStop
from hoso_models.tables.component import Component
from hoso_models.tables.consultation import Consultation, Opinion, Silence
from hoso_models.tables.coordination import (
    DocumentKind,
    DocumentProgress,
    DocumentState,
    EvaluationMark,
    EvaluationSheet,
    Maintenance,
    Outage,
    OutageRecipient,
    OutageTold,
    OutageUpdate,
    RegisterDocument,
    Urging,
    UrgingKind,
)
from hoso_models.tables.destruction import DestructionItem, DestructionList
from hoso_models.tables.disclosure import Disclosure
from hoso_models.tables.dossier import (
    DamagedRun,
    DeliveryMode,
    Dossier,
    DossierStatus,
    EngineState,
    EntryChannel,
    Outcome,
    Verdict,
)
from hoso_models.tables.dossier_search import DossierSearch
from hoso_models.tables.draft import Draft, DraftFile
from hoso_models.tables.event import DossierEvent
from hoso_models.tables.fee import Fee, FeeDue, Payment, PaymentMethod, Refund
from hoso_models.tables.feedback import Feedback, FeedbackKind
from hoso_models.tables.identity import (
    AttemptPurpose,
    BrowserSession,
    Credential,
    CredentialKind,
    Identity,
    Invitation,
    InvitationPurpose,
    SessionKind,
    SignInAttempt,
)
from hoso_models.tables.identity_provider import LogoutToken, UnknownIdentity
from hoso_models.tables.job import ChainFinding, Job, JobItem, JobKind, JobOutcome, JobState
from hoso_models.tables.ladder import EscalationRung, RungMoment, RungRecipient, RungSubject
from hoso_models.tables.letter import CodeSequence, Letter, LetterFile, LetterSeries, LetterTemplate
from hoso_models.tables.notice import ContactProof, DeliveryPreference, MailLanguage, Notice
from hoso_models.tables.outbox import (
    Aside,
    Escalation,
    EscalationSubject,
    EscalationWithdrawn,
    Idempotency,
    MailServer,
    Outbox,
    Reminder,
)
from hoso_models.tables.oversight import AccessLog, Report, Watermark
from hoso_models.tables.parked_form import ParkedForm
from hoso_models.tables.party import Party, PartyKind
from hoso_models.tables.payment_order import (
    DisputeReason,
    DisputeSettlement,
    OrderState,
    PaymentDispute,
    PaymentOrder,
)
from hoso_models.tables.principal import (
    ApiToken,
    ContactKind,
    ContactPoint,
    Principal,
    PrincipalKind,
    SigningKey,
)
from hoso_models.tables.procedure import (
    ProcedureEntryVersion,
    ProcedureOpening,
    ProcedureOwner,
    VersionStatus,
    WorkflowVersion,
)
from hoso_models.tables.rate_limit import Throttle
from hoso_models.tables.rating import Rating, Satisfaction
from hoso_models.tables.report import (
    OnlineTarget,
    ReportedDossier,
    ReportKind,
    ReportObligation,
    ReportPart,
    ReportPeriod,
    ReportStatus,
    ReportSubmission,
)
from hoso_models.tables.task import OfficerTask, TaskKind, TaskStatus, Timer, UserTask
from hoso_models.tables.unit import (
    DOSSIER_PARTS,
    Competence,
    CompetencePart,
    Duty,
    DutyAlarm,
    DutyKind,
    ProposalDecision,
    Rehoming,
    RoleAssignment,
    RoleProposal,
    Substitution,
    TaskAssignment,
    Unit,
)
from hoso_models.tables.upload import Upload
from hoso_models.tables.webhook import ReceiverKind, WebhookReceiver, WebhookSecret

__all__ = [
    "DOSSIER_PARTS",
    "AccessLog",
    "AdministrationChain",
    "AdministrationEvent",
    "ApiToken",
    "Appointment",
    "AppointmentKind",
    "Area",
    "Aside",
    "Attachment",
    "AttemptPurpose",
    "BrowserSession",
    "Calendar",
    "CalendarMove",
    "CalendarRevision",
    "CalendarVersion",
    "ChainFinding",
    "ClockStop",
    "CodeSequence",
    "Competence",
    "CompetencePart",
    "Component",
    "Consultation",
    "ContactKind",
    "ContactPoint",
    "ContactProof",
    "Credential",
    "CredentialKind",
    "DamagedRun",
    "DeliveryMode",
    "DeliveryPreference",
    "DestructionItem",
    "DestructionList",
    "Disclosure",
    "DisputeReason",
    "DisputeSettlement",
    "DocumentKind",
    "DocumentProgress",
    "DocumentState",
    "Dossier",
    "DossierEvent",
    "DossierKey",
    "DossierSearch",
    "DossierStatus",
    "Draft",
    "DraftFile",
    "Duty",
    "DutyAlarm",
    "DutyKind",
    "EngineState",
    "EntryChannel",
    "Escalation",
    "EscalationRung",
    "EscalationSubject",
    "EscalationWithdrawn",
    "EvaluationMark",
    "EvaluationSheet",
    "Fee",
    "FeeDue",
    "Feedback",
    "FeedbackKind",
    "Idempotency",
    "Identity",
    "Invitation",
    "InvitationPurpose",
    "Job",
    "JobItem",
    "JobKind",
    "JobOutcome",
    "JobState",
    "Letter",
    "LetterFile",
    "LetterSeries",
    "LetterTemplate",
    "LogoutToken",
    "MailLanguage",
    "MailServer",
    "Maintenance",
    "Notice",
    "OfficerTask",
    "OnlineTarget",
    "Opinion",
    "OrderState",
    "Outage",
    "OutageRecipient",
    "OutageTold",
    "OutageUpdate",
    "Outbox",
    "Outcome",
    "ParkedForm",
    "Party",
    "PartyKind",
    "Payment",
    "PaymentDispute",
    "PaymentMethod",
    "PaymentOrder",
    "Phase",
    "Principal",
    "PrincipalKind",
    "ProcedureEntryVersion",
    "ProcedureOpening",
    "ProcedureOwner",
    "ProposalDecision",
    "Rating",
    "ReceiverKind",
    "Record",
    "Refund",
    "RegisterDocument",
    "Rehoming",
    "Reminder",
    "Report",
    "ReportKind",
    "ReportObligation",
    "ReportPart",
    "ReportPeriod",
    "ReportStatus",
    "ReportSubmission",
    "ReportedDossier",
    "RevisionStatus",
    "RoleAssignment",
    "RoleProposal",
    "RungMoment",
    "RungRecipient",
    "RungSubject",
    "Satisfaction",
    "Scan",
    "SessionKind",
    "SignInAttempt",
    "SigningKey",
    "Silence",
    "Substitution",
    "TaskAssignment",
    "TaskKind",
    "TaskStatus",
    "Throttle",
    "Timer",
    "Unit",
    "UnknownIdentity",
    "Upload",
    "Urging",
    "UrgingKind",
    "UserTask",
    "Verdict",
    "VersionStatus",
    "Watermark",
    "WebhookReceiver",
    "WebhookSecret",
    "WorkflowVersion",
]
