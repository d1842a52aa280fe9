"""The declaration as a form: names, terms, papers, fees, policies of a case."""

import copy
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from hoso_api.pages.shared.templating import HERE
from hoso_bpmn.package import archive, forms, manifest, toml_text
from hoso_bpmn.package.forms import Form
from hoso_bpmn.package.package import Case, Package

FILE = HERE / "forms" / "procedure.form"
#: Switches of a policy as the form asks them.
_SWITCH = {"co": True, "khong": False}
#: Keys of a policy that the form asks.
POLICY = (*manifest.WORDS, *sorted(manifest.SWITCHES), *sorted(manifest.TERMS))
Table = dict[str, Any]


@cache
def form() -> Form:
    """The questions of the form, a form-js file as those of procedures."""
    return forms.read(FILE.read_bytes())


def answers(declared: Package, case: Case) -> Table:
    """The declaration of a version and of a case, as answers."""
    table = _case(declared.manifest, case)
    policy = table.get("policy", {})
    return {
        "ten": declared.name,
        "linh_vuc": declared.field,
        "can_cu": "\n".join(declared.legal_basis),
        "truong_hop": case.name,
        "thoi_han": str(table["term"]),
        "giay_to": [_paper(each) for each in case.components],
        "le_phi": [_fee(each) for each in case.fees],
        "chinh_sach": {name: value for key in POLICY for name, value in _asked(key, policy)},
    }


def edited(declared: Package, case: Case, said: Mapping[str, Any]) -> bytes:
    """The package with these answers as a zip.

    Everything that the form does not ask stays as it is declared; comments of `procedure.toml` stay only where nothing is changed.
    """
    tables: Table = copy.deepcopy(dict(declared.manifest))
    tables |= {"name": said.get("ten", ""), "field": said.get("linh_vuc", "")}
    tables["legal_basis"] = [line.strip() for line in said.get("can_cu", "").splitlines() if line.strip()]
    table = _case(tables, case)
    table |= {"name": said.get("truong_hop", ""), "term": said.get("thoi_han", "")}
    papers = [_said_paper(each) for each in said.get("giay_to", ())]
    fees = [_said_fee(each) for each in said.get("le_phi", ())]
    _put(table, "component", _merged(table.get("component", ()), papers, "code"))
    _put(table, "fee", [_with_source(each) for each in _merged(table.get("fee", ()), fees, "name")])
    _put(table, "policy", _policy(table.get("policy", {}), said.get("chinh_sach", {})))
    same = tables == declared.manifest
    text = declared.files[manifest.FILE] if same else toml_text.written(tables).encode()
    return archive.to_zip({**declared.files, manifest.FILE: text})


def _case(tables: Mapping[str, Any], case: Case) -> Table:
    found: Table = next(each for each in tables["case"] if each["id"] == case.id)
    return found


def _paper(paper: manifest.Component) -> Table:
    return {
        "ma": paper.code,
        "ten_giay": paper.name,
        "ban_chinh": paper.originals,
        "ban_sao": paper.copies,
        "bat_buoc": paper.required,
    }


def _said_paper(said: Mapping[str, Any]) -> Table:
    """A paper as a table, without what is as usual."""
    return {
        "code": said.get("ma", ""),
        "name": said.get("ten_giay", ""),
        "originals": said.get("ban_chinh", 1),
        "copies": said.get("ban_sao", 0),
        "required": said.get("bat_buoc", False),
    }


def _fee(fee: manifest.Fee) -> Table:
    found = {"ten_phi": fee.name, "muc": fee.amount, "can_cu_phi": fee.basis}
    return {key: value for key, value in found.items() if value is not None}


def _said_fee(said: Mapping[str, Any]) -> Table:
    """A fee as a table; None for a key that goes."""
    return {
        "name": said.get("ten_phi", ""),
        "amount": said.get("muc"),
        "basis": said.get("can_cu_phi") or None,
    }


def _with_source(fee: Table) -> Table:
    """A fee that says whether it is published: one with an amount is."""
    unpublished = fee.get("source") == "unpublished"
    if "amount" not in fee:
        return fee | {"source": "unpublished"}
    return {key: value for key, value in fee.items() if not (unpublished and key == "source")}


#: What a row means where it does not say so.
_USUAL: Mapping[str, object] = {"originals": 1, "copies": 0, "required": True}


def _merged(before: Sequence[Table], said: Sequence[Table], name: str) -> list[Table]:
    """The rows as said, each with the other keys of its old row.

    It is known by its name; where as many rows are there as before, else by its place.
    """
    known = {row[name]: row for row in before}
    found = []
    for place, row in enumerate(said):
        same = len(said) == len(before) and before[place][name] not in {each[name] for each in said}
        old = known.get(row[name]) or (before[place] if same else {})
        found.append(_row(old, row))
    return found


def _row(old: Table, said: Table) -> Table:
    """A row with what was said. A key that says what is usual is written only where it was."""
    kept = {key: value for key, value in old.items() if said.get(key, value) is not None}
    new = {
        key: value
        for key, value in said.items()
        if value is not None and (key in old or _USUAL.get(key) != value)
    }
    return kept | new


def _put(table: Table, key: str, value: Any) -> None:
    """Set a key, or take it out where nothing is left of it."""
    if value:
        table[key] = value
    else:
        table.pop(key, None)


def _asked(key: str, policy: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The answers about a key of a policy and its basis."""
    found = []
    if key in policy:
        value = policy[key]
        found.append((key, "co" if value is True else "khong" if value is False else str(value)))
    if f"{key}_basis" in policy:
        found.append((f"{key}_can_cu", str(policy[f"{key}_basis"])))
    return found


def _policy(before: Mapping[str, Any], said: Mapping[str, Any]) -> Table:
    """The policy with what was said; keys that the form does not ask stay."""
    asked = {name for key in POLICY for name in (key, f"{key}_basis")}
    told: Table = {}
    for key in POLICY:
        if answer := said.get(key):
            told[key] = _SWITCH[answer] if key in manifest.SWITCHES else answer
        if basis := said.get(f"{key}_can_cu"):
            told[f"{key}_basis"] = basis
    ordered = {
        key: told.pop(key) if key in asked else value
        for key, value in before.items()
        if key in told or key not in asked
    }
    return ordered | told
