"""Refusals of letters."""

from hoso_calendar.messages import say
from hoso_workflows import errors


class FormUnknown(errors.Refusal):
    """No form has that code."""

    slug = "letter-form-unknown"
    remedy = "Name one of the forms 01 to 06, or of the notices, by its code."

    def __init__(self, code: str) -> None:
        super().__init__(say("No form of a letter has the code {code}.", code=code))
        self.code = code


class ValuesRefused(errors.Refusal):
    """The letter's values are not those of its form."""

    slug = "letter-values-refused"
    remedy = "Mend the named value; the letter keeps its number."

    def __init__(self, key: str, why: str) -> None:
        super().__init__(say("The letter's value {key} {why}.", key=key, why=why))
        self.key = key
        self.why = why


class LetterNotSet(errors.Refusal):
    """The letter could not be typeset."""

    slug = "letter-not-set"
    remedy = "Print the page of the letter, which says the same, and try the PDF again later."

    def __init__(self, form: str, reason: str) -> None:
        super().__init__(
            say("The letter of the form {form} could not be typeset: {reason}.", form=form, reason=reason)
        )
        self.form = form
        self.reason = reason
