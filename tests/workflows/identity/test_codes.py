"""Changing codes as RFC 6238 has them, sealed secrets, and the rules of passwords."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoso_api
import hoso_models
import hoso_workflows
from hoso_workflows.identity import factors, passwords, sealing, totp
from hoso_workflows.identity.methods import Method, two_factors
from hoso_workflows.identity.refusals import PasswordRefused

SECRET = b"12345678901234567890"
NAMES = ["Chuyên viên 1 · Sở Y tế", "Ủy ban nhân dân tỉnh Hà Tĩnh", "hoso"]


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str):
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.code(SECRET, totp.step(at)) == code
    assert totp.matching(SECRET, f" {code[:3]} {code[3:]} ", at) == totp.step(at)


@given(st.text(max_size=8).filter(lambda text: not text.strip().isdigit()))
def test_what_is_no_number_is_no_code(typed: str):
    assert totp.matching(SECRET, typed, datetime.fromtimestamp(59, UTC)) is None


def test_an_app_reads_the_address_and_a_person_the_secret():
    assert totp.address(SECRET, "Trưởng phòng", "hồ sơ") == (
        "otpauth://totp/h%E1%BB%93%20s%C6%A1%3ATr%C6%B0%E1%BB%9Fng%20ph%C3%B2ng"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=h%E1%BB%93%20s%C6%A1"
    )
    assert totp.shown(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


@given(st.binary(max_size=64), st.binary(max_size=16))
def test_a_sealed_secret_is_opened_by_the_same_key_for_the_same_owner_only(secret: bytes, owner: bytes):
    seal, other = sealing.Seal(lambda: bytes(32)), sealing.Seal(lambda: b"x" * 32)
    sealed = seal.close(secret, owner)
    assert seal.open(sealed, owner) == secret
    assert seal.close(secret, owner) != sealed
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for broken in (
        (other, sealed, owner),
        (seal, sealed, owner + b"x"),
        (seal, changed, owner),
        (seal, b"", owner),
    ):
        with pytest.raises(sealing.Broken):
            broken[0].open(broken[1], broken[2])


@pytest.mark.parametrize(
    "password",
    [
        "",
        "ngắn quá",
        "matkhau123matkhau123",
        "hatinhhatinhhatinh",
        "aaaaaaaaaaaaaaaaaaaa",
        "123456789012345678",
        "chuyên viên sở y tế",
        "motcuamotcuamotcua",
        "x" * 257,
        "anhyeuemanhyeuem",
        "hồ sơ một cửa dịch vụ công",
        "mật khẩu của tôi là",
        "Sở Y tế Hà Tĩnh 2026",
        "SoYTe-HaTinh-2026-ubnd",
    ],
)
def test_a_password_that_is_short_or_guessed_is_refused(password: str):
    with pytest.raises(PasswordRefused):
        passwords.check(password, NAMES)


async def test_a_password_is_kept_by_argon2id_with_a_salt_of_its_own():
    kept = [await passwords.Passwords().hash("con ngựa đúng pin ghim") for _ in "ab"]
    assert {each.rpartition("p=4$")[0] for each in kept} == {"$argon2id$v=19$m=65536,t=3,"}
    assert len({each.split("$")[4] for each in kept}) == 2


@pytest.mark.parametrize(
    "password",
    ["con chó nhà tôi sủa mỗi sáng", "Tre già măng mọc bên hè nhà ngoại", "correct horse battery staple"],
)
def test_a_sentence_is_a_password_without_rules_for_its_signs(password: str):
    assert passwords.check(password, NAMES) is None


def test_the_longest_password_is_checked_without_delay():
    assert passwords.check("con chó nhà tôi sủa " * 12, NAMES) is None


def test_a_recovery_code_has_sixty_bits():
    for number, code in enumerate(factors.new_recovery_codes()):
        assert re.fullmatch(rf"{number}(-[a-z2-7]{{4}}){{3}}", code)


def test_no_secret_is_drawn_from_a_generator_that_can_be_guessed():
    drawing = {
        module.name
        for package in (hoso_api, hoso_workflows, hoso_models)
        for module in Path(package.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {"random", "uuid1"} & {*(each.name for each in node.names), getattr(node, "module", None)}
    }
    # Waits between tries, and the play of the demonstration.
    assert drawing == {"service.py", "plan.py", "seed.py", "http_clients.py"}


def test_recovery_codes_are_read_however_they_are_typed():
    codes = factors.new_recovery_codes()
    assert len({code[2:] for code in codes}) == factors.CODES
    for number, code in enumerate(codes):
        for typed in (code, code.upper(), code.replace("-", " "), f"  {code} "):
            assert factors.recovery_code(typed) == (number, code)
    assert factors.recovery_code("123456")[0] is None
    assert factors.recovery_code("123 456")[0] is None


@pytest.mark.parametrize(
    ("amr", "enough"),
    [
        ([], False),
        ([Method.PASSWORD], False),
        ([Method.TOTP], False),
        ([Method.TOTP, Method.RECOVERY_CODE], False),
        ([Method.INVITATION], False),
        ([Method.INVITATION, Method.PASSWORD], False),
        ([Method.PASSWORD, Method.TOTP], True),
        ([Method.PASSWORD, Method.RECOVERY_CODE], True),
        ([Method.PASSKEY], True),
        ([Method.SEVERAL], True),
        ([Method.DEMO], True),
        (["nonsense"], False),
    ],
)
def test_two_factors_are_a_passkey_or_a_password_with_a_code(amr: list[str], enough: bool):
    assert two_factors(amr) is enough
