"""Rules of a template's typst: it imports `common.typ`, and reads nothing.

The limited child refuses the same whatever a template writes, since it has neither files nor a network; here it is said
before, with its line.
"""

import re
from collections.abc import Iterator

from hoso_bpmn.findings import Finding
from hoso_calendar.messages import say
from hoso_workflows.letters.template_check.findings import TYPST, finding

_IMPORT = re.compile(r'#import "common\.typ"(?:: [\w*, -]+)?;?\s*')
#: Names by which typst reads, evaluates or reaches for more than the letter.
_READS = re.compile(
    r"\b(?:import|include|read|eval|plugin|image|json|csv|toml|yaml|xml|cbor|bibliography|sys|std|dictionary)\b"
)


def of_source(source: str) -> Iterator[Finding]:
    """Names that a template may not use, line by line."""
    for number, line in enumerate(source.splitlines(), start=1):
        if _IMPORT.fullmatch(line):
            continue
        for name in dict.fromkeys(_READS.findall(line)):
            said = say("{name} reaches for more than the letter's values.", name=name)
            yield finding("template-reads", TYPST, number, said)
