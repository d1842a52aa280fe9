"""`hoso procedures`: from another tool's diagram to a tested package, and running dossiers to another version of it."""

import asyncio
from pathlib import Path

import pytest

import hoso_bpmn
from hoso_bpmn import sandbox
from hoso_bpmn.drawing import apart
from hoso_bpmn.package import package
from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService, Outcome
from support.builders import packages
from support.command_line import hoso, stored
from support.world import PROVINCE, World, person, publish_package

ROOT = Path(__file__).parents[3]
P1 = "1.014464"
FOREIGN = packages.drawing('<scriptTask id="Tham_dinh" name="Tính phí"><script>1</script></scriptTask>')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The bundled procedure in a folder of its own."""
    return laid_out(tmp_path / P1, package.bundled(P1))


def laid_out(path: Path, read: package.Package) -> Path:
    for name, data in read.files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def renamed(word: str = "B4. Thẩm định") -> package.Package:
    """The procedure with another name for its fourth step, without its scenarios."""
    files = {
        path: data for path, data in package.bundled(P1).files.items() if not path.startswith("scenarios/")
    }
    drawing = files["process.bpmn"].decode()
    changed = drawing.replace("B4. Thẩm định hồ sơ, dự thảo văn bản trình", word)
    return package.read({**files, "process.bpmn": changed.encode()})


def test_a_foreign_diagram_becomes_a_package_with_every_change_told(tmp_path: Path) -> None:
    (tmp_path / "ngoai.bpmn").write_bytes(FOREIGN)
    ran = hoso("procedures", "import", str(tmp_path / "ngoai.bpmn"), "-o", str(tmp_path / "goi"), "--json")
    assert (ran.status, ran.json["schema"], ran.json["files"]) == (
        0,
        "hoso-import/1",
        ["procedure.toml", "process.bpmn"],
    )
    assert {"Tham_dinh"} <= {change["element"] for change in ran.json["changes"]}
    assert 'term = ""' in (tmp_path / "goi" / "procedure.toml").read_text(encoding="utf-8")
    gaps = hoso("procedures", "check", str(tmp_path / "goi"), "--json")
    assert (gaps.status, {finding["rule"] for finding in gaps.json["findings"]}) == (1, {"manifest-key"})


def test_an_import_takes_the_decisions_along_that_are_given(tmp_path: Path) -> None:
    (tmp_path / "ngoai.bpmn").write_bytes(FOREIGN)
    (tmp_path / "phi.dmn").write_bytes(b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>')
    drawing, table = str(tmp_path / "ngoai.bpmn"), str(tmp_path / "phi.dmn")
    ran = hoso("procedures", "import", drawing, "--decisions", table, "-o", str(tmp_path / "goi"), "--json")
    assert (ran.status, ran.json["files"]) == (0, ["phi.dmn", "procedure.toml", "process.bpmn"])
    assert (tmp_path / "goi" / "phi.dmn").read_bytes() == (tmp_path / "phi.dmn").read_bytes()


def test_two_decision_tables_of_one_name_are_refused_rather_than_one_lost(tmp_path: Path) -> None:
    drawing, one, other = tmp_path / "ngoai.bpmn", tmp_path / "phi.dmn", tmp_path / "b" / "phi.dmn"
    other.parent.mkdir()
    for path, data in ((drawing, FOREIGN), (one, b"<a/>"), (other, b"<b/>")):
        path.write_bytes(data)
    tables = ("--decisions", str(one), "--decisions", str(other))
    ran = hoso("procedures", "import", str(drawing), *tables, "-o", str(tmp_path / "goi"))
    assert (ran.status, "another file is called phi.dmn already" in ran.err) == (2, True)
    assert not (tmp_path / "goi").exists()


def test_an_import_writes_over_nothing(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "ngoai.bpmn").write_bytes(FOREIGN)
    before = (folder / "process.bpmn").read_bytes()
    ran = hoso("procedures", "import", str(tmp_path / "ngoai.bpmn"), "-o", str(folder))
    assert (ran.status, "nothing is written over" in ran.err) == (2, True)
    assert (folder / "process.bpmn").read_bytes() == before


def test_what_is_no_diagram_is_refused_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").write_bytes(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")
    ran = hoso("procedures", "import", str(tmp_path / "a.bpmn"), "-o", str(tmp_path / "goi"))
    assert (ran.status, "DOCTYPE" in ran.err, "Traceback" in ran.err) == (2, True, False)
    assert not (tmp_path / "goi").exists()


def test_a_bundled_procedure_is_tested_by_its_code() -> None:
    ran = hoso("procedures", "test", P1)
    assert ran.status == 0
    assert "process.bpmn: 10 / 10" in ran.out


def test_a_failing_scenario_is_told_by_test_and_refuses_check(folder: Path) -> None:
    path = folder / "scenarios" / "duong-thang.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("due_legal = 2026-05-04", "due_legal = 2026-05-05"), encoding="utf-8")
    said = "due_legal should be 2026-05-05 17:00, but is 2026-05-04 17:00"
    ran = hoso("procedures", "test", str(folder))
    assert (ran.status, said in ran.out) == (1, True)
    checked = hoso("procedures", "check", str(folder), "--json")
    (finding,) = checked.json["findings"]
    assert (checked.status, finding["rule"], said in finding["message"]) == (1, "scenario-failed", True)


def test_flows_that_no_scenario_takes_are_listed(folder: Path) -> None:
    (folder / "scenarios" / "bo-sung-sau-tiep-nhan.toml").unlink()
    ran = hoso("procedures", "test", str(folder), "--json")
    (covered,) = ran.json["coverage"]
    assert (ran.status, [way["flow"] for way in covered["untaken"]]) == (0, ["Flow_8"])
    assert "chưa đi qua Flow_8 “Yêu cầu chỉnh sửa”" in hoso("procedures", "test", str(folder)).out


def test_an_unsound_package_is_not_played(folder: Path) -> None:
    (folder / "process.bpmn").write_bytes(FOREIGN)
    ran = hoso("procedures", "test", str(folder))
    assert (ran.status, "script" in ran.out) == (1, True)


def test_a_diagram_is_drawn_into_a_file_or_onto_the_terminal(tmp_path: Path, folder: Path) -> None:
    assert hoso("procedures", "draw", P1, "-o", str(tmp_path / "a.svg")).status == 0
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert hoso("procedures", "draw", str(folder / "process.bpmn")).out.strip() == drawn.strip()
    several = hoso("procedures", "draw", "1.013225")
    assert (several.status, "--case" in several.err) == (2, True)


def test_a_strangers_diagram_is_drawn_apart_and_its_reading_may_end_there(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bb">]><definitions/>'
    (tmp_path / "la.bpmn").write_bytes(bomb)
    ran = hoso("procedures", "draw", str(tmp_path / "la.bpmn"))
    assert (ran.status, ran.out, "DOCTYPE" in ran.err) == (2, "", True)
    limits = sandbox.Limits(wall_seconds=0)
    with pytest.raises(hoso_bpmn.RefusedFile, match="Reading the file was stopped"):
        sandbox.run(apart.drawn, package.bundled(P1).files["process.bpmn"], limits)


def test_versions_are_told_apart_in_words_and_as_a_picture(tmp_path: Path, folder: Path) -> None:
    other = laid_out(tmp_path / "moi", renamed())
    ran = hoso("procedures", "diff", str(folder), str(other), "--svg", str(tmp_path / "d.svg"))
    assert ran.status == 1
    said = 'sửa "B4. Thẩm định hồ sơ, dự thảo văn bản trình" thành "B4. Thẩm định"'
    assert said in ran.out
    assert (tmp_path / "d.svg").read_text(encoding="utf-8").startswith("<svg")
    same = hoso("procedures", "diff", P1, str(folder), "--json")
    assert (same.status, same.json) == (0, [])


CALLER, CALLEE = "9.000001", "9.000002"
SCENARIO = """schema = "hoso-scenario/1"
name = "Thẩm định liên thông"
[given]
calendar = "ha-tinh"
[[when]]
at = 2026-03-02 08:00:00
do = "file"
[[when]]
at = 2026-03-02 09:00:00
do = "accept"
then.tasks = [{ step = "Tham_dinh/Tiep_nhan" }]
"""


def calling() -> package.Package:
    """A procedure that calls another one; its term is that of the steps."""
    call = f'<callActivity id="Tham_dinh" name="Liên thông" calledElement="{CALLEE}"/>'
    term = f'code = "{CALLER}"\n[[case]]\nterm = "4 ngày làm việc"'
    return package.read(packages.package(call, term, {"scenarios/thu.toml": SCENARIO.encode()}))


def called(limit: str = "2 ngày làm việc") -> package.Package:
    task = f'<userTask id="Tham_dinh" name="Thẩm định" limit="{limit}"/>'
    return package.read(packages.package(task, f'code = "{CALLEE}"'))


@pytest.mark.parametrize("given", ["goi/duoc-goi", "goi", "duoc-goi.zip"])
def test_what_is_called_is_found_in_a_folder_a_zip_or_a_folder_of_packages(
    tmp_path: Path, given: str
) -> None:
    caller = str(laid_out(tmp_path / "goi" / "goi-di", calling()))
    laid_out(tmp_path / "goi" / "duoc-goi", called())
    (tmp_path / "duoc-goi.zip").write_bytes(called().to_zip())
    ran = hoso("procedures", "check", caller, "--with", str(tmp_path / given), "--json")
    assert (ran.status, ran.json["findings"]) == (0, [])
    played = hoso("procedures", "test", caller, "--with", str(tmp_path / given), "--json")
    assert (played.status, played.json["ok"]) == (0, True)


def test_what_is_called_and_not_given_is_said_with_the_way_to_give_it(tmp_path: Path) -> None:
    caller = str(laid_out(tmp_path / "goi", calling()))
    ran = hoso("procedures", "check", caller, "--json")
    (finding,) = ran.json["findings"]
    assert (ran.status, finding["rule"], finding["severity"]) == (0, "call-unknown", "warning")
    assert (CALLEE in finding["message"], "--with" in finding["remedy"]) == (True, True)
    played = hoso("procedures", "test", caller)
    assert (played.status, f"the called procedure '{CALLEE}' is not known here" in played.out) == (1, True)


def test_a_single_file_is_checked_with_what_it_calls(tmp_path: Path) -> None:
    drawing = tmp_path / "quy-trinh.bpmn"
    drawing.write_bytes(calling().files["process.bpmn"])
    ran = hoso("procedures", "check", str(drawing), "--json")
    assert (ran.status, [finding["rule"] for finding in ran.json["findings"]]) == (0, ["call-unknown"])
    other = str(laid_out(tmp_path / "duoc-goi", called()))
    ran = hoso("procedures", "check", str(drawing), "--with", other, "--json")
    assert (ran.status, ran.json["findings"]) == (0, [])


def test_the_limits_of_what_is_given_are_proved(tmp_path: Path) -> None:
    caller = str(laid_out(tmp_path / "goi", calling()))
    other = str(laid_out(tmp_path / "duoc-goi", called("7 ngày làm việc")))
    ran = hoso("procedures", "check", caller, "--with", other, "--json")
    (finding,) = ran.json["findings"]
    assert (ran.status, finding["rule"], finding["element"]) == (1, "limits-above-term", "Ky")
    assert "7 ngày làm việc (Liên thông → 9.000002: Thẩm định)" in finding["message"]


def test_what_cannot_be_given_is_said_in_a_sentence(tmp_path: Path) -> None:
    caller = str(laid_out(tmp_path / "goi", calling()))
    laid_out(tmp_path / "hai" / "a", called())
    laid_out(tmp_path / "hai" / "b", called("1 ngày làm việc"))
    (tmp_path / "trong").mkdir()
    said = {"khong": "no such file or folder", "trong": "is no package", "hai": "and they differ"}
    for path, words in said.items():
        ran = hoso("procedures", "check", caller, "--with", str(tmp_path / path))
        assert (ran.status, words in " ".join(ran.err.split()), "Traceback" in ran.err) == (2, True, False)


def test_versions_of_an_office_are_told_apart_with_what_they_call(world_url: str) -> None:
    asyncio.run(_declared_twice(world_url))
    ran = hoso("procedures", "diff", CALLER, "--from", "1", "--to", "2", url=world_url)
    assert (ran.status, ran.out.splitlines()) == (
        1,
        [
            'Bước Liên thông, thủ tục được gọi: sửa "9.000002, phiên bản 1" thành "9.000002, phiên bản 2"',
            'Trong 9.000002: Bước Thẩm định, thời hạn: sửa "2 ngày làm việc" thành "1 ngày làm việc"',
        ],
    )
    missing = hoso("procedures", "diff", CALLER, "--from", "1", "--to", "9", url=world_url)
    assert (missing.status, "9.000001/9" in missing.err) == (1, True)
    assert hoso("procedures", "diff", CALLER, "--from", "1", url=world_url).status == 2


def test_dossiers_are_moved_after_a_dry_run(world_url: str) -> None:
    dossier = asyncio.run(_running(world_url))
    administrator = str(person("administrator", PROVINCE))
    move = ("procedures", "migrate", P1, "--from", "1", "--to", "2", "--by", administrator)
    dry = hoso(*move, "--dry-run", "--json", url=world_url)
    assert dry.status == 0
    assert dry.json["counts"] == {"safe": 1, "needs mapping": 0, "blocked": 0, "moved": 0}
    assert [one["reference"] for one in dry.json["dossiers"]] == [dossier.reference]
    done = hoso(*move, url=world_url)
    assert (done.status, "moved" in done.out, "1 moved" in done.err) == (0, True, True)
    by = "select p.kind, e.on_behalf_of::text from dossier_event e join principal p on p.id = e.actor_id"
    assert stored(world_url, f"{by} where e.kind = 'migrated'") == [("operator", administrator)]
    assert hoso(*move, "--json", url=world_url).json["dossiers"] == []


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        (("--to", "9"), 1, "No version is known as 1.014464/9"),
        (("--by", "nobody"), 1, "No principal is known as nobody"),
        (("--map", "B4"), 2, "--map B4: write it as OLD=NEW."),
    ],
)
def test_what_cannot_be_moved_is_said_in_a_sentence(
    world_url: str, changed: tuple[str, str], status: int, said: str
) -> None:
    given = {"--from": "1", "--to": "1", "--by": str(person("administrator", PROVINCE))} | dict([changed])
    options = (word for option in given.items() for word in option)
    ran = hoso("procedures", "migrate", P1, *options, url=world_url)
    assert (ran.status, said in " ".join(ran.err.split()), "Traceback" in ran.err) == (status, True, False)


async def _running(url: str) -> Outcome:
    async with database.connect(url) as db:
        world = World(DossierService(db))
        dossier = await world.accepts(await world.files())
        await publish_package(db, renamed())
        return dossier


async def _declared_twice(url: str) -> None:
    async with database.connect(url) as db:
        for limit in ("2 ngày làm việc", "1 ngày làm việc"):
            await publish_package(db, called(limit))
            await publish_package(db, calling())


@pytest.mark.parametrize(("spoken", "page"), [("en", "docs/rules/{}.md"), ("vi", "docs/rules/vi/{}.md")])
def test_a_finding_names_the_page_of_its_rule_in_the_language_that_it_is_told_in(
    tmp_path: Path, spoken: str, page: str
) -> None:
    for name, data in packages.package(declared='[[case]]\nterm = "ba ngày"').items():
        (tmp_path / name).write_bytes(data)
    ran = hoso("procedures", "check", str(tmp_path), LC_ALL=f"{spoken}.UTF-8", LANGUAGE=spoken)
    named = page.format("manifest-key")
    assert (ran.status, f" {named} " in ran.out, ran.out.count("docs/rules/")) == (1, True, 1)
    assert (ROOT / named).is_file()
