"""Tokens that somebody forged, stole or made for another purpose: none signs anybody in or out."""

import asyncio
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey, RSAKey

from hoso_api.openid import keys
from hoso_api.openid.refusals import ProviderAway, Reason, SignInRefused
from support import fake_provider, rotation
from support.fake_provider import CLIENT, ISSUER, FakeProvider, part

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ANSWER = {"iss": ISSUER, "code": "code", "state": "state"}


def rotated(*cases: Any) -> list[Any]:
    """Cases of one kind of garbage, which take turns unless the reading of tokens has changed."""
    return rotation.rotated(cases, unless=["api/hoso_api/openid"])


@pytest.fixture
def fake() -> FakeProvider:
    return FakeProvider(AT)


async def reason(fake: FakeProvider, token: str, answer: dict[str, str] = ANSWER, **said: Any) -> Reason:
    """Reason for which the provider's answer with that token signs nobody in."""
    fake.token = token
    with pytest.raises(SignInRefused) as refused:
        await fake_provider.party(fake).person(answer, fake_provider.attempt(**said), AT)
    return refused.value.reason


async def logout_reason(fake: FakeProvider, token: str) -> Reason:
    """Reason for which that token signs nobody out."""
    with pytest.raises(SignInRefused) as refused:
        await fake_provider.party(fake).logout(token, AT)
    return refused.value.reason


async def test_a_good_token_signs_in(fake: FakeProvider) -> None:
    fake.token = fake.signed(fake.claims(name="Chuyên viên 1 · Sở Y tế"))
    found = await fake_provider.party(fake).person(ANSWER, fake_provider.attempt(), AT)
    assert (found.issuer, found.subject, found.sid, found.acr) == (ISSUER, "officer-1", "session-1", "mfa")
    assert (found.name, found.linking, list(found.amr)) == (
        "Chuyên viên 1 · Sở Y tế",
        "CC-0001",
        ["pwd", "otp"],
    )
    assert found.authenticated_at == AT
    assert fake.form["code_verifier"] == "v" * 43
    assert fake.headers["authorization"] == "Basic aG9zbzpzZWNyZXQ="


async def test_a_token_without_a_signature_is_refused(fake: FakeProvider) -> None:
    token = f"{part({'alg': 'none'})}.{part(fake.claims())}."
    assert await reason(fake, token) is Reason.ALGORITHM


async def test_a_provider_that_lists_no_signature_is_not_believed_either(fake: FakeProvider) -> None:
    fake.metadata["id_token_signing_alg_values_supported"] = ["none", "HS256"]
    token = f"{part({'alg': 'none'})}.{part(fake.claims())}."
    assert await reason(fake, token) is Reason.ALGORITHM


async def test_a_token_keyed_with_the_public_key_is_refused(fake: FakeProvider) -> None:
    pem = fake.keys[0].public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    said = f"{part({'alg': 'HS256', 'kid': 'k1'})}.{part(fake.claims())}"
    token = f"{said}.{part(hmac.digest(pem, said.encode(), 'sha256'))}"
    assert await reason(fake, token) is Reason.ALGORITHM


async def test_a_token_that_brings_its_own_key_of_curves_is_refused(fake: FakeProvider) -> None:
    own = ECKey.generate_key("P-256")
    token = fake.signed(fake.claims(), {"jwk": own.as_dict(private=False)}, own)
    assert await reason(fake, token) is Reason.KEY_IN_HEADER


async def test_a_token_that_brings_its_own_key_of_rsa_is_refused(fake: FakeProvider) -> None:
    own = RSAKey.generate_key(2048)
    token = fake.signed(fake.claims(), {"alg": "RS256", "jwk": own.as_dict(private=False)}, own)
    assert await reason(fake, token) is Reason.SIZE


@pytest.mark.parametrize("header", ["jku", "x5u"])
async def test_a_token_that_says_where_its_key_is_is_refused(fake: FakeProvider, header: str) -> None:
    token = fake.signed(fake.claims(), {header: "https://evil.example/keys"})
    assert await reason(fake, token) is Reason.KEY_IN_HEADER
    assert not [path for path in fake.asked if "evil" in path]


async def test_a_token_of_another_key_under_the_same_name_is_refused(fake: FakeProvider) -> None:
    token = fake.signed(fake.claims(), by=fake_provider.key("k1"))
    assert await reason(fake, token) is Reason.SIGNATURE
    assert fake.asked.count("/jwks") == 1


