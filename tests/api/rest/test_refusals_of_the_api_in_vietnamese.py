"""Refusals of the API itself, in Vietnamese."""

from pathlib import Path

import pytest

from hoso_api.http import authentication, commands, problems, signatures
from hoso_api.http.middleware import limits, request_line
from hoso_api.installation import file_modes
from hoso_api.server import supervision
from hoso_calendar.messages import say, translated
from hoso_workflows import errors
from hoso_workflows.organisation import permissions
from support.api_client import CLERK, Rest, problem


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (authentication.TokenMissing(), "Yêu cầu không có mã truy cập (bearer token)."),
        (authentication.TokenRefused(), "Mã truy cập không hợp lệ."),
        (authentication.CrossSite(), "Biểu mẫu do một website khác gửi."),
        (commands.UnreadableHeader("If-Match", "7"), "If-Match có giá trị '7'."),
        (commands.RepeatedHeader("Idempotency-Key", 2), "Idempotency-Key được gửi 2 lần."),
        (permissions.UnitNeeded(frozenset({"H27", "A1"})), "Chọn một trong các đơn vị của bạn: A1, H27."),
        (
            signatures.SignatureRefused(say("`created` is missing")),
            "Chữ ký không hợp lệ: thiếu `created`.",
        ),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Exception) else "",
)
def test_a_refusal_of_the_api_is_told_in_vietnamese(refused: errors.Refusal, said: str):
    assert translated(refused, "vi") == said
    assert translated(refused.remedy, "vi") != refused.remedy
    title = problems.of(refused).title
    assert translated(title, "vi") != title


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        (limits.ContentTooLarge(7).detail, "Nội dung lớn hơn 7 byte."),
        (limits.ContentCoded("gzip").detail, "Gửi nội dung nguyên dạng, không nén bằng gzip."),
        (request_line.RequestTimeout().detail, "Yêu cầu đã bắt đầu nhưng không kết thúc đúng thời gian."),
    ],
)
def test_what_is_wrong_with_a_transfer_is_told_in_vietnamese(detail: str, said: str):
    assert translated(detail, "vi") == said


def test_what_keeps_a_service_from_running_is_told_in_vietnamese(tmp_path: Path):
    log = tmp_path / "api.log"
    log.write_text("boom\n")
    assert [
        translated(each, "vi")
        for each in (
            supervision.ServiceFailed("API", 3, log),
            supervision.ServiceFailed("API", None, log),
            file_modes.ForeignFiles(Path("/srv/x"), "mail", "hoso"),
        )
    ] == [
        f"API kết thúc với mã 3 trước khi trả lời; phần cuối của {log}:\nboom",
        f"API không trả lời đúng thời gian; phần cuối của {log}:\nboom",
        (
            "/srv/x là của root và chứa thứ không phải của hoso (mail), nên không giao cho người dùng hoso; hãy nêu"
            " thư mục riêng bằng HOSO_HOME, hoặc tự giao (`chown hoso /srv/x`)"
        ),
    ]


async def test_a_whole_problem_of_the_api_is_in_vietnamese(rest: Rest):
    token = await rest.token(CLERK)
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "vi", "Idempotency-Key": "\x7f"}
    told = problem(
        await rest.client.post("/v1/dossiers/H00-1/withdrawal", json={"reason": "x"}, headers=headers)
    )
    assert (told["title"], told["detail"], told["remedy"]) == (
        "Một tiêu đề (header) của yêu cầu không đúng dạng.",
        "Idempotency-Key có giá trị '\\x7f'.",
        (
            "Gửi trong If-Match đúng ETag đã nhận, giữ dấu ngoặc kép, hoặc nhiều ETag cách nhau bằng dấu phẩy, hoặc"
            " `*`; trong Idempotency-Key từ 1 đến 200 ký tự nhìn thấy được."
        ),
    )
