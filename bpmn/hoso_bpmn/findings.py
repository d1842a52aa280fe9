"""Findings of a check, worded so that the author can correct the declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """Severity of a finding."""

    #: The procedure cannot be published before this is mended.
    ERROR = "error"
    #: The procedure runs; somebody should look at it.
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `rule` names a page of `docs/rules/`; `line` counts from 1, 0 where there is none."""

    severity: Severity
    rule: str
    element: str | None
    line: int
    message: str
    remedy: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one check, in the order of file and line."""

    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Report:
        """Sort, and drop what two rules said in the same words."""
        return cls(
            tuple(sorted(set(findings), key=lambda f: (f.file, f.line, f.rule, f.element or "", f.message)))
        )

    @property
    def ok(self) -> bool:
        """True when nothing forbids publication."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is Severity.WARNING)

    def to_json(self) -> dict[str, Any]:
        """JSON-safe; `from_json` reads it back."""
        return {"schema": "hoso-report/1", "ok": self.ok, "findings": [asdict(f) for f in self.findings]}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Report:
        """The report that `to_json` wrote."""
        return cls(
            tuple(Finding(**{**row, "severity": Severity(row["severity"])}) for row in document["findings"])
        )


class RefusedFile(ValueError):
    """File that is not read any further: rule, place and remedy.

    Where several things are wrong at once, `faults` are their lines and messages, one by one.
    """

    def __init__(
        self,
        rule: str,
        message: str,
        *,
        line: int = 0,
        remedy: str = "",
        file: str = "",
        faults: Iterable[tuple[int, str]] = (),
    ) -> None:
        self.rule = rule
        self.message = message
        self.line = line
        self.remedy = remedy
        self.file = file
        self.faults = tuple((at, said) for at, said in faults)
        place = f"{file}:{line}" if file and line else file or (f"line {line}" if line else "")
        super().__init__(f"{place + ': ' if place else ''}{message} {remedy}".strip())

    def to_json(self) -> dict[str, Any]:
        """JSON that makes an equal error again: `RefusedFile(**document)`."""
        return {
            "rule": self.rule,
            "message": self.message,
            "line": self.line,
            "remedy": self.remedy,
            "file": self.file,
            "faults": self.faults,
        }

    def findings(self, file: str = "") -> tuple[Finding, ...]:
        """The same as findings of a report, one for each fault."""
        return tuple(
            Finding(Severity.ERROR, self.rule, None, line, message, self.remedy, self.file or file)
            for line, message in self.faults or ((self.line, self.message),)
        )
