"""Remove from a lock file of npm the addresses where packages ask for funding."""

import json
import sys
from pathlib import Path


def without_addresses(text: str) -> str:
    """The lock without `funding`; versions and digests stay."""
    lock = json.loads(text)
    for package in lock["packages"].values():
        package.pop("funding", None)
    return json.dumps(lock, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        file = Path(name)
        file.write_text(without_addresses(file.read_text(encoding="utf-8")), encoding="utf-8")
