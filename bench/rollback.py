"""An upgrade from an earlier release and the way back, by the steps of docs/operations.md.

`python bench/rollback.py [REVISION]` takes a revision of this repository out of git (the newest before this one that has fewer
migrations, where none is named), makes its environment by its own Makefile, has it set up an authority by its own
docs/first-hour.md and serve it, and files dossiers. Then it backs up, rehearses with the present release, upgrades, works on, and goes
back to the earlier release with the backup. Chains are compared at each step. It prints figures and ends with 1 where something differs.
An earlier release that has no `hoso restore` goes back by a copy of its home.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import httpx

from support import ports, served

ROOT = Path(__file__).parents[1]
VERSIONS = "models/hoso_models/migrations/versions"
#: The end of each dossier's chain: reference, number of events, digest.
CHAINS = """
select d.reference || ' ' || count(*) || ' ' || (array_agg(encode(e.hash, 'hex') order by e.seq desc))[1]
from dossier d join dossier_event e on e.dossier_id = d.id group by d.reference order by d.reference
"""
READING = """
import sys
from pathlib import Path
from hoso_models import postgres
with postgres.Server(Path(sys.argv[1])) as server:
    print(server.query(sys.argv[2], "hoso"))
"""
FILING: Mapping[str, Any] = {
    "procedure": "9.000001",
    "channel": "desk",
    "applicant": {"kind": "person", "name": "Người nộp hồ sơ"},
    "form": {},
    "components": ["TP01"],
}
#: The steps of the guide's procedure after acceptance: who completes each, and with which words.
STEPS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("chuyen-vien", {}),
    ("lanh-dao", {"result": "granted"}),
    ("mot-cua", {}),
)
#: The blocks of the guide: what the fence says, and what is in it.
BLOCK = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```", re.DOTALL | re.MULTILINE)
#: The master key, in a home.
KEY = Path("keys", "master.key")


@dataclass(frozen=True)
class Release:
    """A release that can be run: its Python, and the folder of its sources where it is not this one."""

    name: str
    python: str
    folder: Path | None = None

    def environment(self, home: Path, **told: str) -> dict[str, str]:
        """The environment of its commands, which knows nothing of another release."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HOSO_")}
        if self.folder is not None:
            kept.pop("PYTHONPATH", None)
            kept["PATH"] = f"{Path(self.python).parent}:{kept['PATH']}"
        return {**kept, "HOSO_HOME": str(home), "LC_ALL": "C.UTF-8", "COLUMNS": "160", **told}

    def hoso(self, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `hoso` in a home."""
        command = [self.python, "-c", "from hoso_api.cli.main import main; main()", *words]
        return subprocess.run(
            command, env=self.environment(home), cwd=home.parent, capture_output=True, text=True, check=False
        )

    def chains(self, home: Path) -> dict[str, str]:
        """Reference → number of events and last digest, of a home that nobody serves."""
        command = [self.python, "-c", READING, str(home), CHAINS]
        done = subprocess.run(
            command,
            env=self.environment(home),
            cwd=home.parent,
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(line.split(" ", 1) for line in done.stdout.splitlines() if line)

    @contextmanager
    def serving(self, home: Path) -> Iterator[str]:
        """The address at which it serves a home, until the block ends."""
        with ExitStack() as stack:
            port, prefect = (str(stack.enter_context(ports.kept())) for _ in range(2))
            told = {"HOSO_PORT": port, "HOSO_PREFECT_PORT": prefect}
            command = [self.python, "-c", "from hoso_api.cli.main import main; main()", "serve"]
            process = stack.enter_context(
                subprocess.Popen(
                    command,
                    env=self.environment(home, **told),
                    cwd=home.parent,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            try:
                served.said(process, "flows is ready")
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()
                process.communicate(timeout=served.PATIENCE)


@dataclass
class Rehearsal:
    """An upgrade and the way back, with all that was seen to differ."""

    earlier: Release
    present: Release
    folder: Path
    faults: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        """The home that is upgraded."""
        return self.folder / ".hoso"

    def expect(self, holds: bool, what: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.faults.append(what)

    def ran(self, release: Release, home: Path, *words: str, status: int = 0) -> str:
        """Output of a command; one that ends otherwise than it should is a fault."""
        done = release.hoso(home, *words)
        text = f"{release.name}: hoso {' '.join(words)} ended with {done.returncode}: {done.stdout[-800:]}{done.stderr[-800:]}"
        self.expect(done.returncode == status, text)
        return done.stdout

    def audited(self, release: Release, home: Path, when: str) -> None:
        """Have a release audit everything."""
        begun = time.monotonic()
        found = self.ran(release, home, "audit", "--json")
        self.expect(json.loads(found or "[]") == [], f"{when}: {found}")
        say(f"{when}: audit by {release.name}, s", time.monotonic() - begun)


class Desk:
    """The officers of the guide at the API, each with their token."""

    def __init__(self, folder: Path, address: str) -> None:
        self._client = httpx.Client(base_url=address, timeout=60)
        self._folder = folder

    def act(self, who: str, path: str, body: Mapping[str, Any]) -> Any:
        """Do something as somebody."""
        token = (self._folder / f"{who}.token").read_text(encoding="utf-8").strip()
        answer = self._client.post(
            f"/v1/{path}", json=dict(body), headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def files(self, number: int) -> list[str]:
        """File so many dossiers; each goes a step further than the one before, and the last ones of five are handed over."""
        references = []
        for place in range(number):
            reference = self.act("mot-cua", "dossiers", FILING)["reference"]
            references.append(reference)
            if place % 5:
                standing = self.act("mot-cua", f"dossiers/{reference}/acceptance", {})
                self._goes_on(standing, STEPS[: place % 5 - 1])
        return references

    def finishes(self, references: Sequence[str]) -> None:
        """Accept what waits for it, and hand over what is open."""
        for reference in references:
            standing = self._read(reference)
            if standing["status"] == "filed":
                standing = self.act("mot-cua", f"dossiers/{reference}/acceptance", {})
            done = [each[0] for each in STEPS].index(_holder(standing)) if standing["tasks"] else len(STEPS)
            self._goes_on(standing, STEPS[done:])

    def _goes_on(self, standing: Any, steps: Sequence[tuple[str, Mapping[str, str]]]) -> None:
        for who, said in steps:
            (task,) = standing["tasks"]
            standing = self.act(who, f"user-tasks/{task['id']}/completion", said)

    def _read(self, reference: str) -> Any:
        token = (self._folder / "mot-cua.token").read_text(encoding="utf-8").strip()
        answer = self._client.get(
            f"/v1/dossiers/{reference}", headers={"Authorization": f"Bearer {token}"}
        ).raise_for_status()
        return answer.json()


def _holder(standing: Any) -> str:
    """Officer of the guide who completes the open step of a dossier."""
    (task,) = standing["tasks"]
    roles = {"specialist": "chuyen-vien", "agency_head": "lanh-dao", "reception": "mot-cua"}
    return roles[task["role"]]


def say(what: str, figure: Any) -> None:
    """A line of the table."""
    words = (
        f"{figure:,.1f}"
        if isinstance(figure, float)
        else f"{figure:,}"
        if isinstance(figure, int)
        else figure
    )
    print(f"{what:78} {words:>12}", flush=True)


def called(program: str, *words: str, given: bytes | None = None, **told: Any) -> bytes:
    """Output of a program of this machine, which has to end well."""
    found = shutil.which(program)
    if found is None:
        raise SystemExit(f"this machine has no {program}")
    return subprocess.run([found, *words], input=given, check=True, stdout=subprocess.PIPE, **told).stdout


def git(*words: str) -> str:
    """Answer of git about this repository."""
    return called("git", "-C", str(ROOT), *words).decode()


def migrations_of(revision: str) -> dict[str, str]:
    """The migrations of a revision: file → what is in it, as git names it."""
    listed = git("ls-tree", "-r", revision, f"{VERSIONS}/").splitlines()
    return {line.split("\t")[1]: line.split()[2] for line in listed if re.search(r"/\d{4}_\w+\.py$", line)}


def release_before() -> str:
    """The newest revision on the way here whose migrations are a part of the present ones."""
    present = migrations_of("HEAD")
    for revision in git("log", "--first-parent", "--format=%H", "HEAD", "--", VERSIONS).split():
        before = git("rev-parse", f"{revision}^").strip()
        for each in (revision, before):
            found = migrations_of(each)
            if len(found) < len(present) and found.items() <= present.items():
                return each
    raise SystemExit("no revision of this repository has fewer migrations")


def made(revision: str, folder: Path) -> Release:
    """A revision in a folder of its own, with its environment."""
    name = git("rev-parse", "--short", revision).strip()
    folder.mkdir(mode=0o755)
    called("tar", "-x", "-C", str(folder), given=called("git", "-C", str(ROOT), "archive", revision))
    kept = {each: value for each, value in os.environ.items() if each not in ("PYTHONPATH", "MAKEFLAGS")}
    begun = time.monotonic()
    called("make", "-C", str(folder), ".venv/installed", env=kept)
    say(f"{name}: sources and environment made, s", time.monotonic() - begun)
    return Release(name, str(folder / ".venv" / "bin" / "python"), folder)


def set_up(release: Release, folder: Path) -> None:
    """An authority with its officers and procedure, by the commands of the release's own guide up to `hoso serve`."""
    assert release.folder is not None
    lines = ["set -euo pipefail"]
    for kind, name, text in BLOCK.findall((release.folder / "docs" / "first-hour.md").read_text("utf-8")):
        if kind == "console" and "hoso serve" in text:
            break
        if kind == "console":
            lines += [line.removeprefix("$ ") for line in text.splitlines()]
        else:
            lines += [f"mkdir -p $(dirname {name})", f"cat > {name} <<'END OF FILE'\n{text}END OF FILE"]
    done = subprocess.run(
        ["/bin/bash", "-c", "\n".join(lines)],
        cwd=folder,
        env=release.environment(folder / ".hoso"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def rehearse(it: Rehearsal, number: int) -> None:
    """All steps, one after the other."""
    set_up(it.earlier, it.folder)
    restores = (it.earlier.folder or ROOT).joinpath("api/hoso_api/cli/restore.py").exists()
    # What an earlier release cannot do, the present one does for it; it changes no table by that.
    taker = it.earlier if restores else it.present
    first, last, away = it.folder / "first", it.folder / "last", it.folder / "away"
    with it.earlier.serving(it.home) as address:
        desk = Desk(it.folder, address)
        known = desk.files(number)
        timed(
            f"1. backup by {taker.name} while the earlier one serves",
            lambda: it.ran(taker, it.home, "backup", str(first)),
        )
        known += desk.files(number // 2)
    timed(
        "1. rehearsal of it with the present release",
        lambda: it.ran(it.present, it.folder / "other", "restore", str(first), "--rehearse"),
    )
    timed(
        f"2. backup by {taker.name}, once nobody serves", lambda: it.ran(taker, it.home, "backup", str(last))
    )
    if not restores:
        timed("2. copy of the home", lambda: copied(it.home, away))
    at_stop = it.earlier.chains(it.home)
    say("   dossiers then", len(at_stop))
    it.expect(set(at_stop) == set(known), "dossiers are missing before the upgrade")
    filed_since = upgraded(it, at_stop, known)
    goes_back(it, last if restores else None, away, at_stop, filed_since)


def timed(what: str, does: Callable[[], object]) -> None:
    """Do something, and print the seconds that it took."""
    begun = time.monotonic()
    does()
    say(f"{what}, s", time.monotonic() - begun)


def copied(source: Path, copy: Path) -> None:
    """Copy a home that stands still, with the owners of its files."""
    called("cp", "-a", str(source), str(copy))


def upgraded(it: Rehearsal, at_stop: Mapping[str, str], known: Sequence[str]) -> list[str]:
    """Upgrade, look whether all is as it was, and work on. The dossiers that are filed then."""
    timed("3. hoso db upgrade", lambda: it.ran(it.present, it.home, "db", "upgrade"))
    it.expect(it.present.chains(it.home) == at_stop, "the upgrade has changed chains")
    it.audited(it.present, it.home, "4. upgraded")
    begun = time.monotonic()
    with it.present.serving(it.home) as address:
        say("4. served by the present release after, s", time.monotonic() - begun)
        it.ran(it.present, it.home, "doctor")
        desk = Desk(it.folder, address)
        desk.finishes(known[: len(known) // 2])
        filed = desk.files(10)
    it.audited(it.present, it.home, "4. worked on")
    refused = it.earlier.hoso(it.home, "audit")
    it.expect(
        refused.returncode == 2, f"the earlier release does not refuse: {refused.stdout}{refused.stderr}"
    )
    return filed


def goes_back(
    it: Rehearsal, backup: Path | None, away: Path, at_stop: Mapping[str, str], filed_since: Sequence[str]
) -> None:
    """The earlier release with the backup, in an empty home; then forward once more."""
    if backup is not None:
        words = ("restore", str(backup), "--master-key", str(it.home / KEY))
        timed("back: restored and audited by the earlier release", lambda: it.ran(it.earlier, away, *words))
    there = it.earlier.chains(away)
    it.expect(there == at_stop, "what is restored is not what stood there before the upgrade")
    say("back: dossiers", len(there))
    say("back: filed since the upgrade, and lost as told", len(set(filed_since) - set(there)))
    it.audited(it.earlier, away, "back")
    begun = time.monotonic()
    with it.earlier.serving(away) as address:
        say("back: served by the earlier release after, s", time.monotonic() - begun)
        desk = Desk(it.folder, address)
        desk.finishes(sorted(at_stop))
        desk.files(5)
    it.audited(it.earlier, away, "back, worked on")
    it.ran(it.present, away, "db", "upgrade")
    it.audited(it.present, away, "forward once more")


def main() -> None:
    """Rehearse, print, and end with 1 where something differs."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("revision", nargs="?", help="of the earlier release; the one before when absent")
    asked.add_argument("--dossiers", type=int, default=40, help="dossiers before the backup")
    given = asked.parse_args()
    revision = given.revision or release_before()
    with tempfile.TemporaryDirectory(prefix="hoso-rollback-") as made_in:
        folder = Path(made_in)
        folder.chmod(0o755)
        say("from", git("log", "-1", "--format=%h of %as", revision).strip())
        say("   migrations more since then", len(migrations_of("HEAD")) - len(migrations_of(revision)))
        earlier = made(revision, folder / "earlier")
        it = Rehearsal(earlier, Release("this", sys.executable), folder / "authority")
        it.folder.mkdir(mode=0o755)
        rehearse(it, given.dossiers)
    print("\n".join(it.faults) or "Nothing differs.")
    sys.exit(1 if it.faults else 0)


if __name__ == "__main__":
    main()
