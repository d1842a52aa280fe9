"""Our side against the certified provider: the whole flow, without pages."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from hoso_api.openid import relying_party
from hoso_api.openid.refusals import Reason, SignInRefused
from hoso_api.openid.relying_party import Attempt, RelyingParty
from hoso_api.system_clock import now
from support import fake_provider, identity_provider
from support.identity_provider import MFA, PASSWORD, IdentityProvider, Visitor

BACK = "https://hoso.test/dang-nhap/tro-lai"


@pytest.fixture
def party(provider: IdentityProvider, tmp_path: Path) -> RelyingParty:
    """Our side, known to the provider by its key."""
    path, key = identity_provider.key_file(tmp_path)
    provider.configure(identity_provider.client(key, BACK))
    settings = fake_provider.settings(issuer=provider.issuer, secret_file=None, key_file=path, acr=[MFA])
    return relying_party.opened(settings, BACK)


def answer(address: str) -> dict[str, str]:
    """Query that the browser brings back."""
    assert address.startswith(BACK + "?"), address
    return dict(parse_qsl(urlsplit(address).query))


async def came_back(
    party: RelyingParty, attempt: Attempt, visitor: Visitor, **typed: object
) -> dict[str, str]:
    """The answer to a sign-in of the first officer."""
    address = await party.authorization(attempt, now())
    return answer(await visitor.signs_in(address, "officer-1", **typed))  # type: ignore[arg-type]  # words for words handed on


async def test_an_officer_signs_in(party: RelyingParty, provider: IdentityProvider) -> None:
    attempt = relying_party.attempt([MFA])
    said = await came_back(party, attempt, Visitor(provider.issuer))
    assert said["state"] == attempt.state
    found = await party.person(said, attempt, now())
    assert (found.issuer, found.subject, found.acr) == (provider.issuer, "officer-1", MFA)
    assert (found.name, found.linking, sorted(found.amr)) == (
        "Chuyên viên 1 · Sở Y tế",
        "CC-0001",
        ["otp", "pwd"],
    )
    assert found.sid
    assert found.authenticated_at is not None
    assert abs(now() - found.authenticated_at) < timedelta(minutes=1)


async def test_a_code_is_good_once(party: RelyingParty, provider: IdentityProvider) -> None:
    attempt = relying_party.attempt([MFA])
    said = await came_back(party, attempt, Visitor(provider.issuer))
    await party.person(said, attempt, now())
    with pytest.raises(SignInRefused) as refused:
        await party.person(said, attempt, now())
    assert refused.value.reason is Reason.CODE


async def test_a_code_belongs_to_the_browser_that_began(
    party: RelyingParty, provider: IdentityProvider
) -> None:
    theirs, ours = relying_party.attempt([MFA]), relying_party.attempt([MFA])
    said = await came_back(party, theirs, Visitor(provider.issuer))
    with pytest.raises(SignInRefused) as refused:
        await party.person(said, ours, now())
    assert refused.value.reason is Reason.CODE


@pytest.mark.parametrize("issuer", [None, "https://evil.example"])
async def test_the_provider_has_to_name_itself(
    party: RelyingParty, provider: IdentityProvider, issuer: str | None
) -> None:
    attempt = relying_party.attempt([MFA])
    said = await came_back(party, attempt, Visitor(provider.issuer))
    assert said.pop("iss") == provider.issuer
    with pytest.raises(SignInRefused) as refused:
        await party.person(said if issuer is None else {**said, "iss": issuer}, attempt, now())
    assert refused.value.reason is Reason.ISSUER


async def test_a_level_that_is_lower_than_asked_for_is_refused(
    provider: IdentityProvider, party: RelyingParty, tmp_path: Path
) -> None:
    path, key = identity_provider.key_file(tmp_path)
    provider.configure(identity_provider.client(key, BACK), strict=False)
    settings = fake_provider.settings(issuer=provider.issuer, secret_file=None, key_file=path, acr=[MFA])
    party = relying_party.opened(settings, BACK)
    attempt = relying_party.attempt([MFA])
    said = await came_back(party, attempt, Visitor(provider.issuer), amr=("pwd",), acr=PASSWORD)
    with pytest.raises(SignInRefused) as refused:
        await party.person(said, attempt, now())
    assert refused.value.reason is Reason.LEVEL


async def test_a_new_proof_is_asked_for_and_an_old_one_refused(
    party: RelyingParty, provider: IdentityProvider
) -> None:
    visitor = Visitor(provider.issuer)
    first = relying_party.attempt([MFA])
    await party.person(await came_back(party, first, visitor, age=3000), first, now())
    again = relying_party.attempt([MFA], max_age=300)
    found = await party.person(await came_back(party, again, visitor), again, now())
    assert found.authenticated_at is not None
    assert now() - found.authenticated_at < timedelta(minutes=1)
    silent = relying_party.attempt([MFA])
    said = await came_back(party, silent, Visitor(provider.issuer), age=3000)
    asked = Attempt(silent.state, silent.nonce, silent.verifier, silent.acr, 300)
    with pytest.raises(SignInRefused) as refused:
        await party.person(said, asked, now())
    assert refused.value.reason is Reason.AGE


async def test_the_next_sign_in_works_after_the_provider_has_changed_its_key(
    party: RelyingParty, provider: IdentityProvider
) -> None:
    for _ in range(2):
        attempt = relying_party.attempt([MFA])
        said = await came_back(party, attempt, Visitor(provider.issuer))
        assert (await party.person(said, attempt, now())).subject == "officer-1"
        provider.rotate()


async def test_a_person_who_is_unknown_to_the_provider_does_not_come_in(
    party: RelyingParty, provider: IdentityProvider
) -> None:
    attempt = relying_party.attempt([MFA])
    address = await party.authorization(attempt, now())
    said = answer(await Visitor(provider.issuer).signs_in(address, "nobody"))
    with pytest.raises(SignInRefused) as refused:
        await party.person(said, attempt, now())
    assert refused.value.reason is Reason.DENIED
