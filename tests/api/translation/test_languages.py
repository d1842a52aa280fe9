"""Language of an answer: by the request's Accept-Language, or by the terminal's locale."""

import pytest

from hoso_api.translation import languages
from support.api_client import CLERK, Rest, problem


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("vi", "vi"),
        ("vi-VN", "vi"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("en-US,en;q=0.9,vi;q=0.8", "en"),
        ("en;q=0.5, vi ; q=0.7", "vi"),
        ("fr", "en"),
        ("fr, vi;q=0.1", "vi"),
        ("vi;q=0", "en"),
        ("*", "en"),
        ("en;q=0, *;q=0.5", "vi"),
        ("VI", "vi"),
        ("vi;q=x", "en"),
        (",;,;q=1", "en"),
    ],
)
def test_the_language_that_a_request_likes_best_is_spoken(header: str, language: str):
    assert languages.accepted(header) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "vi_VN"}, "vi"),
        ({"LANGUAGE": "fr:vi", "LANG": "en_US.UTF-8"}, "vi"),
        ({"LANG": "vietnamese"}, "en"),
    ],
)
def test_a_terminal_is_spoken_to_in_its_locale(environment: dict[str, str], language: str):
    assert languages.of_terminal(environment) == language


async def test_a_problem_is_told_in_the_language_that_is_accepted(rest: Rest):
    headers = {"Authorization": f"Bearer {await rest.token(CLERK)}"}
    english = await rest.client.get("/v1/dossiers/H00-1", headers=headers)
    vietnamese = await rest.client.get("/v1/dossiers/H00-1", headers={**headers, "Accept-Language": "vi-VN"})
    spoken = [(each.headers["content-language"], each.headers["vary"]) for each in (english, vietnamese)]
    assert spoken == [("en", "Accept-Language"), ("vi", "Accept-Language")]
    told = problem(vietnamese)
    assert (told["type"], told["status"]) == (problem(english)["type"], problem(english)["status"])
    assert (told["title"], told["detail"], told["remedy"]) == (
        "Không có gì mang mã này, hoặc người hỏi không được xem.",
        "Không có hồ sơ nào mang mã H00-1.",
        "Kiểm tra lại mã; chép từ giấy tiếp nhận hoặc từ danh sách.",
    )
