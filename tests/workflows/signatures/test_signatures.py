"""Papers are signed as PAdES by a key in a file or a token, and a stranger's tool finds the signature good."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfTimeStamper
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.pkcs11 import PKCS11Signer

from hoso_bpmn import sandbox
from hoso_workflows import letters
from hoso_workflows.letters import samples
from hoso_workflows.operation.outgoing import Client
from hoso_workflows.signatures import examination, verification
from hoso_workflows.signatures.keys import Key, Pkcs12, Token
from hoso_workflows.signatures.opening import opened
from hoso_workflows.signatures.refusals import KeyUnusable, NotSigned
from hoso_workflows.signatures.signing import sign
from hoso_workflows.signatures.timestamps import Stamps
from hoso_workflows.signatures.verdict import Signature, Verdict
from hoso_workflows.signatures.verification import verify
from support import bombs, files, signing_keys
from support.signing_keys import SOFTHSM, Issued

pytestmark = pytest.mark.slow

AT = datetime(2026, 3, 5, 7, 30, tzinfo=UTC)
STAMPED = datetime(2026, 3, 5, 7, 30, 1, tzinfo=UTC)
NAME = "Sở Văn hóa, Thể thao và Du lịch"


@pytest.fixture(scope="module")
def root() -> Issued:
    return signing_keys.issued("Gốc chứng thực mẫu")


@pytest.fixture(scope="module")
def unit(root: Issued) -> Issued:
    return signing_keys.issued(NAME, root)


@pytest.fixture(scope="module")
def key(root: Issued, unit: Issued, tmp_path_factory: pytest.TempPathFactory) -> Key:
    folder = tmp_path_factory.mktemp("keys")
    return Key("so", "H27.SVHTTDL", Pkcs12(*signing_keys.pkcs12_file(folder, "so", unit, root)))


@pytest.fixture(scope="module")
def authority(root: Issued) -> Iterator[str]:
    with signing_keys.time_stamp_authority(root, STAMPED) as address:
        yield address


@pytest.fixture
async def stamps(authority: str) -> AsyncIterator[Stamps]:
    client = Client(["127.0.0.1"])
    yield Stamps(authority, client)
    await client.close()


@pytest.fixture(scope="module")
def token(unit: Issued, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Key]:
    """The unit's key in a software token."""
    folder = tmp_path_factory.mktemp("token")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        pin = signing_keys.token(folder, "con dấu", unit)
        yield Key("token", "H27.SVHTTDL", Token(SOFTHSM, "hoso", "con dấu", pin))


@pytest.fixture(scope="module")
def paper() -> bytes:
    return asyncio.run(letters.typeset(samples.short("04")))


async def signed(key: Key, paper: bytes, stamps: Stamps | None = None) -> bytes:
    async with opened(key) as by:
        return await sign(paper, by, at=AT, reason="Phát hành", stamps=stamps)


def told(pdf: bytes, folder: Path) -> list[str]:
    """Words of `pdfsig` of poppler-utils on each signature, and on how much it covers."""
    file = folder / "giay.pdf"
    file.write_bytes(pdf)
    said = subprocess.run(
        ["/usr/bin/pdfsig", "-nocert", str(file)], capture_output=True, check=True, text=True
    )
    lines = [line.strip(" -") for line in said.stdout.splitlines()]
    return [line for line in lines if line.startswith(("Signature Validation", "Total", "Not total"))]


def found(certificate: Issued, **differing: object) -> Signature:
    """The verdict on a sound signature of the unit, but for what differs."""
    sound = Signature(
        signer=NAME,
        issuer="Gốc chứng thực mẫu",
        certificate=certificate.sha256,
        intact=True,
        whole=True,
        trusted=True,
        signed_at="2026-03-05T07:30:00+00:00",
        stamped=False,
    )
    return replace(sound, **differing)  # type: ignore[arg-type]  # each field by its name


GOOD = ["Signature Validation: Signature is Valid.", "Total document signed"]


async def test_a_paper_signed_from_a_file_is_found_good_by_us_and_by_a_stranger_s_tool(
    key: Key, paper: bytes, root: Issued, unit: Issued, tmp_path: Path
):
    made = await signed(key, paper)
    assert made.startswith(paper)
    verdict = await verify(made, root.pem, at=AT)
    assert (verdict, verdict.good) == (Verdict(True, (found(unit),)), True)
    assert sorted(told(made, tmp_path)) == GOOD


async def test_an_authority_s_time_stamp_is_the_instant_that_counts(
    key: Key, paper: bytes, root: Issued, unit: Issued, stamps: Stamps, tmp_path: Path
):
    made = await signed(key, paper, stamps)
    # Long after the certificate has ended, the stamp still shows that it held.
    verdict = await verify(made, root.pem, at=datetime(2029, 12, 31, tzinfo=UTC))
    assert verdict.signatures == (found(unit, signed_at="2026-03-05T07:30:01+00:00", stamped=True),)
    assert sorted(told(made, tmp_path)) == GOOD


