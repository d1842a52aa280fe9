"""Extension properties of an element, alike for every vendor.

Read from Camunda 7, Zeebe, SpiffWorkflow, their kin and plain attributes. The vendors differ in name space, not in
shape: a `<property name value>` or `<header key value>` somewhere in `<extensionElements>`. Reading by local name
therefore also serves Operaton, Flowable and tools not yet made.
"""

from collections.abc import Iterator

from lxml import etree

from hoso_bpmn.document.xml import bpmn

#: The words that a task or an event may carry for us.
OWN = frozenset(
    ["limit", "milestone", "form", "clock", "clock_basis", "ends", "role", "unit", "source", "basis"]
)

#: Vendors' words for the same things. Our own word wins where both are given.
ALIASES = {
    "formRef": "form",
    "formKey": "form",
    "formId": "form",
    "formJsonSchemaFilename": "form",
    "candidateGroups": "role",
}


def read(node: etree._Element) -> dict[str, str]:
    """Read every property of the element as written, stripped.

    Vendors' words for form and role are added under ours.
    """
    found = dict(_plain(node))
    found.update(_extensions(node))
    for theirs, ours in ALIASES.items():
        if theirs in found:
            found.setdefault(ours, found[theirs])
    return found


def _plain(node: etree._Element) -> Iterator[tuple[str, str]]:
    for key, value in node.attrib.items():
        name = etree.QName(str(key))
        if name.namespace is not None or name.localname in OWN:
            yield name.localname, str(value).strip()


def _extensions(node: etree._Element) -> Iterator[tuple[str, str]]:
    extension = node.find(bpmn("extensionElements"))
    for child in extension.iter() if extension is not None else ():
        kind = etree.QName(child).localname
        name = child.get("name") or child.get("key")
        value = child.get("value")
        if kind in ("property", "header") and name:
            yield name.strip(), (value if value is not None else child.text or "").strip()
        elif kind in ("formDefinition", "assignmentDefinition"):
            yield from ((str(key), str(text).strip()) for key, text in child.attrib.items())


def multi_instance(node: etree._Element) -> dict[str, str]:
    """Collection and item of a multi-instance marker in a vendor's own attributes."""
    found = {etree.QName(str(key)).localname: str(value) for key, value in node.attrib.items()}
    for child in node.iter():
        if etree.QName(child).localname == "loopCharacteristics":  # Zeebe
            found.update((str(key), str(value)) for key, value in child.attrib.items())
    words = {
        "collection": found.get("collection") or found.get("inputCollection"),
        "item": found.get("elementVariable") or found.get("inputElement"),
    }
    return {key: value.strip() for key, value in words.items() if value}
