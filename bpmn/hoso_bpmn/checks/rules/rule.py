"""Rules: an identifier, a severity, a remedy, and a function that yields faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from hoso_bpmn.checks.rules.context import Contents, Subject
from hoso_bpmn.errors import Located
from hoso_bpmn.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Fault:
    """Fault with its place, and its own remedy where the rule's is inexact."""

    place: Located | None
    message: str
    remedy: str | None = None
    file: str | None = None
    line: int = 0


#: Characters of a finding's message.
MAX_MESSAGE = 2_000

Faults: TypeAlias = Iterator[Fault]
T = TypeVar("T", contravariant=True)


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """A rule; `id` names its page in `docs/rules/`."""

    id: str
    severity: Severity
    remedy: str
    _see: Callable[[T], Faults]

    def findings(self, subject: T, file: str) -> Iterator[Finding]:
        """Everything that the rule sees in a subject."""
        for fault in self._see(subject):
            place = fault.place
            yield Finding(
                severity=self.severity,
                rule=self.id,
                element=place.id if place is not None else None,
                line=place.line if place is not None else fault.line,
                message=_short(fault.message),
                remedy=fault.remedy or self.remedy,
                file=fault.file or file,
            )


def _short(message: str) -> str:
    """Shorten a message; a name in it may be as long as its file. A report repeats it with every finding."""
    return message if len(message) <= MAX_MESSAGE else message[:MAX_MESSAGE] + "…"


ProcessRule: TypeAlias = Callable[[Subject], Faults]
PackageRule: TypeAlias = Callable[[Contents], Faults]

#: Rules of one process, in the order in which a reader mends: shape first, promises last.
PROCESS: list[Rule[Subject]] = []
#: Rules of a package as a whole.
PACKAGE: list[Rule[Contents]] = []


def process_rule(
    identity: str, *, remedy: str, severity: Severity = Severity.ERROR
) -> Callable[[ProcessRule], ProcessRule]:
    """Register a function as a rule that looks at one process."""

    def register(see: ProcessRule) -> ProcessRule:
        PROCESS.append(Rule(identity, severity, remedy, see))
        return see

    return register


def package_rule(
    identity: str, *, remedy: str, severity: Severity = Severity.ERROR
) -> Callable[[PackageRule], PackageRule]:
    """Register a function as a rule that looks at a package."""

    def register(see: PackageRule) -> PackageRule:
        PACKAGE.append(Rule(identity, severity, remedy, see))
        return see

    return register
