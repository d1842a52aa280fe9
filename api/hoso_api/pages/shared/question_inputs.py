"""Hints of questions, and attributes of their inputs."""

from collections.abc import Mapping

from hoso_api.pages.shared import question_words
from hoso_bpmn.package.forms import Field

#: What browsers know about people, by the last name of a path.
_AUTOCOMPLETE = {
    "ho_ten": "name",
    "dien_thoai": "tel",
    "so_dien_thoai": "tel",
    "email": "email",
    "dia_chi": "street-address",
    "ngay_sinh": "bday",
}


def hint(asked: Field, kind: str, language: str) -> str:
    """The hint of the file, and how the answer is written."""
    own = _OWN_HINTS.get(kind) or ("phone_hint" if asked.bounds.get("validationType") == "phone" else "")
    own = "partial_hint" if kind == "day" and asked.bounds.get("partial") == "year" else own
    most = asked.bounds.get("maxLength")
    said = [asked.hint or (question_words.word(own, language) if own else "")]
    if kind == "textarea" and most:
        said.append(question_words.word("limit", language, n=most))
    return ". ".join(filter(None, (each.rstrip(". ") if len(said) > 1 else each for each in said)))


_OWN_HINTS = {"day": "day_hint", "hour": "hour_hint", "instant": "day_hint", "boxes": "several"}


def attributes(asked: Field, path: str) -> Mapping[str, str]:
    """Attributes of an input by what is asked for."""
    name = asked.look.properties.get("hoso:autocomplete") or _AUTOCOMPLETE.get(path.rpartition(".")[2], "off")
    found = {"type": "text", "autocomplete": name}
    shape = asked.bounds.get("validationType")
    if shape == "email":
        found |= {"type": "email", "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
    elif shape == "phone":
        found |= {"type": "tel"}
    elif asked.kind == "number":
        found |= {"inputmode": "numeric" if asked.bounds.get("decimalDigits") == 0 else "decimal"}
    elif asked.kind == "datetime":
        found |= {"inputmode": "numeric"}
    return found