async def test_a_token_is_opened_once_for_many_papers(root: Issued, unit: Issued, token: Key, paper: bytes):
    async with opened(token) as by:
        first, second = [await sign(paper, by, at=AT) for _ in range(2)]
        twice = await sign(first, by, at=AT)
    assert (first != second, twice.startswith(first)) == (True, True)
    verdict = await verify(twice, root.pem, at=AT)
    assert verdict.signatures == (found(unit), found(unit))


def examined(content: bytes, root: str = "") -> tuple[Signature, ...]:
    """Findings of the child, without a child."""
    return verification.examined(content, roots=root, at=AT.isoformat()).signatures


def in_english(pdf: IncrementalPdfFileWriter) -> None:
    """Change the document's language."""
    pdf.root["/Lang"] = generic.TextStringObject("en")
    pdf.update_root()


def test_what_is_wrong_with_a_signature_is_told(key: Key, paper: bytes, root: Issued, unit: Issued):
    made = asyncio.run(signed(key, paper))
    (altered,) = examined(made.replace(b"/Title", b"/Tit1e", 1), root.pem)
    assert altered == found(unit, intact=False, trusted=False)
    (strange,) = examined(made)
    assert strange == found(unit, trusted=False)
    (grown,) = examined(written(made, in_english), root.pem)
    assert grown == found(unit, whole=False)


def written(content: bytes, change: Callable[[IncrementalPdfFileWriter], object]) -> bytes:
    """The file with one more revision."""
    more, made = IncrementalPdfFileWriter(BytesIO(content)), BytesIO()
    change(more)
    more.write(made)
    return made.getvalue()


def with_a_question(pdf: IncrementalPdfFileWriter) -> None:
    """Add a field for a text."""
    words = {"/FT": "/Tx", "/T": "ý kiến", "/V": "chưa có"}
    texts = {
        pdf_name(key): pdf_name(word) if word.startswith("/") else generic.TextStringObject(word)
        for key, word in words.items()
    }
    field = pdf.add_object(generic.DictionaryObject(texts))
    form = {pdf_name("/Fields"): generic.ArrayObject([field])}
    pdf.root["/AcroForm"] = pdf.add_object(generic.DictionaryObject(form))
    pdf.update_root()


def answered(pdf: IncrementalPdfFileWriter) -> None:
    """Fill the field."""
    field = pdf.root["/AcroForm"]["/Fields"][0]
    field["/V"] = generic.TextStringObject("đồng ý")
    pdf.update_container(field)


def test_a_text_that_is_filled_in_behind_a_signature_is_no_signature(
    key: Key, paper: bytes, root: Issued, unit: Issued
):
    asked = asyncio.run(signed(key, written(paper, with_a_question)))
    assert examined(asked, root.pem) == (found(unit),)
    assert examined(asyncio.run(signed(key, asked)), root.pem) == (found(unit), found(unit))
    filled = written(asked, answered)
    assert examined(filled, root.pem) == (found(unit, whole=False),)
    # Somebody's signature on the answer mends nothing for who had signed before.
    assert examined(asyncio.run(signed(key, filled)), root.pem) == (found(unit, whole=False), found(unit))


def covering(pdf: IncrementalPdfFileWriter) -> None:
    """Lay a white field without a signature over the page."""
    append_signature_field(pdf, SigFieldSpec("che", on_page=0, box=(50, 50, 400, 500)))
    field = pdf.root["/AcroForm"]["/Fields"][-1]
    frame = generic.ArrayObject([generic.NumberObject(each) for each in (0, 0, 350, 450)])
    kind = {pdf_name("/Type"): pdf_name("/XObject"), pdf_name("/Subtype"): pdf_name("/Form")}
    white = generic.StreamObject({**kind, pdf_name("/BBox"): frame}, stream_data=b"1 g 0 0 350 450 re f")
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): pdf.add_object(white)})
    pdf.update_container(field)


async def test_a_field_that_covers_what_was_signed_spoils_it_unless_somebody_signs_it(
    key: Key, paper: bytes, root: Issued, unit: Issued, stamps: Stamps
):
    made, kept = await signed(key, paper), await signed(key, written(paper, covering))
    stamped, pdf = BytesIO(), IncrementalPdfFileWriter(BytesIO(made))
    covering(pdf)
    await PdfTimeStamper(stamps, field_name="che").async_timestamp_pdf(pdf, "sha256", output=stamped)
    for content, whole in (
        (written(made, covering), False),
        (stamped.getvalue(), False),
        # What was there before somebody signed is theirs.
        (kept, True),
    ):
        assert await asyncio.to_thread(examined, content, root.pem) == (found(unit, whole=whole),)


