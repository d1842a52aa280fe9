"""Bodies and answers of feedback."""

from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer, Body, Key, Text
from hoso_api.http.paging import NextPage
from hoso_models import FeedbackKind
from hoso_workflows.feedback.feedback import Said


class FeedbackGiven(Body):
    """Feedback as it is given; name and mail only from who wants to be answered."""

    kind: FeedbackKind
    text: Text
    procedure: Key | None = None
    dossier: Key | None = None
    name: Text = ""
    email: Text = ""
    wants_answer: bool = False

    def said(self) -> Said:
        """The same as the act takes it."""
        of_what = (self.procedure or "", self.dossier or "")
        return Said(self.kind, self.text, *of_what, self.name, self.email, self.wants_answer)


class FeedbackForwarded(Body):
    """The unit that is to answer."""

    unit: Key


class FeedbackAnswer(Body):
    """An answer; with a summary that names nobody, for anybody to read."""

    answer: Text
    summary: Text = ""


class ImprovementProposed(Body):
    """Proposal of a unit."""

    unit: Key
    text: Text


class FeedbackReceipt(Answer):
    """Number and term of feedback, and its answer, for who gave it."""

    id: UUID
    number: str
    kind: FeedbackKind
    unit_name: str
    basis: str
    given_at: AwareDatetime
    due_at: AwareDatetime
    answer: str | None
    answered_at: AwareDatetime | None


class PublicAnswer(Answer):
    """An answer that anybody reads; nothing of who has asked."""

    number: str
    kind: FeedbackKind
    procedure: str | None
    summary: str
    answer: str
    unit_name: str
    answered_at: AwareDatetime


class PublicAnswers(Answer):
    """A page of public answers, the newest first."""

    items: list[PublicAnswer]
    page: NextPage


class Feedback(Answer):
    """Feedback as those who answer it read it."""

    id: UUID
    number: str
    kind: FeedbackKind
    procedure: str | None
    dossier: str | None
    text: str | None
    name: str | None
    email: str | None
    wants_answer: bool
    given_at: AwareDatetime
    from_unit: str | None
    unit: str
    unit_name: str
    term: str
    basis: str
    due_at: AwareDatetime
    forwarded_at: AwareDatetime | None
    answer: str | None
    answered_at: AwareDatetime | None
    published: bool
    summary: str | None
    overdue: bool


class FeedbackPage(Answer):
    """A page of feedback, the newest first."""

    items: list[Feedback]
    page: NextPage
