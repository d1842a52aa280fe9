"""Refusals of acts on the catalogue."""

from datetime import date

from hoso_calendar.messages import say
from hoso_workflows import errors


class DraftStale(errors.Refusal):
    """The draft has been changed by somebody else."""

    slug = "entry-draft-stale"
    remedy = "Read the draft again, and enter the change in what stands there now."

    def __init__(self, code: str, version: int) -> None:
        super().__init__(
            say("The draft of {code} is at version {version} by now.", code=code, version=version)
        )
        self.code, self.version = code, version


class VersionBeginsEarlier(errors.Refusal):
    """The version would begin before the one that was published last."""

    slug = "entry-begins-earlier"
    remedy = "Take the day of the version that stands, or a later one."

    def __init__(self, code: str, first: date) -> None:
        super().__init__(say("The last version of {code} holds from {first} on.", code=code, first=first))
        self.code, self.first = code, first


class NothingToAbolish(errors.Refusal):
    """The catalogue has no entry under that code that could be abolished."""

    slug = "entry-nothing-to-abolish"
    remedy = "Check the code; only what was published can be abolished."

    def __init__(self, code: str) -> None:
        super().__init__(say("No entry of {code} is in force.", code=code))
        self.code = code


class LevelBeginsEarlier(errors.Refusal):
    """The service level would begin before one that was set already."""

    slug = "service-level-begins-earlier"
    remedy = "Choose a later first day; what dossiers were filed under stays as it was."

    def __init__(self, code: str, first: date) -> None:
        super().__init__(say("A service level of {code} begins on {first}.", code=code, first=first))
        self.code, self.first = code, first


class ImportChanged(errors.Refusal):
    """The file or the catalogue has changed since the file was looked at."""

    slug = "catalogue-import-changed"
    remedy = "Look at what the file changes once more, then bring it in."

    def __init__(self) -> None:
        super().__init__(say("The file or the catalogue has changed since the file was looked at."))
