"""Every way in names its act, every act has a way in, and what is open to anybody stands on a reviewed list."""

from collections import defaultdict
from functools import cache
from typing import get_args

import pytest
from fastapi import APIRouter, FastAPI
from typer.main import get_command

from hoso_api.app import create_app
from hoso_api.cli import main
from hoso_api.http import acts
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation.permissions import Relation, table
from support.api_client import Rest, problem
from support.signing_in import OURS

# Nobody is let in, and nothing is changed.
pytestmark = pytest.mark.world("shared")

#: Open to anybody. Reviewed: none tells more than a code's degree of completion and lateness and the number and day of a paper; those of signing in, of invitations and of
#: the set-up want a password, a passkey, a code or the token of a provider.
PUBLIC = {
    "first_page",
    *("public_list_page", "public_procedure_page", "public_procedure_data", "save_public_template"),
    *("due_date_page", "sitemap", "robots"),
    *("look_up_page", "look_up", "looked_up", "feedback_page", "say", "given_page"),
    *("framed_list", "framed_look_up", "script", "feed", "atom"),
    "choose_look",
    "look_up_dossier",
    *("list_announcements", "read_statistics", "statistics_page", "statistics_file"),
    *("announcements_page", "announcements_feed", "announcement_page", "guides_page", "guide_page"),
    *("contact_page", "site_map_page", "accessibility_page", "privacy_page"),
    *("paper_page", "check_held_paper"),
    "list_public_answers",
    "get_feedback_receipt",
    "give_feedback",
    "check_letter",
    "check_paper",
    "take_payment_notification",
    "live",
    "ready",
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
#: Commands of `hoso` that look at files of whoever calls them or print the rules, and at nothing that is stored.
OFFLINE = {"calendar", "lifecycle"}
#: Commands by which the holder of a token does acts of REST.
OF_HOLDERS = {"tasks", "dossiers", "drafts", "letters", "notifications"}


@cache
def ways():
    """Every route by its name: REST, pages, mounts and what the framework adds."""
    return {route.name: route for route, _ in acts.routes(create_app())}


def unnamed(app: FastAPI) -> list[str]:
    """The routes that name no act of the table."""
    return [route.name for route, act in acts.routes(app) if act not in table.ACTS.acts]


def test_every_route_names_an_act_of_the_table():
    assert unnamed(create_app()) == []
    router = APIRouter()
    router.add_api_route("/v1/unmapped", lambda: None, name="unmapped")
    app = create_app()
    app.include_router(router)
    assert unnamed(app) == ["unmapped"]
    with pytest.raises(KeyError, match="no_such_act"):
        acts.named("no_such_act")


def test_every_act_has_a_route_or_a_command_of_the_shell():
    routed = {act for _, act in acts.routes(create_app())}
    doorless = [
        act.name for act in table.ROWS if act.name not in routed and act.shares not in routed and not act.cli
    ]
    assert doorless == []
    named = {command for act in table.ROWS for command in act.cli}
    assert named | OFFLINE | OF_HOLDERS == set(get_command(main.app).list_commands(None))


def test_what_the_shell_does_is_said_to_be_the_operators():
    assert [act.name for act in table.ROWS if bool(act.cli) is not (Relation.OPERATOR in act.who)] == []


def test_the_description_names_the_act_of_each_operation():
    described = create_app().openapi()["paths"]
    named = {
        operation["operationId"]: operation[acts.WORD]
        for operations in described.values()
        for operation in operations.values()
    }
    assert {name for name, act in named.items() if name != act} == {
        "live",
        "ready",
        "show_letter",
        "print_letter",
        "list_copies",
        "show_copy",
        "print_copy",
        "get_attachment",
        "read_thumbnail",
        "supersede_attachment",
        "list_offered_papers",
        "attach_offered_paper",
        "begin_upload",
        "get_upload",
        "cancel_upload",
        "report_weeks",
        *("replace_draft_file", "begin_draft_upload", "get_draft_file", "read_draft_thumbnail"),
        *("list_papers_for_draft", "attach_paper_to_draft"),
        *("get_feedback_receipt", "get_evaluation"),
        *("check_catalogue", "list_catalogue_lags", "export_catalogue", "get_catalogue_entry"),
        *("list_entry_versions", "list_entry_drafts", "get_entry_draft", "save_entry_draft"),
        "discard_entry_draft",
        *("get_report_form", "get_report_form_file", "report_days", "get_report_obligation"),
        *("get_report_obligation_file", "recount_report"),
        "sign_letters",
        "show_control_sheet",
        "print_control_sheet",
        "show_register",
        "print_register",
        "export_register",
        *("list_letter_forms", "print_letter_form", "draw_letter_form"),
        *("print_letter_template", "draw_letter_template"),
    }
    assert set(named.values()) <= set(table.ACTS.acts)


def test_what_is_open_to_anybody_is_on_the_reviewed_list():
    open_to_all = {
        route.name
        for route, act in acts.routes(create_app())
        if act and Relation.ANYBODY in table.ACTS[act].who
    }
    assert open_to_all == PUBLIC


def test_every_command_is_an_act_and_no_act_is_two():
    assert set(table.ACTS.by_command) == {*get_args(commands.Command), commands.FileDossier}
    assert len(table.ROWS) == len(table.ACTS.acts)


UNKNOWN = "00000000-0000-4000-8000-000000000009"
#: What a path names, where that is no identity.
NAMES = {
    "reference": "r",
    "code": "1.014464",
    "calendar": "ha-tinh",
    "number": 1,
    "name": "nop-ho-so.form",
    "rule": "timer",
    "key": "r",
    "unit": "H27",
    "message": 1,
    "notice": 1,
    "portal": "cong",
    "status": 1,
    "indicator": "attitude",
    "ordinal": 1,
    "provider": "tinh",
    "prefix": "hs_00000000",
    "form": "02",
    "area": "42",
    "kind": "ii-06",
    "period": "2026-Q1",
    "paper": "TP01",
}


async def test_no_act_and_no_read_is_for_somebody_unknown(rest: Rest) -> None:
    before, found = await rest.content(), {}
    for name in sorted(set(ways()) - PUBLIC):
        way = ways()[name]
        path = way.path_format.format_map(defaultdict(lambda: UNKNOWN, NAMES))
        answer = await rest.ask(min(way.methods), path, json={}, headers=OURS)
        if way.path.startswith(("/v1", "/metrics")):
            found[name] = problem(answer)["type"] == "urn:hoso:problem:token-missing"
        else:
            to = answer.headers.get("location", "").partition("?")[0]
            found[name] = (answer.status_code, to) == (303, "/dang-nhap")
    assert [name for name, turned_away in found.items() if not turned_away] == []
    assert len(found) > 700
    assert await rest.content() == before