async def test_a_time_stamp_of_the_whole_file_is_nobody_s_signature_and_spoils_none(
    key: Key, paper: bytes, root: Issued, unit: Issued, stamps: Stamps
):
    sound = found(unit, signed_at="2026-03-05T07:30:01+00:00", stamped=True)
    for content, signatures in ((await signed(key, paper, stamps), (sound,)), (paper, ())):
        made = BytesIO()
        pdf = IncrementalPdfFileWriter(BytesIO(content))
        await PdfTimeStamper(stamps).async_timestamp_pdf(pdf, "sha256", output=made)
        verdict = await asyncio.to_thread(
            verification.examined, made.getvalue(), roots=root.pem, at=AT.isoformat()
        )
        assert (verdict, verdict.good) == (Verdict(True, signatures), bool(signatures))


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 x", b"MZ" * 100], ids=["nothing", "a stump", "a program"]
)
def test_what_is_no_paper_has_no_verdict(content: bytes):
    assert verification.examined(content, roots="", at=AT.isoformat()) == Verdict(readable=False)


def test_what_announces_more_than_it_holds_is_refused_before_it_is_parsed():
    """To parse it takes ten times as long."""
    limits = replace(verification.ANYBODY.limits, processor_seconds=1)
    said = sandbox.run(
        verification.examined, bombs.announcing(2_000_000), limits, roots="", at=AT.isoformat()
    )
    assert said == {"readable": False, "signatures": []}


async def test_a_paper_is_signed_and_verified_by_a_process_that_cannot_parse_it(
    key: Key, paper: bytes, root: Issued, unit: Issued, monkeypatch: pytest.MonkeyPatch
):
    def unable(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a PDF is parsed in this process")

    monkeypatch.setattr(PdfFileReader, "__init__", unable)
    made = await signed(key, await signed(key, paper))
    assert await verify(made, root.pem, at=AT) == Verdict(True, (found(unit), found(unit)))


async def test_a_file_that_cannot_be_read_is_not_signed(key: Key):
    for content in (bombs.announcing(2_000_000), files.paged().replace(b"/Size 4", b"/Size 3"), b"%PDF-1.7"):
        with pytest.raises(NotSigned):
            await signed(key, content)


async def test_more_signatures_than_are_looked_at_have_no_verdict(
    key: Key, paper: bytes, root: Issued, monkeypatch: pytest.MonkeyPatch
):
    twice = await signed(key, await signed(key, paper))
    monkeypatch.setattr(examination, "MOST", 1)
    assert verification.examined(twice, roots=root.pem, at=AT.isoformat()) == Verdict(readable=False)


async def test_a_key_that_does_not_open_or_hold_signs_nothing(
    key: Key, paper: bytes, root: Issued, token: Key, tmp_path: Path
):
    assert isinstance(key.source, Pkcs12)
    assert isinstance(token.source, Token)
    wrong = tmp_path / "wrong"
    wrong.write_text("654321\n")
    broken = (
        replace(key, source=Pkcs12(key.source.file, wrong)),
        replace(key, source=Pkcs12(wrong)),
        replace(token, source=replace(token.source, pin_file=wrong)),
        replace(token, source=replace(token.source, label="không có")),
        replace(token, source=replace(token.source, module=wrong)),
    )
    for each in broken:
        with pytest.raises(KeyUnusable):
            async with opened(each):
                pass
    with pytest.raises(KeyUnusable, match="does not hold now"):
        async with opened(key) as by:
            await sign(paper, by, at=datetime(2030, 1, 2, tzinfo=UTC))


async def test_without_the_stamp_that_was_asked_for_nothing_is_signed(key: Key, paper: bytes):
    client = Client(["127.0.0.1"])
    with pytest.raises(NotSigned, match="no connection"):
        await signed(key, paper, Stamps("http://127.0.0.1:9/tsa", client))
    await client.close()


async def test_a_token_that_is_pulled_while_it_signs_is_a_key_that_cannot_be_used(token: Key, paper: bytes):
    """Its session ends; closing what has ended hides nothing of what was signed before."""
    async with opened(token) as by:
        assert (await sign(paper, by, at=AT)).startswith(paper)
        assert isinstance(by.signer, PKCS11Signer)
        by.signer.pkcs11_session.close()
        with pytest.raises(KeyUnusable, match="its token does not sign"):
            await sign(paper, by, at=AT)


async def test_an_answer_that_is_no_time_stamp_signs_nothing(key: Key, paper: bytes):
    page = "<html><body>Bảo trì</body></html>".encode()
    refused = (bytes.fromhex("3005 3003 020100"), b"", page)
    for answer in refused:
        with signing_keys.answering(lambda _, answer=answer: answer) as address:
            client = Client(["127.0.0.1"])
            with pytest.raises(NotSigned, match="something else than a time stamp"):
                await signed(key, paper, Stamps(address, client))
            await client.close()
