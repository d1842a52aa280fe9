"""`hoso providers` and the doctor's line: what is registered at a provider, a key for it, who came and is unknown."""

import json
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from hoso_api.openid import client_proof
from hoso_api.system_clock import now
from hoso_models import SessionKind
from hoso_models.storage import database
from hoso_workflows.identity import history
from hoso_workflows.identity.providers import linking
from support import fake_provider
from support.command_line import hoso, in_vietnamese
from support.identity_provider import IdentityProvider
from support.world import instant

FILE = """
public_url = "https://hoso.example.vn"

[[oidc]]
name = "tinh"
title = "Tài khoản công chức"
issuer = "{issuer}"
client_id = "hoso"
key_file = "{key}"
for = "officer"
link = "claim:employee_number"
"""


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key that the command has made."""
    path = tmp_path / "oidc.jwk"
    ran = hoso("providers", "key", str(path))
    assert ran.status == 0, ran.err
    (public,) = ran.json["keys"]
    assert "d" not in public
    assert ECKey.import_key(json.loads(path.read_text())).as_dict(private=False) == public
    return path


def written(home: Path, key: Path, issuer: str = "https://sso.example.vn") -> Path:
    """A home whose settings name a provider."""
    home.mkdir()
    (home / "hoso.toml").write_text(FILE.format(issuer=issuer, key=key))
    return home


def test_a_key_is_its_owners_alone_and_nothing_is_overwritten(key: Path) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_text()
    again = hoso("providers", "key", str(key))
    assert (again.status, again.out) == (2, "")
    assert "it is there already; name another place" in again.err
    assert key.read_text() == before
    client_proof.opened(fake_provider.settings(secret_file=None, key_file=key))


def test_the_list_tells_what_is_registered_at_the_provider(key: Path, tmp_path: Path) -> None:
    home = written(tmp_path / "home", key)
    (found,) = hoso("providers", "list", "--json", home=home).json
    assert found == {
        "name": "tinh",
        "title": "Tài khoản công chức",
        "issuer": "https://sso.example.vn",
        "client_id": "hoso",
        "for": "officer",
        "link": "claim:employee_number",
        "redirect_uri": "https://hoso.example.vn/dang-nhap/tro-lai",
        "post_logout_redirect_uri": "https://hoso.example.vn/dang-nhap",
        "backchannel_logout_uri": "https://hoso.example.vn/dang-xuat/kenh-sau/tinh",
    }
    assert (
        "redirect_uri: https://hoso.example.vn/dang-nhap/tro-lai\n"
        in hoso("providers", "list", home=home).out
    )


def test_a_mistake_in_the_settings_is_one_sentence(key: Path, tmp_path: Path) -> None:
    home = written(tmp_path / "home", key, issuer="http://sso.example.vn")
    ran = hoso("providers", "list", home=home)
    assert (ran.status, ran.out) == (2, "")
    assert "oidc.0.issuer: " in ran.err
    assert "https address without query" in ran.err
    assert "Traceback" not in ran.err


def test_a_missing_key_ends_the_start_with_its_name(key: Path, tmp_path: Path) -> None:
    home = written(tmp_path / "home", key)
    key.unlink()
    ran = hoso("serve", "api", home=home)
    assert ran.status == 2
    assert str(key) in ran.err
    assert "Traceback" not in ran.err


def test_the_doctor_asks_each_provider(provider: IdentityProvider, key: Path, tmp_path: Path) -> None:
    checks = hoso("doctor", "--json", home=written(tmp_path / "good", key, provider.issuer)).json
    (good,) = [each for each in checks if each["name"] == "provider tinh"]
    assert (good["state"], good["detail"]) == ("ok", "answers, with 1 keys")
    checks = hoso("doctor", "--json", home=written(tmp_path / "other", key, f"{provider.issuer}/")).json
    (other,) = [each for each in checks if each["name"] == "provider tinh"]
    assert (other["state"], other["detail"]) == (
        "failing",
        "The sign-in is not accepted: it is of another issuer.",
    )
    checks = hoso("doctor", "--json", home=written(tmp_path / "away", key, "http://127.0.0.1:1")).json
    (away,) = [each for each in checks if each["name"] == "provider tinh"]
    assert (away["state"], away["detail"]) == ("failing", "no connection: ConnectError")


async def test_why_sign_ins_were_refused_is_counted(world_url: str) -> None:
    async with database.connect(world_url) as db:
        for _ in range(2):
            await history.record(db, None, history.REFUSED, "tinh", now(), granted=False, what="factors")
    (found,) = hoso("providers", "refused", "--json", url=world_url).json
    assert (found["provider"], found["reason"], found["meaning"], found["tries"]) == (
        "tinh",
        "factors",
        "the sign-in showed no two factors",
        2,
    )
    shown = in_vietnamese("providers", "refused", url=world_url, COLUMNS="80").out
    assert "lần đăng nhập không đủ hai yếu tố" in shown


async def test_who_is_unknown_is_listed(world_url: str) -> None:
    subject = linking.Subject(
        "tinh", "https://sso.example.vn", "officer-7", SessionKind.OFFICER, "Chuyên viên 7", "CC-7"
    )
    async with database.connect(world_url) as db:
        with pytest.raises(linking.UnknownPerson):
            await linking.linked(db, subject, linking.How.CLAIM, at=instant("2026-11-25 09:00"))
    (found,) = hoso("providers", "unknown", "--json", url=world_url).json
    assert (found["provider"], found["name"], found["compared"], found["tries"]) == (
        "tinh",
        "Chuyên viên 7",
        "CC-7",
        1,
    )
    shown = in_vietnamese("providers", "unknown", url=world_url, COLUMNS="80").out
    assert "officer-7" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())
