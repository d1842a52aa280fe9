"""Findings on a template: file, line, rule, and the remedy."""

from collections.abc import Mapping

from hoso_bpmn.findings import Finding, Severity
from hoso_calendar.messages import say

#: Files of a template, as findings name them.
HTML, TYPST = "template.html", "template.typ"
#: The largest file of a template, in characters.
LARGEST = 50_000
#: The remedy of each rule; `docs/rules` has a page of its name.
REMEDIES: Mapping[str, str] = {
    "template-size": say("Shorten it; what all letters share is in our own page and in common.typ."),
    "template-syntax": say("Mend the line; our own template of the form is an example."),
    "template-language": say(
        "Use values, `if` and a single `for` over a list of the letter; write the rest as HTML."
    ),
    "template-element": say("Use headings, paragraphs, lists and tables with classes only."),
    "template-value": say("Name only values that letters of this form have, and ask whether they are there."),
    "template-reads": say('Import "common.typ" only; what the letter needs is in `letter`.'),
    "template-typst": say("Mend the line; our own template of the form is an example."),
    "template-lacks": say("Show it: an applicant and an auditor look for it."),
    "template-mark": say(
        "Leave the foreground of the page to us; what shows through belongs into its background."
    ),
    "template-qr": say(
        "Call `check()` in typst, show `letter.qr` in HTML; draw it upright, 10 mm or larger."
    ),
}


def finding(rule: str, file: str, line: int, message: str) -> Finding:
    """A finding that forbids the template."""
    return Finding(Severity.ERROR, rule, None, line, message, REMEDIES[rule], file)