async def test_a_token_of_a_key_of_another_kind_is_refused(fake: FakeProvider) -> None:
    own = RSAKey.generate_key(2048)
    token = fake.signed(fake.claims(), {"alg": "RS256"}, own)
    assert await reason(fake, token) is Reason.KEY_UNKNOWN


@pytest.mark.parametrize("crit", rotated(["unknown"], ["b64"], [], "b64", [7], None))
async def test_a_token_that_demands_an_extension_is_refused(fake: FakeProvider, crit: Any) -> None:
    head, claims, signature = fake.signed(fake.claims()).split(".")
    del head
    header = {"alg": "ES256", "kid": "k1", "crit": crit, "unknown": 1, "b64": True}
    assert await reason(fake, f"{part(header)}.{claims}.{signature}") in (Reason.CRITICAL, Reason.MALFORMED)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aud": "another"}, Reason.AUDIENCE),
        ({"aud": []}, Reason.AUDIENCE),
        ({"aud": None}, Reason.AUDIENCE),
        ({"aud": {CLIENT: 1}}, Reason.AUDIENCE),
        ({"aud": [CLIENT, "another"]}, Reason.AUDIENCE),
        ({"aud": [CLIENT, "another"], "azp": "another"}, Reason.AUDIENCE),
        ({"azp": "another"}, Reason.AUDIENCE),
        ({"exp": int(AT.timestamp()) - 3600}, Reason.EXPIRED),
        ({"exp": None}, Reason.TIME),
        ({"exp": "2099-01-01"}, Reason.TIME),
        ({"exp": True}, Reason.TIME),
        ({"exp": 1e300}, Reason.TIME),
        ({"exp": 1 << 60}, Reason.TIME),
        ({"iat": -(1 << 60)}, Reason.TIME),
        ({"iat": int((AT + timedelta(days=1)).timestamp())}, Reason.TIME),
        ({"iat": int((AT - timedelta(days=1)).timestamp())}, Reason.TIME),
        ({"iat": None}, Reason.TIME),
        ({"nbf": int((AT + timedelta(hours=1)).timestamp())}, Reason.TIME),
        ({"nonce": "of another sign-in"}, Reason.NONCE),
        ({"nonce": "của lần khác"}, Reason.NONCE),
        ({"nonce": None}, Reason.NONCE),
        ({"iss": "https://other.example.vn"}, Reason.ISSUER),
        ({"iss": ISSUER + "/"}, Reason.ISSUER),
        ({"iss": None}, Reason.ISSUER),
        ({"sub": None}, Reason.SUBJECT),
        ({"sub": ""}, Reason.SUBJECT),
        ({"sub": 7}, Reason.SUBJECT),
        ({"sub": "a\x00b"}, Reason.SUBJECT),
        ({"sub": "s" * 256}, Reason.SUBJECT),
        ({"acr": "password"}, Reason.LEVEL),
        ({"acr": None}, Reason.LEVEL),
        ({"acr": ["mfa"]}, Reason.LEVEL),
        ({"events": {fake_provider.LOGOUT: {}}}, Reason.TYPE),
    ],
)
async def test_a_token_that_says_something_wrong_is_refused(
    fake: FakeProvider, changes: dict[str, Any], why: Reason
) -> None:
    assert await reason(fake, fake.signed(fake.claims(**changes))) is why


async def test_two_audiences_are_accepted_where_the_token_was_asked_for_by_us(fake: FakeProvider) -> None:
    fake.token = fake.signed(fake.claims(aud=["another", CLIENT], azp=CLIENT))
    found = await fake_provider.party(fake).person(ANSWER, fake_provider.attempt(), AT)
    assert found.subject == "officer-1"


@pytest.mark.parametrize("kind", ["logout+jwt", "application/logout+jwt", "at+jwt"])
async def test_another_kind_of_token_signs_nobody_in(fake: FakeProvider, kind: str) -> None:
    assert await reason(fake, fake.signed(fake.claims(), {"typ": kind})) is Reason.TYPE


async def test_a_token_of_twenty_kilobytes_is_refused(fake: FakeProvider) -> None:
    assert await reason(fake, fake.signed(fake.claims(more="x" * 20_000))) is Reason.SIZE


