"""Keys in a browser: those by which papers are signed, tokens of one's own and of officers, keys of systems."""

from datetime import timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hoso_models import PrincipalKind
from hoso_workflows.organisation import credentials, principals, units
from hoso_workflows.organisation.credentials import Scope
from support.api_client import ADMINISTRATOR, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT, FOUNDED, OTHER, SINCE, person

KEYS = "/noi-bo/quan-tri/khoa"
STRANGER_OFFICER = person("specialist", OTHER)


async def made(rest: Rest, label: str) -> str:
    """The open part of a token of the administrator's own."""
    until = rest.clock.at + timedelta(days=7)
    async with rest.world.db.transaction() as tx:
        token = await credentials.make_own(
            tx, ADMINISTRATOR, label, at=rest.clock.at, expires_at=until, scopes=[Scope.READ]
        )
    return token[: credentials.PREFIX]


async def test_an_administrator_sees_keys_and_revokes_a_token_of_their_own(rest: Rest) -> None:
    kept, gone = await made(rest, "Báo cáo"), await made(rest, "Sổ quỹ")
    admin = await (await Visitor.of(rest, ADMINISTRATOR)).goes(KEYS)
    assert admin.page is not None
    assert "Chưa có khóa nào; khóa ký khai trong cấu hình của máy chủ." in admin.text
    assert f"Báo cáo {kept}… Đọc và tìm chưa dùng 09:00 09/03/2026" in admin.text
    address, fields = admin.sent("Thu hồi Sổ quỹ")
    for _ in range(2):
        await admin.posts(address, fields)
        assert (admin.path, "Sổ quỹ" in admin.text, "Báo cáo" in admin.text) == (KEYS, False, True)
    rows = await rest.world.db.rows("select prefix from api_token where revoked_at is not null")
    assert [row.prefix for row in rows] == [gone]
    await admin.posts(address, {"_khoa": fields["_khoa"]})
    assert (admin.page.status_code, "Chọn mã truy cập." in admin.text) == (422, True)
    other = await (await Visitor.of(rest, SPECIALIST)).goes(KEYS)
    assert ("Chưa có mã nào." in other.text, "Báo cáo" in other.text) == (True, False)
    await other.posts(address, {**fields, "ma": [kept]})
    assert other.page is not None
    assert other.page.status_code == 404


SYSTEM, ELSEWHERE = UUID(int=0xA11), UUID(int=0xA12)


def pem() -> str:
    """The public half of a new key."""
    key = Ed25519PrivateKey.generate().public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


async def given(rest: Rest, principal: UUID, label: str) -> str:
    """The open part of a token of somebody else."""
    async with rest.world.db.transaction() as tx:
        return (await credentials.give_token(tx, principal, label, at=rest.clock.at))[: credentials.PREFIX]


async def administrator_of_the_department(rest: Rest) -> UUID:
    """Somebody who administers the department alone."""
    async with rest.world.db.transaction() as tx:
        who = principals.principal(tx, PrincipalKind.OFFICER, "Quản trị sở", at=FOUNDED).id
        await tx.flush()
        units.assign(tx, who, DEPARTMENT, "administrator", SINCE)
    return who


async def systems(rest: Rest) -> None:
    """A system with a role in the department, and one in another department."""
    async with rest.world.db.transaction() as tx:
        for who, name, unit in ((SYSTEM, "Phần mềm sở", DEPARTMENT), (ELSEWHERE, "Phần mềm y tế", OTHER)):
            principals.principal(tx, PrincipalKind.PARTNER, name, at=FOUNDED, identity=who)
            await tx.flush()
            units.assign(tx, who, unit, "clerk", SINCE)


async def acts_told(rest: Rest) -> list[tuple[str, str, str | None]]:
    rows = await rest.world.db.rows(
        "select kind, subject, payload ->> 'reason' as reason from administration_event"
        " where kind in ('token_revoked', 'key_entered', 'key_revoked') order by at, number"
    )
    return [(row.kind, row.subject, row.reason) for row in rows]


