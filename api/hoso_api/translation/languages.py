"""The language of an answer: a request's Accept-Language, or the terminal's locale."""

from collections.abc import Mapping

from hoso_calendar.messages import ENGLISH, LANGUAGES

#: Variables that name a terminal's language, the first that is set winning, as gettext has it.
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def accepted(header: str) -> str:
    """The one of our languages that an `Accept-Language` likes best (RFC 9110, 12.5.4); English where it likes none."""
    weights = {language: _weight(header, language) for language in LANGUAGES} if header else {}
    best = max(weights, key=lambda language: weights[language], default=ENGLISH)
    return best if weights.get(best) else ENGLISH


def of_terminal(environment: Mapping[str, str]) -> str:
    """The one of our languages that the locale names; English where it names none."""
    named = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    codes = (each.partition("_")[0].partition(".")[0] for each in named.split(":"))
    return next((code for code in codes if code in LANGUAGES), ENGLISH)


def _weight(header: str, language: str) -> float:
    """The quality, 0 to 1, that the header gives a language. The most specific range counts."""
    found = {_range(each): _quality(each) for each in header.split(",")}
    return found.get(language, found.get("*", 0.0))


def _range(each: str) -> str:
    """`vi` of ` vi-VN;q=0.8`: we have one Vietnamese, whatever the country."""
    return each.partition(";")[0].strip().lower().partition("-")[0]


def _quality(each: str) -> float:
    given = each.partition(";")[2].strip()
    if not given.startswith("q="):
        return 1.0
    try:
        return min(1.0, max(0.0, float(given[2:])))
    except ValueError:
        return 0.0
