"""`hoso signing` opens the keys of the settings, `hoso dossiers sign` signs by one, `hoso verify` looks at a PDF."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from uuid import UUID

import pytest

from hoso_models import PaymentMethod
from hoso_workflows import letters
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import credentials
from support import signing_keys
from support.command_line import Ran, hoso
from support.world import CITIZEN, DEPARTMENT, DESK, FOUNDED, OTHER, PROVINCE, World, person

SHEET = Path(letters.__file__).parent / "templates" / "typst" / "05.typ"
NAME = "Trung tâm Phục vụ hành chính công tỉnh"
HEAD = person("head", DESK)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A key of the desk in a file, one of the department that is none, and the root of both."""
    folder = tmp_path_factory.mktemp("keys")
    root = signing_keys.issued("Gốc chứng thực mẫu")
    (folder / "root.pem").write_text(root.pem)
    file, phrase = signing_keys.pkcs12_file(folder, "desk", signing_keys.issued(NAME, root), root)
    keys = [
        {"name": "trung-tam", "unit": DESK, "file": str(file), "passphrase_file": str(phrase)},
        {"name": "so", "unit": DEPARTMENT, "file": str(folder / "root.pem")},
    ]
    return {"HOSO_SIGNING": json.dumps(keys), "HOSO_TRUSTED_ROOTS_FILE": str(folder / "root.pem")}


async def ran(world: World, settings: dict[str, str], *arguments: str, by: UUID = HEAD) -> Ran:
    """A command as the head of the desk, or as somebody else."""
    async with world.db.transaction() as tx:
        token = await credentials.give_token(tx, by, "thử", at=FOUNDED, scopes=tuple(credentials.Scope))
    url = world.db.url.render_as_string(hide_password=False)
    return await asyncio.to_thread(hoso, *arguments, url=url, HOSO_TOKEN=token, **settings)


def marks(page: Path) -> list[str]:
    """The ordinals of copies on a page."""
    return re.findall(r"BẢN SAO SỐ (\d+)", page.read_text(encoding="utf-8"))


async def test_a_letter_is_signed_and_verified_at_the_shell(
    world: World, settings: dict[str, str], tmp_path: Path
) -> None:
    keys = await ran(world, settings, "signing", "certificates", "--json")
    assert [(each["name"], each["subject"], each["trouble"]) for each in keys.json["items"]] == [
        ("trung-tam", NAME, None),
        ("so", None, "The key so cannot be used: its file or passphrase is wrong."),
    ]
    assert keys.status == 1
    standing = await world.accepts(await world.files())
    letter = await world.one("select id from letter")
    paper, plain = tmp_path / "giay.pdf", tmp_path / "truoc.pdf"
    assert (
        await ran(world, settings, "dossiers", "letter", standing.reference, str(letter), str(plain))
    ).status == 0
    signed = await ran(world, settings, "dossiers", "sign", standing.reference, str(letter))
    assert (signed.status, f"{letter} is signed." in signed.out) == (0, True)
    assert (
        await ran(world, settings, "dossiers", "letter", standing.reference, str(letter), str(paper))
    ).status == 0
    found = await ran(world, settings, "verify", str(paper), "--json")
    assert (found.status, found.json["good"], found.json["letter"]["id"]) == (0, True, str(letter))
    assert [each["signer"] for each in found.json["signatures"]] == [NAME]
    copy = tmp_path / "ban-sao.pdf"
    asked = ("letters", "copy", standing.reference, str(letter), str(copy), "--to", "Người nhận bản sao 1")
    without = await ran(world, settings, *asked)
    assert (without.status, "reason: is missing" in without.err, copy.exists()) == (1, True, False)
    given = await ran(world, settings, *asked, "--reason", "Làm mất giấy hẹn")
    assert (given.status, copy.read_bytes()) == (0, paper.read_bytes())
    page = copy.with_suffix(".html")
    again = await ran(world, settings, *asked[:4], str(page))
    assert (again.status, marks(page)) == (0, ["02"])
    nowhere = await ran(world, settings, *asked[:4], str(tmp_path / "khong" / "ban-sao.pdf"))
    refused = await ran(world, settings, "letters", "copy", "khong-co", str(letter), str(tmp_path / "a.pdf"))
    assert (nowhere.status, refused.status, (tmp_path / "a.pdf").exists()) == (2, 1, False)
    later = commands.IssueCopy(letter)
    await world.does(standing, later, person("reception", DESK), at="2099-01-05 09:00")
    assert ((await ran(world, settings, *asked[:4], str(page))).status, marks(page)) == (0, ["04"])
    unsigned = await ran(world, settings, "verify", str(plain))
    assert (unsigned.status, "It has no signature that could be read." in unsigned.out) == (1, True)
    missing = await ran(world, settings, "verify", str(tmp_path / "khong.pdf"))
    assert (missing.status, "no such file" in missing.err) == (2, True)