@pytest.mark.parametrize(
    "token",
    rotated(
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "a.b.c.d.e",
        "é.é.é",
        "=.=.=",
        "\x00",
        "{}",
        f"{part([])}.e30.e30",
        f"{part('none')}.e30.e30",
        f"{part({})}.e30.e30",
        f"{part({'alg': 7})}.e30.e30",
        f"{part({'alg': ['ES256']})}.e30.e30",
        f"{part({'alg': 'ES256', 'kid': 7})}.e30.e30",
        f"{part(b'[' * 300)}.e30.e30",
        f"{part(chr(0xFF).encode('latin-1'))}.e30.e30",
    ),
)
async def test_garbage_is_refused(fake: FakeProvider, token: str) -> None:
    assert await reason(fake, token) in (Reason.MALFORMED, Reason.ALGORITHM)
    assert await logout_reason(fake, token) in (Reason.MALFORMED, Reason.ALGORITHM)


@pytest.mark.parametrize(
    "payload", rotated(b"", b"[]", b"7", b'{"a":', b"\xff", b"[" * 8000, b'{"exp": NaN}')
)
async def test_a_signed_token_that_is_no_json_object_is_refused(fake: FakeProvider, payload: bytes) -> None:
    head = part({"alg": "ES256", "kid": "k1"})
    signed = f"{head}.{part(payload)}".encode()
    algorithm = fake_provider.jws.JWSRegistry.algorithms["ES256"]
    token = f"{signed.decode()}.{part(algorithm.sign(signed, fake.keys[0]))}"
    assert await reason(fake, token) is Reason.MALFORMED


async def test_an_officer_needs_two_factors_where_no_level_is_asked_for(fake: FakeProvider) -> None:
    party = fake_provider.party(fake, acr=None)
    for methods in (["pwd"], [], "mfa", ["pwd", "pin"], None):
        fake.token = fake.signed(fake.claims(amr=methods))
        with pytest.raises(SignInRefused) as refused:
            await party.person(ANSWER, fake_provider.attempt(acr=()), AT)
        assert refused.value.reason is Reason.FACTORS
    for methods in (["mfa"], ["pwd", "otp"], ["hwk", "fpt"]):
        fake.token = fake.signed(fake.claims(amr=methods))
        assert (await party.person(ANSWER, fake_provider.attempt(acr=()), AT)).amr == methods


async def test_a_citizen_needs_none(fake: FakeProvider) -> None:
    party = fake_provider.party(fake, acr=None, link="first-sign-in", **{"for": "citizen"})
    fake.token = fake.signed(fake.claims(amr=None))
    assert (await party.person(ANSWER, fake_provider.attempt(acr=()), AT)).subject == "officer-1"


@pytest.mark.parametrize("ago", [301 + 60, -61])
async def test_a_proof_that_is_too_old_or_of_tomorrow_is_refused(fake: FakeProvider, ago: int) -> None:
    token = fake.signed(fake.claims(auth_time=int(AT.timestamp()) - ago))
    assert await reason(fake, token, max_age=300) is Reason.AGE


async def test_a_new_proof_is_needed_to_be_told(fake: FakeProvider) -> None:
    assert await reason(fake, fake.signed(fake.claims(auth_time=None)), max_age=300) is Reason.TIME


@pytest.mark.parametrize("issuer", [None, "https://other.example.vn", ""])
async def test_an_answer_that_names_another_issuer_or_none_is_refused(
    fake: FakeProvider, issuer: str | None
) -> None:
    answer = {"code": "code"} if issuer is None else {"code": "code", "iss": issuer}
    assert await reason(fake, fake.signed(fake.claims()), answer) is Reason.ISSUER
    assert "/token" not in fake.asked


async def test_the_issuer_may_be_left_out_where_the_provider_never_says_it(fake: FakeProvider) -> None:
    fake.metadata["authorization_response_iss_parameter_supported"] = False
    fake.token = fake.signed(fake.claims())
    party = fake_provider.party(fake)
    assert (await party.person({"code": "code"}, fake_provider.attempt(), AT)).subject == "officer-1"
    assert (
        await reason(fake, fake.token, {"code": "code", "iss": "https://other.example.vn"}) is Reason.ISSUER
    )


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"error": "access_denied"}, Reason.DENIED),
        ({"error": "unmet_authentication_requirements"}, Reason.LEVEL),
        ({}, Reason.CODE),
        ({"code": ""}, Reason.CODE),
        ({"code": "x" * 2049}, Reason.CODE),
    ],
)
async def test_an_answer_without_a_code_asks_for_no_token(
    fake: FakeProvider, answer: dict[str, str], why: Reason
) -> None:
    assert await reason(fake, fake.signed(fake.claims()), {"iss": ISSUER, **answer}) is why
    assert "/token" not in fake.asked


