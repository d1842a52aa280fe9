"""`hoso dossiers` acts as the holder of a token; `hoso lifecycle` prints the page of every act."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest

from hoso_api.rest.dossiers.act_endpoints import DOORS
from hoso_models import DossierStatus
from hoso_workflows.lifecycle import rules
from hoso_workflows.organisation import credentials
from support import mail_text
from support.api_client import CLERK, HEAD, SPECIALIST
from support.command_line import Ran, hoso, in_vietnamese
from support.files import picture
from support.world import CITIZEN, FOUNDED, World

PAGE = Path(__file__).parents[3] / "docs" / "lifecycle.md"


async def token(world: World, principal: UUID, *scopes: credentials.Scope) -> str:
    async with world.db.transaction() as tx:
        return await credentials.give_token(
            tx, principal, "thử", at=FOUNDED, scopes=scopes or tuple(credentials.Scope)
        )


async def ran(world: World, *arguments: str, by: UUID | None = CLERK, **environment: str) -> Ran:
    shown = {"HOSO_TOKEN": await token(world, by)} if by else {}
    url = world.db.url.render_as_string(hide_password=False)
    return await asyncio.to_thread(hoso, "dossiers", *arguments, url=url, **shown, **environment)


async def test_an_act_is_carried_out_in_the_name_of_the_token_s_holder(world: World) -> None:
    filed = await world.files()
    done = await ran(world, "acceptance", filed.reference, "--note", "Đủ", "--json")
    assert (done.status, done.json["status"]) == (0, "in_process")
    assert await world.one("select actor_id from dossier_event where kind = 'accepted'") == CLERK
    owed = ("--reason", "Thuế", "--basis", "Luật mẫu", "--amount", "1500000")
    done = await ran(world, "obligation", done.json["code"], *owed)
    assert (done.status, "Chờ nghĩa vụ tài chính" in done.out) == (0, True)
    assert (
        await world.one("select payload ->> 'amount' from dossier_event where kind = 'obligation_set'")
        == "1500000"
    )


async def test_lists_free_data_and_switches_are_options_too(world: World) -> None:
    filed = await world.files()
    asked = ("--reason", "Thiếu", "--items", "TP01", "--items", "TP02")
    assert (await ran(world, "supplement-request", filed.reference, *asked)).status == 0
    assert (
        await world.one("select payload ->> 'items' from dossier_event where kind = 'supplement_asked'")
        == '["TP01", "TP02"]'
    )
    right = ("--reason", "Gõ sai", "--applicant", '{"address": "Số 1"}', "--own-fault")
    assert (await ran(world, "correction", filed.reference, *right)).status == 0
    assert await world.one("select address from party order by created_at desc limit 1") == "Số 1"
    again = ("--reason", "Gõ sai", "--applicant", '{"address": "Số 2"}', "--no-own-fault")
    assert (await ran(world, "correction", filed.reference, *again)).status == 0
    own = "select payload ->> 'own_fault' from dossier_event where kind = 'rectified' order by seq"
    assert [row[0] for row in await world.db.rows(own)] == ["true", "false"]


async def test_a_dossier_is_shown_to_who_may_read_it(world: World) -> None:
    filed = await world.files()
    found = await ran(world, "show", filed.reference, "--json")
    assert (found.status, found.json["reference"], found.json["status"]) == (0, filed.reference, "filed")
    shown = await ran(world, "show", filed.reference)
    assert (shown.status, "Mới nộp, chờ tiếp nhận (1)" in shown.out) == (0, True)
    assert await world.one("select count(*) from access_log where act = 'get_dossier' and granted") == 2


async def test_letters_are_listed_and_written_as_pdf_and_page(world: World, tmp_path: Path) -> None:
    standing = await world.accepts(await world.files())
    (letter,) = (await ran(world, "letters", standing.reference, "--json")).json["items"]
    assert (letter["form"], letter["title"]) == ("01", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả")
    assert letter["series"] in (await ran(world, "letters", standing.reference)).out
    for name, begins in (("phieu.pdf", b"%PDF-"), ("phieu.html", b"<!doctype html>")):
        written = await ran(world, "letter", standing.reference, letter["id"], str(tmp_path / name))
        assert (written.status, (tmp_path / name).read_bytes()[: len(begins)].lower()) == (0, begins.lower())
    sheet, book = tmp_path / "kiem-soat.pdf", tmp_path / "so.html"
    assert (await ran(world, "control-sheet", standing.reference, str(sheet))).status == 0
    days = ("--unit", "H27.PVHCC", "--from", "2026-01-01", "--to", "2026-12-31")
    assert (await ran(world, "register", str(book), *days)).status == 0
    assert sheet.read_bytes().startswith(b"%PDF-")
    assert standing.code in book.read_text(encoding="utf-8")
    refused = await ran(world, "letter", standing.reference, letter["id"], str(tmp_path / "phieu.docx"))
    assert (refused.status, "must end in .pdf or .html" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("withdrawal",), 2, "reason"),
        (("withdrawal", "--reason", " "), 1, "needs a reason"),
        (("extension", "--term", "1 ngày", "--reason", "x", "--basis", "y"), 1, "the role"),
        (("correction", "--reason", "x", "--applicant", "{"), 2, "is no JSON"),
        (("reappointment", "--reason", "x", "--due", "31/12/2026"), 2, "due"),
    ],
    ids=["a missing field", "an empty reason", "a head's act", "broken JSON", "a date in another form"],
)
async def test_what_the_rules_or_the_model_refuse_is_said_in_a_sentence(
    world: World, arguments: tuple[str, ...], status: int, said: str
) -> None:
    filed = await world.files()
    name, *options = arguments
    done = await ran(world, name, filed.reference, *options)
    assert (done.status, said in done.err, "Traceback" in done.err) == (status, True, False)


async def test_without_a_good_token_nothing_is_done(world: World) -> None:
    filed = await world.files()
    withdrawal = ("withdrawal", filed.reference, "--reason", "Đổi ý")
    assert "bearer token" in (await ran(world, *withdrawal, by=None)).err
    wrong = await ran(world, *withdrawal, by=None, HOSO_TOKEN="hs_sai")
    assert (wrong.status, "The token is not valid." in wrong.err) == (1, True)
    reading = await token(world, CLERK, credentials.Scope.READ)
    narrow = await ran(world, *withdrawal, by=None, HOSO_TOKEN=reading)
    assert (narrow.status, "act" in narrow.err) == (1, True)
    assert await world.one("select status from dossier") == "filed"
    assert (await ran(world, "show", filed.reference, by=SPECIALIST)).status == 0
    assert (
        await ran(world, "suspension", filed.reference, "--reason", "x", "--basis", "y", by=HEAD)
    ).status == 1


def test_every_act_of_rest_is_a_command() -> None:
    told = hoso("dossiers", "--help").out
    assert [door.name for door in DOORS if f" {door.name} " not in told] == []
    assert "Tạm dừng giải quyết" in in_vietnamese("dossiers", "--help").out


def test_the_page_of_every_act_is_what_the_rules_print() -> None:
    printed = hoso("lifecycle", "--format", "md")
    assert (printed.status, printed.out) == (0, PAGE.read_text(encoding="utf-8")), "run: make fix"


def test_every_act_of_the_rules_stands_in_the_table_with_its_statuses() -> None:
    found = {row["act"]: row for row in hoso("lifecycle", "--json").json["acts"]}
    assert len(found) == len(rules.RULES)
    assert found["suspend_dossier"]["within"] == ["in_process"]
    assert found["suspend_dossier"]["after"] == ["suspended"]
    page = PAGE.read_text(encoding="utf-8")
    assert [status for status in DossierStatus if f"(`{status}`)" not in page] == []
    shown = hoso("lifecycle").out
    assert (len(max(shown.splitlines(), key=len)) <= 140, "reopen_dossier" in shown) == (True, True)


async def test_files_are_handed_in_listed_and_written_to_the_disk(world: World, tmp_path: Path) -> None:
    filed, content = await world.files(), picture()
    sent, back = tmp_path / "don.png", tmp_path / "back.png"
    sent.write_bytes(content)
    where = {"HOSO_STORE_FOLDER": str(tmp_path / "files"), "HOSO_MASTER_KEY_FILE": str(key(tmp_path))}
    done = await ran(world, "attach", filed.reference, str(sent), "--component", "TP01", "--json", **where)
    (added,) = done.json["items"]
    assert (added["name"], added["component"], added["by"]) == ("don.png", "TP01", "authority")
    newer = ("attach", filed.reference, str(sent), "--supersede", added["id"])
    assert (await ran(world, *newer, **where)).status == 0
    listed = await ran(world, "attachments", filed.reference, **where)
    assert (listed.status, listed.out.count("TP01"), "đã thay" in listed.out) == (0, 2, True)
    assert (await ran(world, "attachment", filed.reference, added["id"], str(back), **where)).status == 0
    assert back.read_bytes() == content
    wrong = await ran(world, "attach", filed.reference, str(tmp_path / "none.pdf"), **where)
    assert wrong.status == 2
    empty = tmp_path / "trong.png"
    empty.touch()
    half = await ran(world, "attach", filed.reference, str(sent), str(empty), "--json", **where)
    assert (half.status, [each["name"] for each in half.json["items"]]) == (1, ["don.png"])


async def test_a_paper_that_was_given_before_is_taken_over(world: World, tmp_path: Path) -> None:
    before = await world.files()
    sent = tmp_path / "don.png"
    sent.write_bytes(picture())
    where = {"HOSO_STORE_FOLDER": str(tmp_path / "files"), "HOSO_MASTER_KEY_FILE": str(key(tmp_path))}
    assert (await ran(world, "attach", before.reference, str(sent), **where)).status == 0
    code = (await world.accepts(before)).code
    after = (await world.files()).reference
    (paper,) = (await ran(world, "offered", after, "--json", **where)).json["items"]
    assert (paper["name"], paper["dossier"]["code"]) == ("don.png", code)
    shown = (await ran(world, "offered", after, **where)).out
    assert [each in shown for each in (paper["id"], "don.png", code)] == [True] * 3
    taken = ("attach-offered", after, paper["id"], "--component", "TP01", "--title", "Đơn", "--json")
    added = (await ran(world, *taken, **where)).json
    assert (added["name"], added["title"], added["component"]) == ("don.png", "Đơn", "TP01")
    assert (await ran(world, "offered", after, "--json", **where)).json["items"] == []


def key(folder: Path) -> Path:
    """The key of an installation."""
    made = folder / "master.key"
    made.write_text("ab" * 32)
    made.chmod(0o400)
    return made


async def test_notices_and_addresses_of_the_token_s_holder_are_read_and_marked(
    world: World, tmp_path: Path
) -> None:
    standing = await world.accepts(await world.files(channel="online", actor=CITIZEN))
    url = world.db.url.render_as_string(hide_password=False)
    environment = {"HOSO_TOKEN": await token(world, CITIZEN), "HOSO_MAIL_FOLDER": str(tmp_path)}

    async def asked(*arguments: str) -> Ran:
        return await asyncio.to_thread(hoso, "notifications", *arguments, url=url, **environment)

    shown = await asked("--json")
    newest, oldest = shown.json["items"]
    assert (shown.json["unread"], newest["topic"], newest["dossier"]["code"]) == (
        2,
        "applicant.accepted",
        standing.code,
    )
    assert (await asked("read", str(oldest["id"]), "--json")).json == {"unread": 1}
    assert "Chưa đọc: 1" in (await asked()).out
    entered = (await asked("add-contact", "nguoi.nop@example.org", "--json")).json
    (file,) = await asyncio.to_thread(lambda: list(tmp_path.glob("*.eml")))
    mail = message_from_bytes(file.read_bytes(), policy=default)
    code = mail_text.plain(mail).partition(": ")[2][:6]
    proved = await asked("confirm-contact", entered["id"], code, "--json")
    assert [(each["value"], each["verified_at"] is None) for each in proved.json["items"]] == [
        ("nguoi.nop@example.org", False)
    ]
