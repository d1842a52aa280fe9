"""Statements for what no door of the house writes in a test: words of machines, of gateways, and of sign-ins that go on elsewhere.

Each parameter is a text that stands nowhere else.
"""

from __future__ import annotations

#: Names of a person: what they are called, their title, what a provider and their authority know them by; $1 who.
NAMED = "update principal set name = $2, title = $3, subject = $4, code = $5, account = $6 where id = $1"
#: A portal that is told of every dossier; $1 its system, $2 since when.
PORTAL = """
insert into partner_portal (code, name, unit_code, concerns, principal_id, basis, valid_from, entered_by, entered_at)
select 'cong-mau', 'Cổng mẫu', code, 'all', $1, 'QĐ 1', '2026-01-01', $1, $2 from unit where parent_code is null
"""
ROWS = (
    "update portal_status set refusal = $1, refused_at = at",
    """
    insert into portal_filing (portal, external_code, dossier_id, at)
    select 'cong-mau', $1, id, filed_at from dossier order by filed_at, id limit 1
    """,
    """
    insert into damaged_file (id, dossier_id, message, since)
    select id, id, $1, filed_at from dossier order by filed_at, id limit 1
    """,
    """
    insert into damaged_run (dossier_id, element, message, since)
    select id, $1, $2, filed_at from dossier order by filed_at, id limit 1
    """,
    """
    insert into timer (dossier_id, id, element, due_at, armed_at, kind, payload)
    select id, 'may', 'may', filed_at, filed_at, 'may', jsonb_build_object('chu', $1::text)
    from dossier order by filed_at, id limit 1
    """,
    "update component set note = $1",
    "update idempotency set response = response || jsonb_build_object('chu', $1::text)",
    """
    update dossier set incidents = jsonb_build_array($1::text)
    where id = (select id from dossier order by filed_at, id limit 1)
    """,
    "update outbox set last_error = $1",
    "insert into area (code, name, kind, valid_from) values ($1, 'Xã mẫu', 'commune', '2026-01-01')",
    "update party set area_code = (select code from area limit 1)",
    "update job set failure = jsonb_build_object('said', $1::text)",
    """
    insert into contact_point (principal_id, kind, value, entered_at)
    select id, 'email', $1, created_at from principal where kind = 'citizen' limit 1
    """,
    """
    insert into credential (principal_id, kind, label, created_at)
    select id, 'passkey', $1, created_at from principal where kind = 'citizen' limit 1
    """,
    """
    insert into signing_key (principal_id, public_key, label, created_at)
    select id, '\\x04', $1, created_at from principal where kind = 'citizen' limit 1
    """,
    """
    insert into identity (principal_id, provider, issuer, subject, linked_at, how, identifier)
    select id, 'tinh', 'https://tinh.test', $1, created_at, 'claim', $2 from principal where kind = 'citizen' limit 1
    """,
    """
    insert into unknown_identity (issuer, subject, provider, name, compared, first_at, last_at)
    values ('https://tinh.test', $1, 'tinh', $2, $3, '2026-03-06', '2026-03-06')
    """,
    """
    insert into invitation (purpose, made_at, expires_at, detail)
    values ('setup', '2026-03-06', '2026-03-06', jsonb_build_object('name', $1::text))
    """,
    """
    insert into mail_server (server, failures, since, again_at, last_error)
    values ('thu.test:25', 1, '2026-03-06', '2026-03-06', $1)
    """,
    """
    insert into parked_form (secret_sha256, principal_id, path, sealed, expires_at)
    select '\\x01', id, $1, '\\x02', '2026-03-06' from principal where kind = 'citizen' limit 1
    """,
    """
    insert into sign_in_attempt (kind, purpose, cookie_sha256, onward, begun_at, expires_at)
    values ('officer', 'passkey', '\\x03', $1, '2026-03-06', '2026-03-06')
    """,
)
