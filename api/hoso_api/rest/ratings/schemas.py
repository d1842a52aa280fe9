"""Body and answer of ratings."""

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer, Body, Text
from hoso_models import Satisfaction
from hoso_workflows.feedback.ratings import Marks


class RatingGiven(Body):
    """A rating as it is given."""

    overall: Satisfaction
    convenience: Satisfaction
    timeliness: Satisfaction
    attitude: Satisfaction
    comment: Text = ""

    def marks(self) -> Marks:
        """The same as the act takes it."""
        return Marks(self.overall, self.convenience, self.timeliness, self.attitude, self.comment)


class Rating(Answer):
    """One's own rating of a dossier."""

    overall: Satisfaction
    convenience: Satisfaction
    timeliness: Satisfaction
    attitude: Satisfaction
    comment: str | None
    given_at: AwareDatetime
    changed_at: AwareDatetime | None
    changeable_until: AwareDatetime
