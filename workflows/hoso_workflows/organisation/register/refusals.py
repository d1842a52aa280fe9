"""Refusals of acts on the register: one class for each reason."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.vocabulary import word


class AlreadyEntered(errors.Refusal):
    """The entry stands in the register already."""

    slug = "already-entered"
    remedy = "Change the entry that is there, or choose another code."

    def __init__(self, what: str, key: object) -> None:
        super().__init__(say("The {what} {key} has been entered already.", what=say(what), key=key))
        self.what, self.key = what, key


class RecoveryNeeded(errors.Refusal):
    """The code of somebody who can sign in changes by a recovery alone."""

    slug = "recovery-needed"
    title = "The code of somebody who can sign in changes by a recovery alone, which two persons carry out."
    remedy = (
        "Ask for a recovery with the new code (`POST /v1/principals/{id}/recovery`), which another administrator confirms; or"
        " let an operator recover the account (`hoso people recover`) and change the code before the person signs in again."
    )

    def __init__(self, person: str) -> None:
        super().__init__(say("{person} can sign in, so the code changes by a recovery alone.", person=person))
        self.person = person


class BelowItself(errors.Refusal):
    """A unit or an area would stand below itself."""

    slug = "below-itself"
    remedy = "Choose a superior that is not below it."

    def __init__(self, code: str, parent: str) -> None:
        super().__init__(
            say(
                "{code} cannot stand below {parent}, which is {code} or stands below it.",
                code=code,
                parent=parent,
            )
        )
        self.code, self.parent = code, parent


class Overlapping(errors.Refusal):
    """The same was entered for days that overlap."""

    slug = "overlapping"
    remedy = "End the earlier entry first, or choose days that do not overlap."

    def __init__(self, what: str, entry: UUID, valid_from: date, valid_to: date | None) -> None:
        until = f"{valid_to}" if valid_to else say("further notice")
        super().__init__(
            say(
                "The same {what} is held from {begins} until {until} (entry {entry}).",
                what=say(what),
                begins=valid_from,
                until=until,
                entry=entry,
            )
        )
        self.entry, self.valid_from, self.valid_to = entry, valid_from, valid_to


class TwoCompetentUnits(errors.Refusal):
    """Another unit is competent for the part at this place on these days."""

    slug = "two-competent-units"
    remedy = "End the other unit's competence first, or give each unit an area of its own."

    def __init__(self, part: str, area: str, other: str, entry: UUID) -> None:
        super().__init__(
            say(
                "For {part} in the area {area} the unit {other} is competent on some of these days (entry {entry}).",
                part=word(part),
                area=area,
                other=other,
                entry=entry,
            )
        )
        self.part, self.area, self.other, self.entry = part, area, other, entry


class PersonClosed(errors.Refusal):
    """The person's account is closed."""

    slug = "person-closed"
    remedy = "Reopen the account first, if the person is back."

    def __init__(self, person: str) -> None:
        super().__init__(say("The account of {person} is closed.", person=person))
        self.person = person


class UnitClosed(errors.Refusal):
    """The unit does not exist on all of these days."""

    slug = "unit-closed"
    remedy = "Choose days on which the unit exists, or its successor."

    def __init__(self, unit: str, valid_from: date, valid_to: date | None) -> None:
        until = f"{valid_to}" if valid_to else say("further notice")
        super().__init__(
            say(
                "The unit {unit} exists from {begins} until {until}.",
                unit=unit,
                begins=valid_from,
                until=until,
            )
        )
        self.unit, self.valid_from, self.valid_to = unit, valid_from, valid_to


class UnitInUse(errors.Refusal):
    """The unit still has what must go elsewhere first."""

    slug = "unit-in-use"
    remedy = "Name a successor, or close or move what is listed first."

    def __init__(self, unit: str, parts: Sequence[str]) -> None:
        super().__init__(say("{unit} still has {parts}.", unit=unit, parts=", ".join(parts)))
        self.unit, self.parts = unit, tuple(parts)


class OwnRight(errors.Refusal):
    """Nobody gives a right to themselves, or decides on one of their own."""

    slug = "own-right"
    remedy = "Ask another administrator of the unit, or of one above it."

    def __init__(self, role: str) -> None:
        super().__init__(say("The right to {role} would be your own.", role=word(role)))
        self.role = role


class SecondPersonNeeded(errors.Refusal):
    """A second person confirms it: neither its proposer nor its holder."""

    slug = "second-person-needed"
    remedy = "Ask an administrator who has not proposed it; for an office one at the top of the tree, for a role also a head of the unit."

    def __init__(self, role: str, *, administrators: bool = True, asked_for: bool = False) -> None:
        """Choose the remedy by who could be the second person."""
        super().__init__(say("The office {role} needs a second person to confirm it.", role=word(role)))
        self.role = role
        if asked_for:
            self.remedy = say(
                "Nobody else administers the unit: the administrator on whose word the operator proposed it confirms it,"
                " signed in as themselves."
            )
        elif not administrators:
            self.remedy = say(
                "Nobody else administers the unit: the operator confirms it with `hoso roles confirm`."
            )


class LastAdministrator(errors.Refusal):
    """The last administrator of a unit stays until there is another."""

    slug = "last-administrator"
    remedy = "Give another person the office first, or ask an administrator above the unit."

    def __init__(self, unit: str) -> None:
        super().__init__(say("{unit} would be left without an administrator.", unit=unit))
        self.unit = unit


class AlreadyDecided(errors.Refusal):
    """The proposal was decided before."""

    slug = "already-decided"
    remedy = "Look at the list of proposals."

    def __init__(self, proposal: UUID, decision: str) -> None:
        super().__init__(
            say("The proposal {proposal} was {decision} before.", proposal=proposal, decision=word(decision))
        )
        self.proposal, self.decision = proposal, decision


class NoColleague(errors.Refusal):
    """Somebody would act where they do not work, or in another authority."""

    slug = "no-colleague"
    remedy = (
        "Choose a colleague of the same unit; a head or an administrator who names the unit may choose anybody of its authority."
        " Where the absent officer works in several units, name the one that is meant."
    )

    def __init__(self, name: str, unit: str) -> None:
        super().__init__(say("{name} does not work in {unit}.", name=name, unit=unit))
        self.name, self.unit = name, unit


class OfficeNotSubstituted(errors.Refusal):
    """An office that needs a second person is not passed on by a substitution."""

    slug = "office-not-substituted"
    remedy = "Give the substitute the office itself for these days, confirmed by a second person."

    def __init__(self, role: str) -> None:
        super().__init__(say("The office {role} is given to a person, not passed on.", role=word(role)))
        self.role = role