async def test_an_administrator_revokes_a_token_of_an_officer_with_a_reason_once(rest: Rest) -> None:
    within, beyond = await given(rest, SPECIALIST, "Sổ tay"), await given(rest, STRANGER_OFFICER, "Kho")
    admin = await (await Visitor.of(rest, await administrator_of_the_department(rest))).goes(KEYS)
    assert admin.page is not None
    assert (f"{within}…" in admin.text, f"{beyond}…" in admin.text) == (True, False)
    await admin.presses("Thu hồi mã truy cập", ma_can_bo=within)
    assert (admin.page.status_code, "Ghi lý do." in admin.text) == (422, True)
    assert f'value="{within}" selected' in admin.page.text
    address, fields = admin.sent("Thu hồi mã truy cập", ly_do="Máy bị mất")
    for _ in range(2):
        await admin.posts(address, fields)
        assert (admin.path, within in admin.text) == (KEYS, False)
    assert await acts_told(rest) == [("token_revoked", str(SPECIALIST), "Máy bị mất")]
    await admin.posts(address, {**fields, "ma-can-bo": [beyond]})
    assert (admin.page.status_code, f"{beyond}…" in admin.text) == (403, False)
    refused = await rest.ask("POST", f"/v1/tokens/{beyond}/revocation", SPECIALIST, json={"reason": "Không"})
    assert refused.status_code == 403
    revoked = await rest.world.db.rows("select prefix from api_token where revoked_at is not null")
    assert [row.prefix for row in revoked] == [within]
    listed = (await rest.get("/v1/tokens", ADMINISTRATOR)).json()["items"]
    assert ("sha256" in listed[0], {within, beyond} & {each["prefix"] for each in listed}) == (
        False,
        {beyond},
    )


async def test_an_administrator_enters_and_revokes_the_key_of_a_system_of_their_units(rest: Rest) -> None:
    await systems(rest)
    who = await administrator_of_the_department(rest)
    admin = await (await Visitor.of(rest, who)).goes(KEYS)
    assert admin.page is not None
    assert ("Phần mềm sở" in admin.text, "Phần mềm y tế" in admin.text) == (True, False)
    said = {"he_thong": str(SYSTEM), "dung_de": "Đồng bộ", "so_ngay": "30"}
    await admin.presses("Ghi khóa", **said, khoa_cong_khai="không phải khóa")
    assert (admin.page.status_code, 'value="Đồng bộ"' in admin.page.text) == (422, True)
    address, fields = admin.sent("Ghi khóa", **said, khoa_cong_khai=pem())
    for _ in range(2):
        await admin.posts(address, fields)
        assert (admin.path, "Phần mềm sở Đồng bộ" in admin.text) == (KEYS, True)
    await admin.posts(address, {**fields, "he-thong": [str(ELSEWHERE)]})
    assert admin.page.status_code == 403
    (key,) = (await rest.get("/v1/keys", ADMINISTRATOR)).json()["items"]
    assert (key["principal"], key["label"]) == (str(SYSTEM), "Đồng bộ")
    await admin.goes(KEYS)
    address, fields = admin.sent("Thu hồi khóa", khoa=key["id"], ly_do_khoa="Hết hợp đồng")
    for _ in range(2):
        await admin.posts(address, fields)
        assert (admin.path, "Đồng bộ" in admin.text) == (KEYS, False)
    assert await acts_told(rest) == [
        ("key_entered", str(SYSTEM), None),
        ("key_revoked", str(SYSTEM), "Hết hợp đồng"),
    ]
    body = {"principal": str(SYSTEM), "public_key": pem(), "label": "Lại", "days": 1}
    made = await rest.ask("POST", "/v1/keys", ADMINISTRATOR, json=body)
    again = await rest.ask(
        "POST", f"/v1/keys/{made.json()['id']}/revocation", ADMINISTRATOR, json={"reason": "Thử"}
    )
    assert (made.status_code, again.status_code) == (201, 200)
