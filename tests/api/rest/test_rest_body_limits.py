"""Size limits of bodies: set by the route that receives the body, never by its declared type."""

from collections.abc import AsyncIterator
from itertools import product
from typing import Any

from fastapi.routing import iter_route_contexts

from hoso_api.app import create_app
from hoso_api.http.middleware import limits
from hoso_api.settings import MEBIBYTE, Settings
from support.api_client import CLERK, Rest

#: The routes that take more or less than an ordinary body.
SPECIAL = {
    **dict.fromkeys(
        (
            "declare_version",
            "save_upload",
            "check_upload",
            "save_diagram",
            "check_diagram",
            "download_diagram",
            "foresee_setup",
            "take_setup",
            *("bring_in", "foresee_import", "import_catalogue"),
        ),
        limits.Size.PACKAGE,
    ),
    "apply_setup": limits.Size.PACKAGE,
    **dict.fromkeys(
        (
            *(
                "attach_file",
                "supersede_attachment",
                "exchange_result",
                "correct_result",
                "correct_dossier_result",
            ),
            *("continue_upload", "add_dossier_file", "submit_proof", "add_to_supplement", "send_proof"),
            "add_files",
            *("go_on_with_papers", "go_on_with_supplement"),
        ),
        limits.Size.FILE,
    ),
    **dict.fromkeys(("attach_to_draft", "replace_draft_file"), limits.Size.FILE),
    **dict.fromkeys(
        (
            "add_passkey",
            "ask_passkey",
            "begin_passkey",
            "confirm",
            "confirm_with_passkey",
            "end_applicants_session",
            "end_session",
            "found_installation",
            "look_up",
            "make_token",
            "narrowed_people",
            "open_at_the_desk",
            "recovery_codes",
            "remove_passkey",
            "revoke_token",
            "search_by_form",
            "second_factor",
            "set_password",
            "set_totp",
            "setup_form",
            "sign_in",
            "sign_in_as_role",
            "sign_in_with_passkey",
            "sign_out",
            "sign_out_from_provider",
            "take_payment_notification",
            "take_up_invitation",
        ),
        limits.Size.FORM,
    ),
}
#: What the routes of this application are asked with.
WAYS = {
    way.name: way
    for way in iter_route_contexts(create_app().routes)
    if getattr(way, "methods", None) and way.methods - {"GET", "HEAD"}
}
PIECE = b" " * 16_384
KINDS = ("application/zip", "application/x-www-form-urlencoded", "application/json")


class Heavy:
    """A body of 9 MiB that counts what was taken of it."""

    def __init__(self) -> None:
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(9 * MEBIBYTE // len(PIECE)):
            self.taken += len(PIECE)
            yield PIECE


class Placeholders(dict[str, Any]):
    """Parts of addresses by name; an id for those that are not given."""

    def __missing__(self, name: str) -> str:
        return "00000000-0000-4000-8000-000000000009"


def size(name: str) -> limits.Size:
    """Declared size limits of a route."""
    return limits.size(WAYS[name].endpoint)


def way(name: str) -> tuple[str, str]:
    """Method and path of a route, of things that there may be."""
    path = WAYS[name].path_format.format_map(
        Placeholders(
            reference="r",
            key="r",
            code="1.014464",
            calendar="ha-tinh",
            number=1,
            unit="H27.PVHCC",
            message=1,
            notice=1,
            provider="tinh",
            task="00000000-0000-4000-8000-000000000009",
            incident="00000000-0000-4000-8000-000000000009",
            job="00000000-0000-4000-8000-000000000009",
            draft="00000000-0000-4000-8000-000000000009",
            file="00000000-0000-4000-8000-000000000009",
            consultation="00000000-0000-4000-8000-000000000009",
            attachment="00000000-0000-4000-8000-000000000009",
            upload="00000000-0000-4000-8000-000000000009",
            person="r",
            entry="00000000-0000-4000-8000-000000000009",
            list="00000000-0000-4000-8000-000000000009",
            contact="00000000-0000-4000-8000-000000000009",
            prefix="hs_00000000",
            principal="00000000-0000-4000-8000-000000000009",
            recovery="00000000-0000-4000-8000-000000000009",
            template="00000000-0000-4000-8000-000000000009",
            letter="00000000-0000-4000-8000-000000000009",
            ordinal=1,
        )
    )
    return min(WAYS[name].methods), path


def test_every_route_that_takes_a_body_has_its_size():
    assert {name: size(name) for name in WAYS if size(name) is not limits.Size.BODY} == SPECIAL
    assert set(SPECIAL) <= set(WAYS)


def test_a_form_is_small_and_only_a_package_is_large():
    settings = Settings()
    assert {size: limits.limit(size, settings) for size in limits.Size} == {
        limits.Size.FORM: 16_384,
        limits.Size.BODY: MEBIBYTE,
        limits.Size.PACKAGE: 10 * MEBIBYTE,
        limits.Size.FILE: 100 * MEBIBYTE,
    }


async def test_nine_megabytes_are_taken_by_no_route_that_wants_no_package(rest: Rest):
    for name, kind in product(sorted(set(WAYS) - {"declare_version"}), KINDS):
        heavy = Heavy()
        answer = await rest.ask(*way(name), CLERK, content=heavy, headers={"Content-Type": kind})
        assert heavy.taken <= limits.limit(size(name), Settings()) + 2 * len(PIECE), (name, kind)
        assert answer.status_code < 500, (name, kind)


async def test_a_form_of_sign_in_that_is_too_large_is_told_so_before_it_is_read(rest: Rest):
    answer = await rest.post("/dang-nhap", content=b"ma=" + b"a" * 16_384, headers={
        "Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"
    })  # fmt: skip
    assert (answer.status_code, "Nội dung quá lớn" in answer.text) == (413, True)