async def test_a_code_that_the_provider_does_not_accept_is_refused(fake: FakeProvider) -> None:
    fake.status = 400
    assert await reason(fake, "") is Reason.CODE


@pytest.mark.parametrize("status", [500, 302, 204])
async def test_a_provider_that_fails_is_away(fake: FakeProvider, status: int) -> None:
    fake.status = status
    with pytest.raises(ProviderAway):
        await fake_provider.party(fake).person(ANSWER, fake_provider.attempt(), AT)


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        ({"issuer": "https://other.example.vn"}, Reason.ISSUER),
        ({"issuer": ISSUER + "/"}, Reason.ISSUER),
        ({"issuer": None}, Reason.ISSUER),
        ({"token_endpoint": None}, Reason.METADATA),
        ({"token_endpoint": "http://sso.example.vn/token"}, Reason.METADATA),
        ({"authorization_endpoint": "javascript:alert(1)"}, Reason.METADATA),
        ({"jwks_uri": "file:///etc/passwd"}, Reason.METADATA),
        ({"end_session_endpoint": "https://user@sso.example.vn/"}, Reason.METADATA),
        ({"code_challenge_methods_supported": ["plain"]}, Reason.METADATA),
    ],
)
async def test_a_description_of_another_provider_is_refused(
    fake: FakeProvider, metadata: dict[str, Any], why: Reason
) -> None:
    fake.metadata = metadata
    assert await reason(fake, fake.signed(fake.claims())) is why
    assert "/token" not in fake.asked


async def test_a_good_logout_token_tells_session_and_person(fake: FakeProvider) -> None:
    for kind in (None, "JWT", "logout+jwt"):
        header = {"typ": kind} if kind else {}
        claims = fake.logout_claims(jti="once")
        found = await fake_provider.party(fake).logout(fake.signed(claims, header), AT)
        assert (found.token_id, found.sid, found.subject) == ("once", "session-1", "officer-1")
        assert found.expires_at == AT + timedelta(seconds=120)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"nonce": "nonce"}, Reason.NONCE),
        ({"sub": None, "sid": None}, Reason.SUBJECT),
        ({"sub": 7}, Reason.SUBJECT),
        ({"jti": None}, Reason.MALFORMED),
        ({"events": None}, Reason.EVENT),
        ({"events": {}}, Reason.EVENT),
        ({"events": [fake_provider.LOGOUT]}, Reason.EVENT),
        ({"events": {"another": {}}}, Reason.EVENT),
        ({"aud": "another"}, Reason.AUDIENCE),
        ({"iss": "https://other.example.vn"}, Reason.ISSUER),
        ({"exp": int(AT.timestamp()) - 3600}, Reason.EXPIRED),
        ({"exp": None}, Reason.TIME),
        ({"iat": int((AT - timedelta(days=1)).timestamp())}, Reason.TIME),
    ],
)
async def test_a_logout_token_that_says_something_wrong_is_refused(
    fake: FakeProvider, changes: dict[str, Any], why: Reason
) -> None:
    assert await logout_reason(fake, fake.signed(fake.logout_claims(**changes))) is why


async def test_an_id_token_signs_nobody_out(fake: FakeProvider) -> None:
    assert await logout_reason(fake, fake.signed(fake.claims())) is Reason.EVENT


async def test_strangers_do_not_make_us_ask_the_provider(fake: FakeProvider) -> None:
    party = fake_provider.party(fake)
    fake.token = fake.signed(fake.claims())
    await party.person(ANSWER, fake_provider.attempt(), AT)
    before = len(fake.asked)
    for number in range(50):
        token = fake.signed(fake.logout_claims(), {"kid": f"unknown-{number}"}, fake_provider.key())
        with pytest.raises(SignInRefused) as refused:
            await party.logout(token, AT + timedelta(seconds=number))
        assert refused.value.reason is Reason.KEY_UNKNOWN
    assert len(fake.asked) == before


