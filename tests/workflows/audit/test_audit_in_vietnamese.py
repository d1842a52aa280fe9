"""An audit's findings are told in the reader's language; what is stored and compared stays as it is."""

from hoso_calendar.messages import say, translated
from hoso_workflows import errors
from hoso_workflows.audit import Difference
from support.world import instant


def test_what_an_audit_finds_is_told_word_for_word() -> None:
    absent = Difference(
        "R-1", say("erasure of event {seq}", seq=3), say("absent"), say("a line of the access log"), "H1"
    )
    assert str(absent) == (
        "R-1 (H1): erasure of event 3 is stored as 'absent', its events say 'a line of the access log'"
    )
    assert translated(absent.sentence, "vi") == (
        "R-1 (H1): việc xóa nội dung sự kiện 3 đang lưu là 'không có', theo các sự kiện là 'một dòng trong nhật ký truy cập'"
    )
    moment = Difference("R-1", "tasks T due_at", instant("2026-03-02 09:00"), None)
    assert str(moment) == "R-1: tasks T due_at is stored as '2026-03-02T09:00:00+07:00', its events say None"


def test_where_the_right_name_stands_is_told_in_vietnamese() -> None:
    refused = errors.NotFound("version", "1.014464 7")
    assert str(refused.remedy) == "The versions of a procedure are listed at /v1/procedures/{code}/versions."
    assert (
        translated(refused.remedy, "vi") == "Các phiên bản của thủ tục có ở /v1/procedures/{code}/versions."
    )
