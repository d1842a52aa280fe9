"""Refusals of signing in. None of them tells whether an account exists."""

from hoso_calendar.messages import say
from hoso_workflows import errors


class WrongCredentials(errors.Refusal):
    """Account name, password or code is wrong; which of them is not said."""

    slug = "wrong-credentials"
    remedy = "Check what was typed, or ask the administrator of the unit for a new invitation."

    def __init__(self) -> None:
        super().__init__(say("The account name, the password or the code is wrong."))


class InvitationOver(errors.Refusal):
    """The invitation is unknown, used or too old; which is not said."""

    slug = "invitation-over"
    remedy = "Ask the administrator of the unit for a new invitation."

    def __init__(self) -> None:
        super().__init__(say("This invitation is not valid, or not any more."))


class SessionOver(errors.Refusal):
    """The session has ended meanwhile."""

    slug = "session-over"
    remedy = "Sign in again."

    def __init__(self) -> None:
        super().__init__(say("The session has ended."))


class ProofTooOld(errors.Refusal):
    """The act needs a proof of the last minutes."""

    slug = "proof-too-old"
    remedy = "Confirm who you are again, then repeat the act."

    def __init__(self) -> None:
        super().__init__(say("This act needs a confirmation of who you are within the last five minutes."))


class PasskeyMissing(errors.Refusal):
    """The holder of such an office must show a passkey."""

    slug = "passkey-missing"
    remedy = "Add a passkey on the page of your account, or confirm who you are with the one that you have."

    def __init__(self) -> None:
        super().__init__(say("An administrator or approver does this with a passkey only."))


class PasswordRefused(errors.Refusal):
    """The password is too short, too long, or easily guessed."""

    slug = "password-refused"
    remedy = "Choose a longer sentence that only you would say, of 15 characters or more."

    def __init__(self, why: str) -> None:
        super().__init__(why)


class AccountNameRefused(errors.Refusal):
    """The account name is taken, or has characters that none may have."""

    slug = "account-name-refused"
    remedy = "Choose 2 to 64 small letters without accents, digits, dots or hyphens."

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} cannot be the account name.", name=name))
        self.name = name


class LastFactor(errors.Refusal):
    """Without this factor the person could not sign in any more."""

    slug = "last-factor"
    remedy = "Add another passkey, or a password with a code, before this one is removed."

    def __init__(self) -> None:
        super().__init__(say("This is the last way to sign in with two factors."))


class AlreadyEnrolled(errors.Refusal):
    """The person has factors; an invitation would go round them."""

    slug = "already-enrolled"
    remedy = "If the factors are lost, ask for a recovery, which another administrator confirms."

    def __init__(self) -> None:
        super().__init__(say("This person can sign in already."))


class EnteredAlone(errors.Refusal):
    """A person is invited by somebody else than who entered them."""

    slug = "entered-alone"
    remedy = "Ask another administrator, a head of the unit, or the operator at the server."

    def __init__(self) -> None:
        super().__init__(say("You have entered this person, so somebody else invites them."))


class PasskeyRefused(errors.Refusal):
    """The passkey's answer does not hold."""

    slug = "passkey-refused"
    remedy = "Try again, or sign in with password and code."

    def __init__(self) -> None:
        super().__init__(say("The passkey was not accepted."))


class SamePerson(errors.Refusal):
    """A recovery needs two persons, neither of whom is the one who is helped."""

    slug = "same-person"
    remedy = "Ask another administrator of the unit, or of a unit above it, to confirm."

    def __init__(self) -> None:
        super().__init__(say("Another administrator has to confirm this recovery."))


class AlreadyFounded(errors.Refusal):
    """Somebody can sign in already, so that nobody is made the first administrator."""

    slug = "already-set-up"
    remedy = "Ask an administrator for an invitation, or run `hoso people invite` at the server."

    def __init__(self) -> None:
        super().__init__(say("This installation has somebody who can sign in."))


class ContactCodeRefused(errors.Refusal):
    """The code is wrong, too old, or was tried too often."""

    slug = "contact-code-refused"
    remedy = "Type the six digits of the newest mail, or have a new code sent."

    def __init__(self, tries: int) -> None:
        super().__init__(say("The code was not accepted; {tries} tries are left.", tries=tries))
        self.tries = tries


class TooManyContacts(errors.Refusal):
    """A person has as many addresses and numbers as they may."""

    slug = "too-many-contact-points"
    remedy = "End one that is not used any more, then enter the new one."

    def __init__(self, most: int) -> None:
        super().__init__(say("A person has {most} addresses and numbers at most.", most=most))
        self.most = most


class AlreadyProved(errors.Refusal):
    """The address needs no code: it is proved, or takes no mail."""

    slug = "already-proved"
    remedy = "List your addresses; a code is sent to one of e-mail that is not proved yet."

    def __init__(self) -> None:
        super().__init__(say("No code is sent there."))


class MailMissing(errors.Refusal):
    """This installation sends no mail."""

    slug = "mail-missing"
    remedy = "Read your notices in your list here; mail is set up by whoever operates the installation."

    def __init__(self) -> None:
        super().__init__(say("This installation sends no mail, so that no address can be proved."))