async def test_strangers_make_us_ask_once_where_the_provider_was_never_asked(fake: FakeProvider) -> None:
    party = fake_provider.party(fake)
    for number in range(50):
        token = fake.signed(fake.logout_claims(), {"kid": f"unknown-{number}"}, fake_provider.key())
        with pytest.raises(SignInRefused):
            await party.logout(token, AT + timedelta(seconds=number))
    assert fake.asked == ["/.well-known/openid-configuration", "/jwks"]


async def test_a_new_key_is_fetched_once_for_a_token_that_the_provider_handed_over(
    fake: FakeProvider,
) -> None:
    party = fake_provider.party(fake)
    fake.token = fake.signed(fake.claims())
    await party.person(ANSWER, fake_provider.attempt(), AT)
    fake.keys = [fake_provider.key("k2")]
    for seconds in (1, 2, 3):
        later = AT + timedelta(seconds=seconds)
        fake.token = fake.signed(fake.claims())
        assert (await party.person(ANSWER, fake_provider.attempt(), later)).subject == "officer-1"
    assert fake.asked.count("/jwks") == 2


async def test_two_sign_ins_at_once_fetch_a_new_key_once(fake: FakeProvider) -> None:
    party = fake_provider.party(fake)
    await party.probe(AT)
    fake.keys = [fake_provider.key("k2")]
    fake.token = fake.signed(fake.claims())
    later = AT + timedelta(seconds=1)
    both = (party.person(ANSWER, fake_provider.attempt(), later) for _ in range(2))
    assert [found.subject for found in await asyncio.gather(*both)] == ["officer-1"] * 2
    assert fake.asked.count("/jwks") == 2


async def test_a_key_of_another_kind_under_the_same_name_is_not_taken(fake: FakeProvider) -> None:
    own = RSAKey.generate_key(2048, {"kid": "k1"})
    fake.keys = [ECKey.generate_key("P-256", {"kid": "k1"}), own]
    fake.token = fake.signed(fake.claims(), {"alg": "RS256"}, own)
    assert (
        await fake_provider.party(fake).person(ANSWER, fake_provider.attempt(), AT)
    ).subject == "officer-1"


@pytest.mark.parametrize(
    "published",
    [
        {"kty": "RSA", "kid": "k1", "n": part(b"\xff" * 128), "e": "AQAB"},
        {"kty": "oct", "kid": "k1", "k": part(b"0" * 32)},
        {"kty": "EC", "kid": "k1", "crv": "P-256", "x": "", "y": ""},
        {"kty": "EC", "kid": "k1", "crv": "secp999", "x": "AA", "y": "AA"},
        {"kty": ["EC"], "kid": "k1"},
        {**ECKey.generate_key("P-256").as_dict(private=True), "kid": "k1"},
        {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "k1", "use": "enc"},
        "k1",
        None,
    ],
)
def test_a_key_that_is_weak_secret_or_broken_is_passed_over(published: Any) -> None:
    good = fake_provider.key("k2").as_dict(private=False)
    found = keys.read(json.dumps({"keys": [published, good]}).encode())
    assert [each.kid for each in found] == ["k2"]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"keys": {}}', b"\xff", b"[" * 5000])
def test_what_is_no_set_of_keys_is_refused(content: bytes) -> None:
    with pytest.raises(SignInRefused):
        keys.read(content)


async def test_a_logout_token_of_a_new_key_is_accepted_after_the_pause(fake: FakeProvider) -> None:
    party = fake_provider.party(fake)
    await party.probe(AT)
    fake.keys = [fake_provider.key("k2")]
    fake.at = later = AT + timedelta(minutes=6)
    assert (await party.logout(fake.signed(fake.logout_claims()), later)).subject == "officer-1"


async def test_a_withdrawn_key_is_good_for_an_hour_at_most(fake: FakeProvider) -> None:
    party = fake_provider.party(fake)
    old = fake.keys[0]
    await party.probe(AT)
    fake.keys = [fake_provider.key("k2")]
    fake.at = later = AT + timedelta(hours=1)
    fake.token = fake.signed(fake.claims(), {"kid": "k1"}, old)
    with pytest.raises(SignInRefused) as refused:
        await party.person(ANSWER, fake_provider.attempt(), later)
    assert refused.value.reason is Reason.KEY_UNKNOWN
