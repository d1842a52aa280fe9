"""SVG symbols of BPMN: markers of events, gateways and tasks.

Paths are drawn for a square of 20 × 20 around (0, 0). Presentation attributes only: a strict content security policy
forbids styles, not attributes.
"""

from __future__ import annotations

_ENVELOPE = "M-8,-5 h16 v10 h-16 z M-8,-5 L0,1 L8,-5"
_CLOCK = "M0,-8 a8,8 0 1,0 0.01,0 M0,-5 V0 L3,3"

#: Event definition → path, and whether it is filled also when the event only catches.
EVENTS = {
    "message": _ENVELOPE,
    "timer": _CLOCK,
    "signal": "M0,-7 L8,6 H-8 z",
    "error": "M-7,7 L-3,-6 L2,2 L6,-7 L3,6 L-2,-2 z",
    "escalation": "M0,-8 L6,7 L0,1 L-6,7 z",
    "conditional": "M-6,-7 h12 v14 h-12 z M-4,-4 h8 M-4,0 h8 M-4,4 h8",
    "link": "M-8,-3 h9 v-4 l7,7 l-7,7 v-4 h-9 z",
    "compensate": "M0,-6 V6 L-8,0 z M8,-6 V6 L0,0 z",
    "cancel": "M-6,-4 L-4,-6 L0,-2 L4,-6 L6,-4 L2,0 L6,4 L4,6 L0,2 L-4,6 L-6,4 L-2,0 z",
    "terminate": "M0,-8 a8,8 0 1,0 0.01,0 z",
    "multiple": "M0,-8 L8,-2 L5,7 H-5 L-8,-2 z",
}
#: Always filled, as only a throwing event has them.
FILLED = frozenset(("terminate",))

GATEWAYS = {
    "exclusiveGateway": ("M-7,-7 L7,7 M7,-7 L-7,7", 3),
    "parallelGateway": ("M0,-10 V10 M-10,0 H10", 3),
    "inclusiveGateway": ("M0,-9 a9,9 0 1,0 0.01,0 z", 3),
    "eventBasedGateway": (
        "M0,-11 a11,11 0 1,0 0.01,0 z M0,-8 a8,8 0 1,0 0.01,0 z M0,-5 L5,-1 L3,4 H-3 L-5,-1 z",
        1,
    ),
    "complexGateway": ("M-7,-7 L7,7 M7,-7 L-7,7 M0,-10 V10 M-10,0 H10", 2),
}

TASKS = {
    "userTask": "M0,-7 a3.5,3.5 0 1,0 0.01,0 z M-7,7 V5 C-7,1 -3,1 0,1 C3,1 7,1 7,5 V7 z",
    "manualTask": "M-7,-1 L-2,-5 H5 M-7,-1 V5 L-3,6 H5 M5,-5 A1.4,1.4 0 0 1 5,-2 H0 M6,-2 A1.4,1.4 0 0 1 6,1 H1 M6,1 A1.4,1.4 0 0 1 5,4 H1",
    "serviceTask": "M0,-7 a7,7 0 1,0 0.01,0 z M0,-3 a3,3 0 1,0 0.01,0 z",
    "sendTask": _ENVELOPE,
    "receiveTask": _ENVELOPE,
    "scriptTask": "M-5,-7 h10 c-4,4 4,10 0,14 h-10 c4,-4 -4,-10 0,-14 z M-3,-3 h5 M-2,0 h5 M-1,3 h5",
    "businessRuleTask": "M-8,-6 h16 v12 h-16 z M-8,-2 h16 M-3,-2 v8 M-8,2 h16",
}

#: Marks at the lower edge of an activity.
MARKERS = {
    "parallel": "M-5,-6 V6 M0,-6 V6 M5,-6 V6",
    "sequential": "M-6,-5 H6 M-6,0 H6 M-6,5 H6",
    "loop": "M-3,6 A6,6 0 1 1 3,6 M-6,6 H-3 V3",
    "collapsed": "M-7,-7 h14 v14 h-14 z M0,-4 V4 M-4,0 H4",
    "adHoc": "M-7,2 C-4,-5 -1,-3 0,0 C1,3 4,5 7,-2",
}


def path(shape: str, x: float, y: float, *, stroke: str, fill: str = "none", width: float = 1) -> str:
    """The sign at a point."""
    return (
        f'<path d="{shape}" transform="translate({x:.0f},{y:.0f})" fill="{fill}" stroke="{stroke}" '
        f'stroke-width="{width}" stroke-linejoin="round"/>'
    )
