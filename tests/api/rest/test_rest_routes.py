"""Every way in leads to a command, to a read within somebody's rights, or stands on the reviewed public list."""

from typing import get_args

import pytest
from fastapi.routing import iter_route_contexts

from hoso_api.app import create_app
from hoso_workflows.lifecycle import commands
from support.api_client import Rest, problem
from support.signing_in import OURS

#: Ways that carry out a command of the office, or an act of publication.
ACTS = {
    "file_dossier": "file",
    "accept_dossier": commands.Accept,
    "refuse_dossier": commands.Refuse,
    "propose_supplement": commands.ProposeSupplement,
    "ask_supplement": commands.AskSupplement,
    "receive_supplement": commands.ReceiveSupplement,
    "withdraw_dossier": commands.Withdraw,
    "assign_user_task": commands.Claim,
    "unassign_user_task": commands.Unclaim,
    "complete_user_task": commands.Complete,
    "fail_user_task": commands.Fail,
    "send_message": commands.Send,
    "resolve_incident": commands.Retry,
    "correct_instant": commands.Correct,
    "declare_version": "publication.declare",
    "submit_version": "publication.submit",
    "approve_version": "publication.approve",
    "activate_version": "publication.activate",
    "name_owner": "owners.name",
    "release_message": "undelivered.release",
    "make_own_token": "credentials.give_token: oneself, with no more scopes than the token that asks",
    "revoke_own_token": "credentials.revoke_own: oneself",
    "invite_person": "invitations.invite: administrators over a unit of the person",
    "ask_recovery": "invitations.ask_recovery: the same, never for oneself",
    "confirm_recovery": "invitations.confirm_recovery: another one of them",
    "end_sessions": "invitations.end_sessions: the same, or oneself",
}
#: Reads, with what decides whether somebody may.
READS = {
    "get_dossier": "views.dossier: officers of its units, auditors over them; its applicant by `applicant_views`",
    "get_waits": "views.waits: the same",
    "explain_deadline": "views.explain: the same, and administrators over its units, without what was written",
    "list_events": "views.history: the same",
    "get_receipt": "views.receipt: the same",
    "search_user_tasks": "worklist.search: one's own roles, the whole unit for those who oversee it",
    "get_user_task": "views.task: officers of the dossier's units",
    "get_user_task_form": "views.form: officers of the dossier's units",
    "list_incidents": "permissions.incident_units: one's own units, and those below for administrator and auditor",
    "list_recoveries": "invitations.recoveries: people of the units that one administers",
    "list_undelivered": "permissions.outbox_units: administrators, of their units and those below",
    "list_overdue": "permissions.surveyed: one's own units, and those below for administrator and auditor",
    "report_lateness": "permissions.report_unit: the same",
    "list_procedures": "anybody with a token: what can be filed for",
    "get_procedure": "anybody with a token: what can be filed for",
    "list_versions": "authentication.officer",
    "get_version": "authentication.officer",
    "list_owners": "authentication.officer",
    "list_own_tokens": "anybody with a token: one's own",
    "get_me": "anybody with a token: oneself",
    "list_unknown_identities": "permissions.authorise_unknown_identities: administrators of any unit",
    "list_officers": "permissions.authorise_people_list: who works in the unit or has an office over it",
    "account_page": "session.officer: oneself, by a session",
    "password_page": "session.confirmed: oneself, by a session",
    "totp_page": "session.confirmed: oneself, by a session",
    "confirm_page": "session.officer: oneself, by a session",
    "own_page": "endpoints.applicant: oneself, by a session",
    "overdue_board": "reader: an officer's own units and those below an office; all where the board is open",
    "explained_deadline": "views.explain as for the API; all where the board is open",
}
#: Acts of a person on their own account, by a session; each changes what is theirs only.
OWN = {
    "end_session",
    "set_password",
    "set_totp",
    "recovery_codes",
    "remove_passkey",
    "begin_passkey",
    "add_passkey",
    "confirm",
    "confirm_with_passkey",
    "confirm_at_provider",
}
#: Open to anybody. Reviewed: none tells more than a code's degree of completion; `looked_for` only leads on;
#: those of signing in, of invitations and of the set-up want a password, a passkey, a code or the token of a provider.
PUBLIC = {
    "look_up_dossier",
    "live",
    "ready",
    "looked_for",
    "sign_in_page",
    "sign_in",
    "second_factor_page",
    "second_factor",
    "sign_in_as_role",
    "ask_passkey",
    "sign_in_with_passkey",
    "invitation_page",
    "take_up_invitation",
    "setup_page",
    "setup_form",
    "found_installation",
    "begin_at_provider",
    "come_back_from_provider",
    "sign_out",
    "sign_out_from_provider",
    "static",
    "openapi",
    "reference",
}


@pytest.fixture
def world_url(shared_world_url: str) -> str:
    """One world for all: nobody is let in, and every test proves that nothing changed."""
    return shared_world_url


def ways():
    """Every route by its name."""
    return {route.name: route for route in iter_route_contexts(create_app().routes)}


def test_every_route_is_on_exactly_one_list():
    listed = [*ACTS, *READS, *OWN, *PUBLIC]
    assert sorted(ways()) == sorted(listed)


def test_every_command_has_a_way_but_the_systems_own():
    assert set(get_args(commands.Command)) - set(ACTS.values()) == {commands.Advance}


@pytest.mark.parametrize("name", sorted({*ACTS, *READS, *OWN}))
async def test_no_act_and_no_read_is_for_somebody_unknown(rest: Rest, name: str):
    way = ways()[name]
    path = way.path_format.format(
        reference="r",
        code="1.014464",
        number=1,
        task="00000000-0000-4000-8000-000000000009",
        key="r",
        message=1,
        provider="tinh",
        incident="00000000-0000-4000-8000-000000000009",
        prefix="hs_00000000",
        principal="00000000-0000-4000-8000-000000000009",
        recovery="00000000-0000-4000-8000-000000000009",
    )
    before = await rest.content()
    answer = await rest.ask(min(way.methods), path, json={}, headers=OURS)
    if way.path.startswith("/v1"):
        assert problem(answer)["type"] == "urn:hoso:problem:token-missing"
    else:
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/dang-nhap")
    assert await rest.content() == before