async def test_all_that_waits_is_listed_and_signed_at_the_shell(
    world: World, settings: dict[str, str]
) -> None:
    standing = await world.files()
    moved = commands.Transfer("Khác thẩm quyền", authority="Công an tỉnh")
    await world.does(standing, moved, person("reception", DESK))
    (slip,) = (await ran(world, settings, "letters", "waiting", "--json")).json["letters"]
    assert (slip["form"], slip["has_key"], slip["dossier"]["reference"]) == (
        "transfer",
        True,
        standing.reference,
    )
    stranger = await ran(
        world, settings, "letters", "sign", slip["id"], "--json", by=person("agency_head", OTHER)
    )
    (told,) = stranger.json["items"]
    assert (stranger.status, told["dossier"], standing.reference in stranger.out) == (1, slip["id"], False)
    neither = await ran(world, settings, "letters", "sign")
    assert (neither.status, "--all-waiting" in neither.err) == (2, True)
    signed = await ran(world, settings, "letters", "sign", "--all-waiting", "--json")
    assert (signed.status, signed.json["items"]) == (
        0,
        [{"letter": slip["id"], "dossier": standing.reference, "trouble": None}],
    )
    again = await ran(world, settings, "letters", "sign", slip["id"])
    assert again.status == 1
    none = await ran(world, settings, "letters", "waiting")
    assert (none.status, none.out.count("không có")) == (0, 2)


async def test_a_signed_receipt_of_a_cancelled_payment_is_told_to_be_void(
    world: World, settings: dict[str, str], tmp_path: Path
) -> None:
    standing = await world.files()
    paid = commands.RecordPayment(1, 25_000, PaymentMethod.TRANSFER, "FT26061000001")
    for command in (commands.AssessFee(1), paid):
        await world.does(standing, command, person("reception", DESK))
    letter = str(await world.one("select id from letter"))
    await ran(world, settings, "dossiers", "sign", standing.reference, letter)
    paper = tmp_path / "bien-lai.pdf"
    paper.write_bytes(await world.one("select content from letter_file"))
    cancelled = commands.CancelPayment(await world.one("select id from payment"), "Ghi nhầm hồ sơ")
    await world.does(standing, cancelled, person("head", DESK))
    found = await ran(world, settings, "verify", str(paper))
    assert (found.status, "It is void: its payment was cancelled." in found.out) == (0, True)


async def test_a_template_is_entered_at_the_shell_and_not_approved_by_who_entered_it(
    world: World, tmp_path: Path
) -> None:
    async with world.db.transaction() as tx:
        token, stranger = [
            await credentials.give_token(tx, who, "thử", at=FOUNDED, scopes=tuple(credentials.Scope))
            for who in (person("administrator", PROVINCE), CITIZEN)
        ]
    url = world.db.url.render_as_string(hide_password=False)

    async def templates(*arguments: str, by: str = token) -> Ran:
        return await asyncio.to_thread(hoso, "letters", *arguments, url=url, HOSO_TOKEN=by)

    named = ("--unit", DESK, "--form", "05", "--basis", "QĐ 12", "--from", "2026-04-01")
    given = tmp_path / "given.html", tmp_path / "given.typ"
    page, typst = (
        "<p>{{ letter.series }} {{ letter.code }} {{ letter.return_at }}</p>",
        SHEET.read_text(encoding="utf-8"),
    )
    for path, source in zip(given, (page, typst), strict=True):
        path.write_text(source, encoding="utf-8")
    made = await templates("enter", *named, "--html", str(given[0]), "--typst", str(given[1]), "--json")
    assert (made.status, made.json["number"], made.json["approved"]) == (0, 1, False)
    wrong = tmp_path / "mau.html"
    wrong.write_text("<script>1</script>")
    refused = await templates("enter", *named, "--html", str(wrong), "--typst", str(wrong))
    assert (refused.status, "The element script is not allowed." in refused.err) == (1, True)
    own = await templates("approve", made.json["id"])
    assert (own.status, "cannot be approved by who entered it" in own.err) == (1, True)
    assert (await templates("templates", "--json")).json == {"items": [made.json]}
    sources = tmp_path / "page.html", tmp_path / "mau.typ"
    read = await templates("show", made.json["id"], "--html", str(sources[0]), "--typst", str(sources[1]))
    assert (read.status, made.json["id"] in read.out) == (0, True)
    assert [each.read_text(encoding="utf-8") for each in sources] == [page, typst]
    ended = await templates("enter", *named, "--json")
    none = await templates("show", ended.json["id"], "--html", str(tmp_path / "none.html"))
    assert (none.status, "by it the form is our own again" in none.err) == (2, True)
    for reading in (("templates",), ("show", made.json["id"])):
        closed = await templates(*reading, by=stranger)
        assert (closed.status, "Reading this: the role officer is needed" in closed.err) == (1, True)


@pytest.mark.parametrize(
    "key",
    [
        {"name": "a", "unit": DESK},
        {"name": "a", "unit": DESK, "file": "a.p12", "pin_file": "a.pin"},
        {"name": "a", "unit": DESK, "module": "a.so", "token": "t"},
    ],
    ids=["no key", "a file with a PIN", "half a token"],
)
async def test_a_key_that_is_neither_a_file_nor_a_token_is_refused(world: World, key: dict[str, str]) -> None:
    said = await ran(world, {"HOSO_SIGNING": json.dumps([key])}, "signing", "certificates")
    assert (said.status, "name either file, or all of module, token, label and pin_file" in said.err) == (
        2,
        True,
    )


async def test_two_keys_for_the_same_unit_are_refused(world: World) -> None:
    keys = [{"name": each, "unit": DESK, "file": "a.p12"} for each in ("a", "b")]
    said = await ran(world, {"HOSO_SIGNING": json.dumps(keys)}, "signing", "certificates")
    assert (said.status, "are for the same unit and person" in said.err) == (2, True)
