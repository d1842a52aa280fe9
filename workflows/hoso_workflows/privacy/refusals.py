"""Refusals of lists of destruction."""

from hoso_calendar.messages import say
from hoso_workflows import errors


class NothingDue(errors.Refusal):
    """No dossier of the unit has reached the end of its retention."""

    slug = "nothing-due"
    remedy = "Nothing: what is under a hold or on another list is not due."

    def __init__(self, unit: str) -> None:
        super().__init__(say("No dossier of {unit} is to be destroyed today.", unit=unit))
        self.unit = unit


class OwnList(errors.Refusal):
    """A list is not decided on by its author, nor in their name."""

    slug = "own-list"
    remedy = "Have another administrator decide."

    def __init__(self) -> None:
        super().__init__(
            say("Whoever drew the list up does not decide on it, nor the administrator in whose name.")
        )


class ListDecided(errors.Refusal):
    """The list has been decided on already."""

    slug = "list-decided"
    remedy = "Read the list again."

    def __init__(self) -> None:
        super().__init__(say("The list was decided on already."))
