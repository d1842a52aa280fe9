"""docs/security.md is true: ways in, times, rules and limits stand there as the code has them."""

import re
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest

import hoso_api
import hoso_bpmn
import hoso_calendar
import hoso_models
import hoso_workflows
from hoso_api.openid import client_proof, keys
from hoso_api.pages.shared import session as pages
from hoso_models import SessionKind
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.identity import factors, invitations, methods, passwords, sessions, totp
from hoso_workflows.identity.methods import Method
from hoso_workflows.operation import rate_limit
from hoso_workflows.operation.rate_limit import Purpose
from hoso_workflows.organisation.credentials import Scope

GUIDE = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
#: What a line takes from a library of cryptography, one of ours or another usual one: a hash, names, or the library itself.
CRYPTOGRAPHY = re.compile(
    r"^\s*(?:from (?:cryptography\.hazmat\.primitives(?!\.serialization)\S*) import (?P<names>[\w, ]+)"
    r"|(?:from|import) (?P<module>argon2|fido2|hmac|http_message_signatures|joserfc|pkcs11|pyhanko|secrets|ssl"
    r"|authlib|bcrypt|Crypto(?:dome)?|ecdsa|jose|jwt|nacl|OpenSSL|passlib|rsa|webauthn)\b.*"
    r"|.*\bhashlib\.(?!_Hash|new|file_digest)(?P<hash>\w+).*)$",
    re.MULTILINE,
)
#: Limits of what signs somebody in; the others stand in docs/limits.md.
OF_SIGNING_IN = (
    *(Purpose.SIGN_IN, Purpose.ACCOUNT, Purpose.ACCOUNT_HOUSE, Purpose.SECOND_FACTOR, Purpose.DEVICE),
    *(Purpose.SIGN_IN_HOUSE, Purpose.SIGN_IN_BEGUN),
)


def section(heading: str) -> str:
    """The text below a heading."""
    found = GUIDE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    assert found, heading
    return found


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    table = [line for line in section(heading).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def quoted(text: str) -> list[str]:
    """The words between back-quotes."""
    return re.findall(r"`([^`]+)`", text)


def test_every_method_of_signing_in_is_told_and_no_other():
    assert {word for row in rows("The ways in") for word in quoted(row[3])} == set(Method)


def test_the_cookies_of_sessions_are_told():
    assert {word for row in rows("The ways in") for word in quoted(row[4])} == set(pages.COOKIES.values())


def test_the_lifetimes_of_sessions_are_told():
    kinds = SessionKind.OFFICER, SessionKind.APPLICANT

    def told(length: timedelta) -> str:
        minutes = length // timedelta(minutes=1)
        return f"{minutes // 60} hours" if minutes > 60 else f"{minutes} minutes"

    assert rows("Sessions") == [
        ["without a request", *(told(sessions.IDLE[kind]) for kind in kinds)],
        ["at most", *(told(sessions.ABSOLUTE) for _ in kinds)],
        ["at once", *(f"{sessions.MOST}, the oldest ends" for _ in kinds)],
    ]
    assert f"Sign-ins of {sessions.LISTED.days} days" in section("Sessions")


def test_sessions_of_a_provider_are_told():
    told = " ".join(section("Sessions").split())
    assert (
        "A session by a provider has the same times, whatever the provider's are; a sign-out at the provider ends it at once."
        " A fresh proof is asked of the provider that signed in."
    ) in told


def test_the_age_of_a_fresh_proof_is_told():
    assert timedelta(minutes=5) == methods.RECENT
    assert "two factors within the last five minutes" in section("A fresh proof")


def test_the_rules_of_factors_are_told():
    told = dict(rows("Factors"))
    assert f"{passwords.SHORTEST} to {passwords.LONGEST} characters" in told["password"]
    assert f"`zxcvbn` of {passwords.STRENGTH} or more" in told["password"]
    assert f"{totp.DIGITS} digits, {totp.STEP} seconds" in told["changing code"]
    assert told["recovery code"].startswith("ten of 60 bits")
    assert factors.CODES == 10


def test_words_that_no_password_leans_on_are_in_the_list():
    text = resources.files("hoso_workflows.identity").joinpath("common_passwords.txt").read_text("utf-8")
    listed = text.split()
    sentence = section("Factors").partition("Words that no password")[2].partition("\n\n")[0]
    assert f"the {len(listed)} of" in sentence
    assert {"".join(word.split()) for word in quoted(sentence)} <= set(listed)


def test_the_links_are_good_as_long_as_told():
    assert f"good once within {invitations.LIFETIME // timedelta(hours=1)} hours" in section(
        "Inviting people and helping them"
    )


def test_the_limits_of_signing_in_are_told_with_their_defaults():
    def told(purpose: Purpose) -> str:
        limit = rate_limit.DEFAULTS[purpose]
        return f"{limit.every.total_seconds():g} s, {limit.burst}"

    assert {quoted(row[2])[0]: row[3] for row in rows("Limits")} == {
        purpose.value: told(purpose) for purpose in OF_SIGNING_IN
    }


def test_the_scopes_of_tokens_are_told():
    assert [quoted(row[0])[0] for row in rows("Tokens")] == [scope.value for scope in Scope]


@pytest.mark.parametrize("name", ["public_url", "offices_need_passkey", "master_key_file", "trusted_proxies"])
def test_a_setting_is_told_with_its_variable(name: str):
    assert [f"`{name}`", f"`HOSO_{name.upper()}`"] in [row[:2] for row in rows("Settings")]


def test_the_cryptography_in_use_is_told_and_no_other():
    used: dict[str, set[str]] = {}
    for package in (hoso_api, hoso_bpmn, hoso_calendar, hoso_models, hoso_workflows):
        for path in Path(package.__path__[0]).rglob("*.py"):
            for found in CRYPTOGRAPHY.finditer(path.read_text(encoding="utf-8")):
                names = found["names"] or found["hash"] or found["module"]
                for name in re.split(r", ", names):
                    used.setdefault(name, set()).add(path.stem)
    assert {word for row in rows("Cryptography") for word in quoted(row[0])} == set(used)
    assert used["sha1"] == {"totp"}
    taken = {*keys._TYPES, *client_proof._CURVES.values()}
    (tokens,) = (row for row in rows("Cryptography") if "joserfc" in row[0])
    assert set(quoted(tokens[1])) == taken


def test_the_known_limits_are_those_of_the_code_and_no_others() -> None:
    """Each is lifted by a setting, whose default it is."""
    policy = (Path(__file__).parents[2] / "SECURITY.md").read_text(encoding="utf-8")
    limits = policy.partition("## Known limits\n")[2]
    fields = StoreSettings.model_fields
    lifted = {f"HOSO_{name.upper()}": fields[name].default for name in ("clamd_address", "clamd_required")}
    assert lifted == {"HOSO_CLAMD_ADDRESS": "", "HOSO_CLAMD_REQUIRED": False}
    assert [name for name in quoted(limits) if name.startswith("HOSO_")] == list(lifted)
    ways = {row[0].partition("](")[0].strip("[") for row in rows("The ways in")}
    assert {"own account with a passkey", "own account with a password", "identity provider"} <= ways
    assert "passkey, password with a changing code, identity provider" in policy
