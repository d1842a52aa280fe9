"""Bodies of mails to applicants.

They say what has happened, then in a list what to do, by when, about what, and whom to ask. The facts come with the payload
when a mail is sent (`correspondence.applicant_mails`); what is not known has no line.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from hoso_workflows import localtime
from hoso_workflows.notifications.applicants import words
from hoso_workflows.notifications.applicants.words import Language

#: The facts of a mail within its payload.
FACTS = "facts"
#: A list of lines with a name each.
Lines = tuple[tuple[str, str], ...]


def body(topic: str, happened: str, payload: Mapping[str, Any], english: bool) -> list[str | Lines]:
    """The parts of a mail: what has happened, its lines, its end."""
    language = words.ENGLISH if english else words.VIETNAMESE
    facts = payload[FACTS]
    found = {
        **facts,
        "code": payload.get("code") or payload.get("reference"),
        "todo": _todo(language, topic, facts),
    }
    names = ("todo", *words.FACTS[topic], *words.COMMON)
    lines = ((language.labels[name], _WRITTEN.get(name, _text)(found, name, language)) for name in names)
    last = [language.automatic]
    if facts.get("preferences"):
        last.append(language.preferences.format(address=facts["preferences"]))
    return [happened, tuple((label, text) for label, text in lines if text), " ".join(last)]


def _todo(language: Language, topic: str, facts: Mapping[str, Any]) -> str:
    said = language.topics[topic]
    text = said.todo if facts["channel"] == "online" or said.elsewhere is None else said.elsewhere
    return text.format(fetch=language.fetch[facts["delivery"]])


def _text(facts: Mapping[str, Any], name: str, _: Language) -> str:
    return str(facts.get(name) or "").strip()


def _instant(facts: Mapping[str, Any], name: str, language: Language) -> str:
    if not facts.get(name):
        return ""
    at = datetime.fromisoformat(facts[name]).astimezone(localtime.ZONE)
    return language.instant.format(time=f"{at:%H:%M}", day=f"{at:%d/%m/%Y}")


def _day(facts: Mapping[str, Any], name: str, _: Language) -> str:
    return f"{date.fromisoformat(facts[name]):%d/%m/%Y}" if facts.get(name) else ""


def _listed(facts: Mapping[str, Any], name: str, _: Language) -> str:
    """Several texts a line each, one as it is."""
    given = facts.get(name) or []
    texts = [given] if isinstance(given, str) else list(map(str, given))
    return texts[0] if len(texts) == 1 else "\n".join(f"– {text}" for text in texts)


def _amount(facts: Mapping[str, Any], name: str, language: Language) -> str:
    if facts.get(name) is None:
        return ""
    return language.amount.format(number=f"{facts[name]:,}".replace(",", language.group))


def _filed(facts: Mapping[str, Any], _: str, language: Language) -> str:
    day = datetime.fromisoformat(facts["filed_at"]).astimezone(localtime.ZONE)
    return language.filed_on.format(channel=language.filed[facts["channel"]], day=f"{day:%d/%m/%Y}")


def _contact(facts: Mapping[str, Any], _: str, language: Language) -> str:
    unit, telephone = facts["receiving"], facts.get("telephone")
    return language.telephone.format(unit=unit, telephone=telephone) if telephone else str(unit)


def _delivery(facts: Mapping[str, Any], name: str, language: Language) -> str:
    return language.delivery[facts[name]]


def _fee_due(facts: Mapping[str, Any], name: str, language: Language) -> str:
    return language.fee_due[facts[name]] if facts.get(name) else ""


_WRITTEN: Mapping[str, Callable[[Mapping[str, Any], str, Language], str]] = {
    **dict.fromkeys(("reception_due", "appointment", "answer_due"), _instant),
    "expected_end": _day,
    **dict.fromkeys(("items", "basis"), _listed),
    "amount": _amount,
    "fee_due": _fee_due,
    "filed": _filed,
    "contact": _contact,
    "delivery": _delivery,
}
