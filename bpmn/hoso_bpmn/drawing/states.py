"""States that a diagram shows: of dossiers, versions, checks, scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

INK, PAPER, FAINT = "#22242a", "#ffffff", "#6b7280"


@dataclass(frozen=True, slots=True)
class Look:
    """Appearance of a state: colours, border width, sign of the mark, word."""

    border: str
    fill: str
    width: float
    sign: str
    word: str


DONE = Look("#166534", "#ecfdf3", 2, "M-4,0 L-1,4 L5,-4", "đã xong")
CURRENT = Look("#1d4ed8", "#eff6ff", 4, "M-3,-5 L5,0 L-3,5 z", "đang xử lý")
LATE = Look("#b91c1c", "#fef2f2", 4, "M0,-5 V1 M0,4 V5", "quá hạn")
ADDED = Look("#166534", "#ecfdf3", 3, "M-5,0 H5 M0,-5 V5", "mới")
REMOVED = Look("#b91c1c", "#fef2f2", 3, "M-5,0 H5", "đã bỏ")
CHANGED = Look("#92400e", "#fffbeb", 3, "M-5,4 L0,-5 L5,4 M-3,1 H3", "đã sửa")
FAULTY = Look("#b91c1c", "#fef2f2", 4, "M-4,-4 L4,4 M-4,4 L4,-4", "có lỗi")
WARNED = Look("#92400e", "#fffbeb", 3, "M0,-5 V1 M0,4 V5", "có cảnh báo")
#: Of a flow: its mark stands in the middle of the line.
UNTAKEN = Look("#92400e", "#fffbeb", 3, "M-4,-4 L4,4 M-4,4 L4,-4", "chưa kịch bản nào đi qua")
PLAIN = Look(INK, PAPER, 1.5, "", "")


@dataclass(frozen=True, slots=True)
class State:
    """State of a dossier: elements done, current, and late with their words."""

    done: frozenset[str] = frozenset()
    current: frozenset[str] = frozenset()
    late: Mapping[str, str] = field(default_factory=dict)

    def look(self, element: str) -> Look:
        """Appearance of an element: late before current, current before done."""
        if element in self.late:
            return LATE
        return CURRENT if element in self.current else DONE if element in self.done else PLAIN

    def words(self, element: str) -> str:
        """The state in words; empty where there is nothing to say."""
        return self.late.get(element) or self.look(element).word

    def travelled(self, source: str, target: str) -> bool:
        """True when the dossier came along a flow between the two."""
        return source in self.done and (target in self.done or target in self.current or target in self.late)


@dataclass(frozen=True, slots=True)
class Revision:
    """Elements of which two versions differ, with the words for changes."""

    added: frozenset[str] = frozenset()
    #: It has no part in the hash: a table has none.
    changed: Mapping[str, str] = field(default_factory=dict, hash=False)
    #: What an older version has and the newer one has not.
    removed: frozenset[str] = frozenset()

    def look(self, element: str) -> Look:
        """Appearance of an element."""
        if element in self.removed:
            return REMOVED
        return ADDED if element in self.added else CHANGED if element in self.changed else PLAIN

    def words(self, element: str) -> str:
        """The change in words."""
        return self.changed.get(element) or self.look(element).word

    def travelled(self, source: str, target: str) -> bool:
        """No dossier is shown."""
        del source, target
        return False


@dataclass(frozen=True, slots=True)
class Checked:
    """Elements of which a check has something to say."""

    errors: frozenset[str] = frozenset()
    warnings: frozenset[str] = frozenset()

    def look(self, element: str) -> Look:
        """Appearance of an element: an error before a warning."""
        return FAULTY if element in self.errors else WARNED if element in self.warnings else PLAIN

    def words(self, element: str) -> str:
        """The finding in words; empty where there is none."""
        return self.look(element).word

    def travelled(self, source: str, target: str) -> bool:
        """False: no dossier is shown."""
        del source, target
        return False


@dataclass(frozen=True, slots=True)
class Untaken:
    """Sequence flows that no scenario takes."""

    flows: frozenset[str] = frozenset()

    def look(self, element: str) -> Look:
        """Appearance of an element: that of any."""
        del element
        return PLAIN

    def words(self, element: str) -> str:
        """Nothing: flows are marked, not elements."""
        del element
        return ""

    def travelled(self, source: str, target: str) -> bool:
        """False: no dossier is shown."""
        del source, target
        return False


#: Everything that a diagram may show.
Shown = State | Revision | Checked | Untaken
