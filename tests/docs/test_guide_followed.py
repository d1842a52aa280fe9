"""`docs/declare-a-procedure.md`, each command typed as it stands there, with the diagram that a modeller has saved."""

import re
import shlex
from pathlib import Path

import pytest

from support.command_line import Ran, hoso
from support.world import PROVINCE, person

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "declare-a-procedure.md").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r"^```\w+ ([^\n]+)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE))
MODELLER = ROOT / "tests" / "bpmn" / "modeller"
#: A code that is new is claimed at the top of the tree, as the guide says.
DECLARER, APPROVER = person("procedure_declarer", PROVINCE), person("procedure_approver", PROVINCE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the guide beside which its commands are typed, with the diagram of the first try."""
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "9.000100"
    for name, text in SHOWN.items():
        if "/" in name or name == "procedure.toml":
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_text(text, encoding="utf-8")
    draw(made, "first-try.bpmn")
    return made


def draw(folder: Path, saved: str) -> None:
    (folder / "process.bpmn").write_bytes((MODELLER / saved).read_bytes())


def typed(line: str, **settings: str) -> Ran:
    """A command of the guide, in English as the page shows it."""
    program, *words = shlex.split(line, comments=True)
    assert program == "hoso"
    return hoso(*words, LC_ALL="C.UTF-8", LANGUAGE="", **settings)


def test_the_guide_is_followed_from_the_first_check_to_the_active_procedure(
    folder: Path, world_url: str
) -> None:
    first = typed("hoso procedures check 9.000100")
    assert (first.status, first.out) == (1, SHOWN["check of the first try"])
    draw(folder, "mended.bpmn")
    checked = typed("hoso procedures check 9.000100")
    assert (checked.status, checked.out, checked.err) == (0, "", "0 errors, 0 warnings\n")
    assert typed("hoso procedures test 9.000100").status == 0
    publish, approve, activate = SHOWN["commands of publication"].splitlines()
    submitted = typed(publish.replace("…", str(DECLARER)), url=world_url)
    given = hoso("tokens", "create", str(APPROVER), url=world_url).out.strip()
    steps = [submitted, *(typed(each, url=world_url, given=f"{given}\n") for each in (approve, activate))]
    assert [(ran.status, ran.out) for ran in steps] == [
        (0, f"9.000100 phiên bản 1: {status}\n") for status in ("submitted", "approved", "active")
    ]


def test_the_guide_s_commands_are_all_the_commands_of_publication() -> None:
    assert [line.split()[2] for line in SHOWN["commands of publication"].splitlines()] == [
        "publish",
        "approve",
        "activate",
    ]
