"""Settings of identity providers: each mistake is named before anything is served."""

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from pydantic import ValidationError

from hoso_api.openid import client_proof
from hoso_api.settings import Settings
from support import fake_provider

FILE = """
public_url = "https://motcua.example.vn"
inner_hosts = ["sso.hatinh.vn"]

[[oidc]]
name = "tinh"
title = "Tài khoản công chức tỉnh"
issuer = "https://sso.hatinh.vn/realms/cbccvc"
client_id = "hoso"
key_file = "/etc/hoso/oidc-tinh.jwk"
for = "officer"
acr = ["urn:mfa"]
link = "claim:employee_number"
claims = { name = "display_name" }

[[oidc]]
name = "cong-dan"
title = "Định danh điện tử"
issuer = "https://dinh-danh.example.vn"
client_id = "hoso"
secret_file = "/etc/hoso/oidc-cong-dan.secret"
for = "citizen"
link = "first-sign-in"
"""


def test_several_providers_stand_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSO_HOME", str(tmp_path))
    (tmp_path / "hoso.toml").write_text(FILE)
    settings = Settings()
    assert [each.name for each in settings.oidc] == ["tinh", "cong-dan"]
    assert settings.oidc[0].linking_claim == "employee_number"
    assert settings.oidc[0].claims.name == "display_name"
    assert settings.inner_hosts == ("sso.hatinh.vn",)


def test_a_provider_needs_the_address_that_is_registered_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOSO_HOME", str(tmp_path))
    (tmp_path / "hoso.toml").write_text(FILE.replace("public_url", "# public_url"))
    with pytest.raises(ValidationError, match="oidc needs public_url"):
        Settings()


def test_a_secret_does_not_stand_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSO_HOME", str(tmp_path))
    (tmp_path / "hoso.toml").write_text(FILE + 'secret = "abc"\n')
    with pytest.raises(ValidationError, match="secret"):
        Settings()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "Tỉnh"}, "name"),
        ({"name": "tro-lai"}, "is a name of ours"),
        ({"issuer": "http://sso.example.vn"}, "https address"),
        ({"issuer": "https://sso.example.vn/?a=b"}, "https address"),
        ({"issuer": "https://user@sso.example.vn"}, "https address"),
        ({"issuer": "https://sso.example.vn:x"}, "https address"),
        ({"issuer": "https://"}, "https address"),
        ({"issuer": "sso.example.vn"}, "https address"),
        ({"key_file": "/a"}, "either key_file or secret_file"),
        ({"secret_file": None}, "either key_file or secret_file"),
        ({"link": "e-mail"}, "link is invitation"),
        ({"link": "claim:"}, "link is invitation"),
        ({"link": "claim:a b"}, "link is invitation"),
        ({"link": "first-sign-in"}, "citizens are linked by first-sign-in"),
        ({"for": "citizen"}, "citizens are linked by first-sign-in"),
        ({"for": "machine"}, "for"),
        ({"scopes": ["profile"]}, "scopes need openid"),
        ({"scopes": ["openid", "a b"]}, "scopes"),
        ({"algorithms": ["none"]}, "algorithms"),
        ({"algorithms": ["HS256"]}, "algorithms"),
        ({"algorithms": []}, "algorithms"),
        ({"claims": {"national_id": "x"}}, "national_id"),
        ({"clientid": "x"}, "clientid"),
    ],
)
def test_a_mistake_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        fake_provider.settings(**changes)


def test_an_issuer_on_this_machine_needs_no_encryption() -> None:
    found = fake_provider.settings(issuer="http://127.0.0.1:9400")
    assert found.inner_hosts == {"127.0.0.1"}
    assert fake_provider.settings().inner_hosts == frozenset()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "khac", "client_id": "khac"}, "two providers for officer have the issuer"),
        ({"issuer": "https://other.example.vn"}, "are called tinh"),
        ({"name": "khac", "for": "citizen", "link": "first-sign-in"}, "are the client hoso of"),
    ],
)
def test_two_providers_differ_in_name_client_and_in_issuer_or_people(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        Settings(oidc=(fake_provider.settings(), fake_provider.settings(**changes)))


@pytest.mark.parametrize("key", [ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")])
def test_a_private_key_proves_who_we_are(tmp_path: Path, key: ECKey | OKPKey) -> None:
    path = tmp_path / "key"
    path.write_text(json.dumps(key.as_dict(private=True)))
    settings = fake_provider.settings(secret_file=None, key_file=path)
    proof = client_proof.opened(settings)
    fields = proof.fields(settings.issuer, fake_provider.datetime(2026, 3, 2).astimezone())
    assert set(fields) == {"client_id", "client_assertion_type", "client_assertion"}
    assert proof.headers() == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        (b"", "no JSON Web Key"),
        (b"\xff\xfe", "no text"),
        (b"{}", "no JSON Web Key"),
        (b"[]", "no JSON Web Key"),
        (b"x" * 20_000, "too large"),
        (json.dumps(ECKey.generate_key("P-256").as_dict(private=False)).encode(), "no private key"),
        (json.dumps(ECKey.generate_key("P-384").as_dict(private=True)).encode(), "no private key"),
        (json.dumps(RSAKey.generate_key(2048).as_dict(private=True)).encode(), "no private key"),
        (json.dumps(OctKey.generate_key(256).as_dict(private=True)).encode(), "no private key"),
    ],
    ids=("missing", "empty", "no text", "no key", "a list", "large", "public", "P-384", "RSA", "symmetric"),
)
def test_a_key_that_cannot_be_used_is_named_with_its_file(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(client_proof.SecretUnusable, match=message) as refused:
        client_proof.opened(fake_provider.settings(secret_file=None, key_file=path))
    assert str(path) in str(refused.value)
    assert "tinh" in str(refused.value)


def test_an_empty_secret_is_none(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(" \n")
    with pytest.raises(client_proof.SecretUnusable, match="empty"):
        client_proof.opened(fake_provider.settings(secret_file=path))
