"""Summary of a form, one sentence for each component, for comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import forms

_BOUNDS = {
    "min": "từ",
    "max": "đến",
    "minLength": "ít nhất (ký tự)",
    "maxLength": "nhiều nhất (ký tự)",
    "pattern": "dạng",
    "validationType": "loại",
}
_BESIDES = {
    "subtype": "kiểu",
    "decimalDigits": "số thập phân",
    "increment": "bội số của",
    "description": "ghi chú",
}
_ITEMS = {
    "hoso:min": "ít nhất (mục)",
    "hoso:max": "nhiều nhất (mục)",
    "hoso:earliest": "sớm nhất",
    "hoso:latest": "muộn nhất",
    "hoso:partial": "cho phép chỉ ghi",
}


def of(document: bytes) -> Mapping[str, str] | None:
    """Components by key, else by id; None for what is no form."""
    try:
        form = forms.stored(document)
    except RefusedFile:
        return None
    return dict(_components(form.document["components"]))


def _components(
    components: Sequence[Mapping[str, Any]], hidden: str = "", around: str = ""
) -> Iterator[tuple[str, str]]:
    for component in components:
        hide = (component.get("conditional") or {}).get("hide")
        hides = " hoặc ".join(filter(None, (hidden, str(hide or "").removeprefix("="))))
        path = ".".join(filter(None, (around, component.get("path"))))
        if component["type"] == "group":
            yield from _components(component.get("components") or (), hides, path)
            continue
        key = component.get("key") or component.get("id") or component.get("label") or component["type"]
        if component["type"] == "dynamiclist":
            yield path, ", ".join(_words(component, hides))
            yield from _components(component.get("components") or (), hides, path)
        else:
            yield ".".join(filter(None, (around, str(key)))), ", ".join(_words(component, hides))


def _words(component: Mapping[str, Any], hidden: str) -> Iterator[str]:
    bounds = component.get("validate")
    bounds = bounds if isinstance(bounds, dict) else {}
    said = component.get("label") or component.get("dateLabel") or component.get("text") or ""
    yield f"{said} ({component['type']})".strip()
    if bounds.get("required"):
        yield "bắt buộc"
    for words, holder in ((_BOUNDS, bounds), (_BESIDES, component)):
        yield from (f"{word} {holder[key]}" for key, word in words.items() if holder.get(key) is not None)
    options = component.get("values")
    if isinstance(options, list) and options:
        yield "chọn " + " | ".join(_option(one) for one in options)
    properties = component.get("properties") or {}
    yield from (f"{word} {properties[key]}" for key, word in _ITEMS.items() if key in properties)
    asked = properties.get("hoso:component")
    if asked:
        yield f"thành phần {asked}"
    if hidden:
        yield f"ẩn khi {hidden}"


def _option(one: Any) -> str:
    return str(one.get("label") or one.get("value")) if isinstance(one, dict) else str(one)
