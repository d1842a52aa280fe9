"""Convert another tool's diagram into one that runs here.

Only what must be changed is changed, and each change is reported.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from lxml import etree

from hoso_bpmn import errors, sandbox
from hoso_bpmn.conversion import activities, events, flows, identity
from hoso_bpmn.conversion.document import NONE, Change, Draft
from hoso_bpmn.conversion.imported import Imported, Kept
from hoso_bpmn.document import gateways, xml
from hoso_bpmn.document.diagram import GATEWAYS, Process
from hoso_bpmn.drawing import interchange, layout
from hoso_bpmn.engine import builder
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import archive
from hoso_calendar.messages import say

__all__ = ["Change", "Imported", "Kept", "convert", "import_bpmn"]

#: Among the files that go to the child; the others are decision tables.
_DRAWING = "drawing.bpmn"
#: What says which elements there are, before any becomes another.
READING: tuple[Callable[[Draft], None], ...] = (
    identity.choose_process,
    identity.give_ids,
    events.plain_references,
)
#: In the order in which they build on each other.
RULES: tuple[Callable[[Draft], None], ...] = (
    identity.strip_lane_references,
    activities.resolve_calls,
    identity.give_ids,
    events.plain_references,
    events.seat_boundaries,
    flows.drop_dangling,
    events.join_links,
    events.drop_compensation,
    events.seat_boundaries,
    events.await_messages,
    events.cancel_by_error,
    events.catch_errors,
    activities.remove_code,
    activities.replace_rules,
    activities.plain_subprocesses,
    activities.sound_repetitions,
    activities.name_items,
    flows.drop_dangling,
    events.name_conditions,
    events.name_times,
    events.one_trigger,
    events.name_messages,
    flows.one_start,
    flows.add_start,
    flows.split_by_gateway,
    flows.simplify_complex,
    flows.choose_events,
    flows.drop_conditions,
    flows.ask_inclusive,
    flows.label_choices,
    flows.add_deciders,
    identity.name_process,
    identity.name_lanes,
    identity.draw_lanes,
)


def import_bpmn(
    data: bytes, *, decisions: Mapping[str, bytes] = NONE, limits: sandbox.Limits = sandbox.LIMITS
) -> Imported:
    """Convert a foreign BPMN file so that the engine can build and start it.

    The work is done in a limited child process. `decisions` are the DMN files that came with it, by name: a business
    rule task stays one where they have its decision. Raises `RefusedFile` with the true reason: not XML, not BPMN, no
    process drawn, too much, or an element that resists.
    """
    cut = {name: content[: xml.MAX_BYTES + 1] for name, content in {**decisions, _DRAWING: data}.items()}
    return Imported.from_json(sandbox.run(convert_zipped, archive.to_zip(cut), limits))


def convert_zipped(data: bytes) -> Imported:
    """Convert a zip of a diagram and its decision tables. `import_bpmn` runs it in the child."""
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        files = {name: container.read(name) for name in container.namelist()}
    return convert(files.pop(_DRAWING), files)


def convert(data: bytes, decisions: Mapping[str, bytes] = NONE) -> Imported:
    """The same in this process: for files whose origin is trusted."""
    root, changes = identity.root(data)
    draft = Draft(root, decisions)
    draft.changes += changes
    for rule in READING:
        rule(draft)
    kinds = dict(_kinds(draft.process))
    for rule in RULES:
        rule(draft)
    _satisfy_engine(draft)
    if draft.embedded or not interchange.boxes(root):
        before = say("called processes apart") if interchange.boxes(root) else say("no coordinates")
        interchange.write(root, layout.place(draft.drawing))
        draft.report("layout", "", before, say("drawn from left to right"))
    written = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return Imported(written, draft.process.id, tuple(draft.changes), _kept(draft, kinds))


def _satisfy_engine(draft: Draft) -> None:
    """Let the engine build the process; elements that it refuses become user tasks."""
    for _ in range(len(draft.process.elements) + 1):
        try:
            gateways.choices(draft.process)
            builder.parse(builder.alone(draft.process))
        except errors.UnsupportedElement as refused:
            element = draft.process.elements.get(refused.element)
            if element is None or element.tag == "userTask":
                message = say(
                    "{element}: {what} is not supported.", element=refused.element, what=refused.what
                )
                raise RefusedFile(
                    "import-resists", message, line=refused.line, remedy=refused.remedy
                ) from None
            if element.tag == "boundaryEvent":
                draft.report("unsupported", element.id, refused.what, say("removed"))
                draft.remove(element.node)
                flows.drop_dangling(draft)
            else:
                activities.do_once(draft, element)
                draft.retag(element, "userTask", "unsupported")
        except errors.EngineError as refused:
            raise RefusedFile("import-resists", str(refused), remedy="Correct it in the modeller.") from None
        else:
            return


def _kinds(process: Process) -> Iterator[tuple[str, str]]:
    for element in process.elements.values():
        if element.tag in GATEWAYS:
            yield element.id, "gateways"
        elif any(definition.kind == "timer" for definition in element.event_definitions):
            yield element.id, "timers"
        elif element.tag == "callActivity":
            yield element.id, "call activities"
        elif element.tag == "businessRuleTask":
            yield element.id, "business rules"


def _kept(draft: Draft, kinds: Mapping[str, str]) -> Mapping[str, Kept]:
    counts = {}
    for kind in ("gateways", "timers", "call activities", "business rules"):
        ids = [identity for identity, found in kinds.items() if found == kind]
        left = draft.process.elements
        replaced = sum(identity in draft.replaced or identity not in left for identity in ids)
        counts[kind] = Kept(len(ids) - replaced, replaced)
    return MappingProxyType(counts)
