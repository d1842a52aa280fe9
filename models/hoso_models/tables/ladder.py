"""The escalation ladder as data."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger
from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted, described, enum_field, index, one_of, surrogate


@described("What a rung of the ladder watches.")
class RungSubject(StrEnum):
    """Subjects of the rungs of the ladder."""

    #: A filed dossier that reception has neither accepted nor refused.
    RECEPTION = "reception"
    #: An open step with a limit.
    STEP = "step"
    #: An accepted dossier without a result.
    DOSSIER = "dossier"
    #: An opinion that a unit was asked for.
    CONSULTATION = "consultation"
    #: A supplement that the applicant owes.
    SUPPLEMENT = "supplement"
    #: A result that is not ready for its owner: not at the desk, or not sent.
    RETURN = "return"
    #: A report that a unit owes and has not submitted.
    REPORT = "report"


@described("The instant from which a rung counts.")
class RungMoment(StrEnum):
    """Instants from which a rung counts."""

    #: The filing, or the arrival at the step or unit.
    BEGUN = "begun"
    #: The promised date, or the end of the step's own limit or term.
    DUE = "due"


@described("Who is told on a rung.")
class RungRecipient(StrEnum):
    """People who are told on a rung."""

    #: The officer who has it, of a dossier each who has an open step of it, or who writes the report; else for what reception has and
    #: came in online, who is on duty; else the head.
    HOLDER = "holder"
    #: The head of the unit; of a unit that owes a report every one of them.
    HEAD = "head"
    #: The head of the unit that received the dossier.
    RECEIVING_HEAD = "receiving_head"
    #: The head of the authority to which the unit belongs.
    AGENCY_HEAD = "agency_head"
    #: The coordinating function above the unit, the nearest one.
    COORDINATOR = "coordinator"
    #: The heads of the unit that waits for an owed report.
    AWAITING_HEAD = "awaiting_head"


class EscalationRung(Record, table=True):
    """One rung of the ladder, for a period.

    Of several with the same level those with a procedure go before those with a unit, these before those with a kind of unit,
    and these before those with a role: the narrowest holds.
    """

    __tablename__ = "escalation_rung"
    __table_args__ = (
        one_of("subject", RungSubject),
        one_of("moment", RungMoment),
        one_of("recipient", RungRecipient),
        CheckConstraint("valid_to is null or valid_from <= valid_to + 1", name="period"),
        CheckConstraint("days = 0 or minutes = 0", name="one_distance"),
        CheckConstraint("moment = 'due' or subject = 'reception'", name="begun"),
        CheckConstraint("not reassign or subject = 'step'", name="reassign"),
        CheckConstraint("not apology or subject = 'dossier'", name="apology"),
        CheckConstraint("recipient <> 'awaiting_head' or subject = 'report'", name="awaiting"),
        CheckConstraint("recipient <> 'receiving_head' or subject = 'dossier'", name="receiving"),
        CheckConstraint("subject <> 'report' or minutes = 0 and procedure_code is null", name="report"),
        CheckConstraint("level ~ '^[a-z][a-z0-9_]{1,39}$'", name="level"),
        index("ix_escalation_rung_level", "level", "valid_from"),
    )

    id: UUID = surrogate()
    #: Its name; what was told is kept under it.
    level: str
    subject: RungSubject = enum_field(RungSubject)
    moment: RungMoment = enum_field(RungMoment)
    #: Working days after the moment, before it where negative.
    days: int = defaulted(value=0, literal="0", sa_type=SmallInteger)
    #: Working minutes after the moment, before it where negative.
    minutes: int = defaulted(value=0, literal="0")
    recipient: RungRecipient = enum_field(RungRecipient)
    #: Only what somebody has, or only what nobody has; null for both.
    held: bool | None = None
    #: Nobody is told: it takes a wider rung away.
    silent: bool = defaulted(value=False, literal="false")
    #: The step goes to who is told.
    reassign: bool = defaulted(value=False, literal="false")
    #: A letter of apology is put before the head of the handling unit.
    apology: bool = defaulted(value=False, literal="false")
    #: Only of this procedure, of this unit and those below it, of units of this kind, of steps of this role.
    procedure_code: str | None = None
    unit_code: str | None = Field(default=None, foreign_key="unit.code")
    unit_kind: str | None = None
    role: str | None = None
    valid_from: date
    valid_to: date | None = None
    basis: str
