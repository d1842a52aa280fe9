"""Check links, the map, pages of rules, and tests that documents name.

    links       lead to a file, and to a heading of it
    map         has a line for each room, names nothing that is not there; the glossary has the words of all modules
    rule pages  show the same examples and as many paragraphs in both languages; the indexes list each with one weight
    examples    write extension properties as a modeller saves them
    evidence    is there: tests of journeys, of security requirements, of the comparison with other systems

Usage: PYTHONPATH=tools python -m documents [FOLDER]      exit 0 clean, 1 findings
"""

import sys
from pathlib import Path

import findings
from documents import evidence, examples, house_map, links, rule_pages

CHECKS = (links, house_map, rule_pages, examples, evidence)


def main() -> int:
    """Print the findings of all checks."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    return findings.report(finding for check in CHECKS for finding in check.findings(root))


if __name__ == "__main__":
    sys.exit(main())
