"""Findings of the checks of `make check`: a place and a message each."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """A line that breaks a rule."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def report(found: Iterable[Finding]) -> int:
    """Print all findings, then their number; 1 where there is one."""
    told = list(found)
    for finding in told:
        print(finding)
    print(f"{len(told)} findings")
    return 1 if told else 0
