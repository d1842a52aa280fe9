"""Display words for roles, states and milestones, translated as sentences."""

from collections.abc import Iterable, Mapping
from functools import reduce

from hoso_calendar.messages import Message, joined, say

_SAID = (
    # roles of packages, and offices that are given to a person
    say("reception"), say("clerk"), say("specialist"), say("division_head"), say("agency_head"),
    say("provincial_leader"), say("head"), say("applicant"), say("principal"), say("administrator"), say("auditor"),
    say("procedure_declarer"), say("procedure_approver"), say("coordinator"), say("catalogue_editor"),
    # states of a dossier
    say("filed"), say("awaiting_supplement_before"), say("refused"), say("closed_unanswered"), say("in_process"),
    say("awaiting_supplement"), say("suspended"), say("financial_obligation"), say("result_ready"), say("returned"),
    say("withdrawn"), say("stopped"),
    # states of a version
    say("draft"), say("submitted"), say("approved"), say("active"), say("retired"),
    # states of a calendar's revision, and what follows from a finding
    say("applying"), say("applied"), say("error"), say("warning"),
    say("entering a calendar"), say("previewing a calendar"), say("approving a calendar"), say("applying a calendar"),
    # milestones, and the parts of units
    say("accept"), say("result"), say("receiving"), say("handling"), say("deciding"), say("publishing"),
    # acts, as refusals name them
    say("acceptance"), say("refusal"), say("proposing a supplement"), say("asking for a supplement"),
    say("receiving a supplement"), say("withdrawal"), say("completion"), say("going on"), say("receiving a message"),
    say("the failure of a call"), say("retrying"), say("a result that is not eligible"), say("declaring a procedure"), say("restoring a procedure"),
    say("restoring a calendar"),
    say("submitting a procedure"), say("approving a procedure"), say("activating a procedure"),
    say("taking back an activation"), say("rebuilding a dossier"), say("taking a backup"), say("restoring a backup"), say("closing a procedure"), say("opening a procedure"),
    say("migrating dossiers"), say("naming the owner of a procedure"),
    say("accepting the dossier"), say("refusing the dossier"), say("withdrawing the dossier"),
    say("taking or assigning the task"), say("giving the task back"), say("setting the priority of the task"), say("leaving a note"), say("handing on an inbox"),
    say("reassigning the task"), say("delegating the task"), say("resolving the delegation"), say("returning the task"), say("completing the task"),
    say("sending the message"), say("telling that the call failed"), say("resolving the incident"),
    say("transfer"), say("transferring the dossier"), say("returning a supplement"),
    say("closing an unanswered dossier"), say("suspending the handling"), say("ending a suspension"),
    say("extending the term"), say("making a new appointment"), say("setting a financial obligation"),
    say("recording proof of payment"), say("stopping the handling"), say("consulting a unit"),
    say("answering a consultation"), say("noting that a consultation was not answered"),
    say("recording a verification"), say("disclosing data to a third party"), say("placing a hold"),
    say("lifting a hold"), say("ordering an erasure"), say("erasing the dossier"), say("rectifying what is recorded"), say("reopening the dossier"),
    say("assessing a fee"), say("exempting from a fee"), say("recording a payment"), say("cancelling a payment"),
    say("giving a payment back"),
    say("handing in a file"), say("adding a file of the authority"),
    say("correcting a result that was handed over"), say("handing a corrected result over"), say("signing a result"),
    say("handing the result over"), say("writing to the desk"), say("writing to the applicant"),
    say("proposing a reply"), say("applicant"), say("suspension"), say("extension"), say("stop"), say("obligation"),
    say("going on by itself"), say("correcting the time of an act"), say("moving the dossier to another unit"),
    say("moving dossiers to another unit"), say("entering the duty roster"),
    say("seeing who works there"), say("heading a unit"), say("acting"),
    say("seeing what was given to third parties"), say("seeing what is to be destroyed"),
    say("seeing what was paid too much"), say("seeing payments in dispute"),
    say("settling a payment in dispute"),
    say("drawing up a list of destruction"), say("deciding on a list of destruction"),
    say("listing unsent messages"), say("releasing unsent messages"),
    # acts on the register
    say("entering an area"), say("entering a unit"), say("changing a unit"), say("moving a unit"), say("closing a unit"),
    say("reopening a unit"), say("entering a person"), say("changing a person"), say("closing a person"),
    say("reopening a person"), say("entering a contact point"), say("ending a contact point"), say("giving a role"),
    say("ending a role"), say("confirming an office"), say("rejecting an office"), say("giving a competence"),
    say("ending a competence"), say("entering a substitution"), say("changing the register"),
    say("seeing acts of administration"), say("seeing what is missing"), say("seeing the whole register"), say("confirmed"), say("rejected"),
    say("substitute"), say("publishing"),
    # what stands where a role or a unit would
    say("officer"),
)  # fmt: skip
_WORDS: Mapping[str, Message] = {str(said): said for said in _SAID}


def word(name: str) -> str:
    """The display sentence of a built-in word. An agency's own words are returned unchanged."""
    return _WORDS.get(name, name)


def words(names: Iterable[str]) -> Message:
    """A list of words, each as `word` gives it."""
    return joined(", ", map(word, names))


def either(names: Iterable[str]) -> str:
    """One of these words: `a or b`."""
    return reduce(lambda one, other: say("{one} or {other}", one=one, other=other), map(word, names))
